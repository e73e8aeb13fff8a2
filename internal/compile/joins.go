package compile

import (
	"slices"
	"strconv"
	"strings"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/query"
)

// alias is a table in the query, joined to its parent by a hop.
type alias struct {
	name string
	// plain is the name that it would have in a query of its own.
	plain    string
	model    *modelinfo.Model
	hop      *modelinfo.Hop // nil for the first table
	parent   int
	nullable bool // a parent row may have no row here
	left     bool // LEFT JOIN, else INNER
	refs     int  // how many use it; without any it is not written
	filtered *query.Filtered
	extra    *node // the condition of filtered
	// kid is the latest of the joins that hang from it, sibling the one before it
	// that hangs from the same parent, 0 for none.
	kid, sibling int
	// tied reports whether it leads to the owner of a manager, which is known and
	// may be hidden.
	tied bool
}

// aliases is a set of tables of a query. nil stands for all of them where joins
// are shared.
type aliases map[int]bool

func (b *builder) allAliases() aliases {
	s := aliases{}
	for i := range b.alias {
		s[i] = true
	}
	return s
}

// nameAlias names an alias: by its table where that is free, else T2, T3 …
// Within another query every table gets a name of the depth's letter.
func (b *builder) nameAlias(a *alias, table string) {
	a.plain = table
	if b.taken(a) || b.owners != nil && b.owners.name == table {
		a.plain = "T" + strconv.Itoa(len(b.alias)+1)
	}
	a.name = a.plain
	if b.depth > 0 {
		n := len(b.alias)
		if len(b.alias) > 0 && b.alias[0] == a {
			n = 0
		}
		a.name = letters(b.depth) + strconv.Itoa(n)
	}
}

// fewTables is how many tables are searched one by one.
const fewTables = 16

// taken reports whether another table has the plain name of a.
func (b *builder) taken(a *alias) bool {
	if len(b.alias) <= fewTables {
		return slices.ContainsFunc(b.alias, func(o *alias) bool { return o != a && o.plain == a.plain })
	}
	if b.plain == nil {
		b.plain = make(map[string]bool, 2*fewTables)
		for _, o := range b.alias {
			b.plain[o.plain] = true
		}
	}
	return b.plain[a.plain]
}

// letters returns U, V, … Z, UU, VV …
func letters(depth int) string {
	s := ""
	for range (depth-1)/6 + 1 {
		s += string(rune('U' + (depth-1)%6))
	}
	return s
}

// useRoot counts a use of the first table.
func (b *builder) useRoot() int {
	b.alias[0].refs++
	return 0
}

// ensureRoot counts a use of the first table when no table is used.
func (b *builder) ensureRoot() {
	for _, a := range b.alias {
		if a.refs > 0 {
			return
		}
	}
	b.useRoot()
}

// maxTables is the most tables that one query joins.
const maxTables = 1000

// join returns the alias for a join, an old one where it may be shared
// (Django's Query.join).
func (b *builder) join(j alias, reuse aliases) int {
	parent := b.alias[j.parent]
	for i := parent.kid; i > 0; i = b.alias[i].sibling { // the latest first: a relation to many may be joined several times
		if a := b.alias[i]; a.hop.Same(j.hop) && a.filtered == j.filtered && (reuse == nil || reuse[i]) {
			a.refs++
			return i
		}
	}
	if len(b.alias) > maxTables {
		b.fail(lookup.TooLarge(b.q.Model.Name, "joined tables", maxTables))
		return j.parent
	}
	a := &j
	a.left = j.nullable || parent.left
	a.refs = 1
	table := a.model.Table
	if a.filtered != nil {
		table = a.filtered.Name
	}
	b.nameAlias(a, table)
	b.support(a.model)
	b.alias = append(b.alias, a)
	if b.plain != nil {
		b.plain[a.plain] = true
	}
	at := len(b.alias) - 1
	a.sibling, parent.kid = parent.kid, at
	if a.filtered != nil {
		var share aliases // of all joins, unless only some are to be shared
		if reuse != nil {
			share = aliases{at: true}
			for i := range reuse {
				share[i] = true
			}
		}
		a.extra, _ = b.addQ(a.filtered.Cond, condOptions{reuse: share, whole: true, keepTypes: true})
	}
	return at
}

// steps are the joins of a path.
type pathJoins struct {
	joins []int // the first table, then one for each hop
	hops  []*modelinfo.Hop
	// many is where the path first leads to many rows, when that was not allowed:
	// the count of hops up to there.
	many int
	// filtered is the count of hops up to the relation that has a condition of its
	// own.
	filtered int
}

