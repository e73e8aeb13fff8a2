package compile

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/param"
	"github.com/gormango/gormango/internal/query"
	"github.com/gormango/gormango/internal/sqltype"
)

// errMixedWindow is what Django refuses too.
var errMixedWindow = errors.New("a condition on a window function cannot be joined by OR with others where rows are grouped")

// predicate writes one comparison.
func (b *builder) predicate(p *predicate) truth {
	m := b.mark()
	t := b.comparison(p)
	if t != open {
		b.back(m)
	}
	return t
}

func (b *builder) comparison(p *predicate) truth {
	v := p.value
	switch {
	case b.overNothing(p.left) || b.overNothing(p.right):
		return empty
	case p.links > 0:
		if !b.mayHide(p.links) {
			return full
		}
		b.leadsToVisible(p.links)
		return open
	case p.fence != nil:
		b.inside(p.fence, b, p.at)
		return open
	case p.body != nil:
		return b.customLookup(p)
	case v.Kind == query.Place:
		b.place(p)
		return open
	case p.null, p.notNull:
		if t := b.operand(p.left); t != open {
			return t
		}
		if p.null {
			b.str(" IS NULL")
		} else {
			b.str(" IS NOT NULL")
		}
		return open
	case v.Kind == query.EmptyList:
		return empty
	case v.Kind == query.Tuples:
		b.inTuples(p)
		return open
	}
	if unaccented(p.left) && p.sub == nil {
		p = b.bothUnaccented(p)
		v = p.value
	}
	if v.Mapped != nil {
		return b.inMapped(p)
	}
	kind := p.left.typ().Kind
	if special, ok := specials[kind]; ok {
		if t, done := special(b, p); done {
			return t
		}
	}
	switch {
	case v.Kind == query.Rows:
		return b.inRows(p)
	case v.Kind == query.Items:
		return b.inItems(p)
	case b.isYear(p):
		b.year(p)
		return open
	case p.op.IsText():
		return b.text(p)
	}
	if v.Beyond != 0 {
		return outOfRange(p.op, v.Beyond)
	}
	if t := b.operand(p.left); t != open {
		return t
	}
	cast := textCast(p.left)
	bits := constantsOf(p.leaf, &v)
	switch p.op {
	case lookup.In:
		if bits != 0 {
			b.str(" IN (")
			b.indexed(p.leaf.Left.Field, bits, cast)
			b.str(")")
			return open
		}
		b.str(" = ANY(")
		b.argOf(p, v.Arg)
		if cast != "" {
			b.str("::text[]" + cast + "[]")
		}
		b.str(")")
		return open
	case lookup.Between:
		b.str(" BETWEEN ")
		b.end(p, p.right, v.Arg, cast)
		b.str(" AND ")
		b.end(highEnd{p}, p.high, v.High, cast)
		return open
	}
	b.str(comparisons[p.op])
	if p.right != nil {
		return b.operand(p.right)
	}
	switch {
	case bits != 0:
		b.indexed(p.leaf.Left.Field, bits, cast)
		return open
	case p.constant:
		b.fixed(v.Arg)
	default:
		b.argOf(p, v.Arg)
	}
	b.str(cast)
	return open
}

// overNothing reports whether an expression is an aggregate or a subquery over
// rows that no row can be one of, or arithmetic with one. Django's comparisons
// with it never hold, so that Exclude keeps every row. An aggregate with a
// default has that.
func (b *builder) overNothing(x *expr) bool {
	if x == nil || x.field != nil {
		return false
	}
	if x.nothing == unasked { // once: what is within may ask too
		x.nothing = something
		m := b.mark()
		var is bool
		switch e := x.e; {
		case e.Kind == query.Arith, e.Kind == query.Neg:
			is = slices.ContainsFunc(x.args, b.overNothing)
		case e.Kind == query.Sub:
			is = b.expr(x) == empty
		case e.Kind == query.Func && e.Agg && e.Value == nil && x.cond != nil:
			is = b.write(x.cond) == empty
		}
		b.back(m)
		if is {
			x.nothing = nothing
		}
	}
	return x.nothing == nothing
}

// textCast returns the cast of a value that is compared with a column whose
// type the driver does not know, "" for other expressions.
func textCast(x *expr) string {
	if f := x.e.Field; x.e.Kind == query.Ref && f != nil && f.AsText {
		return "::" + f.Cast
	}
	return ""
}

