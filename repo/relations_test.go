package repo_test

import (
	"context"
	"database/sql/driver"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
)

// The column of a foreign key is what Save writes, whatever object is loaded
// beside it.
func TestForeignKeyColumnDecides(t *testing.T) {
	t.Parallel()
	ctx, l := setup(t)
	ann, bob := l.author(t, "Ann"), l.author(t, "Bob")
	l.book(t, "a", ann, func(b *Book) { b.EditorID = &bob.ID })
	b, err := l.books.SelectRelated("editor", "author").Get(ctx)
	require.NoError(t, err)
	names, err := repo.DecodePatch(strings.NewReader(`{"editor_id": null}`), b, "editor_id")
	require.NoError(t, err)
	require.NoError(t, l.books.Save(ctx, b, names...))
	require.Nil(t, b.Editor, "the loaded object is not the row's any more")
	require.NotNil(t, b.Author)
	n, err := l.books.Filter("editor", nil).Count(ctx)
	require.NoError(t, err)
	require.EqualValues(t, 1, n)
}

type Opt struct {
	Zip     string
	OwnerID *int64
	Owner   *Author
}

type Customer struct {
	models.AutoKey
	Name string
	Ship *Opt `gorm:"embedded;embeddedPrefix:ship_"`
}

// An embedded struct that is not there stays so, and its columns are NULL.
func TestNilEmbeddedPointer(t *testing.T) {
	t.Parallel()
	db := openDB(t, &Author{}, &Book{}, &Tag{}, &Customer{})
	ctx, customers := context.Background(), repo.New[Customer](db)
	c := &Customer{Name: "c"}
	require.NoError(t, customers.Create(ctx, c))
	require.Nil(t, c.Ship)
	n, err := customers.Filter("ship_zip__isnull", true).Count(ctx)
	require.NoError(t, err)
	require.EqualValues(t, 1, n)
	require.NoError(t, customers.Save(ctx, c))
	require.Nil(t, c.Ship)
	got, err := customers.SelectRelated("owner").Get(ctx)
	require.NoError(t, err)
	require.Nil(t, got.Ship)
}

type OptDeep struct {
	Size  *int
	Price decimal.NullDecimal
}

type OptMarks struct {
	Note     *string
	At       *time.Time
	Attrs    map[string]any `gorm:"serializer:json;type:jsonb"`
	Codes    []string       `gorm:"type:text[]"`
	SellerID *int64
	Seller   *Author
	Deep     *OptDeep   `gorm:"embedded;embeddedPrefix:deep_"`
	Items    []*optItem `gorm:"foreignKey:ShipmentID"`
}

type optShipment struct {
	models.AutoKey
	Name  string
	Marks *OptMarks `gorm:"embedded;embeddedPrefix:m_"`
}

type optItem struct {
	models.AutoKey
	ShipmentID int64
	Shipment   *optShipment
}

