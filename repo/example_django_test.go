package repo_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/blog"
	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/repotest"
)

// The models of docs/coming-from-django.md, and their typed fields.
type (
	Writer  = blog.Writer
	Post    = blog.Post
	Comment = blog.Comment
	Label   = blog.Label
)

var F = blog.F

// openBlog opens a small blog; call done at the end.
func openBlog() (ctx context.Context, db *gorm.DB, done func()) {
	t := &exampleTB{}
	ctx, db = context.Background(), repotest.Open(t, blog.Models()...)
	check(blog.Fill(ctx, db))
	return ctx, db, t.close
}

// posted are the titles of posts, joined.
func posted(posts []*Post) string {
	var titles []string
	for _, p := range posts {
		titles = append(titles, p.Title)
	}
	return strings.Join(titles, ", ")
}

// list reads the titles of a QuerySet, joined.
func list(ctx context.Context, qs *repo.QuerySet[Post]) string {
	posts, err := qs.All(ctx)
	check(err)
	return posted(posts)
}

// shown is the second paragraph of an example, what the page shows.
func shown(body string) string {
	paragraphs := strings.Split(body, "\n\n")
	var out []string
	for line := range strings.Lines(paragraphs[1]) {
		out = append(out, strings.TrimPrefix(strings.TrimRight(line, "\n"), "\t"))
	}
	return strings.Join(out, "\n")
}

// The Go of docs/coming-from-django.md is the second paragraph of each
// Example_django of this folder, to the letter, and all of them are there.
func TestComingFromDjangoShowsTheExamples(t *testing.T) {
	t.Parallel()
	var examples []string
	files, err := filepath.Glob("example_django_*_test.go")
	require.NoError(t, err)
	for _, name := range files {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		for _, m := range regexp.MustCompile(`(?ms)^func Example_django\w+\(\) \{\n(.*?)\n\}$`).FindAllStringSubmatch(string(text), -1) {
			require.Contains(t, m[1], "// Output:")
			examples = append(examples, shown(m[1]))
		}
	}
	page, err := os.ReadFile("../docs/coming-from-django.md")
	require.NoError(t, err)
	_, tasks, _ := strings.Cut(string(page), "\n## Rows\n")
	var pieces []string
	for _, m := range regexp.MustCompile("(?s)```go\n(.*?)\n```").FindAllStringSubmatch(tasks, -1) {
		pieces = append(pieces, m[1])
	}
	require.Len(t, pieces, 40)
	slices.Sort(examples)
	slices.Sort(pieces)
	require.Equal(t, strings.Join(examples, "\n--\n"), strings.Join(pieces, "\n--\n"))
}

// The models on the page are those of the examples.
func TestComingFromDjangoShowsTheModels(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("../internal/blog/blog.go")
	require.NoError(t, err)
	_, code, _ := strings.Cut(string(source), "// Writer writes")
	code, _, _ = strings.Cut("// Writer writes"+code, "\n// Models are")
	page, err := os.ReadFile("../docs/coming-from-django.md")
	require.NoError(t, err)
	require.Contains(t, string(page), fmt.Sprintf("```go\n%s```", code))
}
