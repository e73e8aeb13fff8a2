package rowcodec

import (
	"context"
	"encoding/binary"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"
	"unsafe"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"gorm.io/gorm/schema"

	"github.com/gormango/gormango/internal/jsonvalue"
)

// Plan decodes the rows of one result. It belongs to the connection of its type
// map and is not safe for concurrent use. Making one is cheap after the first
// result with the same columns.
type Plan struct {
	*program
	types         *pgtype.Map
	timestampIn   *time.Location
	timestamptzIn *time.Location
	scanPlans     []pgtype.ScanPlan
	slabs         []slab
	bases         []unsafe.Pointer // of the current row's objects
	expect        int              // rows still expected, the size of new slabs
	scanned       int              // rows
	block         []byte           // the text of rows, with room for more
}

// NewPlan returns a plan for a result with the columns fds, read on the
// connection of the type map tm. Times are in the location of tm's codecs.
// Without one a timestamptz is in time.Local and a timestamp in UTC, as in pgx.
// An error is [ErrShape]. It runs no queries.
func NewPlan(shape *Shape, fds []pgconn.FieldDescription, tm *pgtype.Map) (*Plan, error) {
	g, err := shape.program(fds, tm)
	if err != nil {
		return nil, err
	}
	p, kept := g.plans.Get().(*Plan)
	if !kept {
		p = &Plan{program: g}
		if n := len(g.slabs); n > 0 {
			p.slabs = make([]slab, n)
			for i, t := range g.slabs {
				p.slabs[i].typ = t
			}
		}
		if n := len(g.objects); n > 1 {
			p.bases = make([]unsafe.Pointer, n)
		}
	}
	p.types = tm
	p.timestampIn, p.timestamptzIn = locations(tm)
	return p, nil
}

// Release keeps the plan for another result. It forgets the connection, and
// the memory of rows. The plan is not used again.
func (p *Plan) Release() {
	p.types, p.timestampIn, p.timestamptzIn, p.scanPlans = nil, nil, nil, nil
	for i := range p.slabs {
		p.slabs[i].block, p.slabs[i].left = nil, 0
	}
	clear(p.bases)
	p.expect, p.scanned, p.block = 0, 0, nil
	p.plans.Put(p)
}

// Expect announces that about rows more rows will be scanned, so that texts,
// the values of pointer fields and joined objects are allocated in blocks. The
// default is 1: each value is allocated alone.
func (p *Plan) Expect(rows int) { p.expect = rows }

// Anticipate is Expect for a result whose number of rows is unknown: as many
// more as were scanned, up to a chunk, unless more are expected already.
func (p *Plan) Anticipate() {
	if p.expect <= 0 {
		p.expect = min(p.scanned, chunkRows)
	}
}

// Scan decodes one row into the root struct at base, which must be of the
// shape's root type, and into new structs for the joined objects. A NULL leaves
// the field unchanged, so the struct must be zero or [Plan.Reset]. vals are the
// raw values of the row, which Scan does not keep. ctx is passed to GORM
// serializers only. After an error, a [*ColumnError] for a value, part of the
// row may have been written.
func (p *Plan) Scan(ctx context.Context, base unsafe.Pointer, vals [][]byte) error {
	if len(vals) != len(p.columns) {
		return fmt.Errorf("%w: a row of %d values for %d columns", ErrShape, len(vals), len(p.columns))
	}
	text := p.room(p.textSize(vals))
	for i := range p.objects {
		o := &p.objects[i]
		at := base
		if i > 0 {
			at = p.joined(o, vals)
		}
		if p.bases != nil {
			p.bases[i] = at
		}
		if at == nil {
			continue
		}
		for j := o.first; j < o.end; j++ {
			if err := p.scanColumn(ctx, &p.columns[j], at, vals[j], text); err != nil {
				return p.columns[j].fail(err)
			}
		}
	}
	if p.expect > 0 {
		p.expect--
	}
	p.scanned++
	return nil
}

