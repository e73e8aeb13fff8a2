package pgpool

import (
	"database/sql/driver"
	"reflect"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
)

// column turns the bytes of one result column into what database/sql scans from.
type column struct {
	name     string
	oid      uint32
	modifier int32
	code     code                                   // other than planWanted: read without a plan
	zone     *time.Location                         // of timestamptz read so; nil is the program's
	read     func(src []byte) (driver.Value, error) // for planWanted
}

func columns(m *pgtype.Map, fields []pgconn.FieldDescription) []column {
	cs := make([]column, len(fields))
	for i := range fields {
		f := &fields[i]
		c := &cs[i]
		c.name, c.oid, c.modifier = f.Name, f.DataTypeOID, f.TypeModifier
		if c.code, c.zone = direct(m, f); c.code == planWanted {
			c.read = reader(m, f)
		}
	}
	return cs
}

// value reads a value that is not NULL.
func (c *column) value(src []byte) (driver.Value, error) {
	if c.code == planWanted {
		return c.read(src)
	}
	return c.code.read(src, c.zone)
}

func reader(m *pgtype.Map, f *pgconn.FieldDescription) func([]byte) (driver.Value, error) {
	switch f.DataTypeOID {
	case pgtype.BoolOID:
		return planned(m, f, func(v bool) (driver.Value, error) { return v, nil })
	case pgtype.Int2OID, pgtype.Int4OID, pgtype.Int8OID:
		return planned(m, f, func(v int64) (driver.Value, error) { return v, nil })
	case pgtype.OIDOID, pgtype.XIDOID, pgtype.CIDOID:
		return planned(m, f, func(v uint32) (driver.Value, error) { return int64(v), nil })
	case pgtype.Float4OID:
		return planned(m, f, func(v float32) (driver.Value, error) { return float64(v), nil })
	case pgtype.Float8OID:
		return planned(m, f, func(v float64) (driver.Value, error) { return v, nil })
	case pgtype.DateOID:
		return planned(m, f, func(v pgtype.Date) (driver.Value, error) { return v.Value() })
	case pgtype.TimestampOID:
		return planned(m, f, func(v pgtype.Timestamp) (driver.Value, error) { return v.Value() })
	case pgtype.TimestamptzOID:
		return planned(m, f, func(v pgtype.Timestamptz) (driver.Value, error) { return v.Value() })
	case pgtype.ByteaOID:
		return planned(m, f, func(v []byte) (driver.Value, error) { return v, nil })
	case pgtype.JSONOID, pgtype.JSONBOID, pgtype.XMLOID:
		if f.Format == pgtype.TextFormatCode {
			return func(src []byte) (driver.Value, error) { return append([]byte{}, src...), nil }
		}
		return planned(m, f, func(v []byte) (driver.Value, error) { return v, nil })
	}
	if f.Format == pgtype.TextFormatCode {
		return func(src []byte) (driver.Value, error) { return string(src), nil }
	}
	return planned(m, f, func(v string) (driver.Value, error) { return v, nil })
}

// planned reads by pgx's own plan for T, which is looked up once for the result.
func planned[T any](m *pgtype.Map, f *pgconn.FieldDescription, value func(T) (driver.Value, error)) func([]byte) (driver.Value, error) {
	var probe T
	plan := m.PlanScan(f.DataTypeOID, f.Format, &probe)
	return func(src []byte) (driver.Value, error) {
		var v T
		if err := plan.Scan(src, &v); err != nil {
			return nil, err
		}
		return value(v)
	}
}

func (c *column) goType() reflect.Type {
	switch c.oid {
	case pgtype.BoolOID:
		return reflect.TypeFor[bool]()
	case pgtype.Int2OID:
		return reflect.TypeFor[int16]()
	case pgtype.Int4OID:
		return reflect.TypeFor[int32]()
	case pgtype.Int8OID:
		return reflect.TypeFor[int64]()
	case pgtype.Float4OID:
		return reflect.TypeFor[float32]()
	case pgtype.Float8OID, pgtype.NumericOID:
		return reflect.TypeFor[float64]()
	case pgtype.DateOID, pgtype.TimestampOID, pgtype.TimestamptzOID:
		return reflect.TypeFor[time.Time]()
	case pgtype.ByteaOID:
		return reflect.TypeFor[[]byte]()
	}
	return reflect.TypeFor[string]()
}
