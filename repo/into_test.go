package repo_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
)

func TestIntoStructsThatEmbedTheModel(t *testing.T) {
	t.Parallel()
	ctx, l := stocked(t)
	type more struct {
		Book
		More   int64
		Editor string `gorm:"column:ed"`
	}
	books := l.books.Annotate("more", repo.F("pages").Add(1)).Annotate("ed", repo.F("editor__name")).
		SelectRelated("author").PrefetchRelated("tags").OrderBy("title")
	rows, err := repo.Into[more](ctx, books)
	require.NoError(t, err)
	require.Len(t, rows, 3)
	require.Equal(t, "Go", rows[0].Title)
	require.Equal(t, int64(381), rows[0].More)
	require.Equal(t, "Bob", rows[0].Editor)
	require.Equal(t, "Ann", rows[0].Author.Name)
	require.NotNil(t, rows[0].Tags)
	require.Empty(t, rows[1].Editor)
	plain, err := books.All(ctx)
	require.NoError(t, err)
	require.Equal(t, *plain[2], rows[2].Book)

	type pointed struct {
		N *int
		*Book
	}
	same, err := repo.Into[pointed](ctx, l.books.Annotate("n", repo.F("rating")).Filter("title", "Go"))
	require.ErrorContains(t, err, "does not fit int")
	require.Nil(t, same)
	same, err = repo.Into[pointed](ctx, l.books.Annotate("n", repo.F("pages")).Filter("title", "Go"))
	require.NoError(t, err)
	require.Equal(t, 380, *same[0].N)
	require.Equal(t, "Go", same[0].Title)

	listed, err := repo.Into[repo.Row[Book]](ctx, books)
	require.NoError(t, err)
	require.Equal(t, plain[0], listed[0].Object)
	require.Equal(t, map[string]any{"more": int64(381), "ed": "Bob"}, listed[0].Values)
	bare, err := repo.Into[Book](ctx, l.books.Filter("title", "SQL"))
	require.NoError(t, err)
	require.Equal(t, 250, bare[0].Pages)
	none, err := repo.Into[more](ctx, books.None())
	require.NoError(t, err)
	require.NotNil(t, none)
	all, err := repo.Into[repo.Row[Book]](ctx, l.books.Filter("title", "Go").Union(l.books.Filter("title", "SQL")).OrderBy("title"))
	require.NoError(t, err)
	require.Len(t, all, 2)
	require.Empty(t, all[0].Values)
}

func TestIntoMistakes(t *testing.T) {
	t.Parallel()
	ctx, l := stocked(t)
	books := l.books.Annotate("more", repo.F("pages").Add(1))
	_, err := repo.Into[struct{ Book }](ctx, books)
	require.ErrorContains(t, err, `has no field for the column "more"; its fields take none`)
	_, err = repo.Into[struct {
		Book
		More, Less int
	}](ctx, books)
	require.ErrorContains(t, err, `no column fills the field Less`)
	_, err = repo.Into[struct{ More int }](ctx, books)
	require.ErrorContains(t, err, "has no embedded repo_test.Book")
	_, err = repo.Into[map[string]any](ctx, books)
	require.ErrorContains(t, err, "is no struct that embeds repo_test.Book")
	_, err = repo.Into[Book](ctx, books)
	require.ErrorContains(t, err, `column "more"`)
	_, err = repo.Into[repo.Row[Author]](ctx, books)
	require.Error(t, err)
	_, err = repo.Into[Book](ctx, l.books.Columns("title"))
	require.ErrorIs(t, err, repo.ErrGrouped)
}

// Rows that hold columns are no objects.
func TestObjectsOfColumns(t *testing.T) {
	t.Parallel()
	ctx, l := stocked(t)
	for name, qs := range map[string]*repo.QuerySet[Book]{
		"columns": l.books.Columns("title"), "groups": l.books.GroupBy("author"), "a union": l.books.Columns("title").Union(l.books.Columns("title")),
	} {
		_, err := qs.All(ctx)
		require.ErrorIs(t, err, repo.ErrGrouped, name)
		require.ErrorContains(t, err, "repo/into_test.go", name)
		_, err = qs.Get(ctx)
		require.ErrorIs(t, err, repo.ErrGrouped, name)
		_, err = qs.OrderBy("title").First(ctx)
		require.ErrorIs(t, err, repo.ErrGrouped, name)
		_, err = qs.OrderBy("title").Last(ctx)
		require.ErrorIs(t, err, repo.ErrGrouped, name)
		for _, err := range qs.Iter(ctx) {
			require.ErrorIs(t, err, repo.ErrGrouped, name)
		}
	}
	n, err := l.books.Columns("author").Distinct().Count(ctx)
	require.NoError(t, err)
	require.Equal(t, int64(2), n)
	require.Equal(t, []string{"More Go", "SQL", "Go"}, titles(t, l.books.Annotate("n", repo.F("pages").Add(1)).OrderBy("n")))
}

type Found struct {
	models.AutoKey
	Name  string
	Heard int `gorm:"-"`
}

func (f *Found) AfterFind(*gorm.DB) error { f.Heard++; return nil }

func TestIntoRunsAfterFind(t *testing.T) {
	t.Parallel()
	db := openDB(t, &Found{})
	founds := repo.New[Found](db)
	require.NoError(t, founds.Create(t.Context(), &Found{Name: "a"}))
	rows, err := repo.Into[struct {
		Found
		N string
	}](t.Context(), founds.Annotate("n", repo.F("name")))
	require.NoError(t, err)
	require.Equal(t, 1, rows[0].Heard)
	require.Equal(t, "a", rows[0].N)
}
