package compile

import (
	"strconv"

	"github.com/gormango/gormango/internal/modelinfo"
)

// alias is a table in the statement, joined to its parent by a relation.
type alias struct {
	name     string
	model    *modelinfo.Model
	parent   int
	rel      *modelinfo.Relation
	nullable bool // a parent row may have no row here
	left     bool // LEFT JOIN, else INNER
}

// joinPath gives the alias at the end of a path of to-one relations and every
// alias on the way. A to-one relation is joined once, however often it is named.
func (b *builder) joinPath(path []*modelinfo.Relation) (at int, used []int) {
	for _, rel := range path {
		at = b.joinOne(at, rel)
		used = append(used, at)
	}
	return at, used
}

func (b *builder) joinOne(parent int, rel *modelinfo.Relation) int {
	for i, a := range b.alias {
		if a.rel == rel && a.parent == parent {
			return i
		}
	}
	nullable := rel.Nullable || rel.To.SoftDelete != nil && !b.q.WithDeleted
	b.alias = append(b.alias, alias{
		name: b.freeName(rel.To.Table), model: rel.To, parent: parent, rel: rel,
		nullable: nullable, left: nullable || b.alias[parent].left,
	})
	return len(b.alias) - 1
}

// freeName is the table's own name where it is free, else T2, T3 …
func (b *builder) freeName(table string) string {
	for _, a := range b.alias {
		if a.name == table {
			return "T" + strconv.Itoa(len(b.alias)+1)
		}
	}
	return table
}

// join writes one JOIN. A table whose name holds a schema is named again, since
// the schema is no part of an alias.
func (b *builder) join(i int) {
	a := b.alias[i]
	if a.left {
		b.str(" LEFT JOIN ")
	} else {
		b.str(" INNER JOIN ")
	}
	b.table(a.model.Table)
	if string(AppendTable(nil, a.model.Table)) != string(AppendName(nil, a.name)) {
		b.str(" ")
		b.name(a.name)
	}
	b.str(" ON (")
	for n, p := range a.rel.Pairs {
		if n > 0 {
			b.str(" AND ")
		}
		b.column(a.parent, p.From)
		b.str(" = ")
		b.column(i, p.To)
	}
	for _, f := range a.rel.Fixed {
		b.str(" AND ")
		b.column(i, f.Field)
		b.str(" = ")
		b.arg(f.Value)
	}
	if f := a.model.SoftDelete; f != nil && !b.q.WithDeleted {
		b.str(" AND ")
		b.column(i, f)
		b.str(" IS NULL")
	}
	b.str(")")
}

// promote makes joins LEFT where a row may be missing, and then the joins
// that hang from them.
func (b *builder) promote(aliases []int) {
	for len(aliases) > 0 {
		i := aliases[0]
		aliases = aliases[1:]
		if i == 0 {
			continue
		}
		a := &b.alias[i]
		if a.left || !a.nullable && !b.alias[a.parent].left {
			continue
		}
		a.left = true
		for j := range b.alias {
			if b.alias[j].parent == i && j != 0 {
				aliases = append(aliases, j)
			}
		}
	}
}

// demote makes joins INNER: the conditions are false for a missing row anyway.
func (b *builder) demote(aliases []int) {
	for len(aliases) > 0 {
		i := aliases[0]
		aliases = aliases[1:]
		if i == 0 || !b.alias[i].left {
			continue
		}
		b.alias[i].left = false
		if p := b.alias[i].parent; p > 0 {
			aliases = append(aliases, p)
		}
	}
}

// inner lists the joins that are INNER now.
func (b *builder) inner() []int {
	var out []int
	for i := 1; i < len(b.alias); i++ {
		if !b.alias[i].left {
			out = append(out, i)
		}
	}
	return out
}

// votes counts how many children of a condition need each join to find a row.
type votes struct {
	count    map[int]int
	or       bool // what the connector amounts to under the negations around it
	children int
}

func newVotes(or, negated bool, children int) *votes {
	return &votes{count: map[int]int{}, or: or != negated, children: children}
}

func (v *votes) add(aliases []int) {
	seen := map[int]bool{}
	for _, a := range aliases {
		if !seen[a] {
			seen[a] = true
			v.count[a]++
		}
	}
}

// settle promotes and demotes by the votes, as Django's JoinPromoter, and
// gives the joins that every match needs.
func (v *votes) settle(b *builder) []int {
	var up, down []int
	for i := range b.alias { // in order, so that the SQL is the same each time
		n, ok := v.count[i]
		if !ok {
			continue
		}
		if v.or && n < v.children {
			up = append(up, i)
		}
		if !v.or || n == v.children {
			down = append(down, i)
		}
	}
	b.promote(up)
	b.demote(down)
	return down
}
