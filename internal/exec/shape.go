package exec

import (
	"hash/maphash"
	"reflect"
	"slices"

	"gorm.io/gorm/schema"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/rowcodec"
)

// Shapes are kept: that of all columns of a model in the model's slot, others
// in the registry's memo by what they hold. So the programs that rowcodec keeps
// in a shape serve every statement with such rows. A statement that package
// compile keeps has a twin of its own, which knows how many rows to expect.

var seed = maphash.MakeSeed()

// Shape returns how the rows of a statement fill structs. Columns behind the
// objects are passed over.
func Shape(st *compile.Stmt) *rowcodec.Shape {
	passed := len(st.Columns) + st.Extra
	if st.Shape == nil {
		return objectsShape(st.Objects, passed)
	}
	shape, ok := st.Shape.Load().(*rowcodec.Shape)
	if !ok {
		// A race of two statements keeps the later one's, which is as good.
		shape = objectsShape(st.Objects, passed).Twin()
		st.Shape.Store(shape)
	}
	return shape
}

// objectsShape returns the shape of objects with passed columns behind them.
func objectsShape(objects []compile.Object, passed int) *rowcodec.Shape {
	m := objects[0].Model
	if len(objects) == 1 && passed == 0 && slices.Equal(objects[0].Fields, m.Reads) {
		if shape, ok := m.RowShape.Load().(*rowcodec.Shape); ok {
			return shape
		}
		shape := newShape(objects, 0)
		if !m.RowShape.CompareAndSwap(nil, shape) {
			shape = m.RowShape.Load().(*rowcodec.Shape)
		}
		return shape
	}
	var h maphash.Hash
	h.SetSeed(seed)
	maphash.WriteComparable(&h, passed)
	for _, o := range objects {
		maphash.WriteComparable(&h, objectKey{o.Model, o.Rel, o.Parent, len(o.Fields)})
		for _, f := range o.Fields {
			maphash.WriteComparable(&h, f)
		}
	}
	hash := h.Sum64()
	if k, ok := m.DB.Shapes.Load(hash).(*objectsKept); ok && k.holds(objects, passed) {
		return k.shape
	}
	k := &objectsKept{slices.Clone(objects), passed, newShape(objects, passed)}
	for i := range k.objects {
		k.objects[i].Fields = slices.Clone(k.objects[i].Fields)
	}
	m.DB.Shapes.Store(hash, k)
	return k.shape
}

// objectKey identifies an object of a shape, beside its fields.
type objectKey struct {
	model  *modelinfo.Model
	rel    *modelinfo.Relation
	parent int
	fields int
}

// objectsKept is a shape in the memo with what it was made from.
type objectsKept struct {
	objects []compile.Object
	passed  int
	shape   *rowcodec.Shape
}

func (k *objectsKept) holds(objects []compile.Object, passed int) bool {
	return k.passed == passed && slices.EqualFunc(k.objects, objects, func(a, b compile.Object) bool {
		return a.Model == b.Model && a.Rel == b.Rel && a.Parent == b.Parent && slices.Equal(a.Fields, b.Fields)
	})
}

func newShape(objects []compile.Object, passed int) *rowcodec.Shape {
	shape := &rowcodec.Shape{Objects: make([]rowcodec.Object, len(objects)), KeepsNil: true, Exact: true}
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
	last.Fields = append(last.Fields, make([]*schema.Field, passed)...)
	return shape
}

func schemaFields(fields []*modelinfo.Field) []*schema.Field {
	out := make([]*schema.Field, len(fields))
	for i, f := range fields {
		out[i] = f.Field
	}
	return out
}

// record is a struct of the application's, or a value alone, with the columns
// that fill it. skip is a struct type inside it that is filled otherwise,
// before and extra are the numbers of columns around that are passed over.
type record struct {
	typ, skip     reflect.Type
	before, extra int
	columns       []compile.Column
}

// recordKept is a shape in the memo with what it was made from.
type recordKept struct {
	record
	shape *rowcodec.Shape
}

func (r record) hash() uint64 {
	var h maphash.Hash
	h.SetSeed(seed)
	maphash.WriteComparable(&h, [2]reflect.Type{r.typ, r.skip})
	maphash.WriteComparable(&h, [2]int{r.before, r.extra})
	for _, c := range r.columns {
		h.WriteString(c.Name)
		maphash.WriteComparable(&h, c.Field)
	}
	return h.Sum64()
}

func (r record) equal(o record) bool {
	return r.typ == o.typ && r.skip == o.skip && r.before == o.before && r.extra == o.extra &&
		slices.EqualFunc(r.columns, o.columns, func(a, b compile.Column) bool {
			return a.Name == b.Name && a.Field == b.Field && sameType(a.Type, b.Type)
		})
}

func sameType(a, b lookup.Type) bool {
	if a.Elem == nil || b.Elem == nil {
		return a == b
	}
	return a.Kind == b.Kind && a.SQL == b.SQL && sameType(*a.Elem, *b.Elem)
}

// shape returns the shape of the record, which build makes the first time.
func (r record) shape(reg *modelinfo.Registry, build func() (*rowcodec.Shape, error)) (*rowcodec.Shape, error) {
	hash := r.hash()
	if k, ok := reg.Shapes.Load(hash).(*recordKept); ok && k.equal(r) {
		return k.shape, nil
	}
	shape, err := build()
	if err == nil {
		r.columns = slices.Clone(r.columns)
		reg.Shapes.Store(hash, &recordKept{r, shape})
	}
	return shape, err
}
