package repo_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
)

type limited struct {
	models.AutoKey
	N      int
	Data   map[string]int `gorm:"type:jsonb;serializer:json"`
	UpID   *int64
	Up     *limited
	Nested []*limited `gorm:"foreignKey:UpID"`
}

// What a request can make large costs time in proportion, or is refused before
// SQL is written.
func TestLargeQueries(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	r := repo.New[limited](openDB(t, &limited{}))
	require.NoError(t, r.Create(ctx, &limited{N: 5}))
	conds := func(n int) []repo.Cond[limited] {
		out := make([]repo.Cond[limited], n)
		for i := range out {
			out[i] = r.Q("n", i)
		}
		return out
	}
	or := func(c ...repo.Cond[limited]) repo.Cond[limited] { return c[0].Or(c[1:]...) }
	and := func(c ...repo.Cond[limited]) repo.Cond[limited] { return c[0].And(c[1:]...) }
	deep := func(n int) repo.Cond[limited] {
		c := r.Q("n", 1)
		for i := range n {
			c = c.And(r.Q("n", i)).Not()
			c = c.Or(r.Q("n", i))
		}
		return c
	}
	xor := func(n int) repo.Cond[limited] {
		c := r.Q("n", 5)
		for i := range n {
			c = c.Xor(r.Q("n", -i))
		}
		return c
	}
	cases := func(n int) repo.CaseExpr {
		c := repo.Case(r.Q("n", 0), 0)
		for i := range n {
			c = c.When(r.Q("n", i), i)
		}
		return c
	}
	sum := func(n int) repo.Expr {
		e := repo.F("n")
		for range n {
			e = e.Add(1)
		}
		return e
	}
	annotated := func(n int) *repo.QuerySet[limited] {
		qs := r.Annotate("a", repo.F("n").Add(repo.F("n")))
		for i := range n {
			name := strings.Repeat("a", i+1)
			qs = qs.Annotate(name+"a", repo.F(repo.Ref(name)).Add(repo.F(repo.Ref(name))))
		}
		return qs
	}
	up := func(n int) repo.Lookup[limited] {
		return repo.Lookup[limited](strings.Repeat("up__", n) + "n")
	}
	filters := func(n int) *repo.QuerySet[limited] {
		qs := r.Exclude("n", 0)
		for i := range n {
			qs = qs.Exclude("n", -i-1)
		}
		return qs
	}
	union := func(n int) *repo.QuerySet[limited] {
		qs := r.Exclude("n", 0)
		for range n {
			qs = qs.Union(qs)
		}
		return qs
	}
	orders := func(n int) []repo.Ordering[limited] {
		out := make([]repo.Ordering[limited], n)
		for i := range out {
			out[i] = repo.Ordering[limited]("data__k" + strings.Repeat("x", i%50) + string(rune('a'+i%26)))
		}
		return out
	}
	for name, c := range map[string]struct {
		qs    func() *repo.QuerySet[limited]
		large bool
	}{
		"or":                 {func() *repo.QuerySet[limited] { return r.Where(or(conds(30_000)...)) }, false},
		"or, too many":       {func() *repo.QuerySet[limited] { return r.Where(or(conds(100_000)...)) }, true},
		"one call":           {func() *repo.QuerySet[limited] { return r.Where(and(conds(30_000)...).Not()) }, false},
		"one call, too many": {func() *repo.QuerySet[limited] { return r.Where(conds(60_000)...) }, true},
		"calls":              {func() *repo.QuerySet[limited] { return filters(20_000) }, false},
		"or, one by one": {func() *repo.QuerySet[limited] {
			c := r.Q("n", 5)
			for i := range 20_000 {
				c = c.Or(r.Q("n", i))
			}
			return r.Where(c)
		}, false},
		"xor, one by one": {func() *repo.QuerySet[limited] { return r.Where(xor(400)) }, false},
		"xor, too deep":   {func() *repo.QuerySet[limited] { return r.Where(xor(20_000)) }, true},
		"a case": {func() *repo.QuerySet[limited] {
			return r.Annotate("c", cases(5_000)).Filter("c", 5)
		}, false},
		"a case, too long":      {func() *repo.QuerySet[limited] { return r.Annotate("c", cases(60_000)) }, true},
		"nesting":               {func() *repo.QuerySet[limited] { return r.Exclude("n", 1).Where(r.Q("n", 5).Or(deep(100))) }, false},
		"nesting, too deep":     {func() *repo.QuerySet[limited] { return r.Where(deep(1_000)) }, true},
		"nesting, much deeper":  {func() *repo.QuerySet[limited] { return r.Where(deep(50_000)) }, true},
		"an expression":         {func() *repo.QuerySet[limited] { return r.Annotate("s", sum(400)).Filter("s", 405) }, false},
		"an expression, deep":   {func() *repo.QuerySet[limited] { return r.Annotate("s", sum(100_000)) }, true},
		"annotations":           {func() *repo.QuerySet[limited] { return annotated(8) }, false},
		"annotations, doubling": {func() *repo.QuerySet[limited] { return annotated(40) }, true},
		"a path":                {func() *repo.QuerySet[limited] { return r.Exclude(up(60), 1) }, false},
		"a path, too long":      {func() *repo.QuerySet[limited] { return r.Filter(up(300), 1) }, true},
		"keys, too many": {func() *repo.QuerySet[limited] {
			return r.Filter(repo.Lookup[limited]("data"+strings.Repeat("__k", 100_000)), 1)
		}, true},
		"many paths": {func() *repo.QuerySet[limited] {
			c := []repo.Cond[limited]{r.Q("n", 5)}
			for i := range 2_000 {
				c = append(c, r.Q(up(i%50), 1))
			}
			return r.Where(or(c...))
		}, false},
		"a union of unions":  {func() *repo.QuerySet[limited] { return union(40) }, true},
		"an order":           {func() *repo.QuerySet[limited] { return r.OrderBy(orders(1_000)...) }, false},
		"an order, too long": {func() *repo.QuerySet[limited] { return r.OrderBy(orders(5_000)...) }, true},
		"a prefetch, too long": {func() *repo.QuerySet[limited] {
			return r.PrefetchRelated(repo.Rel[limited](strings.Repeat("up__", 1000) + "up"))
		}, true},
		"a subquery of too many": {func() *repo.QuerySet[limited] {
			return r.Filter("pk__in", filters(30)).Where(or(conds(49_980)...))
		}, true},
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			qs := c.qs()
			if c.large {
				require.ErrorIs(t, qs.Err(), repo.ErrTooLarge)
				var fe *repo.FieldError
				require.ErrorAs(t, qs.Err(), &fe)
				require.Less(t, len(qs.Err().Error()), 300)
			} else {
				_, _, err := qs.SQL()
				require.NoError(t, err)
				if name != "many paths" && name != "a path" { // the server plans these for long
					n, err := qs.Count(ctx)
					require.NoError(t, err)
					require.EqualValues(t, 1, n)
				}
			}
			t.Log(time.Since(start))
			require.Less(t, time.Since(start), 5*time.Second)
		})
	}
}