// An embedded pointer is nil after each read if all columns of its struct are
// NULL, whatever their types. Its relations are loaded all the same.
func TestEmbeddedPointersOfReads(t *testing.T) {
	t.Parallel()
	db := openDB(t, &Author{}, &Book{}, &Tag{}, &optShipment{}, &optItem{})
	ctx, r, items := context.Background(), repo.New[optShipment](db), repo.New[optItem](db)
	s := &optShipment{Name: "s"}
	require.NoError(t, r.Create(ctx, s))
	item := &optItem{Shipment: s}
	require.NoError(t, items.Create(ctx, item))
	reads := func() map[string]*optShipment {
		got := map[string]*optShipment{}
		put := func(name string, o *optShipment, err error) {
			t.Helper()
			require.NoError(t, err, name)
			got[name] = o
		}
		o, err := r.Get(ctx)
		put("Get", o, err)
		all, err := r.SelectRelated("seller").All(ctx)
		require.NoError(t, err)
		put("All with its relation", all[0], err)
		for o, err := range r.Iter(ctx) {
			put("Iter", o, err)
		}
		put("Refresh", s, r.Refresh(ctx, s))
		i, err := items.SelectRelated("shipment__seller").Get(ctx)
		require.NoError(t, err)
		put("a joined object", i.Shipment, err)
		full := &optShipment{AutoKey: s.AutoKey, Marks: &OptMarks{Note: &s.Name, Deep: &OptDeep{Size: new(int)}}}
		put("Refresh of a full one", full, r.Refresh(ctx, full))
		into, err := repo.Values[optInto](ctx, r)
		require.NoError(t, err)
		put("Values", &optShipment{Name: into[0].Name, Marks: into[0].Marks}, nil)
		return got
	}
	for name, o := range reads() {
		require.Nil(t, o.Marks, name)
	}
	require.NoError(t, db.Exec("UPDATE opt_shipments SET m_codes = '{a}'").Error)
	for name, o := range reads() {
		require.Equal(t, &OptMarks{Codes: []string{"a"}}, o.Marks, name)
	}
	require.NoError(t, db.Exec("UPDATE opt_shipments SET m_codes = NULL, m_deep_size = 3").Error)
	three := 3
	for name, o := range reads() {
		require.Equal(t, &OptMarks{Deep: &OptDeep{Size: &three}}, o.Marks, name)
	}
	seller := &Author{Name: "Ann"}
	require.NoError(t, repo.New[Author](db).Create(ctx, seller))
	require.NoError(t, db.Exec("UPDATE opt_shipments SET m_deep_size = NULL, m_seller_id = ?", seller.ID).Error)
	for name, o := range reads() {
		require.Nil(t, o.Marks.Deep, name)
		require.Equal(t, seller.ID, *o.Marks.SellerID, name)
		if name == "All with its relation" || name == "a joined object" {
			require.Equal(t, "Ann", o.Marks.Seller.Name, name)
		}
	}
	require.NoError(t, db.Exec("UPDATE opt_shipments SET m_seller_id = NULL").Error)
	o, err := r.PrefetchRelated("items").Get(ctx)
	require.NoError(t, err)
	require.Len(t, o.Marks.Items, 1)
	require.Equal(t, item.ID, o.Marks.Items[0].ID)
}

// optInto has the columns of optShipment for Values.
type optInto struct {
	ID    int64
	Name  string
	Marks *OptMarks `gorm:"embedded;embeddedPrefix:m_"`
}

type address struct {
	OwnerID *int64
	Owner   *Author
}

type twice struct {
	models.AutoKey
	Bill address `gorm:"embedded;embeddedPrefix:bill_"`
	Ship address `gorm:"embedded;embeddedPrefix:ship_"`
}

func TestRelationEmbeddedTwiceIsRefused(t *testing.T) {
	t.Parallel()
	_, l := setup(t)
	require.ErrorContains(t, repo.New[twice](l.db).Err(), "gormango: model twice: relation Owner comes from Bill.Owner and from Ship.Owner, so one is lost")
}

type textKey struct {
	ID   string    `gorm:"type:uuid;primaryKey;default:gen_random_uuid()"`
	Tags []textTag `gorm:"many2many:text_key_tags"`
}

type textTag struct {
	models.AutoKey
	Name string
}

// A uuid column in a Go string is found again through the table between.
func TestPrefetchThroughTextUUIDs(t *testing.T) {
	t.Parallel()
	db := openDB(t, &textKey{}, &textTag{})
	ctx, keys := context.Background(), repo.New[textKey](db)
	k := &textKey{}
	require.NoError(t, keys.Create(ctx, k))
	require.Len(t, k.ID, 36)
	require.NoError(t, db.Model(k).Association("Tags").Append(&textTag{Name: "x"}))
	got, err := keys.PrefetchRelated("tags").Get(ctx)
	require.NoError(t, err)
	require.Len(t, got.Tags, 1)
}

type valueBook struct {
	models.AutoKey
	AuthorID int64
	Author   Author
	EditorID *int64
	Editor   strict
}

