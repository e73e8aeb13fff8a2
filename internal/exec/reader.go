package exec

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unsafe"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"gorm.io/gorm"
	"gorm.io/gorm/schema"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/rowcodec"
)

// Reader reads rows into values of R: a struct whose fields take the columns, a
// map[string]any or []any of them, or a type that takes the only one.
type Reader[R any] struct {
	// columns are those of the statement, nil where only the result knows them.
	columns []compile.Column
	// before and extra are how many columns stand before and behind those, and are
	// passed over.
	before, extra int
	open          func(columns []compile.Column) (sink[R], error)
	ready         sink[R] // the sink of columns, for the first result
}

// sink takes the rows of one result.
type sink[R any] interface {
	// begin prepares for a result with the columns fds.
	begin(fds []pgconn.FieldDescription, tm *pgtype.Map) error
	// expected returns how many rows are expected, at least 1.
	expected() int
	// row reads a row into dst, which is zero.
	row(ctx context.Context, vals [][]byte, dst *R) error
	// end ends the result, which had n rows and no error.
	end(n int)
}

// few is for sinks that do not know how many rows to expect.
type few struct{}

func (few) expected() int { return 8 }

func (few) end(int) {}

// decoder is a plan with the shape that it is made of.
type decoder struct {
	shape *rowcodec.Shape
	plan  *rowcodec.Plan
}

func (d *decoder) begin(fds []pgconn.FieldDescription, tm *pgtype.Map) (err error) {
	if d.plan, err = rowcodec.NewPlan(d.shape, fds, tm); err == nil {
		d.plan.Expect(d.shape.Expected())
	}
	return err
}

func (d *decoder) expected() int { return d.shape.Expected() }

func (d *decoder) end(n int) {
	d.shape.Had(n)
	d.plan.Release()
	d.plan = nil
}

// NewReader returns the Reader of a statement's columns. The error names the
// column that R has no field for, or the field that no column fills.
func NewReader[R any](st *compile.Stmt, db *gorm.DB) (*Reader[R], error) {
	rd := readerOf[R](st)
	rd.open = func(columns []compile.Column) (sink[R], error) {
		return newSink[R](columns, db, rd.before, rd.extra, nil)
	}
	var err error
	rd.ready, err = rd.open(rd.columns)
	return rd, err
}

func readerOf[R any](st *compile.Stmt) *Reader[R] {
	rd := &Reader[R]{columns: make([]compile.Column, len(st.Columns)), extra: st.Extra}
	for i, c := range st.Columns {
		// GORM makes a column of a float64 numeric; the model says what it holds.
		if c.Field != nil && c.Type.Kind == lookup.Decimal && floating(c.Field.IndirectFieldType) {
			c.Type.Kind = lookup.Float
		}
		rd.columns[i] = c
	}
	for _, o := range st.Objects {
		rd.before += len(o.Fields)
	}
	return rd
}

func floating(t reflect.Type) bool {
	return t.Kind() == reflect.Float64 || t.Kind() == reflect.Float32
}

// RawReader returns the Reader of a statement whose columns only the result
// knows.
func RawReader[R any](db *gorm.DB) *Reader[R] {
	return &Reader[R]{open: func(columns []compile.Column) (sink[R], error) { return newSink[R](columns, db, 0, 0, nil) }}
}

// newSink chooses by the kind of R. skip is a struct type inside R that others
// fill.
func newSink[R any](columns []compile.Column, db *gorm.DB, before, extra int, skip reflect.Type) (sink[R], error) {
	t := reflect.TypeFor[R]()
	var zero *R
	switch any(zero).(type) {
	case *map[string]any:
		return &values[R]{columns: columns, before: before, put: func(dst *R, vals []any) { *any(dst).(*map[string]any) = byName(columns, vals) }}, nil
	case *[]any:
		return &values[R]{columns: columns, before: before, put: func(dst *R, vals []any) { *any(dst).(*[]any) = vals }}, nil
	}
	if t.Kind() == reflect.Struct && !valueLike(t) {
		rec := record{typ: t, skip: skip, before: before, extra: extra, columns: columns}
		return newFields[R](rec.shape(modelinfo.Of(db), func() (*rowcodec.Shape, error) { return newRecord(rec, db.NamingStrategy) }))
	}
	if t.Kind() == reflect.Pointer && t.Elem().Kind() == reflect.Struct && !valueLike(t.Elem()) {
		return nil, fmt.Errorf("rows cannot be read into %s (name the struct itself, %s)", t, t.Elem())
	}
	if len(columns) != 1 {
		return nil, fmt.Errorf("rows of %d columns do not fit %s (choose one of %s, or read into a struct, map[string]any or []any)", len(columns), t, names(columns))
	}
	if _, ok := any(zero).(*any); ok {
		return &values[R]{columns: columns, before: before, put: func(dst *R, vals []any) { *any(dst).(*any) = vals[0] }}, nil
	}
	rec := record{typ: reflect.TypeFor[one[R]](), before: before, extra: extra, columns: columns}
	return newFields[R](rec.shape(modelinfo.Of(db), func() (*rowcodec.Shape, error) {
		root := &schema.Schema{Name: t.String(), ModelType: rec.typ}
		s := slot{name: columns[0].Name, index: []int{0}, field: rec.typ.Field(0)}
		return rec.shapeOf(root, []*schema.Field{s.schemaField(root, columns[0].Type, fieldOf(columns[0]))}), nil
	}))
}

