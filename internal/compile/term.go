package compile

import (
	"strings"
	"time"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/query"
)

// term writes one comparison.
func (b *builder) term(t *term) truth {
	if t.leaf == nil {
		b.column(t.alias, t.field)
		if t.isNull {
			b.str(" IS NULL")
		} else {
			b.str(" IS NOT NULL")
		}
		return open
	}
	v := t.leaf.Value
	switch v.Kind {
	case query.EmptyList:
		return empty
	case query.Null, query.True:
		b.column(t.alias, t.field)
		b.str(" IS NULL")
		return open
	case query.False:
		b.column(t.alias, t.field)
		b.str(" IS NOT NULL")
		return open
	case query.Expression:
		b.column(t.alias, t.field)
		b.str(comparison[t.leaf.Op])
		b.expr(v.Expr)
		return open
	}
	switch {
	case t.leaf.Year:
		b.year(t)
		return open
	case t.leaf.Op.IsText():
		b.text(t)
		return open
	}
	if v.Beyond != 0 {
		return outOfRange(t.leaf.Op, v.Beyond)
	}
	b.column(t.alias, t.field)
	switch t.leaf.Op {
	case lookup.In:
		b.str(" = ANY(")
		b.arg(v.Arg)
		b.str(")")
	case lookup.Range:
		b.between(v.Arg, v.High)
	default:
		b.str(comparison[t.leaf.Op])
		b.arg(v.Arg)
	}
	return open
}

var comparison = map[lookup.Op]string{lookup.Exact: " = ", lookup.Gt: " > ", lookup.Gte: " >= ", lookup.Lt: " < ", lookup.Lte: " <= "}

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

func (b *builder) between(lo, hi any) {
	b.str(" BETWEEN ")
	b.arg(lo)
	b.str(" AND ")
	b.arg(hi)
}

// text writes a comparison of the column's text form. Without case both sides
// are folded by UPPER, as Django does on PostgreSQL.
func (b *builder) text(t *term) {
	op, s := t.leaf.Op, t.leaf.Value.Arg.(string)
	fold := op == lookup.IExact || op == lookup.IContains || op == lookup.IStartsWith || op == lookup.IEndsWith
	switch op {
	case lookup.Contains, lookup.IContains:
		s = "%" + likeEscape.Replace(s) + "%"
	case lookup.StartsWith, lookup.IStartsWith:
		s = likeEscape.Replace(s) + "%"
	case lookup.EndsWith, lookup.IEndsWith:
		s = "%" + likeEscape.Replace(s)
	}
	if fold {
		b.str("UPPER(")
	}
	b.column(t.alias, t.field)
	if t.field.Kind != lookup.Text {
		b.str("::text")
	}
	switch {
	case op == lookup.IExact:
		b.str(") = UPPER(")
	case fold:
		b.str(") LIKE UPPER(")
	default:
		b.str(" LIKE ")
	}
	b.arg(s)
	if fold {
		b.str(")")
	}
}

// likeEscape keeps the characters that LIKE gives a meaning.
var likeEscape = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// year compares by the first and last moment of a year, so that an index on
// the column serves (Django's YearLookup).
func (b *builder) year(t *term) {
	v := t.leaf.Value
	switch t.leaf.Op {
	case lookup.In:
		b.str("(")
		for i, y := range v.Arg.([]int64) {
			if i > 0 {
				b.str(" OR ")
			}
			b.column(t.alias, t.field)
			b.between(b.yearBounds(t.field, y, y))
		}
		b.str(")")
		return
	case lookup.Range:
		b.column(t.alias, t.field)
		b.between(b.yearBounds(t.field, v.Arg.(int64), v.High.(int64)))
		return
	}
	first, last := b.yearBounds(t.field, v.Arg.(int64), v.Arg.(int64))
	b.column(t.alias, t.field)
	switch t.leaf.Op {
	case lookup.Gt, lookup.Lte:
		b.str(comparison[t.leaf.Op])
		b.arg(last)
	case lookup.Gte, lookup.Lt:
		b.str(comparison[t.leaf.Op])
		b.arg(first)
	default:
		b.between(first, last)
	}
}

// yearBounds gives the first moment of year lo and the last of year hi, in the
// database's time zone, kept within what PostgreSQL can hold.
func (b *builder) yearBounds(f *modelinfo.Field, lo, hi int64) (first, last any) {
	lo, hi = min(max(lo, -4000), 290000), min(max(hi, -4000), 290000)
	if f.Kind == lookup.Date {
		return time.Date(int(lo), 1, 1, 0, 0, 0, 0, time.UTC), time.Date(int(hi), 12, 31, 0, 0, 0, 0, time.UTC)
	}
	return time.Date(int(lo), 1, 1, 0, 0, 0, 0, b.loc), time.Date(int(hi)+1, 1, 1, 0, 0, 0, 0, b.loc).Add(-time.Microsecond)
}
