package repo_test

import (
	"fmt"
	"time"

	"github.com/gormango/gormango/repo"
)

// Keyword arguments of one filter() are Filter and And.
func Example_djangoFilter() {
	ctx, db, done := openBlog()
	defer done()
	posts := repo.New[Post](db)

	some := posts.Filter("draft", false).And("likes__gte", 10).And("words__range", []int{500, 1000})
	same := posts.Where(F.Post.Draft.IsFalse(), F.Post.Likes.Gte(10), F.Post.Words.Between(500, 1000))

	fmt.Println(list(ctx, some.OrderBy("id")), "=", list(ctx, same.OrderBy("id")))
	// Output: Go for Snakes, More Go = Go for Snakes, More Go
}

// The lookups of text are Django's, and compare as Django's do.
func Example_djangoText() {
	ctx, db, done := openBlog()
	defer done()
	posts := repo.New[Post](db)

	some := posts.Filter("title__icontains", "GO").Filter("title__regex", `^[A-Z]\w+ for`)
	same := posts.Where(F.Post.Title.IContains("GO"), F.Post.Title.Regex(`^[A-Z]\w+ for`))

	fmt.Println(list(ctx, some), "=", list(ctx, same))
	// Output: Go for Snakes = Go for Snakes
}

// An empty list matches nothing, and nothing is sent.
func Example_djangoIn() {
	ctx, db, done := openBlog()
	defer done()
	posts := repo.New[Post](db)

	some := posts.Filter("id__in", []int64{1, 3}).OrderBy("id")
	same := posts.Where(F.Post.ID.In(1, 3)).OrderBy("id")

	fmt.Println(list(ctx, some), "=", list(ctx, same))
	// Output: Go for Snakes, NULL and void = Go for Snakes, NULL and void
}

// nil is NULL.
func Example_djangoNull() {
	ctx, db, done := openBlog()
	defer done()
	posts := repo.New[Post](db)

	unedited := posts.Filter("editor", nil)
	edited := posts.Filter("editor__isnull", false)
	same := posts.Where(F.Post.EditorID.NotNull())

	fmt.Println(list(ctx, unedited.OrderBy("id")))
	fmt.Println(list(ctx, edited.OrderBy("id")), "=", list(ctx, same.OrderBy("id")))
	// Output:
	// Joins, More Go, Untold
	// Go for Snakes, NULL and void = Go for Snakes, NULL and void
}

// Exclude keeps the rows for which the condition is unknown.
func Example_djangoExclude() {
	ctx, db, done := openBlog()
	defer done()
	posts := repo.New[Post](db)

	rest := posts.Exclude("editor__name", "Ann").And("likes__lt", 10)
	same := posts.ExcludeWhere(F.Post.Editor().Name.Eq("Ann"), F.Post.Likes.Lt(10))

	fmt.Println(list(ctx, rest.OrderBy("id")))
	fmt.Println(list(ctx, same.OrderBy("id")))
	// Output:
	// Go for Snakes, Joins, More Go, Untold
	// Go for Snakes, Joins, More Go, Untold
}

// Conditions are values.
func Example_djangoOr() {
	ctx, db, done := openBlog()
	defer done()
	posts := repo.New[Post](db)

	some := posts.Where(posts.Q("words__gt", 1000).Or(posts.Q("draft", true)))
	same := posts.Where(F.Post.Words.Gt(1000).Or(F.Post.Draft.IsTrue()))

	fmt.Println(list(ctx, some.OrderBy("id")), "=", list(ctx, same.OrderBy("id")))
	// Output: Joins, Untold = Joins, Untold
}

// Not turns a condition round, Xor wants an odd number.
func Example_djangoNot() {
	ctx, db, done := openBlog()
	defer done()
	posts := repo.New[Post](db)

	few := posts.Q("likes__lt", 10)
	some := posts.Where(few.Not())
	one := posts.Where(few.Xor(posts.Q("draft", true)))

	fmt.Println(list(ctx, some.OrderBy("id")))
	fmt.Println(list(ctx, one.OrderBy("id")))
	// Output:
	// Go for Snakes, Joins, More Go
	// NULL and void
}

// A QuerySet is refined as a variable, and what it was stays.
func Example_djangoRefine() {
	ctx, db, done := openBlog()
	defer done()
	posts, title, published := repo.New[Post](db), "go", true

	found := posts.OrderBy("id")
	if title != "" {
		found = found.Filter("title__icontains", title)
	}
	if published {
		found = found.Filter("draft", false)
	}

	fmt.Println(list(ctx, found))
	// Output: Go for Snakes, More Go
}

// F is another column of the row, and what is computed of it.
func Example_djangoF() {
	ctx, db, done := openBlog()
	defer done()
	posts := repo.New[Post](db)

	liked := posts.Filter("likes__gt", repo.F("words").Div(100))
	same := posts.Where(repo.Q[Post]("likes__gt", F.Post.Words.Div(100)))

	fmt.Println(list(ctx, liked.OrderBy("id")), "=", list(ctx, same.OrderBy("id")))
	// Output: Go for Snakes, NULL and void, More Go = Go for Snakes, NULL and void, More Go
}

// Parts of dates are those of the database's time zone.
func Example_djangoDates() {
	ctx, db, done := openBlog()
	defer done()
	posts := repo.New[Post](db)

	third := time.Date(2026, time.February, 3, 0, 0, 0, 0, time.UTC)
	some := posts.Filter("published_at__year", 2026).Filter("published_at__date", third).Filter("published_at__hour__gte", 12)
	same := posts.Where(F.Post.PublishedAt.Year().Eq(2026), F.Post.PublishedAt.Date().Eq(third), F.Post.PublishedAt.Hour().Gte(12))

	fmt.Println(list(ctx, some), "=", list(ctx, same))
	// Output: Joins = Joins
}
