package exec

import (
	"context"
	"reflect"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/gormango/gormango/internal/compile"
)

// Found is a row of objects whose model is known at run time only.
type Found struct {
	// Object is a pointer to a new struct.
	Object reflect.Value
	// Owner is the key of the object that the row belongs to, where the statement
	// reads it.
	Owner any
	// Values are those of the columns behind the object, by name; nil if they are
	// not read.
	Values map[string]any
}

// Objects is All where the model is known at run time only. With owner, the
// first column behind the objects is a value of that type; with values the
// other columns are read too.
func Objects(ctx context.Context, c Conn, st *compile.Stmt, owner reflect.Type, values bool) ([]Found, error) {
	if st.None {
		return nil, nil
	}
	return Read(ctx, c, st, objectReader(st, owner, values))
}

// objectReader returns the Reader of [Objects].
func objectReader(st *compile.Stmt, owner reflect.Type, values bool) *Reader[Found] {
	rd := readerOf[Found](st)
	typ := st.Objects[0].Model.Type
	rd.open = func(columns []compile.Column) (sink[Found], error) {
		return newObjects(st, behind(columns, rd.before, owner, values), func(f *Found) reflect.Value {
			if !f.Object.IsValid() {
				f.Object = reflect.New(typ)
			}
			return f.Object
		}), nil
	}
	return rd
}

// behind is the sink of the columns behind the objects.
func behind(columns []compile.Column, before int, owner reflect.Type, wanted bool) sink[Found] {
	s := &besides{at: before, owner: owner}
	if owner != nil {
		columns, before = columns[1:], before+1
	}
	if wanted {
		s.rest = &values[Found]{columns: columns, before: before, put: func(f *Found, vals []any) { f.Values = byName(columns, vals) }}
	}
	return s
}

// besides is the sink of an owner's key at a column, and of others behind it.
type besides struct {
	few
	at    int
	owner reflect.Type // nil without one
	rest  *values[Found]

	fd    pgconn.FieldDescription
	types *pgtype.Map
}

func (s *besides) begin(fds []pgconn.FieldDescription, tm *pgtype.Map) error {
	if s.types = tm; s.owner != nil {
		s.fd = fds[s.at]
	}
	if s.rest == nil {
		return nil
	}
	return s.rest.begin(fds, tm)
}

func (s *besides) row(ctx context.Context, vals [][]byte, dst *Found) error {
	if s.owner != nil {
		key := reflect.New(s.owner)
		if err := s.types.Scan(s.fd.DataTypeOID, s.fd.Format, vals[s.at], key.Interface()); err != nil {
			return err
		}
		dst.Owner = key.Elem().Interface()
	}
	if s.rest == nil {
		return nil
	}
	return s.rest.row(ctx, vals, dst)
}
