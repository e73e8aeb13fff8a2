package repo_test

import (
	"errors"
	"fmt"

	"github.com/gormango/gormango/repo"
)

// A fence limits reads and writes to the rows of one tenant. Here a writer is
// the tenant, and posts belong to it.
func ExampleQuerySetOf_Fenced() {
	ctx, db, done := openBlog()
	defer done()
	writers := repo.New[Writer](db)
	ann, err := writers.Filter("name", "Ann").Get(ctx)
	check(err)
	bob, err := writers.Filter("name", "Bob").Get(ctx)
	check(err)

	posts := repo.New[Post](db).Fenced("writer", ann.ID)
	post := &Post{Title: "Fences"}
	check(posts.Create(ctx, post))
	fmt.Println(post.WriterID == ann.ID)

	err = posts.Create(ctx, &Post{Title: "Not Ann's", WriterID: bob.ID})
	fmt.Println(errors.Is(err, repo.ErrFenced))
	n, err := posts.Unscoped().Filter("writer", bob.ID).Count(ctx)
	check(err)
	fmt.Println(n)
	// Output:
	// true
	// true
	// 0
}
