package exec

import (
	"context"
	"reflect"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/gormango/gormango/internal/compile"
)

// Keyed is an object, a pointer, with the text in the last column of its row.
type Keyed struct {
	Object reflect.Value
	Key    string
}

// ReadKeyed is All for a statement whose last column holds text.
func ReadKeyed(ctx context.Context, c Conn, st *compile.Stmt) ([]Keyed, error) {
	rd := readerOf[Keyed](st)
	model := st.Objects[0].Model.Type
	rd.open = func([]compile.Column) (sink[Keyed], error) {
		at := rd.before + len(st.Columns) - 1
		return newObjects(st, keyAt{at: at}, func(row *Keyed) reflect.Value {
			if !row.Object.IsValid() {
				row.Object = reflect.New(model)
			}
			return row.Object
		}), nil
	}
	return Read(ctx, c, st, rd)
}

// keyAt is the sink of the column at an index.
type keyAt struct {
	few
	at int
}

func (keyAt) begin([]pgconn.FieldDescription, *pgtype.Map) error { return nil }

// row keeps the bytes: text is the same in both of the protocol's formats.
func (k keyAt) row(_ context.Context, vals [][]byte, dst *Keyed) error {
	dst.Key = string(vals[k.at])
	return nil
}
