package repo_test

import (
	"fmt"

	"github.com/gormango/gormango/repo"
)

// PostgreSQL has NULLs first where it sorts downwards.
func Example_djangoOrderNulls() {
	ctx, db, done := openBlog()
	defer done()
	posts := repo.New[Post](db)

	newest := posts.OrderBy("-published_at nulls last", "title")
	same := posts.OrderBy(F.Post.PublishedAt.Desc().NullsLast(), F.Post.Title.Asc())
	long := posts.OrderByExpr(repo.F("words").Div(500).Desc(), repo.F("title").Asc())

	fmt.Println(list(ctx, newest) == list(ctx, same))
	fmt.Println(list(ctx, newest))
	fmt.Println(list(ctx, long))
	// Output:
	// true
	// More Go, Joins, NULL and void, Go for Snakes, Untold
	// Joins, Go for Snakes, More Go, NULL and void, Untold
}

// A relation stands for the ordering of its model.
func Example_djangoOrderRelated() {
	ctx, db, done := openBlog()
	defer done()
	posts := repo.New[Post](db)

	byWriter := posts.OrderBy("-writer", "title") // Writer's Meta says name
	back := byWriter.Reverse()

	fmt.Println(list(ctx, byWriter))
	fmt.Println(list(ctx, back))
	// Output:
	// Untold, More Go, NULL and void, Go for Snakes, Joins
	// Joins, Go for Snakes, NULL and void, More Go, Untold
}

// The most liked post of each writer.
func Example_djangoDistinct() {
	ctx, db, done := openBlog()
	defer done()
	posts := repo.New[Post](db)

	best := posts.OrderBy("writer_id", "-likes").Distinct("writer_id")

	fmt.Println(list(ctx, best))
	// Output: Go for Snakes, More Go, Untold
}

// Set operations compare rows.
func Example_djangoUnion() {
	ctx, db, done := openBlog()
	defer done()
	posts := repo.New[Post](db)

	liked, long := posts.Filter("likes", 40), posts.Filter("words__gt", 800)
	either := liked.Union(long).OrderBy("title").Limit(10)
	both := liked.Intersection(long)
	onlyLiked := liked.Difference(long)

	fmt.Println(list(ctx, either))
	fmt.Println(list(ctx, both), "/", list(ctx, onlyLiked))
	// Output:
	// Go for Snakes, Joins, More Go
	// Go for Snakes / More Go
}
