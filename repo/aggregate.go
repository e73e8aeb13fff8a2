package repo

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/exec"
	"github.com/gormango/gormango/internal/query"
	"github.com/gormango/gormango/internal/store"
)

// Count returns the number of rows where e is not NULL; without rows it is 0.
// The name of a relation counts related rows: repo.Count(repo.F("books")).
func Count(e Operand) Expr { return countOf(e) }

// CountAll returns the number of rows.
func CountAll() Expr { return countOf(Expr{&query.Expr{Kind: query.Star}}) }

// countOf returns a COUNT expression, which is 0 without rows.
func countOf(e Operand) Expr {
	c := aggregateOf("COUNT", e)
	c.n.Empty = int64(0)
	return c
}

// Sum returns the sum of e, NULL without rows. The sum of integers is a bigint.
func Sum(e Operand) Expr { return aggregateOf("SUM", e) }

// Avg returns the average of e, NULL without rows. The average of integers is a
// float.
func Avg(e Operand) Expr { return aggregateOf("AVG", e) }

// Min returns the least value of e, NULL without rows.
func Min(e Operand) Expr { return aggregateOf("MIN", e) }

// Max returns the greatest value of e, NULL without rows.
func Max(e Operand) Expr { return aggregateOf("MAX", e) }

// StdDev returns the standard deviation of e over the rows as the whole
// population, NULL without rows.
func StdDev(e Operand) Expr { return aggregateOf("STDDEV_POP", e) }

// StdDevSample returns the standard deviation of e over the rows as a sample,
// NULL for fewer than two rows.
func StdDevSample(e Operand) Expr { return aggregateOf("STDDEV_SAMP", e) }

// Variance returns the variance of e over the rows as the whole population,
// NULL without rows.
func Variance(e Operand) Expr { return aggregateOf("VAR_POP", e) }

// VarianceSample returns the variance of e over the rows as a sample, NULL for
// fewer than two rows.
func VarianceSample(e Operand) Expr { return aggregateOf("VAR_SAMP", e) }

// aggregateOf returns an aggregate function of e.
func aggregateOf(name string, e Operand) Expr {
	if !notNil(e) {
		return Expr{&query.Expr{Err: fmt.Errorf("%s needs an operand, such as repo.F", name)}}
	}
	return Expr{&query.Expr{Kind: query.Func, Name: name, Agg: true, Args: []*query.Expr{e.operand().n}}}
}

// Filter limits an aggregate to the rows where c holds:
// Count(F("id")).Filter(books.Q("sold", true)).
func (e Expr) Filter(c AnyCond) Expr {
	return e.aggregate("Filter", func(n *query.Expr) error {
		if c == nil || c.cond() == nil {
			return nil
		}
		if n.Cond = c.cond(); e.n.Cond != nil {
			n.Cond = query.And(e.n.Cond, n.Cond)
		}
		return nil
	})
}

// Distinct limits an aggregate to distinct values.
func (e Expr) Distinct() Expr {
	return e.aggregate("Distinct", func(n *query.Expr) error {
		if len(n.Args) > 0 && n.Args[0] != nil && n.Args[0].Kind == query.Star {
			return errors.New("CountAll has no values to be distinct (use Count)")
		}
		if n.Template != nil && !n.Template.Distinct {
			return fmt.Errorf("%s is declared without [DISTINCT]", n.Name)
		}
		n.Distinct = true
		return nil
	})
}

// Default sets the result of an aggregate other than Count without rows, in
// place of NULL: a value, or an Expr. It is called after Filter and Distinct.
func (e Expr) Default(v any) Expr {
	if o, ok := v.(Operand); ok {
		inner := e.aggregate("Default", func(*query.Expr) error { return nil })
		return Expr{&query.Expr{Kind: query.Func, Name: "COALESCE", Args: []*query.Expr{inner.n, exprOf(o).n}}}
	}
	return e.aggregate("Default", func(n *query.Expr) error {
		if n.Empty != nil {
			return fmt.Errorf("%s is %v without rows, and takes no Default", n.Name, n.Empty)
		}
		n.Value = v
		return nil
	})
}

func (e Expr) aggregate(method string, fn func(n *query.Expr) error) Expr {
	if e.n != nil && e.n.Err != nil {
		return e
	}
	if e.n == nil || !e.n.Agg {
		return Expr{&query.Expr{Err: fmt.Errorf("%s belongs to an aggregate: Count, Sum, Avg and their kin", method)}}
	}
	n := *e.n
	if err := fn(&n); err != nil {
		n.Err = err
	}
	return Expr{&n}
}

// Aggregate computes exprs over all rows of src; for a slice, over the rows
// within it. R is a struct with a field for each name, or map[string]any, as in
// Values; an aggregate without rows leaves NULL as Values does. A later
// expression may use the name of an earlier one. It runs one statement, and
// none where no row can match.
//
//	stats, err := repo.Aggregate[struct {
//		Total decimal.Decimal
//		Newest *time.Time
//	}](ctx, books, repo.Sum(repo.F("price")).As("total"), repo.Max(repo.F("published_at")).As("newest"))
func Aggregate[R, T any](ctx context.Context, src Source[T], exprs ...Aliased) (R, error) {
	var none R
	qs, err := sourceOf(src)
	if err != nil {
		return none, err
	}
	s := qs.st()
	if len(s.Query.On) > 0 {
		return none, store.Misuse(store.ErrMismatch, "Aggregate of %s cannot follow Distinct with names (aggregate over an in of its keys)", s.Model.Name)
	}
	named := make([]*query.Annotation, len(exprs))
	for i, a := range exprs {
		named[i] = &query.Annotation{Name: a.name, Expr: a.e.n}
	}
	aggs, err := s.Aggregates(named)
	if err != nil {
		return none, s.CallError("", err)
	}
	st, known, err := compile.Aggregate(s.Query, aggs)
	if err != nil {
		return none, s.CallError("", err)
	}
	rd, err := exec.NewReader[R](st, s.DB)
	if err != nil {
		return none, s.CallError("", err)
	}
	if st.None {
		return rd.Literal(ctx, known)
	}
	rows, err := exec.Read(ctx, s.Conn, st, rd)
	if err != nil || len(rows) == 0 {
		return none, err
	}
	return rows[0], nil
}

// Scalar is Aggregate for one value: repo.Scalar[int64](ctx, books,
// repo.Sum(repo.F("stock"))). A pointer V, or one with a Scan method,
// distinguishes NULL from zero.
func Scalar[V, T any](ctx context.Context, src Source[T], e Operand) (V, error) {
	return Aggregate[V](ctx, src, exprOf(e).As("value"))
}

// OrderBy sorts the values that fn.ArrayAgg, fn.StringAgg, fn.JSONBAgg and
// aggregates declared with [ORDER BY] gather:
//
//	fn.StringAgg(repo.F("title"), ", ").OrderBy(repo.F("title").Asc())
func (e Expr) OrderBy(terms ...Term) Expr {
	switch {
	case e.n.Err != nil:
		return e
	case !e.n.Agg || e.n.Template == nil && !slices.Contains([]string{"ARRAY_AGG", "STRING_AGG", "JSONB_AGG"}, e.n.Name):
		return errExpr(errors.New("OrderBy is for what gathers values: fn.ArrayAgg, fn.StringAgg, fn.JSONBAgg"))
	case e.n.Template != nil && !e.n.Template.Order:
		return errExpr(fmt.Errorf("%s is declared without [ORDER BY]", e.n.Name))
	}
	n := *e.n
	n.Order, n.Err = orderOf(terms, nil)
	return Expr{&n}
}