// highEnd is the key of the argument for the upper end of a range.
type highEnd struct{ *predicate }

// end writes one end of a range.
func (b *builder) end(key any, x *expr, v any, cast string) {
	if x != nil {
		b.part(x)
		return
	}
	b.argOf(key, v)
	b.str(cast)
}

var comparisons = map[lookup.Op]string{lookup.Exact: " = ", lookup.Gt: " > ", lookup.Gte: " >= ", lookup.Lt: " < ", lookup.Lte: " <= "}

// outOfRange decides a comparison with an integer that the column cannot hold,
// which the server would refuse (Django's IntegerFieldOverflow).
func outOfRange(op lookup.Op, beyond int) truth {
	switch {
	case op == lookup.Exact,
		beyond > 0 && (op == lookup.Gt || op == lookup.Gte),
		beyond < 0 && (op == lookup.Lt || op == lookup.Lte):
		return empty
	}
	return full
}

// inRows writes a comparison with the rows of a query.
func (b *builder) inRows(p *predicate) truth {
	if t := b.operand(p.left); t != open {
		return t
	}
	if p.op == lookup.In {
		b.str(" IN (")
	} else {
		b.str(comparisons[p.op] + "(")
	}
	if p.sub.writeRows() == empty {
		return empty
	}
	b.str(")")
	return open
}

// inTuples writes an in of several columns: the rows of arrays that stand side
// by side.
func (b *builder) inTuples(p *predicate) {
	if p.value.Hashed { // PostgreSQL makes no join of what stands in IS TRUE
		b.str("(")
		defer b.str(") IS TRUE")
	}
	b.str("(")
	for i, f := range p.value.Fields {
		b.sep(i, "", ", ")
		b.columnAt(p.left.at, f)
	}
	b.str(")")
	b.inUnnest(arraysOf(p.value.Arg.([]any), p.value.Fields))
}

// inMapped writes an in of what the database makes of every member.
func (b *builder) inMapped(p *predicate) truth {
	if t := b.operand(p.left); t != open {
		return t
	}
	b.str(" IN (SELECT ")
	b.written(b.resolve(p.value.Mapped.Expr, nil))
	b.str(" FROM ")
	b.unnest(array{p, p.value.Arg, "::" + p.value.Mapped.Member.Unlimited().SQL + "[]"})
	b.str(` AS "u"("v"))`)
	return open
}

// inItems writes an in some of whose members the database computes. The others
// are one array where they are many.
func (b *builder) inItems(p *predicate) truth {
	from := len(b.buf)
	if t := b.operand(p.left); t != open {
		return t
	}
	kind := p.left.typ().Kind
	long := len(p.items) > query.LongList && kind != lookup.Array && kind != lookup.JSON
	var values []any
	b.str(" IN (")
	n := 0
	for i, it := range p.items {
		if it == nil && long {
			values = append(values, p.value.Items[i].Arg)
			continue
		}
		b.sep(n, "", ", ")
		n++
		if it != nil {
			b.expr(it)
		} else {
			b.argOf(&p.items[i], p.value.Items[i].Arg)
			b.str(textCast(p.left))
		}
	}
	b.str(")")
	if n == 0 {
		return empty
	}
	if len(values) > 0 {
		b.str(" OR ")
		b.part(p.left)
		b.str(" = ANY(")
		b.argOf(p, param.Array(values))
		b.str(")")
		b.parens(from)
	}
	return open
}

// text writes a comparison of the text form. Without case both sides
// are folded by UPPER, as Django does on PostgreSQL.
func (b *builder) text(p *predicate) truth {
	op := p.op
	fold := op == lookup.IExact || op == lookup.IContains || op == lookup.IStartsWith || op == lookup.IEndsWith
	if fold {
		b.str("UPPER(")
	}
	inet := sqltype.Canonical(p.left.typ().SQL) == "inet"
	if inet {
		b.str("ABBREV(") // the text of a host has no netmask, as Django's
	}
	if t := b.operand(p.left); t != open {
		return t
	}
	switch {
	case inet:
		b.str(")")
	case p.left.typ().Kind != lookup.Text:
		b.str("::text")
	}
	switch {
	case op == lookup.Regex:
		b.str(" ~ ")
	case op == lookup.IRegex:
		b.str(" ~* ")
	case op == lookup.IExact:
		b.str(") = UPPER(")
	case fold:
		b.str(") LIKE UPPER(")
	default:
		b.str(" LIKE ")
	}
	if p.right != nil {
		b.pattern(op, p.right)
	} else {
		b.argOf(p, likePattern(op, p.value.Arg.(string)))
	}
	if fold {
		b.str(")")
	}
	return open
}