// byName returns the values of columns by their names.
func byName(columns []compile.Column, vals []any) map[string]any {
	m := make(map[string]any, len(vals))
	for i, c := range columns {
		m[c.Name] = vals[i]
	}
	return m
}

// one has a value that is no struct be read as a struct's only field, which
// lies where the struct lies.
type one[R any] struct{ Value R }

func fieldOf(c compile.Column) *schema.Field {
	if c.Field == nil {
		return nil
	}
	return c.Field.Field
}

// newRecord deals the columns to the fields of a struct.
func newRecord(rec record, namer schema.Namer) (*rowcodec.Shape, error) {
	t, skip, columns := rec.typ, rec.skip, rec.columns
	slots, at, err := slotsOf(t, namer, skip)
	if err != nil {
		return nil, err
	}
	if skip != nil && skip != t && at == nil {
		return nil, fmt.Errorf("%s has no embedded %s for the objects", t, skip)
	}
	if skip == t {
		slots = nil
	}
	root := &schema.Schema{Name: t.Name(), ModelType: t}
	fields := make([]*schema.Field, len(columns))
	taken := make([]bool, len(slots))
	for _, same := range []func(slot, column string) bool{
		func(slot, column string) bool { return slot == column },
		// author__name fits the field AuthorName.
		func(slot, column string) bool { return slot == strings.ReplaceAll(column, lookup.Sep, "_") },
	} {
		for i, c := range columns {
			if fields[i] != nil {
				continue
			}
			n := slices.IndexFunc(slots, func(s slot) bool { return same(s.name, c.Name) })
			if n >= 0 && !taken[n] {
				taken[n] = true
				fields[i] = slots[n].schemaField(root, c.Type, fieldOf(c))
			}
		}
	}
	for i, c := range columns {
		if fields[i] == nil {
			return nil, fmt.Errorf("%s has no field for the column %q; its fields take %s", t, c.Name, listed(slots, func(s slot) string { return s.name }))
		}
	}
	for n, s := range slots {
		if !taken[n] && !s.link {
			return nil, fmt.Errorf("no column fills the field %s of %s (%q); the columns are %s", s.field.Name, t, s.name, names(columns))
		}
	}
	return rec.shapeOf(root, fields), nil
}

// shapeOf returns the shape of fields for the columns of the record.
func (r record) shapeOf(root *schema.Schema, fields []*schema.Field) *rowcodec.Shape {
	all := append(append(make([]*schema.Field, r.before), fields...), make([]*schema.Field, r.extra)...)
	return &rowcodec.Shape{Objects: []rowcodec.Object{{Type: root.ModelType, Fields: all, Parent: -1}}, KeepsNil: true, Exact: true}
}

func names(columns []compile.Column) string {
	return listed(columns, func(c compile.Column) string { return c.Name })
}

// listed returns the names of all, sorted, for the text of an error.
func listed[E any](all []E, name func(E) string) string {
	if len(all) == 0 {
		return "none"
	}
	var list []string
	for _, e := range all {
		list = append(list, name(e))
	}
	slices.Sort(list)
	return strings.Join(list, ", ")
}

// fields is the sink that fills a struct.
type fields[R any] struct{ decoder }

func newFields[R any](shape *rowcodec.Shape, err error) (sink[R], error) {
	if err != nil {
		return nil, err
	}
	return &fields[R]{decoder{shape: shape}}, nil
}

func (s *fields[R]) row(ctx context.Context, vals [][]byte, dst *R) error {
	s.plan.Anticipate()
	return s.plan.Scan(ctx, unsafe.Pointer(dst), vals)
}

// values is the sink whose columns have no fields.
type values[R any] struct {
	few
	columns []compile.Column
	before  int
	put     func(dst *R, vals []any)
	reads   *rowcodec.Values
}

func (s *values[R]) begin(fds []pgconn.FieldDescription, tm *pgtype.Map) error {
	if len(fds) < s.before+len(s.columns) {
		return errors.New("fewer columns came back than were asked for")
	}
	s.reads = rowcodec.NewValues(fds, tm)
	return nil
}

func (s *values[R]) row(_ context.Context, vals [][]byte, dst *R) error {
	out := make([]any, len(s.columns))
	for i, c := range s.columns {
		v, err := s.reads.At(s.before+i, vals[s.before+i])
		if err == nil {
			out[i], err = Convert(c.Type, v, s.reads.Zone())
		}
		if err != nil {
			return fmt.Errorf("gormango: column %q: %w", c.Name, err)
		}
	}
	s.put(dst, out)
	return nil
}