// The most and the least bytes of a block that rows share for their text, and
// the least bytes of a row whose text is allocated alone.
const (
	blockSize  = 16 << 10
	leastBlock = 512
	ownText    = blockSize / 4
)

// room returns a block with room for the text of a row. Rows of a chunk share
// blocks, and a block lives as long as one of its strings. A block never grows,
// so the strings cut from it stay valid.
func (p *Plan) room(size int) *[]byte {
	if size == 0 {
		return &p.block
	}
	if size >= ownText {
		own := make([]byte, 0, size)
		return &own
	}
	if size > cap(p.block)-len(p.block) {
		room := size
		if p.expect > 1 { // sizes differ: the last rows do not take a block each
			room = max(size, min(max(size*min(p.expect, blockSize), leastBlock), blockSize))
		}
		p.block = make([]byte, 0, room)
	}
	return &p.block
}

func (p *Plan) textSize(vals [][]byte) int {
	n := 0
	for _, i := range p.text {
		n += len(vals[i])
	}
	return n
}

// joined returns the address of a joined object of this row, nil if it is
// absent.
func (p *Plan) joined(o *object, vals [][]byte) unsafe.Pointer {
	parent := p.bases[o.parent]
	if parent == nil {
		return nil
	}
	for _, k := range o.key {
		if vals[k] == nil {
			return nil
		}
	}
	link := unsafe.Add(parent, o.link)
	if o.behind != nil {
		holder := reflect.NewAt(p.objects[o.parent].typ, parent)
		link = o.behind.ReflectValueOf(context.Background(), holder).Addr().UnsafePointer() // it makes the embedded struct
	}
	if !o.pointer {
		return link
	}
	at := p.slabs[o.slab].take(p.expect)
	*(*unsafe.Pointer)(link) = at
	return at
}

// scanColumn decodes one value into the struct at base.
func (p *Plan) scanColumn(ctx context.Context, c *column, base unsafe.Pointer, src []byte, text *[]byte) error {
	switch c.code {
	case codeSkip:
		return nil
	case codeSetter:
		return p.set(ctx, c, base, src, text)
	case codeSerializer:
		return p.deserialize(ctx, c, base, src)
	}
	if src == nil {
		return nil
	}
	dst := unsafe.Add(base, c.offset)
	if !c.pointer {
		return p.decode(c, c.code, dst, src, text)
	}
	slot := p.slabs[c.slab].take(p.expect)
	if err := p.decode(c, c.code, slot, src, text); err != nil {
		return err
	}
	*(*unsafe.Pointer)(dst) = slot
	return nil
}

// decode decodes src, which is not NULL, to dst, which holds a c.typ.
func (p *Plan) decode(c *column, how code, dst unsafe.Pointer, src []byte, text *[]byte) error {
	switch how {
	case codeInt64:
		if len(src) != 8 {
			return lengthError("int8", len(src))
		}
		*(*int64)(dst) = int64(binary.BigEndian.Uint64(src))
	case codeInt32:
		if len(src) != 4 {
			return lengthError("int4", len(src))
		}
		*(*int32)(dst) = int32(binary.BigEndian.Uint32(src))
	case codeInt:
		n, err := readInt(src, c.width)
		if err != nil {
			return err
		}
		return storeInt(dst, c.typ, n)
	case codeFloat32:
		return store[float32](dst)(readFloat4(src))
	case codeFloat4To64:
		f, err := readFloat4(src)
		if err != nil {
			return err
		}
		*(*float64)(dst) = float64(f)
	case codeFloat64:
		return store[float64](dst)(readFloat8(src))
	case codeBool:
		return store[bool](dst)(readBool(src))
	case codeString:
		*(*string)(dst) = cut(text, src)
	case codeBytes:
		*(*[]byte)(dst) = append(make([]byte, 0, len(src)), src...)
	case codeUUID:
		if len(src) != 16 {
			return lengthError("uuid", len(src))
		}
		*(*uuid.UUID)(dst) = uuid.UUID(src)
	case codeDate:
		return store[time.Time](dst)(readDate(src))
	case codeTimestamp:
		return store[time.Time](dst)(readTimestamp(src, p.timestampIn))
	case codeTimestamptz:
		return store[time.Time](dst)(readTimestamptz(src, p.timestamptzIn))
	case codeFloatText:
		if len(src) > 0 {
			if f, err := strconv.ParseFloat(unsafe.String(&src[0], len(src)), 64); err == nil {
				*(*float64)(dst) = f
				return nil
			}
		}
		return p.decodeSlowly(c, codeAssign, dst, src) // for its error
	default:
		return p.decodeSlowly(c, how, dst, src)
	}
	return nil
}

