package query

import (
	"encoding/json"
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
	kind, op := e.Type.Kind, ends.op
	if op.IsText() && (kind != lookup.Array || op != lookup.Contains) && (kind != lookup.JSON || op != lookup.Contains) {
		kind = lookup.Text
	}
	switch op {
	case lookup.IsNull:
		if b, err := strconv.ParseBool(text); err == nil {
			return b, "", nil
		}
		return nil, "true or false", nil
	case lookup.In, lookup.Between, lookup.HasKeys, lookup.HasAnyKeys:
		if op == lookup.HasKeys || op == lookup.HasAnyKeys {
			kind = lookup.Text
		}
		var values []any
		for _, part := range strings.Split(text, ",") {
			v, want := parseOne(kind, part, zone)
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
	if kind == lookup.Array && e.Type.Elem != nil {
		value, want = parseElements(e.Type.Elem.Kind, text, zone)
		return value, want, nil
	}
	value, want = parseOne(kind, text, zone)
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
		return parseElements(t.Kind, text, zone)
	case t.Kind == lookup.Array && t.Elem != nil:
		return parseElements(t.Elem.Kind, text, zone)
	}
	return parseOne(t.Kind, text, zone)
}

// parseElements reads the elements of an array, joined by commas; no text is no
// elements.
func parseElements(kind lookup.Kind, text string, zone *time.Location) (value any, want string) {
	parts := strings.Split(text, ",")
	if text == "" {
		parts = nil
	}
	values := []any{}
	for _, part := range parts {
		v, want := parseOne(kind, part, zone)
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

func parseOne(kind lookup.Kind, text string, zone *time.Location) (value any, want string) {
	switch kind {
	case lookup.Int:
		n, err := strconv.ParseInt(text, 10, 64)
		return n, unlessFits(err == nil, "an integer")
	case lookup.Float:
		x, err := strconv.ParseFloat(text, 64)
		return x, unlessFits(err == nil, "a number")
	case lookup.Decimal:
		d, err := decimal.NewFromString(text)
		// An exponent can ask for more digits than anybody has memory for.
		ok := err == nil && d.Exponent() > -20000 && d.Exponent() < 20000
		return d, unlessFits(ok, "a decimal")
	case lookup.Bool:
		b, err := strconv.ParseBool(text)
		return b, unlessFits(err == nil, "true or false")
	case lookup.Time, lookup.Date:
		for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02 15:04:05", time.DateOnly} {
			if t, err := time.ParseInLocation(layout, text, zone); err == nil {
				return t, ""
			}
		}
		return nil, "a date or a time such as 2026-11-22 or 2026-11-22T10:00:00Z"
	case lookup.Clock:
		_, err := time.Parse("15:04:05.999999", text)
		return text, unlessFits(err == nil, "a time of day such as 23:59:00")
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
