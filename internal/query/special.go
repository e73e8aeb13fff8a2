package query

import (
	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/param"
)

// setSpecial checks the values that arrays, ranges and hstore compare with.
// done reports whether no other check follows.
func (l *Leaf) setSpecial(c side, v any, bad func(string) error) (done bool, err error) {
	typ := c.Type
	if l.Op == lookup.ContainedBy && (typ.Kind.Numeric() || typ.Kind == lookup.Date || typ.Kind == lookup.Time) {
		c.Type, c.Field, c.Rel = lookup.RangeOf(typ), nil, nil
	}
	ok := true
	switch {
	case l.Op == lookup.IsNull, l.Op == lookup.In, l.Op == lookup.Between:
		return false, nil
	case c.Type.Kind == lookup.Range:
		val, ok := c.Range(v, l.Op == lookup.Contains)
		if l.Value = valueOf(val); !ok {
			return true, bad("a range: two ends, text such as \"[1,5)\", or (for contains) " + param.Converter{Type: *c.Type.Elem}.Want())
		}
	case typ.Kind == lookup.HStore && (l.Op == lookup.Exact || l.Op == lookup.Contains || l.Op == lookup.ContainedBy):
		val, null := param.Plain(v)
		if l.Value = (Value{Kind: Null}); !null {
			var text string
			text, ok = param.HStore(val)
			l.Value = Value{Arg: text}
		}
		if !ok {
			return true, bad("a map of text")
		}
	case typ.Kind == lookup.Vector:
		if l.Value.Arg, ok = v.(string); !ok {
			return v != nil, bad("text, or a query (fn.SearchQuery)")
		}
	case l.Op == lookup.SearchOp:
		if l.Value.Arg, ok = v.(string); !ok {
			return true, bad("text, or a query (fn.SearchQuery)")
		}
	default:
		return false, nil
	}
	if l.Value.Kind == Null && l.Op != lookup.Exact {
		return true, bad(c.Want() + " (nil compares with exact or isnull)")
	}
	return true, nil
}
