package repo_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/internal/blog"
	"github.com/gormango/gormango/repo"
)

// marker stands in values, and may never stand in a statement's text.
const marker = `MARK'";--`

var chainNames = []string{"title", "likes", "words", "draft", "published_at", "writer", "writer_id", "editor", "pk", "id", "comments", "labels", "writer__name",
	"editor__mentor__name", "comments__stars", "labels__name", "writer__posts__title", "published_at__year", "published_at__date", "n", "m", "good", "good__stars",
	"", "__", "titel", "writer__", "__title", "title__", "a b", `x"y`, "x--", "x$1", "title__contains__year", marker}

var chainOps = []string{"", "", "__exact", "__iexact", "__contains", "__startswith", "__in", "__gt", "__lte", "__range", "__isnull", "__regex", "__year", "__len", "__nope"}

// chain makes random calls of a chain with random arguments, right ones and wrong ones.
type chain struct {
	t        *rapid.T
	posts    *repo.QuerySet[Post]
	writers  *repo.QuerySet[Writer]
	comments *repo.QuerySet[Comment]
}

func pick[V any](c *chain, what string, from ...V) V { return rapid.SampledFrom(from).Draw(c.t, what) }

func (c *chain) name() string { return pick(c, "name", chainNames...) }

func (c *chain) lookup() string { return c.name() + pick(c, "op", chainOps...) }

func (c *chain) value() any {
	return pick[any](c, "value", nil, 1, -5, int64(1)<<40, uint64(math.MaxUint64), "x", marker, 1.5, math.NaN(), true, time.Now(), []int{1, 2}, []int{}, []any{1, nil}, []any{"x", repo.F("title")},
		[]string{marker}, (*int)(nil), (*Writer)(nil), &Writer{AutoKey: key(1)}, &Writer{}, Label{}, []*Writer{{}}, func() {}, make(chan int), map[string]int{"a": 1}, struct{}{},
		[]byte("x"), repo.F("likes"), repo.F("titel"), repo.F(""), repo.Expr{}, repo.OuterRef("pk"), repo.Value(nil), c.writers, c.writers.Limit(1), c.comments.Columns("post_id"),
		c.comments.Columns("id", "name"), &repo.QuerySet[Writer]{}, repo.Sub(c.comments, "post_id"), repo.Sub[Post](nil, "x"), repo.Exists(nil), repo.ArrayOf(nil), repo.Cond[Post]{})
}

func (c *chain) cond() repo.Cond[Post] {
	leaf := func() repo.Cond[Post] { return repo.Q[Post](repo.Lookup[Post](c.lookup()), c.value()) }
	switch rapid.IntRange(0, 7).Draw(c.t, "cond") {
	case 0:
		return repo.Cond[Post]{}
	case 1:
		return leaf().Not()
	case 2:
		return leaf().Or(leaf(), repo.Cond[Post]{})
	case 3:
		return leaf().Xor(leaf())
	case 4:
		return repo.Holds[Post](c.operand())
	case 5:
		return F.Post.Comments().Some(repo.Q[Comment](repo.Lookup[Comment](c.lookup()), c.value()))
	}
	return leaf()
}

func (c *chain) operand() repo.Operand {
	return pick[repo.Operand](c, "operand", nil, repo.Expr{}, repo.F("likes"), repo.F("likes").Add(1), repo.F("titel"), repo.F("title").Mul(3), repo.F("n"), repo.Value(3), repo.Value(marker),
		repo.Value(make(chan int)), repo.Count(repo.F("comments")), repo.Max(repo.F("comments__stars")), repo.Count(nil), repo.Sum(repo.Sum(repo.F("likes"))), repo.CountAll().Distinct(),
		repo.F("likes").Filter(nil), repo.OuterRef("pk"), repo.Outer(repo.Expr{}), repo.Exists(c.comments.Filter("post", repo.OuterRef("pk"))),
		repo.Sub(c.comments.Filter("post", repo.OuterRef("pk")).Limit(1), "stars"), repo.Exists(nil), c.posts, &repo.QuerySet[Writer]{}, c.posts.Q("likes", 3), c.posts.Q("titel", 3), F.Post.Writer().Name)
}