// cut appends src to the block and returns that part as a string.
func cut(text *[]byte, src []byte) string {
	if len(src) == 0 {
		return ""
	}
	n := len(*text)
	*text = append(*text, src...)
	return unsafe.String(&(*text)[n], len(src))
}

// store returns a function that stores what a reader returns at dst, a T.
func store[T any](dst unsafe.Pointer) func(T, error) error {
	return func(v T, err error) error {
		if err == nil {
			*(*T)(dst) = v
		}
		return err
	}
}

func (p *Plan) decodeSlowly(c *column, how code, dst unsafe.Pointer, src []byte) error {
	if how == codePgx {
		return p.scanByPgx(c, src, reflect.NewAt(c.typ, dst).Interface())
	}
	v, err := p.value(c, src)
	if err != nil {
		return err
	}
	if how == codeAssign {
		return c.assign(dst, v)
	}
	return reflect.NewAt(c.typ, dst).Interface().(scanner).Scan(v)
}

// zoned is a wrapper that reads times from text.
type zoned interface{ SetZone(*time.Location) }

type scanner interface{ Scan(src any) error }

// scanByPgx scans src by pgx. In an array of a type that the connection does
// not know, a domain, pgx expects moments for times.
func (p *Plan) scanByPgx(c *column, src []byte, dst any) error {
	err := p.scanPlan(c).Scan(src, dst)
	if err != nil && c.origin == originNone && c.how == howString {
		for _, oid := range []uint32{pgtype.TimestampArrayOID, pgtype.DateArrayOID} {
			if p.types.Scan(oid, pgtype.TextFormatCode, src, dst) == nil {
				return nil
			}
		}
	}
	if err != nil && strings.Contains(err.Error(), `"`) { // it quotes the value
		return &conversionError{fmt.Sprintf("the value does not fit %s", c.typ), err}
	}
	return err
}

// scanPlan returns the connection's own plan for a column. It is made for the
// first value that needs it.
func (p *Plan) scanPlan(c *column) pgtype.ScanPlan {
	if p.scanPlans == nil {
		p.scanPlans = make([]pgtype.ScanPlan, p.bound)
	}
	if p.scanPlans[c.bound] == nil {
		target := reflect.New(c.typ)
		if depth(c.typ) > pgxDepth {
			p.scanPlans[c.bound] = deepPlan{p.types.PlanScan(c.oid, c.format, &deepArray{slice: target.Elem()})}
		} else {
			p.scanPlans[c.bound] = p.types.PlanScan(c.oid, c.format, target.Interface())
		}
	}
	return p.scanPlans[c.bound]
}

// set calls GORM's setter as GORM does, with a pointer to a pointer, the latter
// nil for NULL. So GORM decides whether NULL allocates the embedded struct,
// unless the shape does.
func (p *Plan) set(ctx context.Context, c *column, base unsafe.Pointer, src []byte, text *[]byte) error {
	if src == nil && p.keepsNil {
		return nil
	}
	v := reflect.New(reflect.PointerTo(c.typ))
	if src != nil {
		slot := reflect.New(c.typ)
		if err := p.decode(c, c.inner, slot.UnsafePointer(), src, text); err != nil {
			return err
		}
		v.Elem().Set(slot)
	}
	return c.field.Set(ctx, reflect.NewAt(c.model, base), v.Interface())
}

