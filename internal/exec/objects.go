package exec

import (
	"context"
	"reflect"

	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/pgpool"
	"github.com/gormango/gormango/internal/rowcodec"
)

// Objects is All where the model is known at run time only: it gives pointers
// to new structs. With owner, the first column behind the objects has a value of that type, which stands beside its object.
func Objects(ctx context.Context, db *gorm.DB, st *compile.Stmt, owner reflect.Type) (objs []reflect.Value, owners []any, err error) {
	if st.None {
		return nil, nil, nil
	}
	shape := Shape(st)
	typ := shape.Objects[0].Type
	at := 0
	for _, o := range st.Objects {
		at += len(o.Fields)
	}
	src, native := pgpool.Of(db)
	if !native {
		return foreignObjects(ctx, db, st, shape, owner)
	}
	err = query(ctx, db, src, st.Reads, st.SQL, st.Args, func(rows pgx.Rows) (int64, error) {
		objs, owners = nil, nil // of a replica that did not get to the end
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
			if owner != nil {
				fd, key := rows.FieldDescriptions()[at], reflect.New(owner)
				if err := rows.TypeMap().Scan(fd.DataTypeOID, fd.Format, vals[at], key.Interface()); err != nil {
					return 0, err
				}
				owners = append(owners, key.Elem().Interface())
			}
		}
		return int64(len(objs)), nil
	})
	return objs, owners, err
}
