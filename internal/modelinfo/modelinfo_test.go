package modelinfo_test

import (
	"reflect"
	"sync"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/models"
)

type Author struct {
	models.AutoKey
	Name     string `gorm:"size:40;not null;uniqueIndex"`
	FullName string
	Books    []Book
	Profile  *Profile
}

type Book struct {
	models.AutoKey
	Title    string          `gorm:"not null"`
	Price    decimal.Decimal `gorm:"type:numeric(10,2)"`
	Twice    int             `gorm:"->;generated:id * 2"`
	AuthorID int64           `gorm:"not null"`
	Author   *Author
	EditorID *int64
	Editor   *Author
	Tags     []Tag `gorm:"many2many:book_tags"`
	Hidden   gorm.DeletedAt
}

func (Book) Meta() models.Meta {
	return models.Meta{
		Ordering:    []string{"author__name", "-title nulls last"},
		Indexes:     []models.Index{{Fields: []string{"-title", "author_id"}, Unique: true}, {Expressions: []string{"lower(title)"}}},
		Constraints: []models.Constraint{{Check: "price > 0"}, {Unique: []string{"title", "editor_id"}}},
	}
}

type Profile struct {
	models.AutoKey
	AuthorID int64
	Text     string `gorm:"default:gen_random_uuid()"`
}

type Tag struct {
	models.AutoKey
	Name string
}

// offline returns a database without a server: reading models needs none.
func offline(t *testing.T) *gorm.DB {
	t.Helper()
	db, err := gorm.Open(postgres.Open("host=127.0.0.1 port=1"), &gorm.Config{DisableAutomaticPing: true})
	require.NoError(t, err)
	t.Cleanup(func() { modelinfo.Remove(db) })
	return db
}

func model[T any](t *testing.T, db *gorm.DB) *modelinfo.Model {
	t.Helper()
	m, err := modelinfo.Of(db).Model(reflect.TypeFor[T]())
	require.NoError(t, err)
	return m
}

func TestModel(t *testing.T) {
	t.Parallel()
	db := offline(t)
	b := model[Book](t, db)
	require.Equal(t, "books", b.Table)
	require.Equal(t, []string{"author", "author_id", "editor", "editor_id", "hidden", "id", "price", "tags", "title", "twice"}, b.LookupNames())
	require.Same(t, b, model[*Book](t, db), "a pointer means its struct")

	id, title, price := b.Field("id"), b.Field("title"), b.Field("price")
	require.True(t, id.Auto)
	require.False(t, id.Nullable)
	require.Equal(t, "bigint", id.SQLType, "no pseudo type of a sequence")
	require.Equal(t, lookup.Int, id.Kind)
	require.False(t, title.Nullable)
	require.Equal(t, lookup.Text, title.Kind)
	require.True(t, price.Nullable, "not tagged otherwise")
	require.Equal(t, lookup.Decimal, price.Kind)
	require.Equal(t, "numeric(10,2)", price.SQLType)
	require.True(t, b.Field("twice").Generated)
	require.Same(t, b.Field("hidden"), b.SoftDelete)
	require.Equal(t, "varchar(40)", model[Author](t, db).Field("name").SQLType)
	require.True(t, model[Profile](t, db).Field("text").FuncDefault)
}

func TestRelations(t *testing.T) {
	t.Parallel()
	db := offline(t)
	b, a := model[Book](t, db), model[Author](t, db)
	author, editor, tags := b.Relation("author"), b.Relation("editor"), b.Relation("tags")
	require.Equal(t, modelinfo.BelongsTo, author.Kind)
	require.Same(t, a, author.To, "a circle of models is one graph")
	require.False(t, author.Nullable)
	require.True(t, editor.Nullable)
	require.Equal(t, []modelinfo.Pair{{From: b.Field("editor_id"), To: a.Field("id")}}, editor.Pairs)
	require.True(t, tags.ToMany())
	require.Equal(t, "book_tags", tags.Through.Table)
	require.Equal(t, "book_id", tags.Through.From[0].Column)
	require.Equal(t, "tag_id", tags.Through.To[0].Column)
	books, profile := a.Relation("books"), a.Relation("profile")
	require.Equal(t, modelinfo.HasMany, books.Kind)
	require.Equal(t, []modelinfo.Pair{{From: a.Field("id"), To: b.Field("author_id")}}, books.Pairs)
	require.Equal(t, modelinfo.HasOne, profile.Kind)
	require.False(t, profile.ToMany())
	require.True(t, profile.Nullable)
}

func TestMetaGetsNames(t *testing.T) {
	t.Parallel()
	m := model[Book](t, offline(t)).Meta
	require.Equal(t, "idx_books_title_author_id", m.Indexes[0].Name)
	require.Equal(t, "idx_books_title_828e4e2b", m.Indexes[1].Name)
	require.Equal(t, "chk_books_price_feadd370", m.Constraints[0].Name)
	require.Equal(t, "uni_books_title_editor_id", m.Constraints[1].Name)
}