type strict struct {
	models.AutoKey
	Name string
}

func (s *strict) AfterFind(*gorm.DB) error {
	if s.ID == 0 {
		return gorm.ErrInvalidData
	}
	return nil
}

// A relation that is a struct, not a pointer: its key counts, and a zero one is
// no object.
func TestValueRelations(t *testing.T) {
	t.Parallel()
	db := openDB(t, &Author{}, &Book{}, &Tag{}, &strict{}, &valueBook{})
	ctx, books := context.Background(), repo.New[valueBook](db)
	ann := &Author{Name: "Ann"}
	require.NoError(t, repo.New[Author](db).Create(ctx, ann))
	require.NoError(t, books.Create(ctx, &valueBook{Author: *ann}))
	got, err := books.SelectRelated("author", "editor").Get(ctx)
	require.NoError(t, err)
	require.Equal(t, "Ann", got.Author.Name)
	require.Zero(t, got.Editor.ID)
}

type secretive struct {
	models.AutoKey
	Name     string
	Password string `gorm:"->:false;<-;not null"`
}

// A column that is written and never read.
func TestWriteOnlyColumn(t *testing.T) {
	t.Parallel()
	db := openDB(t, &secretive{})
	ctx, rows := context.Background(), repo.New[secretive](db)
	require.NoError(t, rows.Create(ctx, &secretive{Name: "a", Password: "x"}))
	require.NoError(t, rows.BulkCreate(ctx, []*secretive{{Name: "b", Password: "y"}}))
	got, err := rows.Filter("password", "x").Get(ctx)
	require.NoError(t, err)
	require.Equal(t, "a", got.Name)
	require.Empty(t, got.Password)
	var stored string
	require.NoError(t, db.Raw("SELECT password FROM secretives WHERE name = 'b'").Scan(&stored).Error)
	require.Equal(t, "y", stored)
}

type natural struct {
	A    int64 `gorm:"primaryKey;autoIncrement:false"`
	B    int64 `gorm:"primaryKey;autoIncrement:false"`
	Name string
}

// Zero is a key like others if the application sets it.
func TestNaturalKeyOfZero(t *testing.T) {
	t.Parallel()
	db := openDB(t, &natural{})
	ctx, rows := context.Background(), repo.New[natural](db)
	n := &natural{A: 0, B: 1, Name: "x"}
	require.NoError(t, rows.Create(ctx, n))
	n.Name = "y"
	require.NoError(t, rows.Save(ctx, n))
	require.NoError(t, rows.Refresh(ctx, n))
	require.Equal(t, "y", n.Name)
	_, err := rows.Delete(ctx, n)
	require.NoError(t, err)
}

type role string

func (r role) Value() (driver.Value, error) { return strings.ToLower(string(r)), nil }

type member struct {
	models.AutoKey
	Role  role
	Set   map[string]int `gorm:"type:text;serializer:json"`
	Since time.Time
	G     float64
}

// What a type writes is what it is found by.
func TestValuersAndSerializersInFilters(t *testing.T) {
	t.Parallel()
	db := openDB(t, &member{})
	ctx, rows := context.Background(), repo.New[member](db)
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	require.NoError(t, rows.Create(ctx, &member{Role: "Admin", Set: map[string]int{"a": 1}, Since: at}))
	for lookup, v := range map[repo.Lookup[member]]any{"role": role("ADMIN"), "role__in": []role{"Admin"}, "set": map[string]int{"a": 1}} {
		n, err := rows.Filter(lookup, v).Count(ctx)
		require.NoError(t, err, lookup)
		require.EqualValues(t, 1, n, lookup)
	}
	_, err := rows.AllRows().Update(ctx, rows.Set("since", repo.F("since").Add(48*time.Hour)))
	require.NoError(t, err)
	got, err := rows.Get(ctx)
	require.NoError(t, err)
	require.True(t, at.Add(48*time.Hour).Equal(got.Since))
}

