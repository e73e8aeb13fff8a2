package compile

import (
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/query"
)

// operand writes an expression that stands beside an operator.
func (b *builder) operand(x *expr) truth {
	from := len(b.buf)
	t := b.expr(x)
	if t == open && bareSQL(x) {
		b.parens(from)
	}
	return t
}

// part writes an expression that is a part of another, beside an operator. As
// in written, one that needs no database becomes a constant.
func (b *builder) part(x *expr) {
	m := b.mark()
	if b.operand(x) != open {
		b.back(m)
		b.written(x)
	}
}

// written writes an expression where a value stands: a condition that needs no
// database becomes a constant.
func (b *builder) written(x *expr) {
	m := b.mark()
	switch b.expr(x) {
	case empty:
		b.back(m)
		switch x.e.Kind {
		case query.Exists, query.Truth:
			b.str("FALSE")
		default:
			b.str("NULL")
			if t := x.typ().SQL; t != "" {
				b.str("::" + t)
			}
		}
	case full:
		b.back(m)
		b.str("TRUE")
	}
}

// expr writes an expression. Only conditions are ever empty or full.
func (b *builder) expr(x *expr) truth {
	if x.field != nil {
		x.b.columnAt(x.at, x.field)
		return open
	}
	e := x.e
	switch e.Kind {
	case query.Const:
		b.constant(x)
	case query.Star:
		b.str("*")
	case query.Arith:
		b.arith(x)
	case query.Neg:
		b.str("-1 * ")
		b.part(x.args[0])
	case query.Func:
		b.function(x)
	case query.Transformed:
		b.transformed(x)
	case query.Case:
		b.caseWhen(x)
	case query.Truth:
		m := b.mark()
		t := b.write(x.cond)
		if t != open {
			b.back(m)
		}
		return t
	case query.Exists:
		b.exists(x)
	case query.Sub, query.ArraySub:
		m := b.mark()
		if e.Kind == query.ArraySub {
			b.str("ARRAY")
		}
		b.str("(")
		if x.sub.writeRows() == empty {
			b.back(m)
			if e.Kind == query.ArraySub {
				b.str("'{}'")
				if e.Type.SQL != "" {
					b.str("::" + e.Type.SQL)
				}
				return open
			}
			return empty
		}
		b.str(")")
	case query.Cast:
		b.operandCast(x.args[0], e.Type.SQL)
	case query.Over:
		b.window(x)
	case query.Raw:
		b.raw(x)
	case query.Excluded:
		b.str("EXCLUDED.")
		b.name(e.Name)
	}
	return open
}

func (b *builder) operandCast(x *expr, sql string) {
	b.str("(")
	b.written(x)
	b.str(")::" + sql)
}

// constant writes a parameter with its type: beside a column of another type
// the server would take it for that one, 1.5 beside an integer.
func (b *builder) constant(x *expr) {
	if x.e.Value == nil {
		b.str("NULL")
		if t := x.e.Type.SQL; t != "" {
			b.str("::" + t)
		}
		return
	}
	b.argOf(x.e, x.e.Value)
	cast := x.e.Type.SQL
	if cast == "" {
		switch x.e.Value.(type) {
		case int64:
			cast = "bigint"
		case float64:
			cast = "double precision"
		case decimal.Decimal:
			cast = "numeric"
		case time.Duration:
			cast = "interval"
		case string:
			cast = "text"
		}
	}
	if cast != "" {
		b.str("::" + cast)
	}
}

func (b *builder) arith(x *expr) {
	if x.e.Name == "-" && x.args[0].typ().Kind == lookup.Date && x.args[1].typ().Kind == lookup.Date {
		b.str("interval '1 day' * (") // days between dates are an integer to the server
		b.part(x.args[0])
		b.str(" - ")
		b.part(x.args[1])
		b.str(")")
		return
	}
	for i, a := range x.args {
		if i > 0 {
			b.str(" " + x.e.Name + " ")
		}
		b.part(a)
		if x.e.Name == "%" && a.typ().Kind == lookup.Float {
			b.str("::numeric") // floats have no remainder of their own
		}
	}
}

// function writes a call with the default of an aggregate.
func (b *builder) function(x *expr) {
	b.withDefault(x, func() { b.call(x) })
}

// withDefault writes what fn writes, with the default of an aggregate for NULL.
func (b *builder) withDefault(x *expr, fn func()) {
	if x.field != nil || !x.e.Agg || x.e.Value == nil {
		fn()
		return
	}
	b.str("COALESCE(")
	fn()
	b.str(", ")
	b.defaultOf(x)
	b.str(")")
}

// patternCall writes a function whose arguments stand at the question marks of
// its name.
func (b *builder) patternCall(x *expr) {
	for i, part := range strings.Split(x.e.Name, "?") {
		if i > 0 {
			from := len(b.buf)
			a := x.args[i-1]
			b.written(a)
			if bareSQL(a) {
				b.parens(from)
			}
		}
		b.str(part)
	}
}

// call writes NAME([DISTINCT] args [ORDER BY …]) [FILTER (WHERE …)].
func (b *builder) call(x *expr) {
	switch {
	case x.e.Template != nil:
		b.declaredCall(x)
	case strings.Contains(x.e.Name, "?"):
		b.patternCall(x)
		return
	default:
		b.namedCall(x)
	}
	if x.e.Agg && x.cond != nil {
		m := b.mark()
		b.str(" FILTER (WHERE ")
		switch b.write(x.cond) {
		case full:
			b.back(m)
		case empty:
			b.back(m)
			b.str(" FILTER (WHERE FALSE)")
		default:
			b.str(")")
		}
	}
}

// namedCall writes NAME([DISTINCT] args [ORDER BY …]).
func (b *builder) namedCall(x *expr) {
	b.str(x.e.Name)
	b.str("(")
	if x.e.Distinct {
		b.str("DISTINCT ")
	}
	for i, a := range x.args {
		b.sep(i, "", ", ")
		b.written(a)
	}
	if x.e.Agg && len(x.order) > 0 {
		b.orderTerms(x.order, " ORDER BY ")
	}
	b.str(")")
}

// defaultOf writes the default of an aggregate.
func (b *builder) defaultOf(x *expr) {
	b.argOf(x, x.e.Value)
	if t := x.e.Type.Unlimited().SQL; t != "" {
		b.str("::" + t) // a sum needs more digits than what it adds
	}
}

func (b *builder) caseWhen(x *expr) {
	m := b.mark()
	b.str("CASE")
	n := 0
	rest := func() bool { return len(x.args) > 0 }
	for _, w := range x.whens {
		before := b.mark()
		b.str(" WHEN ")
		switch b.write(w.cond) {
		case empty:
			b.back(before)
			continue
		case full:
			b.back(before)
			if n == 0 {
				b.back(m)
				b.written(w.then)
				return
			}
			b.str(" ELSE ")
			b.written(w.then)
			b.str(" END")
			return
		}
		b.str(" THEN ")
		b.written(w.then)
		n++
	}
	switch {
	case n == 0 && rest():
		b.back(m)
		b.written(x.args[0])
		return
	case n == 0:
		b.back(m)
		b.str("NULL")
		return
	case rest():
		b.str(" ELSE ")
		b.written(x.args[0])
	default:
		b.str(" ELSE NULL")
	}
	b.str(" END")
}

// raw writes SQL that the application gave, with its arguments for the question
// marks.
func (b *builder) raw(x *expr) {
	args, _ := x.e.Value.([]any)
	for i, p := range query.RawParts(x.e.Name) {
		if i > 0 {
			b.argOf(&args[i-1], args[i-1])
		}
		b.str(p)
	}
}
