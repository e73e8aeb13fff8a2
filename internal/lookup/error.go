package lookup

import (
	"fmt"
	"slices"
	"strings"
)

// Reason is the kind of mistake in a lookup.
type Reason uint8

// The reasons of an Error.
const (
	UnknownName    Reason = iota // the model has no such field or relation
	UnknownLookup                // the field has no such operator or transform
	RelationLookup               // the operator does not apply to a relation
	NotAName                     // something follows the name
	NotARelation                 // a field stands where a relation must
	NoSingleKey                  // "pk" of a model without a single primary key
	NoText                       // a byte that no name has: NUL, or not UTF-8
	Deferred                     // the column of a relation to join is not loaded
)

// Error is a lookup that does not resolve. It has no position: package repo
// adds the caller's line.
type Error struct {
	Model   string // the model that lacks the part
	Text    string // the whole lookup
	Part    string // the part that does not resolve
	Reason  Reason
	Choices []string // what could stand in the place of Part, sorted
	Nearest string   // the choice most like Part, "" if none is near
}

// Error states the mistake, the nearest name and the choices.
func (e *Error) Error() string {
	var b strings.Builder
	switch e.Reason {
	case UnknownName, NotAName:
		fmt.Fprintf(&b, "%s has no field %q", e.Model, e.Part)
	case UnknownLookup:
		fmt.Fprintf(&b, "%s: unknown lookup %q", e.Model, e.Part)
	case RelationLookup:
		fmt.Fprintf(&b, "%s: a relation has no lookup %q", e.Model, e.Part)
	case NotARelation:
		fmt.Fprintf(&b, "%s.%s is not a relation", e.Model, e.Part)
	case Deferred:
		fmt.Fprintf(&b, "%s.%s cannot be both deferred and joined by SelectRelated", e.Model, e.Part)
	case NoText:
		fmt.Fprintf(&b, "%s: the name %q is no text in UTF-8 without NUL", e.Model, e.Part)
	case NoSingleKey:
		fmt.Fprintf(&b, "%s has no single primary key for %q", e.Model, e.Part)
	}
	if e.Text != e.Part {
		fmt.Fprintf(&b, " in %q", e.Text)
	}
	if e.Nearest != "" {
		fmt.Fprintf(&b, " (did you mean %q?)", e.Nearest)
	}
	if len(e.Choices) > 0 {
		fmt.Fprintf(&b, "; choices are %s", strings.Join(e.Choices, ", "))
	}
	return b.String()
}

func sorted(names []string) []string {
	slices.Sort(names)
	return slices.Compact(names)
}
