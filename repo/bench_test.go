package repo_test

import (
	"testing"

	"github.com/gormango/gormango/internal/blog"
	"github.com/gormango/gormango/repo"
)

// threeJoins is built and compiled: three joins, an annotation with an
// aggregate, conditions before and behind it, an order.
func threeJoins(posts *repo.Repository[Post]) (string, []any, error) {
	return posts.Filter("title__icontains", "go").
		Filter("writer__mentor__name", "Ann").And("words__gt", 100).
		Annotate("n", repo.Count(repo.F("comments"))).
		Filter("n__gte", 2).
		OrderBy("-likes").Limit(20).SQL()
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
