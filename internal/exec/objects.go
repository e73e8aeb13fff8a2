package exec

import (
	"context"
	"reflect"

	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/rowcodec"
)

// Objects is All where the model is known at run time only: it gives pointers
// to new structs. With owner, each row has one more column, whose value stands beside its object.
func Objects(ctx context.Context, db *gorm.DB, st *compile.Stmt, owner bool) (objs []reflect.Value, owners []any, err error) {
	if st.None {
		return nil, nil, nil
	}
	shape := Shape(st.Objects)
	typ := shape.Objects[0].Type
	if owner {
		shape.Objects[0].Fields = append(shape.Objects[0].Fields, nil)
	}
	err = query(ctx, db, st.SQL, st.Args, func(rows pgx.Rows) (int64, error) {
		var plan *rowcodec.Plan
		for rows.Next() {
			if plan == nil {
				if plan, err = rowcodec.NewPlan(shape, rows.FieldDescriptions(), rows.TypeMap()); err != nil {
					return 0, err
				}
			}
			vals := rows.RawValues()
			obj := reflect.New(typ)
			if err := plan.Scan(ctx, obj.UnsafePointer(), vals); err != nil {
				return 0, err
			}
			objs = append(objs, obj)
			if owner {
				key, err := decode(rows, len(vals)-1)
				if err != nil {
					return 0, err
				}
				owners = append(owners, key)
			}
		}
		return int64(len(objs)), nil
	})
	return objs, owners, err
}

// decode gives the value of one column of the current row in the type that pgx has for it.
func decode(rows pgx.Rows, column int) (any, error) {
	fd, raw := rows.FieldDescriptions()[column], rows.RawValues()[column]
	if t, ok := rows.TypeMap().TypeForOID(fd.DataTypeOID); ok {
		return t.Codec.DecodeValue(rows.TypeMap(), fd.DataTypeOID, fd.Format, raw)
	}
	return string(raw), nil
}
