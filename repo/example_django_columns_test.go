package repo_test

import (
	"fmt"

	"github.com/gormango/gormango/repo"
)

// Values reads columns into a struct, a map, a row or one type.
func Example_djangoValues() {
	ctx, db, done := openBlog()
	defer done()
	posts := repo.New[Post](db).Filter("likes", 7)

	titles, err := repo.Values[string](ctx, posts, "title")
	maps, err := repo.Values[map[string]any](ctx, posts, "title", "writer__name")
	rows, err := repo.Values[struct {
		Title      string
		WriterName string
	}](ctx, posts, "title", "writer__name")

	fmt.Println(titles, maps, rows, err)
	// Output: [NULL and void] [map[title:NULL and void writer__name:Bob]] [{NULL and void Bob}] <nil>
}

// An aggregate after objects is about each object.
func Example_djangoAnnotate() {
	ctx, db, done := openBlog()
	defer done()
	posts := repo.New[Post](db)

	discussed := posts.Annotate("n", repo.Count(repo.F("comments"))).Filter("n__gte", 2).OrderBy("-n", "title")
	rows, err := repo.Into[struct {
		Post
		N int
	}](ctx, discussed)

	for _, row := range rows {
		fmt.Println(row.Title, row.N, err)
	}
	// Output:
	// Go for Snakes 2 <nil>
	// More Go 2 <nil>
}

// After GroupBy an aggregate is about each group.
func Example_djangoGroupBy() {
	ctx, db, done := openBlog()
	defer done()
	posts := repo.New[Post](db)

	perWriter := posts.GroupBy("writer__name").Annotate("words", repo.Sum(repo.F("words"))).OrderBy("-words")
	rows, err := repo.Values[struct {
		WriterName string
		Words      int64
	}](ctx, perWriter)

	fmt.Println(rows, err)
	// Output: [{Ann 2400} {Bob 1100} {Cid 50}] <nil>
}

// Aggregate is one row over all.
func Example_djangoAggregate() {
	ctx, db, done := openBlog()
	defer done()
	posts := repo.New[Post](db)

	all, err := repo.Aggregate[struct {
		Likes   int64
		Average float64
	}](ctx, posts, repo.Sum(repo.F("likes")).As("likes"), repo.Avg(repo.F("words")).As("average"))
	drafts, err := repo.Scalar[int64](ctx, posts, repo.CountAll().Filter(posts.Q("draft", true)))

	fmt.Println(all.Likes, all.Average, drafts, err)
	// Output: 99 710 1 <nil>
}

// What Only does not load is zero in the object.
func Example_djangoOnly() {
	ctx, db, done := openBlog()
	defer done()
	posts := repo.New[Post](db)

	brief, err := posts.Only("title", "writer").OrderBy("id").First(ctx)
	same, err := posts.Only(repo.Names(F.Post.Title, F.Post.WriterID)...).OrderBy("id").First(ctx)
	rest := posts.Defer("words").Deferred()

	fmt.Println(brief.ID, brief.Title, brief.WriterID, brief.Likes, same.Title, rest, err)
	// Output: 1 Go for Snakes 1 0 Go for Snakes [words] <nil>
}

// SQL of your own, with its values as arguments.
func Example_djangoRaw() {
	ctx, db, done := openBlog()
	defer done()

	type brief struct {
		Title string
		Words int
	}
	for row, err := range repo.SelectRaw[brief](ctx, db, "SELECT title, words FROM posts WHERE words > ? ORDER BY words", 800) {
		fmt.Println(row.Title, row.Words, err)
	}

	// Output:
	// Go for Snakes 900 <nil>
	// Joins 1500 <nil>
}

// What is sent, and how the server goes about it.
func Example_djangoExplain() {
	ctx, db, done := openBlog()
	defer done()
	posts := repo.New[Post](db)

	sql, args, err := posts.Filter("likes", 7).Columns("title").SQL()
	plan, err := posts.Filter("likes", 7).Explain(ctx, "analyze", "format json")

	fmt.Println(sql, args, plan[:1], err)
	// Output: SELECT "posts"."title" FROM "posts" WHERE "posts"."likes" = $1 [7] [ <nil>
}
