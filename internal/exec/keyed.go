package exec

import (
	"context"
	"database/sql"
	"reflect"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/compile"
)

// Keyed is an object with the text that stood in the last of its row's columns.
type Keyed[T any] struct {
	Object *T
	Key    string
}

// ReadKeyed is All for a statement whose last column holds text.
func ReadKeyed[T any](ctx context.Context, db *gorm.DB, st *compile.Stmt) ([]Keyed[T], error) {
	rd := readerOf[Keyed[T]](st, db.NamingStrategy)
	rd.open = func([]compile.Column) (sink[Keyed[T]], error) {
		at := rd.before + len(st.Columns) - 1
		return newObjects(st, keyAt[T]{at}, func(row *Keyed[T]) reflect.Value {
			if row.Object == nil {
				row.Object = new(T)
			}
			return reflect.ValueOf(row.Object)
		}), nil
	}
	return Read(ctx, db, st, rd)
}

// keyAt is the sink of the column at an index.
type keyAt[T any] struct{ at int }

func (keyAt[T]) begin([]pgconn.FieldDescription, *pgtype.Map) error { return nil }

// row keeps the bytes: text is the same in both of the protocol's formats.
func (k keyAt[T]) row(_ context.Context, vals [][]byte, dst *Keyed[T]) error {
	dst.Key = string(vals[k.at])
	return nil
}

func (k keyAt[T]) scan(_ context.Context, rows *sql.Rows, dst *Keyed[T]) error {
	names, err := rows.Columns()
	if err != nil {
		return err
	}
	into := make([]any, len(names))
	for i := range into {
		into[i] = new(any)
	}
	into[k.at] = &dst.Key
	return rows.Scan(into...)
}
