package repo_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/migrate"
	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/repotest"
)

// statements counts what a database is asked, from its log.
type statements struct {
	mu  sync.Mutex
	all []string
}

func (s *statements) Enabled(context.Context, slog.Level) bool { return true }
func (s *statements) WithAttrs([]slog.Attr) slog.Handler       { return s }
func (s *statements) WithGroup(string) slog.Handler            { return s }
func (s *statements) Handle(_ context.Context, r slog.Record) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.Level == slog.LevelWarn {
		return nil // a slow statement is told a second time
	}
	r.Attrs(func(a slog.Attr) bool {
		if a.Key == "sql" {
			s.all = append(s.all, a.Value.String())
		}
		return true
	})
	return nil
}

func (s *statements) take() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := s.all
	s.all = nil
	return all
}

func TestPrefetchRelated(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	seen := &statements{}
	db, err := gormango.Open(ctx, gormango.Config{URL: repotest.URL(t), Models: []any{&Author{}, &Book{}, &Tag{}}, Logger: slog.New(seen)})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, gormango.Close(db)) })
	_, err = migrate.Auto(ctx, db)
	require.NoError(t, err)
	l := &library{db, repo.New[Author](db), repo.New[Book](db), repo.New[Tag](db)}
	ann, bob := l.author(t, "Ann"), l.author(t, "Bob")
	l.author(t, "Cid")
	a := l.book(t, "a", ann, func(b *Book) { b.EditorID = &bob.ID })
	b := l.book(t, "b", ann)
	c := l.book(t, "c", bob, func(b *Book) { b.EditorID = &bob.ID })
	golang, sql := &Tag{Name: "go"}, &Tag{Name: "sql"}
	require.NoError(t, l.tags.Create(ctx, golang, sql))
	require.NoError(t, db.Model(a).Association("Tags").Append(golang, sql))
	require.NoError(t, db.Model(c).Association("Tags").Append(sql))
	seen.take()

	books, err := l.books.PrefetchRelated("tags", "author", "editor").OrderBy("title").All(ctx)
	require.NoError(t, err)
	require.Len(t, seen.take(), 4, "one statement, and one for each relation")
	require.Equal(t, []string{"go", "sql"}, tagNames(books[0]))
	require.Equal(t, []*Tag{}, books[1].Tags, "loaded and none")
	require.Equal(t, []string{"sql"}, tagNames(books[2]))
	require.Equal(t, "Ann", books[0].Author.Name)
	require.Same(t, books[0].Author, books[1].Author, "shared, not copied")
	require.Equal(t, "Bob", books[0].Editor.Name)
	require.Nil(t, books[1].Editor)

	authors, err := l.authors.PrefetchRelated("books").All(ctx)
	require.NoError(t, err)
	require.Len(t, seen.take(), 2)
	require.Len(t, authors[0].Books, 2)
	require.Equal(t, "c", authors[1].Books[0].Title)
	require.Equal(t, []Book{}, authors[2].Books)
	require.NotNil(t, authors[2].Books)

	_, err = l.books.PrefetchRelated("tags").Filter("title", "zzz").All(ctx)
	require.NoError(t, err)
	require.Len(t, seen.take(), 1, "no rows, nothing to prefetch")
	_ = b

	found := 0
	for book, err := range l.books.PrefetchRelated("tags").OrderBy("title").Iter(ctx) {
		require.NoError(t, err)
		found += len(book.Tags)
	}
	require.Equal(t, 3, found)
}

func tagNames(b *Book) (names []string) {
	for _, t := range b.Tags {
		names = append(names, t.Name)
	}
	return names
}

func TestPrefetchRefuses(t *testing.T) {
	t.Parallel()
	_, l := setup(t)
	for want, err := range map[string]error{
		`repo: Book has no field "tgas" (did you mean "tags"?); choices are author,`:   l.books.PrefetchRelated("tgas").Err(),
		`repo: Book.title is not a relation; choices are author, editor, tags [`:       l.books.PrefetchRelated("title").Err(),
		`repo: Author has no field "bokos" in "author__bokos" (did you mean "books"?)`: l.books.PrefetchRelated("author__bokos").Err(),
		`repo: Book.tags leads to many rows (use PrefetchRelated) [`:                   l.books.SelectRelated("tags").Err(),
	} {
		require.ErrorContains(t, err, want)
		var fe *repo.FieldError
		require.ErrorAs(t, err, &fe)
		require.True(t, strings.HasPrefix(fe.Place, "repo/prefetch_test.go:"), fe.Place)
	}
}

