package query

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/param"
)

// Parse reads text, as a request's parameter has it, as a value for a lookup. A
// date or time without an offset is one of the database's zone. want is what
// fits, if the text does not. The error is of the lookup itself.
func (q *Query) Parse(lookupText, text string) (value any, want string, err error) {
	e, ends, err := q.resolveLeft(lookupText)
	if err != nil {
		return nil, "", err
	}
	if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
		return nil, "text in UTF-8 without NUL", nil
	}
	zone := q.Model.DB.TimeZone()
	if ends.def != nil {
		value, want = ends.def.parse(e, text, zone)
		return value, want, nil
	}
	typ, op := e.Type, ends.op
	contains := op == lookup.Contains && (typ.Kind == lookup.Array || typ.Kind == lookup.JSON || typ.Kind == lookup.Range)
	if op.IsText() && !contains {
		typ = lookup.TextType
	}
	switch op {
	case lookup.IsNull:
		if b, err := strconv.ParseBool(text); err == nil {
			return b, "", nil
		}
		return nil, "true or false", nil
	case lookup.In, lookup.Between, lookup.HasKeys, lookup.HasAnyKeys:
		if op == lookup.HasKeys || op == lookup.HasAnyKeys {
			typ = lookup.TextType
		}
		var values []any
		for _, part := range strings.Split(text, ",") {
			v, want := parseOne(typ, part, zone)
			if want != "" {
				return nil, "a list of values, each " + want, nil
			}
			values = append(values, v)
		}
		if op == lookup.Between && len(values) != 2 {
			return nil, "two values joined by a comma", nil
		}
		return values, "", nil
	case lookup.HasKey:
		return text, "", nil
	}
	switch {
	case typ.Kind == lookup.Array && typ.Elem != nil:
		value, want = parseElements(*typ.Elem, text, zone)
	case typ.Kind == lookup.Range && typ.Elem != nil:
		value, want = parseRange(*typ.Elem, text, contains, zone)
	default:
		value, want = parseOne(typ, text, zone)
	}
	return value, want, nil
}

// parse reads the right side of a registered lookup of e.
func (d *LookupDef) parse(e *Expr, text string, zone *time.Location) (value any, want string) {
	t := d.Right
	if t.IsZero() {
		t = e.Type
	}
	switch {
	case d.List:
		return parseElements(t, text, zone)
	case t.Kind == lookup.Array && t.Elem != nil:
		return parseElements(*t.Elem, text, zone)
	}
	return parseOne(t, text, zone)
}

// parseElements reads the elements of an array, joined by commas; no text is no
// elements.
func parseElements(t lookup.Type, text string, zone *time.Location) (value any, want string) {
	parts := strings.Split(text, ",")
	if text == "" {
		parts = nil
	}
	values := []any{}
	for _, part := range parts {
		v, want := parseElement(t, part, zone)
		if want != "" {
			return nil, "a list of values, each " + want
		}
		values = append(values, v)
	}
	if len(values) == 0 {
		return []string{}, ""
	}
	return param.Array(values), ""
}

// parseElement reads what an array or a range holds. An integer that its type
// cannot hold is no element of any.
func parseElement(t lookup.Type, text string, zone *time.Location) (value any, want string) {
	value, want = parseOne(t, text, zone)
	if n, ok := value.(int64); ok && want == "" && t.Kind == lookup.Int {
		if lo, hi := t.IntRange(); n < lo || n > hi {
			return nil, fmt.Sprintf("an integer from %d to %d", lo, hi)
		}
	}
	return value, want
}

// parseRange reads a range: two ends joined by a comma, of which each may be
// empty, PostgreSQL's form such as [1,5), or, where member is set, what a range
// holds.
func parseRange(t lookup.Type, text string, member bool, zone *time.Location) (value any, want string) {
	if text != "" && strings.ContainsRune("[({", rune(text[0])) || strings.EqualFold(text, "empty") {
		return text, ""
	}
	ends := strings.Split(text, ",")
	if len(ends) == 1 && member {
		return parseElement(t, text, zone)
	}
	if len(ends) != 2 {
		return nil, "two ends joined by a comma, or a range such as [1,5)"
	}
	var bounds [2]any
	for i, end := range ends {
		if end == "" {
			continue
		}
		if bounds[i], want = parseElement(t, end, zone); want != "" {
			return nil, "two ends joined by a comma, each " + want
		}
	}
	return bounds, ""
}

// MaxDigits is the most digits of a number in a request: far more than a client
// needs, and few enough that reading them costs nothing.
const MaxDigits = 1000

// The forms of times in a request: RFC 3339, and what HTML's inputs of date,
// time and datetime-local send.
var (
	timeForms  = []string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02 15:04", time.DateOnly}
	clockForms = []string{"15:04:05", "15:04"}
)

// Side returns the kind of the left side of a lookup, and its operator.
func (q *Query) Side(text string) (lookup.Kind, lookup.Op, error) {
	e, ends, err := q.resolveLeft(text)
	if err != nil {
		return 0, 0, err
	}
	return e.Type.Kind, ends.op, nil
}

// Many reports whether a lookup goes over a relation to many, so that its
// condition may repeat rows.
func (q *Query) Many(text string) (bool, error) {
	e, _, err := q.resolveLeft(text)
	return err == nil && e.many() != nil, err
}

func parseOne(t lookup.Type, text string, zone *time.Location) (value any, want string) {
	switch t.Kind {
	case lookup.Int:
		n, err := strconv.ParseInt(text, 10, 64)
		return n, unlessFits(err == nil, "an integer")
	case lookup.Float:
		x, err := strconv.ParseFloat(text, 64)
		return x, unlessFits(err == nil, "a number")
	case lookup.Decimal:
		if len(text) > MaxDigits {
			return nil, fmt.Sprintf("a decimal of at most %d digits", MaxDigits)
		}
		d, err := decimal.NewFromString(text)
		if err == nil && max(d.Exponent(), -d.Exponent()) > MaxDigits {
			return nil, fmt.Sprintf("a decimal of at most %d digits", MaxDigits)
		}
		return d, unlessFits(err == nil, "a decimal")
	case lookup.Bool:
		b, err := strconv.ParseBool(text)
		return b, unlessFits(err == nil, "true or false")
	case lookup.Time, lookup.Date:
		for _, layout := range timeForms {
			if t, err := time.ParseInLocation(layout, text, zone); err == nil {
				return t, ""
			}
		}
		return nil, "a date or a time such as 2026-11-22 or 2026-11-22T10:00:00Z"
	case lookup.Clock:
		for _, layout := range clockForms {
			if t, err := time.Parse(layout, text); err == nil {
				return t.Format("15:04:05.999999"), ""
			}
		}
		return nil, "a time of day such as 23:59 or 23:59:00"
	case lookup.Duration:
		d, err := time.ParseDuration(text)
		return d, unlessFits(err == nil, "a duration such as 1h30m")
	case lookup.UUID:
		id, err := uuid.Parse(text)
		return id, unlessFits(err == nil, "a UUID")
	case lookup.JSON:
		return json.RawMessage(text), unlessFits(json.Valid([]byte(text)), "JSON")
	}
	return text, ""
}

func unlessFits(ok bool, want string) string {
	if ok {
		return ""
	}
	return want
}