// deserialize runs the field's serializer through GORM's own wrapper, which the
// field's pool makes and its setter unpacks. A serializer sees NULL too, except
// behind an embedded pointer that stays nil.
func (p *Plan) deserialize(ctx context.Context, c *column, base unsafe.Pointer, src []byte) error {
	if src == nil && c.behind && p.keepsNil {
		if _, ok := find(reflect.NewAt(c.model, base).Elem(), c.field.StructField.Index); !ok {
			return nil
		}
	}
	var v any
	if src != nil {
		var err error
		if v, err = p.value(c, src); err != nil {
			return err
		}
	}
	wrapper := c.field.NewValuePool.Get()
	if z, ok := wrapper.(zoned); ok {
		z.SetZone(p.timestampIn)
	}
	err := wrapper.(scanner).Scan(v)
	if err == nil {
		err = c.field.Set(ctx, reflect.NewAt(c.model, base), wrapper)
	}
	c.field.NewValuePool.Put(wrapper)
	text, isText := jsonText(v)
	if err != nil || !isText || !losesDigits(c.field, text) {
		return err
	}
	whole := reflect.New(c.field.FieldType)
	if err := jsonvalue.Unmarshal(text, whole.Elem(), jsonvalue.Exact); err != nil {
		return err
	}
	return c.field.Set(ctx, reflect.NewAt(c.model, base), whole.Elem().Interface())
}

// Reset zeroes the fields of the shape in the root struct at base, so that a
// NULL scanned next becomes the zero value. Links to joined objects become nil.
// The old objects stay unchanged, since other pointers may refer to them.
// Fields outside the shape keep their value.
func (p *Plan) Reset(base unsafe.Pointer) {
	for i := range p.objects {
		o := &p.objects[i]
		at := base
		if i > 0 {
			at = nil
			if parent := p.bases[o.parent]; parent != nil {
				at = p.linkIn(o, parent)
			}
			if at != nil && o.pointer {
				*(*unsafe.Pointer)(at) = nil
				at = nil
			}
		}
		if p.bases != nil {
			p.bases[i] = at
		}
		if at == nil {
			continue
		}
		for j := o.first; j < o.end; j++ {
			if f := p.columns[j].field; f != nil {
				zero(reflect.NewAt(o.typ, at).Elem(), f)
			}
		}
	}
	if p.keepsNil {
		p.collapse(base)
	}
}

// collapse sets embedded pointers to nil whose structs are zero.
func (p *Plan) collapse(base unsafe.Pointer) {
	for i := range p.objects {
		o, at := &p.objects[i], base
		if p.bases != nil {
			at = p.bases[i]
		}
		for j := o.first; j < o.end && at != nil; j++ {
			if c := &p.columns[j]; c.behind {
				collapse(reflect.NewAt(o.typ, at).Elem(), c.field.StructField.Index)
			}
		}
	}
}

// linkIn returns the address of a link field in the parent at an address, nil
// if it lies behind an embedded pointer that is nil.
func (p *Plan) linkIn(o *object, parent unsafe.Pointer) unsafe.Pointer {
	if o.behind == nil {
		return unsafe.Add(parent, o.link)
	}
	v, ok := find(reflect.NewAt(p.objects[o.parent].typ, parent).Elem(), o.behind.StructField.Index)
	if !ok {
		return nil
	}
	return v.Addr().UnsafePointer()
}

// zero zeroes the field without allocating embedded structs on the path.
func zero(v reflect.Value, f *schema.Field) {
	if at, ok := find(v, f.StructField.Index); ok {
		at.SetZero()
	}
}
