package repo_test

import (
	"fmt"

	"github.com/gormango/gormango/repo"
)

// Two underscores, or a method, go from one model to the next.
func Example_djangoForward() {
	ctx, db, done := openBlog()
	defer done()
	posts := repo.New[Post](db)

	some := posts.Filter("writer__mentor__name__startswith", "A")
	same := posts.Where(F.Post.Writer().Mentor().Name.StartsWith("A"))

	fmt.Println(list(ctx, some.OrderBy("id")), "=", list(ctx, same.OrderBy("id")))
	// Output: NULL and void, More Go, Untold = NULL and void, More Go, Untold
}

// An object stands for its key.
func Example_djangoObject() {
	ctx, db, done := openBlog()
	defer done()
	posts, writers := repo.New[Post](db), repo.New[Writer](db)
	ann, err := writers.Filter("name", "Ann").Get(ctx)
	check(err)

	hers := posts.Filter("writer", ann)
	same := posts.Where(F.Post.Writer().Is(ann))

	fmt.Println(list(ctx, hers.OrderBy("id")), "=", list(ctx, same.OrderBy("id")))
	// Output: Go for Snakes, Joins = Go for Snakes, Joins
}

// A condition over a relation to many returns a row for each related row that
// matches.
func Example_djangoToMany() {
	ctx, db, done := openBlog()
	defer done()
	posts := repo.New[Post](db)

	perComment := posts.Filter("comments__approved", true)
	perPost := perComment.Distinct()
	same := posts.Where(F.Post.Comments().Some(F.Comment.Approved.IsTrue()))

	fmt.Println(list(ctx, perComment.OrderBy("id")))
	fmt.Println(list(ctx, perPost.OrderBy("id")), "=", list(ctx, same.OrderBy("id")))
	// Output:
	// Go for Snakes, Joins, More Go, More Go
	// Go for Snakes, Joins, More Go = Go for Snakes, Joins, More Go
}

// Conditions of one call are about one comment, those of two calls may be about
// two.
func Example_djangoOneCallOrTwo() {
	ctx, db, done := openBlog()
	defer done()
	posts := repo.New[Post](db)

	oneComment := posts.Filter("comments__name", "Eve").And("comments__stars__lt", 3)
	anyComments := posts.Filter("comments__name", "Eve").Filter("comments__stars__lt", 3)
	same := posts.Where(F.Post.Comments().Some(F.Comment.Name.Eq("Eve"), F.Comment.Stars.Lt(3)))

	fmt.Println(list(ctx, oneComment), "=", list(ctx, same))
	fmt.Println(list(ctx, anyComments.OrderBy("id")))
	// Output:
	// More Go = More Go
	// Go for Snakes, More Go
}

// Exclude drops the posts of which any comment matches.
func Example_djangoExcludeToMany() {
	ctx, db, done := openBlog()
	defer done()
	posts := repo.New[Post](db)

	rest := posts.Exclude("comments__name", "Eve")
	same := posts.Where(F.Post.Comments().None(F.Comment.Name.Eq("Eve")))

	fmt.Println(list(ctx, rest.OrderBy("id")), "=", list(ctx, same.OrderBy("id")))
	// Output: NULL and void, Untold = NULL and void, Untold
}

// Related rows that are not there.
func Example_djangoNoRelated() {
	ctx, db, done := openBlog()
	defer done()
	posts := repo.New[Post](db)

	silent := posts.Filter("comments__isnull", true)
	same := posts.Where(F.Post.Comments().None())

	fmt.Println(list(ctx, silent.OrderBy("id")), "=", list(ctx, same.OrderBy("id")))
	// Output: NULL and void, Untold = NULL and void, Untold
}

// A QuerySet as a value is a subquery.
func Example_djangoSubquery() {
	ctx, db, done := openBlog()
	defer done()
	posts, writers, comments := repo.New[Post](db), repo.New[Writer](db), repo.New[Comment](db)

	byPupils := posts.Filter("writer__in", writers.Filter("mentor__isnull", false))
	praised := posts.Filter("id__in", repo.Sub(comments.Filter("stars", 5), "post_id"))
	same := posts.Where(F.Post.ID.InQuery(comments.Filter("stars", 5).Columns("post_id")))

	fmt.Println(list(ctx, byPupils.OrderBy("id")))
	fmt.Println(list(ctx, praised.OrderBy("id")), "=", list(ctx, same.OrderBy("id")))
	// Output:
	// NULL and void, More Go, Untold
	// Go for Snakes, More Go = Go for Snakes, More Go
}

// OuterRef ties a subquery to the row at hand.
func Example_djangoExists() {
	ctx, db, done := openBlog()
	defer done()
	posts, comments := repo.New[Post](db), repo.New[Comment](db)

	harsh := comments.Filter("post", repo.OuterRef("pk")).Filter("stars__lte", 2)
	some := posts.Where(repo.Holds[Post](repo.Exists(harsh)))
	same := posts.Where(F.Post.Comments().Some(F.Comment.Stars.Lte(2)))

	fmt.Println(list(ctx, some.OrderBy("id")), "=", list(ctx, same.OrderBy("id")))
	// Output: Go for Snakes, More Go = Go for Snakes, More Go
}

// Related objects of relations to one come in the same statement.
func Example_djangoSelectRelated() {
	ctx, db, done := openBlog()
	defer done()
	posts := repo.New[Post](db)

	some, err := posts.SelectRelated("writer__mentor").Filter("likes", 7).All(ctx)
	same, err := posts.SelectRelated(F.Post.Writer().Mentor().Rel()).Filter("likes", 7).All(ctx)

	fmt.Println(some[0].Writer.Name, some[0].Writer.Mentor.Name, same[0].Writer.Mentor.Name, err)
	// Output: Bob Ann Ann <nil>
}

// Related objects of every relation come by a statement for each relation.
func Example_djangoPrefetchRelated() {
	ctx, db, done := openBlog()
	defer done()
	writers := repo.New[Writer](db)

	all, err := writers.PrefetchRelated("posts__comments", "posts__labels").All(ctx)

	for _, w := range all {
		fmt.Println(w.Name, len(w.Posts), len(w.Posts[0].Comments), len(w.Posts[0].Labels), err)
	}
	// Output:
	// Ann 2 2 2 <nil>
	// Bob 2 0 2 <nil>
	// Cid 1 0 0 <nil>
}

// Prefetch says which related rows, and where to.
func Example_djangoPrefetch() {
	ctx, db, done := openBlog()
	defer done()
	posts, comments := repo.New[Post](db), repo.New[Comment](db)

	approved := comments.Filter("approved", true).OrderBy("-stars")
	all, err := posts.Prefetch("comments", approved.Limit(1), repo.ToField("Approved")).OrderBy("id").All(ctx)

	for _, p := range all[:4] {
		fmt.Println(p.Title, len(p.Approved), p.Comments == nil, err)
	}
	// Output:
	// Go for Snakes 1 true <nil>
	// Joins 1 true <nil>
	// NULL and void 0 true <nil>
	// More Go 1 true <nil>
}
