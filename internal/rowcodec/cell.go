package rowcodec

import (
	"database/sql/driver"
	"fmt"
	"reflect"
	"slices"
	"unsafe"

	"github.com/jackc/pgx/v5/pgtype"
)

// Cell is a parameter: the value of a field in one struct, which [Params]
// encode straight from there. The value is read when it is encoded. Everywhere
// else it is what Value returns.
type Cell struct {
	source *Source
	base   unsafe.Pointer // of the struct
}

// NewCell returns the value of a source in the struct at base.
func NewCell(s *Source, base unsafe.Pointer) Cell { return Cell{s, base} }

// Value implements [driver.Valuer].
func (c *Cell) Value() (driver.Value, error) {
	typ := c.source.typ
	if c.source.pointer {
		typ = reflect.PointerTo(typ)
	}
	v := reflect.NewAt(typ, unsafe.Add(c.base, c.source.offset)).Elem()
	if c.source.notNull && typ.Kind() == reflect.Slice && v.IsNil() {
		return []byte{}, nil
	}
	return v.Interface(), nil
}

// Format implements [fmt.Formatter]: a cell prints as its value does.
func (c *Cell) Format(s fmt.State, verb rune) {
	v, _ := c.Value()
	_, _ = fmt.Fprintf(s, fmt.FormatString(s, verb), v)
}

// WithoutCells returns args with the values of cells.
func WithoutCells(args []any) []any {
	out := args
	for i, a := range args {
		c, is := a.(*Cell)
		if !is {
			continue
		}
		if &out[0] == &args[0] {
			out = slices.Clone(args)
		}
		out[i], _ = c.Value()
	}
	return out
}

// addCell appends the value of a cell. It returns false for one that is left to
// the driver.
func (p *Params) addCell(t *ParamTypes, pt *paramType, c *Cell) bool {
	pt.find(t.types)
	if typ := c.source.typ; typ == stringType || pt.text && typ.Kind() == reflect.String {
		at := unsafe.Add(c.base, c.source.offset)
		if c.source.pointer {
			at = *(*unsafe.Pointer)(at)
		}
		if at == nil {
			p.addNull(pgtype.TextFormatCode)
		} else {
			p.addText(*(*string)(at))
		}
		return true
	}
	return pt.direct && p.addEncoded(pt.append(p.buf, c.source, c.base))
}

var stringType = reflect.TypeFor[string]()
