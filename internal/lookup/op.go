package lookup

import "slices"

// Op is an operator at the end of a lookup.
type Op uint8

// The operators, with the meaning of Django's field lookups of the same names.
const (
	Exact Op = iota
	IExact
	Contains
	IContains
	StartsWith
	IStartsWith
	EndsWith
	IEndsWith
	Regex
	IRegex
	In
	Gt
	Gte
	Lt
	Lte
	Between // range, which includes both ends
	IsNull
	ContainedBy
	Overlap
	HasKey
	HasKeys
	HasAnyKeys
	SearchOp
	TrigramSimilar
	TrigramWordSimilar
	TrigramStrictWordSimilar
	FullyLt
	FullyGt
	NotLt
	NotGt
	AdjacentTo
)

var opNames = [...]string{"exact", "iexact", "contains", "icontains", "startswith", "istartswith", "endswith", "iendswith", "regex", "iregex",
	"in", "gt", "gte", "lt", "lte", "range", "isnull", "contained_by", "overlap", "has_key", "has_keys", "has_any_keys", "search",
	"trigram_similar", "trigram_word_similar", "trigram_strict_word_similar", "fully_lt", "fully_gt", "not_lt", "not_gt", "adjacent_to"}

var ops = func() map[string]Op {
	m := make(map[string]Op, len(opNames))
	for i, n := range opNames {
		m[n] = Op(i)
	}
	return m
}()

// String returns the operator's name in a lookup.
func (o Op) String() string { return opNames[o] }

// IsText reports whether the operator compares the text form of the field.
func (o Op) IsText() bool { return o >= IExact && o <= IRegex }

// forRelation reports whether the operator applies to a relation itself, by its
// key.
func (o Op) forRelation() bool {
	return slices.Contains([]Op{Exact, In, Gt, Gte, Lt, Lte, IsNull}, o)
}

// on reports whether the operator applies to values of kind k.
func (o Op) on(k Kind) bool {
	switch o {
	case ContainedBy:
		return k == JSON || k == Array || k == HStore || k == Range || k.Numeric() || k == Date || k == Time
	case StartsWith, EndsWith: // transforms of a range, its ends
		return k != Range
	case Overlap:
		return k == Array || k == Range
	case HasKey, HasKeys, HasAnyKeys:
		return k == JSON || k == HStore
	case SearchOp:
		return k == Text || k == Vector
	case TrigramSimilar, TrigramWordSimilar, TrigramStrictWordSimilar:
		return k == Text
	case FullyLt, FullyGt, NotLt, NotGt, AdjacentTo:
		return k == Range
	}
	return true
}

// OpOf returns the operator of that name for values of kind k.
func OpOf(name string, k Kind) (Op, bool) {
	op, ok := ops[name]
	return op, ok && op.on(k)
}

// RelationOp returns the operator of that name for a relation itself.
func RelationOp(name string) (Op, bool) {
	op, ok := ops[name]
	return op, ok && op.forRelation()
}

// RelationChoices returns the operators of a relation itself, sorted.
func RelationChoices() []string {
	var names []string
	for i, n := range opNames {
		if Op(i).forRelation() {
			names = append(names, n)
		}
	}
	slices.Sort(names)
	return names
}
