package lookup

import (
	"slices"
	"strings"
)

// Transform computes a value from a column before the comparison, such as the
// year of a date.
type Transform struct {
	// Name is the transform's name: "year", "len", "key" for a step into JSON or
	// hstore, "index" and "slice" for arrays.
	Name string
	// Key is the argument: of a key, an index or a slice, the part that an extract
	// takes, the unit of a trunc.
	Key string
	// Zone is the time zone of a time, "" for the database's.
	Zone string
}

var (
	dateParts = []string{"year", "iso_year", "month", "day", "week", "week_day", "iso_week_day", "quarter"}
	timeParts = []string{"hour", "minute", "second"}
)

// TransformOf returns the transform of that name for values of type t and the
// type of its result.
func TransformOf(name string, t Type) (Transform, Type, bool) {
	number := Type{Kind: Int}
	switch t.Kind {
	case Date:
		if slices.Contains(dateParts, name) {
			return Transform{Name: name}, number, true
		}
	case Time:
		switch {
		case slices.Contains(dateParts, name), slices.Contains(timeParts, name):
			return Transform{Name: name}, number, true
		case name == "date":
			return Transform{Name: name}, Type{Kind: Date, SQL: "date"}, true
		case name == "time":
			return Transform{Name: name}, Type{Kind: Clock, SQL: "time"}, true
		}
	case Clock:
		if slices.Contains(timeParts, name) {
			return Transform{Name: name}, number, true
		}
	case Text:
		if name == "unaccent" {
			return Transform{Name: name}, t, true
		}
	case Array:
		elem := Type{}
		if t.Elem != nil {
			elem = *t.Elem
		}
		if name == "len" {
			return Transform{Name: name}, number, true
		}
		if digits(name) {
			return Transform{Name: "index", Key: name}, elem, true
		}
		if from, to, ok := strings.Cut(name, "_"); ok && digits(from) && digits(to) {
			return Transform{Name: "slice", Key: name}, t, true
		}
	case HStore:
		switch name {
		case "keys", "values":
			return Transform{Name: name}, ArrayOf(TextType), true
		case "":
			return Transform{}, t, false
		}
		return Transform{Name: "key", Key: name}, TextType, true
	case Range:
		elem := Type{}
		if t.Elem != nil {
			elem = *t.Elem
		}
		switch name {
		case "startswith", "endswith":
			return Transform{Name: name}, elem, true
		case "isempty", "lower_inc", "lower_inf", "upper_inc", "upper_inf":
			return Transform{Name: name}, BoolType, true
		}
	case JSON:
		if name == "" {
			return Transform{}, t, false
		}
		return Transform{Name: "key", Key: name}, JSONType, true
	}
	return Transform{}, t, false
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// Choices returns the operators and transforms of values of type t, sorted.
func Choices(t Type) []string {
	var names []string
	for i, n := range opNames {
		if Op(i).on(t.Kind) {
			names = append(names, n)
		}
	}
	switch t.Kind {
	case Date:
		names = append(names, dateParts...)
	case Time:
		names = append(append(append(names, dateParts...), timeParts...), "date", "time")
	case Clock:
		names = append(names, timeParts...)
	case Text:
		names = append(names, "unaccent")
	case Array:
		names = append(names, "len")
	case HStore:
		names = append(names, "keys", "values")
	case Range:
		names = append(names, "isempty", "lower_inc", "lower_inf", "upper_inc", "upper_inf")
	}
	slices.Sort(names)
	return slices.Compact(names)
}