func (c *chain) call(qs *repo.QuerySet[Post]) *repo.QuerySet[Post] {
	lookup, name := repo.Lookup[Post](c.lookup()), repo.Name[Post](c.name())
	n := pick(c, "n", -1, 0, 1, 3, math.MaxInt)
	switch call := rapid.IntRange(0, 30).Draw(c.t, "call"); call {
	case 0, 1:
		return qs.Filter(lookup, c.value())
	case 2:
		return qs.Exclude(lookup, c.value())
	case 3:
		return qs.And(lookup, c.value())
	case 4, 5:
		return qs.Where(c.cond(), c.cond())
	case 6:
		return qs.ExcludeWhere(c.cond())
	case 7:
		return qs.OrderBy(repo.Ordering[Post](pick(c, "sign", "", "-", "--") + c.name() + pick(c, "nulls", "", " nulls last", " nulls"))).Reverse()
	case 8:
		return qs.OrderByExpr(repo.Term{}, repo.Random())
	case 9:
		if e := c.operand(); e != nil {
			return qs.OrderByExpr(repo.Value(e).Desc().NullsLast())
		}
		return qs.OrderByExpr()
	case 10:
		return qs.Distinct()
	case 11:
		return qs.OrderBy(repo.Ordering[Post](name)).Distinct(name)
	case 12:
		return qs.Limit(n)
	case 13:
		return qs.Offset(n)
	case 14:
		return qs.Slice(n, pick(c, "stop", -3, -1, 0, 2, math.MaxInt))
	case 15:
		return qs.Only(name, "title")
	case 16:
		return qs.Defer(name)
	case 17:
		return qs.SelectRelated(pick[repo.Rel[Post]](c, "rel", "writer", "editor__mentor", "comments", "title", "", "nope"))
	case 18:
		return qs.SelectRelated()
	case 19:
		return qs.PrefetchRelated(pick[repo.Rel[Post]](c, "rel", "writer", "comments", "title", "", "nope"))
	case 20:
		return qs.Prefetch(pick[repo.Rel[Post]](c, "rel", "writer", "comments", ""), pick[repo.AnySource](c, "with", nil, c.comments, c.writers, c.comments.Limit(1), &repo.QuerySet[Comment]{}))
	case 21, 22:
		return qs.Annotate(pick(c, "as", "n", "m", "title", "", `"`), c.operand())
	case 23:
		return qs.Alias(pick(c, "as", "n", "m", "writer"), c.operand())
	case 24:
		return qs.Columns(name)
	case 25:
		return qs.GroupBy(name)
	case 26:
		return qs.Union(pick[repo.Source[Post]](c, "other", nil, qs, c.posts, c.posts.Filter("likes", 1).OrderBy("id").Limit(2), c.posts.None(), &repo.QuerySet[Post]{}))
	case 27:
		return qs.Difference(c.posts.Filter("likes__in", []int{}))
	case 28:
		return qs.CombineOr(pick[repo.Source[Post]](c, "other", nil, qs, c.posts.Filter("comments__stars", 3), c.posts.Limit(2), c.posts.None()))
	case 29:
		return qs.FilteredRelation(pick(c, "as", "good", "title", ""), pick[repo.Rel[Post]](c, "rel", "comments", "writer__posts", "title"), c.cond())
	default:
		return qs.Scopes(nil).WithDeleted().CombineAnd(qs).NoPrefetch()
	}
}

// refusedByServer are errors that only the server can know beforehand: what stands beside each other in
// an expression, in a set operation or behind DISTINCT ON is not checked by a QuerySet.
var refusedByServer = []string{
	"42883", "42804", // an operator or function that the types of the two sides do not have
	"42P10", // DISTINCT ON and ORDER BY
	"42601", // parts of a set operation with different numbers of columns
	"42846", // a cast that the types do not have
}

// Nothing in a chain panics, whatever it is given, and what it makes without an error is a statement that PostgreSQL takes,
// in which no value stands.
func TestChainsNeverPanicAndCompile(t *testing.T) {
	onlyOpened(t, "connection of pgx to prepare on")
	t.Parallel()
	ctx := context.Background()
	db := openDB(t, blog.Models()...)
	require.NoError(t, blog.Fill(ctx, db))
	var fine, refused int
	rapid.Check(t, func(t *rapid.T) {
		c := &chain{t: t, posts: repo.New[Post](db), writers: repo.New[Writer](db), comments: repo.New[Comment](db)}
		qs := c.posts
		for range rapid.IntRange(1, 6).Draw(t, "calls") {
			if next := c.call(qs); next.Err() == nil {
				qs = next
			} else if !strings.HasPrefix(next.Err().Error(), "repo: ") && !strings.HasPrefix(next.Err().Error(), "gormango: ") {
				t.Fatalf("an error without a beginning: %v", next.Err())
			}
		}
		sql, args, err := qs.SQL()
		if err != nil || sql == "" {
			refused++
			return
		}
		if strings.Contains(sql, "MARK") {
			t.Fatalf("a value stands in %s", sql)
		}
		err = gormango.Native(ctx, db, func(conn *pgx.Conn) error {
			_, err := conn.Prepare(ctx, "", sql)
			return err
		})
		var pg *pgconn.PgError
		if errors.As(err, &pg) {
			for _, code := range refusedByServer {
				if pg.Code == code {
					refused++
					return
				}
			}
		}
		if err != nil {
			t.Fatalf("%v\n%s\n%v", err, sql, args)
		}
		fine++
	})
	require.Greater(t, fine, refused/4, fmt.Sprint("too few chains are right: ", fine, " of ", fine+refused))
}