type shelf struct {
	Code  string `gorm:"primaryKey"`
	Boxes []*box `gorm:"foreignKey:ShelfCode;references:Code"`
	Label *label `gorm:"polymorphic:Owner"`
}

type box struct {
	models.AutoKey
	ShelfCode *string
	Size      int
}

func (box) Meta() models.Meta { return models.Meta{Ordering: []string{"-size"}} }

type label struct {
	models.AutoKey
	Text      string
	OwnerID   string
	OwnerType string
}

// Text keys, nullable foreign keys, pointers in slices, GORM's polymorphic
// has-one.
func TestPrefetchOtherKeys(t *testing.T) {
	t.Parallel()
	ctx, _ := setup(t)
	db := openDB(t, &shelf{}, &box{}, &label{})
	shelves, boxes := repo.New[shelf](db), repo.New[box](db)
	require.NoError(t, shelves.Create(ctx, &shelf{Code: "x"}, &shelf{Code: "y"}))
	for i := range 3 {
		require.NoError(t, boxes.Create(ctx, &box{ShelfCode: ptr("x"), Size: i}))
	}
	require.NoError(t, boxes.Create(ctx, &box{Size: 9}))
	require.NoError(t, db.Create(&label{Text: "mine", OwnerID: "x", OwnerType: "shelves"}).Error)
	require.NoError(t, db.Create(&label{Text: "another's", OwnerID: "y", OwnerType: "rooms"}).Error)
	all, err := shelves.PrefetchRelated("boxes", "label").OrderBy("code").All(ctx)
	require.NoError(t, err)
	sizes := ""
	for _, b := range all[0].Boxes {
		sizes += fmt.Sprint(b.Size)
	}
	require.Equal(t, "210", sizes, "in the order of the model")
	require.Empty(t, all[1].Boxes)
	require.Equal(t, "mine", all[0].Label.Text)
	require.Nil(t, all[1].Label)

	got, err := shelves.Filter("label__text", "mine").SelectRelated("label").Get(ctx)
	require.NoError(t, err, "a reverse one-to-one joins too")
	require.Equal(t, "mine", got.Label.Text)
}

// Owners with one key have slices of their own, and an append to a slice does
// not reach the next owner's.
func TestPrefetchedSlicesAreSeparate(t *testing.T) {
	t.Parallel()
	ctx, l := setup(t)
	ann, bob := l.author(t, "Ann"), l.author(t, "Bob")
	for _, b := range []*Book{{Title: "1", AuthorID: ann.ID}, {Title: "2", AuthorID: ann.ID}, {Title: "3", AuthorID: bob.ID}} {
		require.NoError(t, l.books.Create(ctx, b))
	}
	owners := []*Author{{AutoKey: ann.AutoKey}, {AutoKey: ann.AutoKey}, {AutoKey: bob.AutoKey}, {AutoKey: models.AutoKey{ID: 77}}, {}}
	require.NoError(t, repo.Load(ctx, l.authors, owners, "books"))
	titles := func(a *Author) (out []string) {
		for _, b := range a.Books {
			out = append(out, b.Title)
		}
		slices.Sort(out)
		return out
	}
	owners[0].Books = append(owners[0].Books, Book{Title: "own"})
	owners[0].Books[0].Title = "changed"
	require.Equal(t, []string{"1", "2"}, titles(owners[1]))
	require.Equal(t, []string{"3"}, titles(owners[2]))
	require.Equal(t, []Book{}, owners[3].Books)
	owners[3].Books = append(owners[3].Books, Book{Title: "later"})
	require.Equal(t, []Book{}, owners[4].Books)
}
