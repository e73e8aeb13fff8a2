package compile

import (
	"errors"
	"strconv"
	"strings"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/query"
)

// parts are the fields of EXTRACT for the transforms of dates and times.
var parts = map[string]string{"year": "YEAR", "iso_year": "ISOYEAR", "month": "MONTH", "day": "DAY", "week": "WEEK", "iso_week_day": "ISODOW",
	"quarter": "QUARTER", "hour": "HOUR", "minute": "MINUTE"}

func (b *builder) transformed(x *expr) {
	inner, tr := x.args[0], x.e.Transform
	switch tr.Name {
	case "key", "keytext":
		b.jsonKey(x)
		return
	case "index":
		n, _ := strconv.Atoi(tr.Key)
		nested := inner.field == nil && inner.e.Kind == query.Transformed && inner.e.Transform.Name == "index"
		if !nested { // (x)[1][2]: PostgreSQL's arrays of arrays have no rows of their own
			b.str("(")
		}
		b.written(inner)
		if !nested {
			b.str(")")
		}
		b.str("[" + strconv.Itoa(n+1) + "]")
		return
	case "slice":
		lo, hi, _ := strings.Cut(tr.Key, "_")
		n, _ := strconv.Atoi(lo)
		m, _ := strconv.Atoi(hi)
		b.str("(")
		b.written(inner)
		b.str(")[" + strconv.Itoa(n+1) + ":" + strconv.Itoa(m) + "]")
		return
	case "len":
		b.str("CASE WHEN ")
		b.operand(inner)
		b.str(" IS NULL THEN NULL ELSE COALESCE(ARRAY_LENGTH(")
		b.written(inner)
		b.str(", 1), 0) END")
		return
	case "keys":
		b.str("akeys(")
		b.written(inner)
		b.str(")")
		return
	case "values":
		b.str("avals(")
		b.written(inner)
		b.str(")")
		return
	case "unaccent":
		b.str("UNACCENT(")
		b.written(inner)
		b.str(")")
		return
	case "trunc":
		b.trunc(x)
		return
	case "extract":
		b.str("TRUNC(EXTRACT(" + tr.Key + " FROM ")
		b.zoned(inner, tr.Zone)
		b.str("))")
		return
	case "date":
		b.str("(")
		b.zoned(inner, tr.Zone)
		b.str(")::date")
		return
	case "time":
		b.str("(")
		b.zoned(inner, tr.Zone)
		b.str(")::time")
		return
	case "second":
		b.str("EXTRACT(SECOND FROM DATE_TRUNC('second', ")
		b.zoned(inner, tr.Zone)
		b.str("))")
		return
	case "week_day":
		b.str("EXTRACT(DOW FROM ")
		b.zoned(inner, tr.Zone)
		b.str(") + 1")
		return
	}
	if fn, ok := rangeParts[tr.Name]; ok && inner.typ().Kind == lookup.Range {
		b.str(fn + "(")
		b.written(inner)
		b.str(")")
		return
	}
	b.str("EXTRACT(" + parts[tr.Name] + " FROM ")
	b.zoned(inner, tr.Zone)
	b.str(")")
}

var rangeParts = map[string]string{"startswith": "lower", "endswith": "upper", "isempty": "isempty", "lower_inc": "lower_inc",
	"lower_inf": "lower_inf", "upper_inc": "upper_inc", "upper_inf": "upper_inf"}

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
		b.operand(base)
		b.str(" -> ")
		b.argOf(x, keys[0])
		b.str("::text")
		return
	}
	arrow := "->"
	if x.e.Transform.Name == "keytext" {
		arrow = "->>"
	}
	b.operand(base)
	if len(keys) > 1 {
		b.str(" #" + arrow[1:] + " ")
		b.argOf(x, keys)
		b.str("::text[]")
		return
	}
	b.str(" " + arrow + " ")
	if n, err := strconv.Atoi(keys[0]); err == nil {
		b.argOf(x, n)
		b.str("::int")
		return
	}
	b.argOf(x, keys[0])
	b.str("::text")
}
