package lookup

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/gormango/gormango/internal/sqltype"
)

// Kinds is a set of kinds, one bit each.
type Kinds uint32

// Every is the set of all kinds.
const Every = ^Kinds(0)

// Has reports whether a kind belongs to the set.
func (s Kinds) Has(k Kind) bool { return s&(1<<k) != 0 }

// Column is a column of a model. The zero Column is none.
type Column struct {
	Model reflect.Type
	Name  string
}

// Custom is a lookup or a transform that the application registered.
type Custom struct {
	Name string
	// Transform reports whether it is a transform, not a lookup.
	Transform bool
	// On are the kinds that it applies to, SQL the types, by their names in
	// PostgreSQL without length or precision.
	On  Kinds
	SQL []string
	// Column is the only column that it applies to, the zero Column if kinds and
	// types decide.
	Column Column
	// Over is the only transform whose result it applies to, "" for any value.
	Over string
	// Def is the definition, used by package query.
	Def any
}

// At is the place of a lookup or a transform: a value of Type that is Column,
// or the result of the transform Over.
type At struct {
	Type   Type
	Column Column
	Over   string
}

// customs holds the registrations of the application by name. It is the only
// global variable of the library and does not change after the first query.
var customs struct {
	sync.Mutex
	sealed atomic.Bool
	byName map[string][]*Custom
}

// Register adds c for the life of the program, or returns why it cannot.
func Register(c *Custom) error {
	customs.Lock()
	defer customs.Unlock()
	if customs.sealed.Load() {
		return fmt.Errorf("the first query was built already, or a database opened (register in init, or before gormango.Open)")
	}
	if c.Over == "" {
		if what := builtin(c); what != "" {
			return fmt.Errorf("%s has it already, built in", what)
		}
	}
	for _, o := range customs.byName[c.Name] {
		if c.meets(o) {
			return fmt.Errorf("it is registered twice for %s", o.where())
		}
	}
	if customs.byName == nil {
		customs.byName = map[string][]*Custom{}
	}
	customs.byName[c.Name] = append(customs.byName[c.Name], c)
	return nil
}

// builtin returns the name of a kind in c.On that has an operator or a
// transform of c's name, "" if there is none.
func builtin(c *Custom) string {
	on := c.On
	if on == 0 { // registered for a column or a type, which may be of any kind
		on = Every
	}
	for k := Other; k <= Search; k++ {
		if !on.Has(k) {
			continue
		}
		if _, is := OpOf(c.Name, k); is {
			return k.String()
		}
		if tr, _, is := TransformOf(c.Name, Type{Kind: k}); is && tr.Name == c.Name {
			return k.String()
		}
	}
	return ""
}

// meets reports whether c and o apply to a common place.
func (c *Custom) meets(o *Custom) bool {
	switch {
	case c.Over != o.Over || c.Column != o.Column:
		return false
	case c.Over != "" || c.Column != Column{}:
		return true
	}
	return c.On&o.On != 0 || slices.ContainsFunc(c.SQL, o.names)
}

// names reports whether c is registered for a type by its name.
func (c *Custom) names(sql string) bool {
	name := sqltype.Canonical(sql)
	return slices.ContainsFunc(c.SQL, func(t string) bool { return sqltype.Canonical(t) == name })
}

// where returns the text for the places that c applies to.
func (c *Custom) where() string {
	switch {
	case c.Over != "":
		return "the transform " + c.Over
	case c.Column != Column{}:
		return c.Column.Model.Name() + "." + c.Column.Name
	case c.On == Every:
		return "every kind"
	}
	names := slices.Clone(c.SQL)
	for k := Other; k <= Search; k++ {
		if c.On.Has(k) {
			names = append(names, k.String())
		}
	}
	return strings.Join(names, ", ")
}

// seal ends the registration.
func seal() {
	if !customs.sealed.Load() {
		customs.Lock()
		customs.sealed.Store(true)
		customs.Unlock()
	}
}

// fits returns how well c fits a place, 0 for not at all: the transform counts
// more than the column, the column more than the type.
func (c *Custom) fits(at At) int {
	switch {
	case c.Over != "":
		if c.Over == at.Over {
			return 4
		}
	case c.Column != Column{}:
		if c.Column == at.Column {
			return 3
		}
	case c.names(at.Type.SQL):
		return 2
	case c.On.Has(at.Type.Kind):
		return 1
	}
	return 0
}

// CustomOf returns the lookup or transform registered under a name for a place,
// nil if there is none.
func CustomOf(name string, transform bool, at At) *Custom {
	seal()
	var best *Custom
	most := 0
	for _, c := range customs.byName[name] {
		if n := c.fits(at); n > most && c.Transform == transform {
			best, most = c, n
		}
	}
	return best
}

// CustomColumns returns the columns of a model that have registrations, each
// with the name of one.
func CustomColumns(model reflect.Type) map[string]string {
	seal()
	out := map[string]string{}
	for name, list := range customs.byName {
		for _, c := range list {
			if model != nil && c.Column.Model == model {
				out[c.Column.Name] = name
			}
		}
	}
	return out
}

// isCustom reports whether a name is registered.
func isCustom(name string) bool {
	seal()
	return len(customs.byName[name]) > 0
}

// customNames returns the names registered for a place.
func customNames(at At) []string {
	seal()
	var names []string
	for name, list := range customs.byName {
		if slices.ContainsFunc(list, func(c *Custom) bool { return c.fits(at) > 0 }) {
			names = append(names, name)
		}
	}
	return names
}