// hopsOf returns the hops of a path, and how many lead up to the relation that
// f filters.
func hopsOf(path []*modelinfo.Relation, f *query.Filtered) (hops []*modelinfo.Hop, filtered int) {
	if len(path) == 1 && f == nil {
		return slices.Clip(path[0].Hops), 0
	}
	hops = make([]*modelinfo.Hop, 0, len(path)+2)
	for i, rel := range path {
		hops = append(hops, rel.Hops...)
		if f != nil && i == len(f.Path)-1 {
			filtered = len(hops)
		}
	}
	return hops, filtered
}

// setup joins what a path needs (Django's setup_joins). Without many it stops
// before a relation to many rows, and joins nothing.
func (b *builder) setup(path []*modelinfo.Relation, f *query.Filtered, reuse aliases, many bool) pathJoins {
	hops, filtered := hopsOf(path, f)
	s := pathJoins{joins: append(make([]int, 0, len(hops)+1), 0), hops: hops, filtered: filtered}
	if !many {
		for i, h := range hops {
			if h.Many {
				s.many = i + 1
				return s
			}
		}
	}
	at := 0
	for i, h := range hops {
		j := alias{model: h.To, hop: h, parent: at, nullable: h.Nullable || h.To.SoftDelete != nil && b.q.Deleted == query.Live || b.isFenced(h.To), tied: b.tying}
		if f != nil && i == filtered-1 {
			j.filtered = f
		}
		share := reuse
		if !h.Many {
			share = nil
		}
		at = b.join(j, share)
		if j.filtered != nil && reuse != nil {
			reuse[at] = true
		}
		s.joins = append(s.joins, at)
	}
	return s
}

// trim drops joins at the end whose table holds nothing but what its parent
// holds too (Django's trim_joins): the key at the far end of a foreign key is
// the foreign key itself, whether or not its row is hidden. The links of a
// many-to-many relation lead to visible rows alone.
func (b *builder) trim(s pathJoins, field *modelinfo.Field) (*modelinfo.Field, []int) {
	joins := s.joins
	for n := len(s.hops) - 1; n >= 0; n-- {
		h := s.hops[n]
		if !h.Direct || n == s.filtered-1 {
			break
		}
		var near *modelinfo.Field
		for _, p := range h.Pairs {
			if p.To == field {
				near = p.From
			}
		}
		if near == nil {
			break
		}
		field = near
		b.alias[joins[len(joins)-1]].refs--
		joins = joins[:len(joins)-1]
	}
	return field, joins
}

// promote makes joins LEFT where a row may be missing, and then the joins
// that hang from them.
func (b *builder) promote(list []int) {
	if len(list) == 0 {
		return
	}
	list = slices.Clone(list)
	for len(list) > 0 {
		i := list[0]
		list = list[1:]
		a := b.alias[i]
		if a.hop == nil {
			continue
		}
		if a.left || !a.nullable && !b.alias[a.parent].left {
			continue
		}
		a.left = true
		for j := a.kid; j > 0; j = b.alias[j].sibling {
			list = append(list, j)
		}
	}
}

// demote makes joins INNER: the conditions are false for a missing row anyway.
// The joins they hang from stay as they are, as in Django.
func (b *builder) demote(list []int) {
	for _, i := range list {
		if a := b.alias[i]; a.hop != nil {
			a.left = false
		}
	}
}

// innerJoins lists the joins that are INNER now.
func (b *builder) innerJoins() []int {
	var out []int
	for i, a := range b.alias {
		if a.hop != nil && !a.left {
			out = append(out, i)
		}
	}
	return out
}

// votes counts how many children of a condition need each join to find a row.
type votes struct {
	counts   []int // by the join, in few while that is enough
	few      [8]int
	any      bool
	conn     query.Conn // what the connector amounts to under the negations around it
	children int
}

func newVotes(conn query.Conn, negated bool, children int) votes {
	v := votes{conn: conn, children: children}
	if negated {
		if conn == query.AND {
			v.conn = query.OR
		} else {
			v.conn = query.AND
		}
	}
	return v
}

// add counts the joins that one child needs, each once.
func (v *votes) add(list []int) {
	if v.counts == nil {
		v.counts = v.few[:0]
	}
	for i, a := range list {
		if slices.Contains(list[:i], a) {
			continue
		}
		for len(v.counts) <= a {
			v.counts = append(v.counts, 0)
		}
		v.counts[a]++
		v.any = true
	}
}

// apply promotes and demotes by the votes, as Django's JoinPromoter, and
// returns the joins that every match needs.
func (v *votes) apply(b *builder) []int {
	if !v.any {
		return nil
	}
	var up, down []int
	for i, n := range v.counts { // in order, so that the SQL is the same each time
		if n == 0 {
			continue
		}
		if v.conn == query.OR && n < v.children {
			up = append(up, i)
		}
		if v.conn == query.AND || v.conn == query.OR && n == v.children {
			down = append(down, i)
		}
	}
	b.promote(up)
	b.demote(down)
	return down
}

