package repo_test

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
)

// FullClean returns all problems at once, before the write.
func ExampleFullClean() {
	ctx, _, books, done := openLibrary()
	defer done()

	err := repo.FullClean(ctx, books, &Book{Title: "Go", AuthorID: 77, Status: "draft"})
	if invalid, ok := repo.Validation(ctx, err); ok {
		text, err := json.Marshal(invalid)
		check(err)
		fmt.Println(string(text))
	}
	fmt.Println(repo.HTTPStatus(err))
	// Output:
	// {"author_id":["author instance with id 77 does not exist."],"title":["Book with this Title already exists."]}
	// 422
}

// A violated constraint is a problem of its column too.
func ExampleValidation() {
	ctx, _, books, done := openLibrary()
	defer done()

	err := books.Create(ctx, &Book{Title: "Rust", AuthorID: 77})
	invalid, _ := repo.Validation(ctx, err)
	fmt.Println(invalid.Fields["author_id"][0].Code, invalid.Fields["author_id"][0].Message)
	german := models.WithTranslator(ctx, func(_ string, p models.Problem) string {
		return map[string]string{"invalid": "Das gibt es nicht."}[p.Code]
	})
	invalid, _ = repo.Validation(german, err)
	fmt.Println(invalid)
	// Output:
	// invalid This author does not exist.
	// models: invalid author_id: Das gibt es nicht.
}

// A Patch says what the body of a request may and must hold.
func ExamplePatch() {
	ctx, _, books, done := openLibrary()
	defer done()

	patch := repo.Patch[Book]{Fields: []repo.Name[Book]{"title", "pages"}, Required: []repo.Name[Book]{"title"}}
	book, err := books.Filter("title", "Go").Get(ctx)
	check(err)
	patched, err := patch.Decode(strings.NewReader(`{"title": "Go!"}`), book)
	check(err)
	check(patched.Save(ctx, books, book))
	fmt.Println(patched.Names)

	_, err = patch.Decode(strings.NewReader(`{"title": "Go!", "stock": 9}`), book)
	invalid, _ := repo.Validation(ctx, err)
	fmt.Println(invalid.Messages(), repo.HTTPStatus(err))
	// Output:
	// [title]
	// map[stock:[This field cannot be set.]] 400
}
