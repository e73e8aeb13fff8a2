package compile

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/query"
)

// clockParts are the transforms of dates and times as the clocks of a zone show
// them, each as what stands around the time.
var clockParts = map[string][2]string{
	"year": {"EXTRACT(YEAR FROM ", ")"}, "iso_year": {"EXTRACT(ISOYEAR FROM ", ")"}, "month": {"EXTRACT(MONTH FROM ", ")"},
	"day": {"EXTRACT(DAY FROM ", ")"}, "week": {"EXTRACT(WEEK FROM ", ")"}, "iso_week_day": {"EXTRACT(ISODOW FROM ", ")"},
	"quarter": {"EXTRACT(QUARTER FROM ", ")"}, "hour": {"EXTRACT(HOUR FROM ", ")"}, "minute": {"EXTRACT(MINUTE FROM ", ")"},
	"second": {"EXTRACT(SECOND FROM DATE_TRUNC('second', ", "))"}, "week_day": {"EXTRACT(DOW FROM ", ") + 1"},
	"date": {"(", ")::date"}, "time": {"(", ")::time"},
}

// functions are the transforms that are functions. Those of ranges share their
// names with lookups of text.
var functions = map[string]string{
	"keys": "akeys", "values": "avals", "unaccent": "UNACCENT", "startswith": "lower", "endswith": "upper", "isempty": "isempty",
	"lower_inc": "lower_inc", "lower_inf": "lower_inf", "upper_inc": "upper_inc", "upper_inf": "upper_inf",
}

// transformed writes a transform of an expression.
func (b *builder) transformed(x *expr) {
	inner, tr, from := x.args[0], x.e.Transform, len(b.buf)
	switch tr.Name {
	case "key", "keytext":
		b.jsonKey(x)
	case "index":
		n, _ := strconv.Atoi(tr.Key)
		nested := inner.field == nil && inner.e.Kind == query.Transformed && inner.e.Transform.Name == "index"
		b.written(inner) // (x)[1][2]: PostgreSQL's arrays of arrays have no rows of their own
		if !nested {
			b.parens(from)
		}
		b.str("[" + strconv.Itoa(n+1) + "]")
	case "slice":
		lo, hi, _ := strings.Cut(tr.Key, "_")
		n, _ := strconv.Atoi(lo)
		b.str("(")
		b.written(inner)
		b.str(")[" + strconv.Itoa(n+1) + ":" + hi + "]")
	case "len":
		b.str("CASE WHEN ")
		b.part(inner)
		b.str(" IS NULL THEN NULL ELSE COALESCE(ARRAY_LENGTH(")
		b.written(inner)
		b.str(", 1), 0) END")
	case "trunc":
		b.trunc(x)
	case "extract":
		b.str("TRUNC(EXTRACT(" + tr.Key + " FROM ")
		b.zoned(inner, tr.Zone)
		b.str("))")
	default:
		if part, ok := clockParts[tr.Name]; ok {
			b.str(part[0])
			b.zoned(inner, tr.Zone)
			b.str(part[1])
			return
		}
		b.str(functions[tr.Name] + "(")
		b.written(inner)
		b.str(")")
	}
}

// literal writes text as an SQL literal. It is for names that the program
// itself has, such as time zones.
func (b *builder) literal(s string) {
	b.str("'" + strings.ReplaceAll(s, "'", "''") + "'")
}

// jsonKey writes steps into JSON, the last one as text for keytext.
func (b *builder) jsonKey(x *expr) {
	base, keys := jsonPath(x)
	if len(keys) == 0 {
		b.fail(errors.New("the text of a JSON key needs a key (fn.KT takes a name such as data__key)"))
		return
	}
	if base.typ().Kind == lookup.HStore {
		b.part(base)
		b.str(" -> ")
		b.argOf(x, keys[0].key)
		b.str("::text")
		return
	}
	arrow := "->"
	if x.e.Transform.Name == "keytext" {
		arrow = "->>"
	}
	b.part(base)
	if len(keys) > 1 && !slices.ContainsFunc(keys, jsonStep.exact) {
		b.str(" #" + arrow[1:] + " ")
		texts := make([]string, len(keys))
		for i, k := range keys {
			texts[i] = k.key
		}
		b.argOf(x, texts)
		b.str("::text[]")
		return
	}
	for i, k := range keys {
		if i < len(keys)-1 {
			b.str(" -> ")
		} else {
			b.str(" " + arrow + " ")
		}
		if n, ok := k.index(); ok && k.step != lookup.Member {
			b.argOf(k, n)
			b.str("::int")
			continue
		}
		b.argOf(k, k.key)
		b.str("::text")
	}
}

// jsonStep is one step of a path into JSON.
type jsonStep struct {
	x    *expr
	key  string
	step lookup.Step
}

// index returns the key as the index of an array.
func (s jsonStep) index() (int, bool) {
	n, err := strconv.ParseInt(s.key, 10, 32)
	return int(n), err == nil
}

// exact reports whether the step finds something else than that of a path of
// texts.
func (s jsonStep) exact() bool {
	_, index := s.index()
	return index && s.step != lookup.AnyStep
}
