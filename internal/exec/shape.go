package exec

import (
	"gorm.io/gorm/schema"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/rowcodec"
)

// Shape says how the rows of a statement fill structs. Columns behind the objects are passed over.
func Shape(st *compile.Stmt) *rowcodec.Shape {
	objects := st.Objects
	shape := &rowcodec.Shape{Objects: make([]rowcodec.Object, len(objects))}
	for i, o := range objects {
		shape.Objects[i] = rowcodec.Object{Type: o.Model.Type, Fields: schemaFields(o.Fields), Parent: o.Parent}
		if o.Rel == nil {
			continue
		}
		shape.Objects[i].Link = o.Rel.Rel.Field
		for n, f := range o.Fields {
			if f.PrimaryKey {
				shape.Objects[i].Key = append(shape.Objects[i].Key, n)
			}
		}
	}
	last := &shape.Objects[len(shape.Objects)-1]
	for range len(st.Columns) + st.Extra {
		last.Fields = append(last.Fields, nil)
	}
	return shape
}

// FieldShape is the shape of some columns of one model.
func FieldShape(m *modelinfo.Model, fields []*modelinfo.Field) *rowcodec.Shape {
	return &rowcodec.Shape{Objects: []rowcodec.Object{{Type: m.Type, Fields: schemaFields(fields), Parent: -1}}}
}

func schemaFields(fields []*modelinfo.Field) []*schema.Field {
	out := make([]*schema.Field, len(fields))
	for i, f := range fields {
		out[i] = f.Field
	}
	return out
}
