package lookup

import (
	"maps"
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
	// Step is what the Key of a step into JSON finds.
	Step Step
}

// Step is what a step into JSON finds.
type Step uint8

// The steps into JSON.
const (
	AnyStep Step = iota // the element of that index if the key is an integer, else the member of that name
	Member              // the member of an object
	Element             // the element of an array
)

// transforms maps the names of the transforms of a kind to the types of their
// results. The zero Type stands for that of the value itself.
var transforms = func() map[Kind]map[string]Type {
	date, clock := map[string]Type{}, map[string]Type{}
	for _, name := range []string{"year", "iso_year", "month", "day", "week", "week_day", "iso_week_day", "quarter"} {
		date[name] = Type{Kind: Int}
	}
	for _, name := range []string{"hour", "minute", "second"} {
		clock[name] = Type{Kind: Int}
	}
	both := map[string]Type{"date": DateType, "time": ClockType}
	maps.Copy(both, date)
	maps.Copy(both, clock)
	return map[Kind]map[string]Type{
		Date: date, Time: both, Clock: clock,
		Text:   {"unaccent": {}},
		Array:  {"len": {Kind: Int}},
		HStore: {"keys": ArrayOf(TextType), "values": ArrayOf(TextType)},
		Range:  {"isempty": BoolType, "lower_inc": BoolType, "lower_inf": BoolType, "upper_inc": BoolType, "upper_inf": BoolType},
	}
}()

// TransformOf returns the transform of that name for values of type t and the
// type of its result.
func TransformOf(name string, t Type) (Transform, Type, bool) {
	if result, ok := transforms[t.Kind][name]; ok {
		if result.IsZero() {
			result = t
		}
		return Transform{Name: name}, result, true
	}
	elem := Type{}
	if t.Elem != nil {
		elem = *t.Elem
	}
	switch t.Kind {
	case Array:
		if digits(name) {
			if t.Dims > 1 {
				elem = t
				elem.Dims--
			}
			return Transform{Name: "index", Key: name}, elem, true
		}
		if from, to, ok := strings.Cut(name, "_"); ok && digits(from) && digits(to) {
			return Transform{Name: "slice", Key: name}, t, true
		}
	case Range:
		if name == "startswith" || name == "endswith" {
			return Transform{Name: name}, elem, true
		}
	case HStore:
		return Transform{Name: "key", Key: name}, TextType, name != ""
	case JSON:
		return Transform{Name: "key", Key: name}, JSONType, name != ""
	}
	return Transform{}, t, false
}

func digits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// Choices returns the operators and transforms of values of type t, sorted.
func Choices(t Type) []string {
	names := slices.Collect(maps.Keys(transforms[t.Kind]))
	if t.Kind == Range {
		names = append(names, "startswith", "endswith") // of its ends' type
	}
	for i, n := range opNames {
		if Op(i).on(t.Kind) {
			names = append(names, n)
		}
	}
	return sorted(names)
}