func TestConstraintColumns(t *testing.T) {
	t.Parallel()
	db := offline(t)
	require.Nil(t, modelinfo.ConstraintColumns(db, "books", "books_pkey"), "nothing was read yet")
	model[Book](t, db)
	for name, want := range map[string][]string{
		"books_pkey":                {"id"},
		"idx_books_title_author_id": {"title", "author_id"},
		"uni_books_title_editor_id": {"title", "editor_id"},
		"fk_books_editor":           {"editor_id"},
		"nobody_knows":              nil,
	} {
		require.Equal(t, want, modelinfo.ConstraintColumns(db, "books", name), name)
	}
	require.Equal(t, []string{"name"}, modelinfo.ConstraintColumns(db, "authors", "idx_authors_name"))
	require.Nil(t, modelinfo.ConstraintColumns(db, "authors", "books_pkey"), "another table")
}

type badOrdering struct{ models.AutoKey }

func (badOrdering) Meta() models.Meta { return models.Meta{Ordering: []string{"-idd"}} }

type badIndex struct{ models.AutoKey }

func (badIndex) Meta() models.Meta {
	return models.Meta{Indexes: []models.Index{{Name: "x", Fields: []string{"name"}}}}
}

type emptyIndex struct{ models.AutoKey }

func (emptyIndex) Meta() models.Meta { return models.Meta{Indexes: []models.Index{{Name: "x"}}} }

type badClasses struct{ models.AutoKey }

func (badClasses) Meta() models.Meta {
	return models.Meta{Indexes: []models.Index{{Name: "x", Fields: []string{"id"}, Opclasses: []string{"a", "b"}}}}
}

type badConstraint struct{ models.AutoKey }

func (badConstraint) Meta() models.Meta {
	return models.Meta{Constraints: []models.Constraint{{Name: "x", Check: "true", Unique: []string{"id"}}}}
}

type badDeferrable struct{ models.AutoKey }

func (badDeferrable) Meta() models.Meta {
	return models.Meta{Constraints: []models.Constraint{{Name: "x", Unique: []string{"id"}, Deferrable: "later"}}}
}

type sameName struct {
	models.AutoKey
	Owner   string
	OwnerID int64
	Next    *Tag `gorm:"foreignKey:OwnerID"`
	Next2   int  `gorm:"column:next"`
}

func TestWrongModels(t *testing.T) {
	t.Parallel()
	for want, m := range map[string]any{
		`gormango: Meta.Ordering of badOrdering: badOrdering has no field "idd" (did you mean "id"?); choices are id`:                 badOrdering{},
		`gormango: Meta.Indexes of badIndex: badIndex has no field "name"; choices are id`:                                            badIndex{},
		`gormango: Meta.Indexes of emptyIndex: index "x" has neither fields nor expressions`:                                          emptyIndex{},
		`gormango: Meta.Indexes of badClasses: index "x" has 2 operator classes for 1 parts (one for each, "" for the default)`:       badClasses{},
		`gormango: Meta.Constraints of badConstraint: constraint "x" needs exactly one of Check, Unique and Exclude`:                  badConstraint{},
		`gormango: Meta.Constraints of badDeferrable: constraint "x": Deferrable is "later" (choices are "immediate" and "deferred")`: badDeferrable{},
		`gormango: model sameName: relation Next and column "next" have the same name in lookups (rename one)`:                        sameName{},
		`gormango: a model is a struct, not <nil>`:                                                                                    nil,
	} {
		db := offline(t)
		require.EqualError(t, modelinfo.Install(db, []any{m}), want)
		_, err := modelinfo.Of(db).Model(reflect.TypeOf(m))
		require.EqualError(t, err, want, "the second time too: no half-read model is kept")
	}
}

func TestRegistryIsPerDatabase(t *testing.T) {
	t.Parallel()
	one, two := offline(t), offline(t)
	require.NoError(t, modelinfo.Install(one, []any{&Book{}}))
	require.Len(t, modelinfo.Of(one).Models(), 1)
	require.Same(t, modelinfo.Of(one), modelinfo.Of(one.Session(&gorm.Session{NewDB: true})), "a session is the same database")
	require.Empty(t, modelinfo.Of(two).Models())
	require.NotSame(t, model[Book](t, one), model[Book](t, two))
	modelinfo.Remove(one)
	require.Empty(t, modelinfo.Of(one).Models())
}

func TestModelsAreReadOnce(t *testing.T) {
	t.Parallel()
	db := offline(t)
	var (
		wg   sync.WaitGroup
		seen sync.Map
	)
	for range 16 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			m, err := modelinfo.Of(db).Model(reflect.TypeFor[Book]())
			if err != nil {
				t.Error(err)
			}
			seen.Store(m, true)
		}()
	}
	wg.Wait()
	n := 0
	seen.Range(func(any, any) bool { n++; return true })
	require.Equal(t, 1, n)
}
