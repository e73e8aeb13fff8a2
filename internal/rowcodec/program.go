package rowcodec

import (
	"reflect"
	"slices"
	"sync"
	"unsafe"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"gorm.io/gorm/schema"
)

// program is the compiled form of a shape for one list of column types. It does
// not depend on a connection, so all results of the query share it.
type program struct {
	objects []object
	columns []column
	text    []int // columns whose bytes go into the row's string block
	slabs   []reflect.Type
	bound   int // number of columns that need a pgx scan plan
	// keepsNil is that of the shape, false without a field behind an embedded
	// pointer.
	keepsNil bool
	plans    sync.Pool // of *Plan that were used
	exact    bool      // that of the shape
}

// object is the run of columns [first, end) that fills one struct.
type object struct {
	typ        reflect.Type
	first, end int
	key        []int // column indexes
	parent     int
	link       uintptr       // offset of the link field in the parent
	behind     *schema.Field // the link field where it lies behind an embedded pointer
	pointer    bool          // the link is a pointer; else the struct lies in the parent
	slab       int
}

// column describes where the bytes of a result column go and how.
type column struct {
	code     code
	inner    code  // of codeSetter: writes the value that the setter takes
	how      how   // decodes the value if code goes through database/sql
	pointer  bool  // the field is *typ: the value goes to a slot of slab
	behind   bool  // the field lies behind an embedded pointer
	width    uint8 // of an integer on the wire
	slab     int
	bound    int // index of the pgx scan plan
	offset   uintptr
	typ      reflect.Type // what code writes
	assign   assign
	field    *schema.Field
	model    reflect.Type
	oid      uint32
	format   int16
	origin   origin
	standard *pgtype.Type // pgx's own entry for the OID
}

// origin is the owner of a connection's codec for a column.
type origin uint8

const (
	originNone   origin = iota // the connection does not know the type
	originPgx                  // pgx's own codec, or one that reads as it does
	originCustom               // registered by the application
)

// standardTypes is a map without registrations.
var standardTypes = pgtype.NewMap()

func originOf(tm *pgtype.Map, oid uint32, standard *pgtype.Type) origin {
	t, ok := tm.TypeForOID(oid)
	switch {
	case !ok:
		return originNone
	case t == standard:
		return originPgx
	case standard != nil && reflect.TypeOf(t.Codec) == reflect.TypeOf(standard.Codec):
		// It is pgx's codec with other settings, such as a scan location. Code that
		// depends on settings asks the connection's own entry.
		return originPgx
	case readsAsPgx(t.Codec):
		return originPgx
	default:
		return originCustom
	}
}

// newColumn returns the column of fd, without its field.
func newColumn(fd pgconn.FieldDescription, tm *pgtype.Map) column {
	c := column{oid: fd.DataTypeOID, format: fd.Format}
	c.standard, _ = standardTypes.TypeForOID(c.oid)
	c.origin = originOf(tm, c.oid, c.standard)
	return c
}

// fits reports whether the program was built for these columns and codecs.
func (g *program) fits(fds []pgconn.FieldDescription, tm *pgtype.Map) bool {
	if len(fds) != len(g.columns) {
		return false
	}
	for i := range fds {
		c := &g.columns[i]
		if fds[i].DataTypeOID != c.oid || fds[i].Format != c.format || originOf(tm, c.oid, c.standard) != c.origin {
			return false
		}
	}
	return true
}

func build(s *Shape, fds []pgconn.FieldDescription, tm *pgtype.Map) (*program, error) {
	if err := s.check(len(fds)); err != nil {
		return nil, err
	}
	g := &program{
		objects: make([]object, 0, len(s.Objects)),
		columns: make([]column, 0, len(fds)),
		exact:   s.Exact,
	}
	for i := range s.Objects {
		g.object(s, i)
		for _, f := range s.Objects[i].Fields {
			g.column(s.Objects[i].Type, f, fds[len(g.columns)], tm)
		}
	}
	g.keepsNil = s.KeepsNil && slices.ContainsFunc(g.columns, func(c column) bool { return c.behind })
	return g, nil
}

