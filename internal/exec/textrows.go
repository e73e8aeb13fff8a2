package exec

import (
	"database/sql"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
)

// textRows presents a result of database/sql as one of pgx, whose values are in
// the protocol's text format.
type textRows struct {
	rows   *sql.Rows
	types  *pgtype.Map
	fields []pgconn.FieldDescription
	raw    [][]byte
	err    error
}

func newTextRows(rows *sql.Rows) *textRows {
	r := &textRows{rows: rows, types: pgtype.NewMap()}
	// Drivers return a moment in the program's own time zone.
	r.types.RegisterType(&pgtype.Type{Name: "timestamptz", OID: pgtype.TimestamptzOID, Codec: &pgtype.TimestamptzCodec{ScanLocation: time.Local}})
	columns, err := rows.ColumnTypes()
	r.err = err
	r.fields, r.raw = make([]pgconn.FieldDescription, len(columns)), make([][]byte, len(columns))
	for i, c := range columns {
		r.fields[i] = pgconn.FieldDescription{Name: c.Name(), DataTypeOID: r.oid(c.DatabaseTypeName()), Format: pgtype.TextFormatCode}
	}
	return r
}

// oid returns the number of a type that a driver names "INT8" or "_TEXT", or by
// its number where it knows no name.
func (r *textRows) oid(name string) uint32 {
	if t, ok := r.types.TypeForName(strings.ToLower(name)); ok {
		return t.OID
	}
	n, _ := strconv.ParseUint(name, 10, 32)
	return uint32(n)
}

func (r *textRows) Next() bool {
	if r.err != nil || !r.rows.Next() {
		return false
	}
	values, err := r.Values()
	for i, v := range values {
		if err == nil {
			r.raw[i], err = r.text(r.fields[i].DataTypeOID, v)
		}
	}
	r.err = err
	return err == nil
}

// text returns a value of database/sql as the server writes it. A text has that
// form already, and so have bytes of another type than bytea.
func (r *textRows) text(oid uint32, v any) ([]byte, error) {
	switch v := v.(type) {
	case nil:
		return nil, nil
	case string:
		return []byte(v), nil
	case []byte:
		if oid != pgtype.ByteaOID {
			return v, nil
		}
	}
	if _, known := r.types.TypeForOID(oid); !known {
		if t, ok := r.types.TypeForValue(v); ok {
			oid = t.OID
		}
	}
	return r.types.Encode(oid, pgtype.TextFormatCode, v, []byte{})
}

// Values returns the values as database/sql has them.
func (r *textRows) Values() ([]any, error) {
	values, into := make([]any, len(r.fields)), make([]any, len(r.fields))
	for i := range into {
		into[i] = &values[i]
	}
	return values, r.rows.Scan(into...)
}

func (r *textRows) Close() {
	err := r.rows.Err()
	if closed := r.rows.Close(); err == nil {
		err = closed
	}
	if r.err == nil {
		r.err = err
	}
}

func (r *textRows) Err() error {
	if r.err == nil {
		return r.rows.Err()
	}
	return r.err
}

func (r *textRows) Scan(dst ...any) error                        { return r.rows.Scan(dst...) }
func (r *textRows) RawValues() [][]byte                          { return r.raw }
func (r *textRows) FieldDescriptions() []pgconn.FieldDescription { return r.fields }
func (r *textRows) TypeMap() *pgtype.Map                         { return r.types }
func (r *textRows) CommandTag() pgconn.CommandTag                { return pgconn.CommandTag{} }
func (r *textRows) Conn() *pgx.Conn                              { return nil }

var _ pgx.Rows = (*textRows)(nil)
