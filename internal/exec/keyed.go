package exec

import (
	"context"
	"reflect"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/gormango/gormango/internal/compile"
)

// Keyed is an object with the text that stood in the last of its row's columns. P is a pointer to the model.
type Keyed[P any] struct {
	Object P
	Key    string
}

// ReadKeyed is All for a statement whose last column holds text.
func ReadKeyed[P any](ctx context.Context, c Conn, st *compile.Stmt) ([]Keyed[P], error) {
	rd := readerOf[Keyed[P]](st)
	model := reflect.TypeFor[P]().Elem()
	rd.open = func([]compile.Column) (sink[Keyed[P]], error) {
		at := rd.before + len(st.Columns) - 1
		return newObjects(st, keyAt[P]{at}, func(row *Keyed[P]) reflect.Value {
			obj := reflect.ValueOf(row.Object)
			if obj.IsNil() {
				obj = reflect.New(model)
				row.Object = obj.Interface().(P)
			}
			return obj
		}), nil
	}
	return Read(ctx, c, st, rd)
}

// keyAt is the sink of the column at an index.
type keyAt[P any] struct{ at int }

func (keyAt[P]) begin([]pgconn.FieldDescription, *pgtype.Map) error { return nil }

// row keeps the bytes: text is the same in both of the protocol's formats.
func (k keyAt[P]) row(_ context.Context, vals [][]byte, dst *Keyed[P]) error {
	dst.Key = string(vals[k.at])
	return nil
}