func (g *program) object(s *Shape, i int) {
	src := &s.Objects[i]
	o := object{
		typ:    src.Type,
		first:  len(g.columns),
		end:    len(g.columns) + len(src.Fields),
		parent: src.Parent,
	}
	if i > 0 {
		for _, k := range src.Key {
			o.key = append(o.key, o.first+k)
		}
		var direct bool
		if o.link, direct = offset(src.Link); !direct {
			o.behind = src.Link
		}
		if o.pointer = src.Link.FieldType.Kind() == reflect.Pointer; o.pointer {
			o.slab = g.slab(src.Type)
		}
	}
	g.objects = append(g.objects, o)
}

func (g *program) column(model reflect.Type, f *schema.Field, fd pgconn.FieldDescription, tm *pgtype.Map) {
	c := newColumn(fd, tm)
	c.field, c.model = f, model
	defer func() { g.columns = append(g.columns, c) }()
	if f == nil {
		c.code = codeSkip
		return
	}

	off, direct := offset(f)
	c.offset, c.behind = off, !direct
	switch {
	case f.Serializer != nil:
		c.code = codeSerializer
		c.how = howFor(&c)
	case !direct:
		// GORM's setter allocates the embedded struct. It takes a pointer to a pointer
		// to the bare type.
		c.typ = f.IndirectFieldType
		g.choose(&c)
		c.code, c.inner = codeSetter, c.code
	case f.FieldType.Kind() == reflect.Pointer && f.FieldType.Elem() == f.IndirectFieldType:
		c.pointer = true
		c.typ = f.IndirectFieldType
		c.slab = g.slab(c.typ)
		g.choose(&c)
	default:
		c.typ = f.FieldType
		g.choose(&c)
	}
}

func (g *program) slab(t reflect.Type) int {
	g.slabs = append(g.slabs, t)
	return len(g.slabs) - 1
}

// isIntegers reports whether the column is an array of integers, which bytes
// may be.
func (c *column) isIntegers() bool {
	return c.oid == pgtype.Int2ArrayOID || c.oid == pgtype.Int4ArrayOID || c.oid == pgtype.Int8ArrayOID
}

// isFloat reports whether the column is of a floating-point type.
func (c *column) isFloat() bool {
	return c.oid == pgtype.Float4OID || c.oid == pgtype.Float8OID
}

// choose sets the code that writes a c.typ.
func (g *program) choose(c *column) {
	c.how = howFor(c)
	own := g.exact && isBytes(c.typ) && plain(c.typ)
	switch fast := c.fast(); {
	case c.origin == originCustom, c.oid == pgtype.TimeOID && c.typ == timeType, // database/sql has no time of day
		own && c.oid == pgtype.UUIDOID: // it sees a text
		c.code = codePgx
	case fast != codeSkip && !(own && c.isIntegers()):
		c.code = fast
	case c.oid == pgtype.IntervalOID && c.typ == durationType:
		c.code, c.assign = codeAssign, assignDuration
	case g.exact && c.isFloat() && plain(c.typ) && c.typ.Kind() >= reflect.Int && c.typ.Kind() <= reflect.Uint64:
		typ := c.typ
		c.code, c.assign = codeAssign, func(dst unsafe.Pointer, v any) error { return assignWhole(dst, typ, v) }
	case own && c.isIntegers():
		c.code, c.assign = codeAssign, assignSmall
	case c.origin == originNone && c.how == howString && isTexts(c.typ):
		c.code, c.assign = codeAssign, assignTexts
	case scans(c.typ):
		c.code = codeScanner
	case plain(c.typ) && assignTo(c.typ) != nil:
		c.code, c.assign = codeAssign, assignTo(c.typ)
		if c.oid == pgtype.NumericOID && c.how == howString && c.typ.Kind() == reflect.Float64 {
			c.code = codeFloatText
		}
	default:
		c.code = codePgx
	}
	switch c.code {
	case codePgx:
		c.bound = g.bound
		g.bound++
	case codeString:
		g.text = append(g.text, len(g.columns))
	}
}