// likePattern returns what LIKE compares with.
func likePattern(op lookup.Op, s string) string {
	switch op {
	case lookup.Contains, lookup.IContains:
		return "%" + likeEscape.Replace(s) + "%"
	case lookup.StartsWith, lookup.IStartsWith:
		return likeEscape.Replace(s) + "%"
	case lookup.EndsWith, lookup.IEndsWith:
		return "%" + likeEscape.Replace(s)
	}
	return s
}

// likeEscape escapes the characters that are special to LIKE.
var likeEscape = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// pattern writes a pattern that the database makes of another expression.
func (b *builder) pattern(op lookup.Op, x *expr) {
	before := op == lookup.Contains || op == lookup.IContains || op == lookup.EndsWith || op == lookup.IEndsWith
	after := op == lookup.Contains || op == lookup.IContains || op == lookup.StartsWith || op == lookup.IStartsWith
	if !before && !after {
		b.part(x)
		if x.typ().Kind != lookup.Text {
			b.str("::text")
		}
		return
	}
	if before {
		b.str("'%' || ")
	}
	b.str(`REPLACE(REPLACE(REPLACE((`)
	b.expr(x)
	b.str(`)::text, E'\\', E'\\\\'), '%', E'\\%'), '_', E'\\_')`)
	if after {
		b.str(" || '%'")
	}
}

// isYear reports whether the year of a column is compared with constant years.
func (b *builder) isYear(p *predicate) bool {
	x := p.left
	if x.e.Kind != query.Transformed || x.e.Transform.Name != "year" || x.e.Transform.Zone != "" || p.right != nil || p.high != nil {
		return false
	}
	switch p.op {
	case lookup.Exact, lookup.Gt, lookup.Gte, lookup.Lt, lookup.Lte, lookup.Between:
		return p.value.Kind == query.Scalar || p.value.Kind == query.Pair
	case lookup.In:
		list, ok := p.value.Arg.([]int64)
		return ok && len(list) <= query.LongList
	}
	return false
}

// year compares by the first and last moment of a year, so that an index on
// the column serves (Django's YearLookup).
func (b *builder) year(p *predicate) {
	v, col := p.value, p.left.args[0]
	between := func(lo, hi int64) {
		b.part(col)
		first, last := b.yearBounds(col, lo, hi)
		b.str(" BETWEEN ")
		b.arg(first)
		b.str(" AND ")
		b.arg(last)
	}
	switch p.op {
	case lookup.In:
		b.str("(")
		for i, y := range v.Arg.([]int64) {
			b.sep(i, "", " OR ")
			between(y, y)
		}
		b.str(")")
		return
	case lookup.Between:
		between(v.Arg.(int64), v.High.(int64))
		return
	case lookup.Exact:
		between(v.Arg.(int64), v.Arg.(int64))
		return
	}
	first, last := b.yearBounds(col, v.Arg.(int64), v.Arg.(int64))
	b.part(col)
	b.str(comparisons[p.op])
	if p.op == lookup.Gt || p.op == lookup.Lte {
		b.arg(last)
	} else {
		b.arg(first)
	}
}

// yearBounds returns the first moment of year lo and the last of year hi, in
// the database's time zone, kept within what PostgreSQL can hold.
func (b *builder) yearBounds(col *expr, lo, hi int64) (first, last any) {
	lo, hi = min(max(lo, -4000), 290000), min(max(hi, -4000), 290000)
	if col.typ().Kind == lookup.Date {
		return time.Date(int(lo), 1, 1, 0, 0, 0, 0, time.UTC), time.Date(int(hi), 12, 31, 0, 0, 0, 0, time.UTC)
	}
	zone := b.q.Model.DB.TimeZone()
	return time.Date(int(lo), 1, 1, 0, 0, 0, 0, zone), time.Date(int(hi)+1, 1, 1, 0, 0, 0, 0, zone).Add(-time.Microsecond)
}
