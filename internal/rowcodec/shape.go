package rowcodec

import (
	"fmt"
	"reflect"
	"sync/atomic"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"gorm.io/gorm/schema"
)

// Object describes how a run of result columns fills a struct.
type Object struct {
	// Type is the struct type.
	Type reflect.Type
	// Fields has one entry per result column, in order. A nil entry skips its
	// column.
	Fields []*schema.Field
	// Key lists the indexes into Fields of columns that are never NULL in a row of
	// the object's table, usually its primary key. A joined object with a NULL key
	// column is absent: its Link stays nil. The root needs none.
	Key []int
	// Parent is the index of the object that holds this one. It is less than the
	// object's own index. The root has -1.
	Parent int
	// Link is the parent's field that holds this object, a pointer to Type or
	// Type itself. The root has nil.
	Link *schema.Field
}

// Shape describes a result row: the columns of Objects[0].Fields, then those of
// Objects[1].Fields and so on. Objects[0] is the root.
//
// A shape keeps the programs built for it. So share it by pointer between the
// executions of a query, and do not change it after its first use. It is safe
// for concurrent use.
type Shape struct {
	Objects []Object
	// KeepsNil reports whether an embedded pointer stays nil while all columns of
	// its struct are NULL. Otherwise GORM's setters decide, some of which allocate
	// the struct.
	KeepsNil bool
	// Exact reports whether a []byte is filled with the 16 bytes of a UUID, a
	// []uint8 with an array of integers, and an integer with each float that is
	// one. Otherwise they are filled with their text, as in database/sql.
	Exact bool

	programs atomic.Pointer[[]*program]
	twin     *Shape       // the shape whose programs are used, nil for its own
	lastRows atomic.Int32 // rows of the last result, the estimate for the next one
}

// Twin returns a shape that shares the programs of s but not its estimate of
// rows, for another query whose rows have the same columns.
func (s *Shape) Twin() *Shape {
	if s.twin != nil {
		s = s.twin
	}
	return &Shape{Objects: s.Objects, KeepsNil: s.KeepsNil, Exact: s.Exact, twin: s}
}

// maxPrograms limits the programs that a shape keeps. A query needs more than
// one only after ALTER TYPE or on connections with different registrations.
const maxPrograms = 8

// program returns the program for the columns and builds it if needed.
func (s *Shape) program(fds []pgconn.FieldDescription, tm *pgtype.Map) (*program, error) {
	if s.twin != nil {
		s = s.twin
	}
	old := s.programs.Load()
	if old != nil {
		for _, g := range *old {
			if g.fits(fds, tm) {
				return g, nil
			}
		}
	}
	g, err := build(s, fds, tm)
	if err != nil {
		return nil, err
	}
	// A race between two builders loses one entry, which the next result builds
	// again.
	list := []*program{g}
	if old != nil {
		list = append(list, (*old)[:min(len(*old), maxPrograms-1)]...)
	}
	s.programs.CompareAndSwap(old, &list)
	return g, nil
}

// check returns the first mistake of the shape.
func (s *Shape) check(columns int) error {
	if len(s.Objects) == 0 {
		return fmt.Errorf("%w: it has no objects", ErrShape)
	}
	n := 0
	for i := range s.Objects {
		o := &s.Objects[i]
		if o.Type == nil || o.Type.Kind() != reflect.Struct {
			return fmt.Errorf("%w: object %d has type %v, not a struct", ErrShape, i, o.Type)
		}
		for _, f := range o.Fields {
			if f != nil && f.Schema.ModelType != o.Type {
				return fmt.Errorf("%w: field %q of object %d belongs to %s, not to %s", ErrShape, f.Name, i, f.Schema.ModelType, o.Type)
			}
		}
		n += len(o.Fields)
		if i == 0 {
			continue
		}
		if err := s.checkLink(i); err != nil {
			return err
		}
	}
	if n != columns {
		return fmt.Errorf("%w: it has %d columns, the result has %d", ErrShape, n, columns)
	}
	return nil
}

func (s *Shape) checkLink(i int) error {
	o := &s.Objects[i]
	if o.Parent < 0 || o.Parent >= i {
		return fmt.Errorf("%w: object %d has parent %d (a parent lies before its children)", ErrShape, i, o.Parent)
	}
	if o.Link == nil {
		return fmt.Errorf("%w: object %d has no link field", ErrShape, i)
	}
	if t := o.Link.FieldType; t != o.Type && t != reflect.PointerTo(o.Type) {
		return fmt.Errorf("%w: link field %q of type %s cannot hold %s", ErrShape, o.Link.Name, t, o.Type)
	}
	if o.Link.Schema.ModelType != s.Objects[o.Parent].Type {
		return fmt.Errorf("%w: link field %q belongs to %s, not to %s", ErrShape, o.Link.Name, o.Link.Schema.ModelType, s.Objects[o.Parent].Type)
	}
	if len(o.Key) == 0 {
		return fmt.Errorf("%w: object %d has no key, so its absence cannot be seen", ErrShape, i)
	}
	for _, k := range o.Key {
		if k < 0 || k >= len(o.Fields) {
			return fmt.Errorf("%w: key index %d of object %d is out of range", ErrShape, k, i)
		}
	}
	return nil
}

// offset returns the field's offset in its model, false for a field behind an
// embedded pointer, which GORM marks by a negative index.
func offset(f *schema.Field) (uintptr, bool) {
	var off uintptr
	t := f.Schema.ModelType
	for _, i := range f.StructField.Index {
		if i < 0 {
			return 0, false
		}
		sf := t.Field(i)
		off += sf.Offset
		t = sf.Type
	}
	return off, true
}

// find returns the field at a path in v, a struct. It returns false for a field
// behind an embedded pointer that is nil.
func find(v reflect.Value, path []int) (reflect.Value, bool) {
	for _, i := range path {
		if i >= 0 {
			v = v.Field(i)
			continue
		}
		if v = v.Field(-i - 1); v.IsNil() {
			return v, false
		}
		v = v.Elem()
	}
	return v, true
}

// collapse sets the embedded pointers on a path to nil whose structs are zero.
func collapse(v reflect.Value, path []int) {
	for n, i := range path {
		if i >= 0 {
			v = v.Field(i)
			continue
		}
		if v = v.Field(-i - 1); v.IsNil() {
			return
		}
		if collapse(v.Elem(), path[n+1:]); v.Elem().IsZero() {
			v.SetZero()
		}
		return
	}
}