// from writes the tables and their joins.
func (b *builder) from() {
	first := true
	for i, a := range b.alias {
		if a.refs <= 0 {
			continue
		}
		if first {
			b.str(" FROM ")
			b.tableAs(a)
			first = false
			continue
		}
		b.writeJoin(i)
	}
	if b.owners != nil {
		b.owners.join(b)
	}
}

// tableAs writes a table and its name in the query. The schema is no part of an
// alias, so a table of another schema is named again.
func (b *builder) tableAs(a *alias) {
	b.table(a.model.Table)
	if a.model.Table != a.name {
		b.str(" ")
		b.name(a.name)
	} else if a.hop != nil && strings.Contains(a.name, ".") {
		b.str(" ")
		b.name(a.name)
	}
}

// writeJoin writes one JOIN.
func (b *builder) writeJoin(i int) {
	a := b.alias[i]
	if a.left {
		b.str(" LEFT JOIN ")
	} else {
		b.str(" INNER JOIN ")
	}
	b.tableAs(a)
	b.str(" ON (")
	for n, p := range a.hop.Pairs {
		b.sep(n, "", " AND ")
		b.columnAt(a.parent, p.From)
		b.str(" = ")
		b.columnAt(i, p.To)
	}
	b.restrictions(i)
	if a.extra != nil {
		m := b.mark()
		b.str(" AND ")
		from := len(b.buf)
		switch b.write(a.extra) {
		case empty:
			b.back(m)
			b.str(" AND FALSE")
		case full:
			b.back(m)
		default:
			if b.terms > 1 {
				b.parens(from)
			}
		}
	}
	b.str(")")
}

// restrictions writes what a joined table's rows have to be besides fitting the
// parent's.
func (b *builder) restrictions(i int) {
	a := b.alias[i]
	for _, f := range a.hop.Fixed {
		b.str(" AND ")
		b.columnAt(i, f.Field)
		b.str(" = ")
		b.fixed(f.Value)
	}
	if a.model.SoftDelete != nil && b.q.Deleted == query.Live {
		b.str(" AND ")
		b.isLive(i)
	}
	if b.isFenced(a.model) {
		b.str(" AND ")
		b.inside(b.fence, b, i)
	}
	if b.mayHide(i) {
		b.str(" AND ")
		b.leadsToVisible(i)
	}
}

// mayHide reports whether a table is that between the ends of a many-to-many
// relation, and rows of it may lead to rows that a soft delete hides. They are
// no links then: nothing counts them. An inner join of the far end leaves them
// out by itself.
func (b *builder) mayHide(i int) bool {
	a := b.alias[i]
	if a.hop == nil || a.tied {
		return false
	}
	rel := a.hop.Rel
	if rel.Kind != modelinfo.ManyToMany || a.hop != rel.Hops[0] || !b.hidesSome(rel.To) {
		return false
	}
	for at := a.kid; at > 0 && !a.left; at = b.alias[at].sibling {
		if far := b.alias[at]; far.hop == rel.Hops[1] && far.refs > 0 && !far.left {
			return false
		}
	}
	return true
}

// hidesSome reports whether rows of a joined model may be hidden, by a soft
// delete or by a fence.
func (b *builder) hidesSome(m *modelinfo.Model) bool {
	return m.SoftDelete != nil && b.q.Deleted == query.Live || b.isFenced(m)
}

// leadsToVisible writes the condition that a row of the table between leads to
// a visible row.
func (b *builder) leadsToVisible(i int) {
	hop := b.alias[i].hop.Rel.Hops[1]
	b.str("(")
	for n, p := range hop.Pairs {
		b.sep(n, "", ", ")
		b.columnAt(i, p.From)
	}
	b.str(") IN (SELECT ")
	far := singleOn(b.writer, hop.To)
	for n, p := range hop.Pairs {
		b.sep(n, "", ", ")
		far.columnAt(0, p.To)
	}
	b.str(" FROM ")
	b.table(hop.To.Table)
	b.str(" WHERE ")
	live := hop.To.SoftDelete != nil && b.q.Deleted == query.Live
	if live {
		far.isLive(0)
	}
	if b.isFenced(hop.To) {
		if live {
			b.str(" AND ")
		}
		b.inside(b.fence, far, 0)
	}
	b.str(")")
}

// columnAt writes a column of the table at alias.
func (b *builder) columnAt(at int, f *modelinfo.Field) {
	a := b.alias[at]
	if a.hop == nil && a.name == a.model.Table {
		b.table(a.name)
	} else {
		b.name(a.name)
	}
	b.str(".")
	b.name(f.Column)
}
