package repotest

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
)

// A Query is the text of statements that have run, and how often it has.
type Query struct {
	SQL  string // with placeholders, without values
	Runs int
}

// Queries runs fn and returns the statements that it has run with the context
// that it gets, on databases of this package: equal texts once, in the order of
// their first runs. BEGIN, COMMIT and savepoints are no statements here, since
// BEGIN travels with the first one.
func Queries(ctx context.Context, fn func(ctx context.Context)) []Query {
	c := &counter{outer: counterOf(ctx)}
	fn(context.WithValue(ctx, counterKey{}, c))
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.queries
}

// AssertQueries runs fn and fails the test, with the statements, unless fn has
// run exactly want of them by the context that it gets. It counts as [Queries]
// does, and returns whether the number is right.
func AssertQueries(ctx context.Context, t testing.TB, want int, fn func(ctx context.Context)) bool {
	t.Helper()
	queries := Queries(ctx, fn)
	n := 0
	for _, q := range queries {
		n += q.Runs
	}
	if n != want {
		t.Errorf("repotest: %d statements, want %d:%s", n, want, list(queries))
	}
	return n == want
}

// AssertNoNPlusOne runs fn and fails the test if fn has run a statement more
// than once by the context that it gets, whatever its values were: so does code
// that queries for each row. It returns whether none was repeated.
func AssertNoNPlusOne(ctx context.Context, t testing.TB, fn func(ctx context.Context)) bool {
	t.Helper()
	queries := Queries(ctx, fn)
	repeated := slices.ContainsFunc(queries, func(q Query) bool { return q.Runs > 1 })
	if repeated {
		slices.SortStableFunc(queries, func(a, b Query) int { return cmp.Compare(b.Runs, a.Runs) })
		t.Errorf("repotest: statements run again and again (PrefetchRelated, SelectRelated or one query with \"in\" runs them once):%s", list(queries))
	}
	return !repeated
}

// list writes each statement on a line, those that were repeated with their
// number.
func list(queries []Query) string {
	var b strings.Builder
	for _, q := range queries {
		fmt.Fprintf(&b, "\n%5d × %s", q.Runs, q.SQL)
	}
	return b.String()
}

// counter collects the statements of a context.
type counter struct {
	outer *counter // of the context around it

	mu      sync.Mutex
	queries []Query
}

type counterKey struct{}

func counterOf(ctx context.Context) *counter {
	c, _ := ctx.Value(counterKey{}).(*counter)
	return c
}

func (c *counter) add(r slog.Record) {
	var sql string
	r.Attrs(func(a slog.Attr) bool {
		if a.Key == "sql" {
			sql = a.Value.String()
		}
		return true
	})
	for ; c != nil; c = c.outer {
		c.note(sql)
	}
}

func (c *counter) note(sql string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if i := slices.IndexFunc(c.queries, func(q Query) bool { return q.SQL == sql }); i >= 0 {
		c.queries[i].Runs++
		return
	}
	c.queries = append(c.queries, Query{SQL: sql, Runs: 1})
}
