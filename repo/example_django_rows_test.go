package repo_test

import (
	"errors"
	"fmt"

	"github.com/gormango/gormango/repo"
)

// A chain asks nothing; All does.
func Example_djangoAll() {
	ctx, db, done := openBlog()
	defer done()
	posts := repo.New[Post](db)

	all, err := posts.OrderBy("-likes", "title").All(ctx)
	same, err := posts.OrderBy(F.Post.Likes.Desc(), F.Post.Title.Asc()).All(ctx)

	fmt.Println(posted(all) == posted(same), err)
	fmt.Println(posted(all))
	// Output:
	// true <nil>
	// Go for Snakes, More Go, Joins, NULL and void, Untold
}

// Get wants one row, and says when there is none or several.
func Example_djangoGet() {
	ctx, db, done := openBlog()
	defer done()
	posts := repo.New[Post](db)

	post, err := posts.Filter("title", "Joins").Get(ctx)
	if errors.Is(err, repo.ErrDoesNotExist) {
		post = &Post{Title: "nothing here"}
	}

	fmt.Println(post.Title, err)
	_, err = posts.Filter("writer__name", "Ann").Get(ctx)
	fmt.Println(err)
	// Output:
	// Joins <nil>
	// repo: more than one row: Get found 2 of Post
}

// A key has a method of its own, and so have several.
func Example_djangoKey() {
	ctx, db, done := openBlog()
	defer done()
	posts := repo.New[Post](db)

	post, err := posts.ByPK(ctx, 2)
	byID, err := repo.InBulk(ctx, posts, []int64{1, 2, 99})

	fmt.Println(post.Title, len(byID), byID[1].Title, err)
	// Output: Joins 2 Go for Snakes <nil>
}

// First and Last go by the key where no order was given.
func Example_djangoFirst() {
	ctx, db, done := openBlog()
	defer done()
	posts := repo.New[Post](db)

	first, err := posts.Filter("draft", true).First(ctx)         // no row: ErrDoesNotExist
	last, err := repo.Maybe(posts.Filter("likes", 99).Last(ctx)) // no row: nil

	fmt.Println(first.Title, last, err)
	// Output: Untold <nil> <nil>
}

// Latest leaves out nothing: say what to do with NULL.
func Example_djangoLatest() {
	ctx, db, done := openBlog()
	defer done()
	posts := repo.New[Post](db)

	newest, err := posts.Filter("published_at__isnull", false).Latest(ctx, "published_at")
	oldest, err := posts.Earliest(ctx, "published_at", "id")

	fmt.Println(newest.Title, "/", oldest.Title, err)
	// Output: More Go / Go for Snakes <nil>
}

// Count and Exists do not read the rows.
func Example_djangoCount() {
	ctx, db, done := openBlog()
	defer done()
	posts := repo.New[Post](db)

	n, err := posts.Filter("draft", false).Count(ctx)
	any, err := posts.Filter("likes__gt", 1000).Exists(ctx)

	fmt.Println(n, any, err)
	// Output: 4 false <nil>
}

// Slice counts within a slice; Limit and Offset set.
func Example_djangoSlice() {
	ctx, db, done := openBlog()
	defer done()
	posts := repo.New[Post](db)

	page, err := posts.OrderBy("id").Slice(2, 4).All(ctx)
	same, err := posts.OrderBy("id").Offset(2).Limit(2).All(ctx)

	fmt.Println(posted(page), "=", posted(same), err)
	// Output: NULL and void, More Go = NULL and void, More Go <nil>
}

// Iter holds 2,000 rows at a time.
func Example_djangoIterator() {
	ctx, db, done := openBlog()
	defer done()
	posts, words := repo.New[Post](db), 0

	for post, err := range posts.OrderBy("id").Iter(ctx) {
		if err != nil {
			panic(err)
		}
		words += post.Words
	}

	fmt.Println(words)
	// Output: 3550
}
