package repo_test

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/repo/fn"
)

// The registrations and declarations of docs/extending.md.

func init() {
	repo.RegisterLookup(repo.LookupDef{Name: "not_equal", On: repo.OnAny, SQL: "$1 <> $2"})
	repo.RegisterLookup(repo.LookupDef{Name: "longer_than", On: repo.OnText, SQL: "LENGTH($1) > $2", Right: repo.TypeInt})
	repo.RegisterTransform(
		repo.TransformDef{Name: "length", On: repo.OnText, Func: fn.Length},
		repo.TransformDef{Name: "initial", On: repo.OnText, Func: func(e repo.Operand) repo.Expr { return fn.Upper(fn.Left(e, 1)) }},
	)
	repo.RegisterTransform(repo.TransformDef{
		Name: "quarter_label", On: repo.OnDate, SQL: "TO_CHAR($1, 'YYYY\"Q\"Q')", Type: repo.TypeText,
	})
	repo.RegisterTransform(repo.TransformDef{Name: "abs", On: repo.OnNumber, Func: fn.Abs, Bilateral: true})
}

var Median = repo.DefineAggregate(repo.AggregateDef{
	Name: "Median", SQL: "PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY $1)", Type: repo.TypeFloat, NoWindow: true,
})

var Initials = repo.DefineFunc(repo.FuncDef{
	Name: "Initials", SQL: `REGEXP_REPLACE($1, '(\w)\w*\W*', '\1', 'g')`, Type: repo.TypeText,
})

// A lookup of one's own keeps NULLs under Exclude as the built-in ones do.
func ExampleRegisterLookup() {
	ctx, _, books, done := openLibrary()
	defer done()

	n, err := books.Filter("title__not_equal", "Go").Count(ctx)
	fmt.Println(n, err)
	n, err = books.Exclude("subtitle__not_equal", "x").Count(ctx)
	fmt.Println(n, err)
	n, err = books.Filter("title__longer_than", repo.F("stock")).Count(ctx)
	fmt.Println(n, err)
	// Output:
	// 2 <nil>
	// 3 <nil>
	// 2 <nil>
}

// A transform stands wherever a name does, and other lookups follow it.
func ExampleRegisterTransform() {
	ctx, _, books, done := openLibrary()
	defer done()

	n, err := books.Filter("title__length__gt", 2).And("title__initial__in", []string{"G", "M"}).Count(ctx)
	fmt.Println(n, err)
	rows, err := repo.Values[[]any](ctx, books.GroupBy("title__initial").Annotate("n", repo.CountAll()).OrderBy("title__initial"))
	fmt.Println(rows, err)
	n, err = books.Filter("pages__abs", -380).Count(ctx) // both sides without their sign
	fmt.Println(n, err)
	// Output:
	// 1 <nil>
	// [[G 1] [M 1] [S 1]] <nil>
	// 1 <nil>
}

func ExampleDefineAggregate() {
	ctx, authors, books, done := openLibrary()
	defer done()

	typical, err := repo.Scalar[float64](ctx, books, Median(repo.F("pages")))
	fmt.Println(typical, err)
	rows, err := repo.Values[[]any](ctx, authors.Annotate("m", Median(repo.F("books__pages")).Filter(repo.F("books__stock").Gt(0)).Default(0)).
		Filter("m__gt", 100).OrderBy("name"), "name", "m")
	fmt.Println(rows, err)
	// Output:
	// 250 <nil>
	// [[Ann 380] [Bob 250]] <nil>
}

func ExampleDefineFunc() {
	ctx, _, books, done := openLibrary()
	defer done()

	rows, err := repo.Values[string](ctx, books.Annotate("short", Initials(repo.F("title"))).OrderBy("-short"), "short")
	fmt.Println(rows, err)
	// Output:
	// [S MG G] <nil>
}

// Typed fields take what is registered by its name.
func ExampleThrough() {
	ctx, db, done := openBlog()
	defer done()

	list, err := repo.New[Post](db).Where(
		repo.Through[int](F.Post.Title, "length").Lt(10),
		repo.Compare(F.Post.Title, "not_equal", "Joins"),
	).OrderBy("id").All(ctx)
	check(err)
	for _, p := range list {
		fmt.Println(p.Title)
	}
	// Output:
	// More Go
	// Untold
}

// What docs/extending.md shows stands in this file, and no registration is
// longer than ten lines.
func TestExtendingPage(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../docs/extending.md")
	require.NoError(t, err)
	source, err := os.ReadFile("example_extending_test.go")
	require.NoError(t, err)
	blocks := regexp.MustCompile("(?s)```go\n(.*?)```").FindAllStringSubmatch(string(page), -1)
	require.GreaterOrEqual(t, len(blocks), 6)
	for _, b := range blocks {
		lines := strings.Split(strings.TrimSpace(b[1]), "\n")
		require.LessOrEqual(t, len(lines), 10, b[1])
		for _, line := range lines {
			require.Contains(t, string(source), strings.TrimSpace(line))
		}
	}
}
