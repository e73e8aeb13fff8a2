package repo_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/internal/blog"
	"github.com/gormango/gormango/repo"
)

// threeJoins is built and compiled: three joins, an annotation with an aggregate, conditions before and behind it, an order.
func threeJoins(posts *repo.Repository[Post]) (string, []any, error) {
	return posts.Filter("title__icontains", "go").
		Filter("writer__mentor__name", "Ann").And("words__gt", 100).
		Annotate("n", repo.Count(repo.F("comments"))).
		Filter("n__gte", 2).
		OrderBy("-likes").Limit(20).SQL()
}

// Making a statement costs little beside sending it; what it allocates is the same on every machine.
func TestBuildAndCompileAllocates(t *testing.T) {
	posts := repo.New[Post](openDB(t, blog.Models()...))
	sql, args, err := threeJoins(posts)
	require.NoError(t, err)
	require.Regexp(t, `^SELECT .* FROM "posts" INNER JOIN "writers" ON .* INNER JOIN "writers" "T3" ON .* LEFT JOIN "comments" ON .* GROUP BY "posts"."id" HAVING COUNT.* ORDER BY .* LIMIT 20$`, sql)
	require.Len(t, args, 4)
	n := testing.AllocsPerRun(100, func() { _, _, _ = threeJoins(posts) })
	require.LessOrEqual(t, n, 150.0)
}

func BenchmarkBuildAndCompile(b *testing.B) {
	posts := repo.New[Post](openDB(b, blog.Models()...))
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := threeJoins(posts); err != nil {
			b.Fatal(err)
		}
	}
}
