package lookup

import (
	"slices"
)

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
	In
	Gt
	Gte
	Lt
	Lte
	Range
	IsNull
)

var opNames = [...]string{"exact", "iexact", "contains", "icontains", "startswith", "istartswith", "endswith", "iendswith",
	"in", "gt", "gte", "lt", "lte", "range", "isnull"}

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
func (o Op) IsText() bool { return o >= IExact && o <= IEndsWith }

// forRelation says that a relation itself, its key, may be compared so.
func (o Op) forRelation() bool {
	switch o {
	case Exact, In, Gt, Gte, Lt, Lte, IsNull:
		return true
	}
	return false
}

func relationChoices() []string {
	var names []string
	for i, n := range opNames {
		if Op(i).forRelation() {
			names = append(names, n)
		}
	}
	slices.Sort(names)
	return names
}

// Transform makes another value of a field before it is compared.
type Transform uint8

// Year is the year of a date or a time, in the database's time zone for a time.
const Year Transform = 1

var transforms = map[string]Transform{"year": Year}

// String is the transform's name in a lookup.
func (t Transform) String() string { return "year" }

func (t Transform) on(k Kind) bool { return k == Time || k == Date }

// choices are the operators and transforms that a field of kind k has, sorted.
func choices(k Kind) []string {
	names := slices.Clone(opNames[:])
	for n, t := range transforms {
		if t.on(k) {
			names = append(names, n)
		}
	}
	slices.Sort(names)
	return names
}