type needsAuthor struct {
	models.AutoKey
	AuthorID int64
	Author   *Author
}

func (n *needsAuthor) Clean(context.Context) error {
	return models.Validate(models.Number("author_id", n.AuthorID).Min(1))
}

// Clean sees the key that the loaded object brings.
func TestCleanSeesTheKeys(t *testing.T) {
	t.Parallel()
	db := openDB(t, &Author{}, &Book{}, &Tag{}, &needsAuthor{})
	ctx, ann := context.Background(), &Author{Name: "Ann"}
	require.NoError(t, repo.New[Author](db).Create(ctx, ann))
	require.NoError(t, repo.New[needsAuthor](db).Create(ctx, &needsAuthor{Author: ann}))
	require.NoError(t, repo.New[needsAuthor](db).BulkCreate(ctx, []*needsAuthor{{Author: ann}}))
}

type logLine struct {
	Text     string
	AuthorID int64
	Author   *Author
}

// A table without a primary key is changed across relations too.
func TestNoPrimaryKey(t *testing.T) {
	t.Parallel()
	db := openDB(t, &Author{}, &Book{}, &Tag{}, &logLine{})
	ctx, ann := context.Background(), &Author{Name: "Ann"}
	require.NoError(t, repo.New[Author](db).Create(ctx, ann))
	lines := repo.New[logLine](db)
	require.NoError(t, lines.Create(ctx, &logLine{Text: "a", Author: ann}))
	n, err := lines.Filter("author__name", "Ann").Update(ctx, lines.Set("text", "b"))
	require.NoError(t, err)
	require.EqualValues(t, 1, n)
	d, err := lines.Filter("author__name", "Ann").Delete(ctx)
	require.NoError(t, err)
	require.EqualValues(t, 1, d.Total)
}

// A repository does not pass over what a *gorm.DB carries.
func TestNewTakesNoConditions(t *testing.T) {
	t.Parallel()
	ctx, l := setup(t)
	l.author(t, "Ann")
	for _, db := range []*gorm.DB{l.db.Where("name = ?", "nobody"), l.db.Limit(1), l.db.Select("id"), l.db.Model(&Author{}).Joins("x"), l.db.Table("x")} {
		_, err := repo.New[Author](db).Count(ctx)
		require.ErrorContains(t, err, "repo: the *gorm.DB has conditions")
	}
	require.ErrorContains(t, repo.New[Author](l.db.Session(&gorm.Session{DryRun: true})).Create(ctx, &Author{Name: "x"}), "dry run")
	n, err := repo.New[Author](l.db.WithContext(ctx).Session(&gorm.Session{})).Count(ctx)
	require.NoError(t, err)
	require.EqualValues(t, 1, n)
}

func TestSkipHooksAndUnscoped(t *testing.T) {
	t.Parallel()
	ctx, db, docs := documents(t)
	require.NoError(t, docs.Create(ctx, &document{Name: "a"}, &document{Name: "b"}))
	_, err := docs.Filter("name", "a").Delete(ctx)
	require.NoError(t, err)
	all := repo.New[document](db.Unscoped())
	require.EqualValues(t, 2, count(t, ctx, all))
	a, err := all.Filter("name", "a").Get(ctx)
	require.NoError(t, err)
	_, err = docs.Delete(ctx, a)
	require.ErrorIs(t, err, repo.ErrStaleObject, "deleted already: no live row to mark")
	_, err = all.Delete(ctx, a)
	require.NoError(t, err)
	require.EqualValues(t, 1, count(t, ctx, all), "removed for good")

	hdb := openDB(t, &hookedRow{}, &hookLog{})
	quiet := repo.New[hookedRow](hdb.Session(&gorm.Session{SkipHooks: true}))
	require.NoError(t, quiet.Create(ctx, &hookedRow{Name: "x", Fail: "BeforeSave"}))
	require.Zero(t, count(t, ctx, repo.New[hookLog](hdb)))
}
