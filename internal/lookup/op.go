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
	opRange
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

// Between is the operator range: both ends belong to it.
const Between = opRange

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

// String is the operator's name in a lookup.
func (o Op) String() string { return opNames[o] }

// IsText says that the operator compares the text form of the field.
func (o Op) IsText() bool { return o >= IExact && o <= IRegex }

// forRelation says that a relation itself, its key, may be compared so.
func (o Op) forRelation() bool {
	switch o {
	case Exact, In, Gt, Gte, Lt, Lte, IsNull:
		return true
	}
	return false
}

// on says that a value of kind k has the operator.
func (o Op) on(k Kind) bool {
	switch o {
	case ContainedBy:
		return k == JSON || k == Array || k == HStore || k == Range || k.Numeric() || k == Date || k == Time
	case StartsWith, EndsWith: // of a range they are transforms, its ends
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

// OpOf finds the operator of that name which a value of kind k has.
func OpOf(name string, k Kind) (Op, bool) {
	op, ok := ops[name]
	return op, ok && op.on(k)
}

// RelationOp finds an operator that a relation itself has.
func RelationOp(name string) (Op, bool) {
	op, ok := ops[name]
	return op, ok && op.forRelation()
}

// RelationChoices are the operators of a relation itself, sorted.
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
