package repo_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango/migrate"
	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
)

// The types of keys that are no plain Go values, or whose equality is the
// server's alone.
type (
	ciText    string // compares without case
	mailText  string // of a domain over citext
	otherCase string // of a collation without case
	byteID    [4]byte
	hexID     [4]byte
	scaled    struct{ decimal.Decimal }
	serverID  struct{ pgtype.UUID }
	octets    []byte
	span      struct{ pgtype.Interval }
)

func (ciText) GormDataType() string    { return "citext" }
func (mailText) GormDataType() string  { return "mail_text" }
func (otherCase) GormDataType() string { return `text COLLATE "other_case"` }
func (byteID) GormDataType() string    { return "bytea" }
func (hexID) GormDataType() string     { return "char(8)" }
func (scaled) GormDataType() string    { return "numeric" }
func (serverID) GormDataType() string  { return "uuid" }
func (span) GormDataType() string      { return "interval" }

func (k byteID) Value() (driver.Value, error) { return k[:], nil }

func (k *byteID) Scan(v any) error {
	copy(k[:], v.([]byte))
	return nil
}

func (k hexID) Value() (driver.Value, error) { return fmt.Sprintf("%x", k[:]), nil }

func (k *hexID) Scan(v any) error {
	var b []byte
	_, err := fmt.Sscanf(fmt.Sprint(v), "%x", &b)
	copy(k[:], b)
	return err
}

// keyOwner has the key K; keyItem refers to it by F, and keyGroup by a table
// between.
type (
	keyOwner[K, F any] struct {
		ID    K `gorm:"primaryKey;autoIncrement:false"`
		Name  string
		Items []*keyItem[K, F] `gorm:"foreignKey:OwnerID"`
		Notes []*keyNote[K]    `gorm:"polymorphic:Owner;polymorphicValue:x"`
	}
	keyItem[K, F any] struct {
		models.AutoKey
		Name    string
		OwnerID F
		Owner   *keyOwner[K, F] `gorm:"foreignKey:OwnerID"`
	}
	keyNote[K any] struct {
		models.AutoKey
		OwnerID   K
		OwnerType string
	}
)

func (keyOwner[K, F]) TableName() string { return "owners" }
func (keyItem[K, F]) TableName() string  { return "items" }
func (keyNote[K]) TableName() string     { return "notes" }

// keyCase is a key in the spelling of its row, the same key in another one, and
// another key. asRef makes a foreign key.
type keyCase[K, F any] struct {
	key, same, other K
	asRef            func(K) F
}

func pointerTo[K any](k K) *K { return &k }

func itself[K any](k K) K { return k }

// A key is the same row in every call, whatever its Go type.
func TestKeyTypes(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	id := func(n byte) uuid.UUID { return uuid.UUID{n} }
	dec := decimal.RequireFromString
	valid := func(n int64) sql.NullInt64 { return sql.NullInt64{Int64: n, Valid: true} }
	testKey(t, "sql.NullInt64", keyCase[int64, sql.NullInt64]{1, 1, 2, valid})
	testKey(t, "sql.Null", keyCase[int64, sql.Null[int64]]{1, 1, 2, func(n int64) sql.Null[int64] { return sql.Null[int64]{V: n, Valid: true} }})
	testKey(t, "sql.NullInt64 on both sides", keyCase[sql.NullInt64, *sql.NullInt64]{valid(1), valid(1), valid(2), pointerTo[sql.NullInt64]})
	testKey(t, "sql.NullString", keyCase[string, sql.NullString]{"a", "a", "b", func(s string) sql.NullString { return sql.NullString{String: s, Valid: true} }})
	testKey(t, "uuid", keyCase[serverID, *serverID]{serverID{pgtype.UUID{Bytes: id(1), Valid: true}}, serverID{pgtype.UUID{Bytes: id(1), Valid: true}},
		serverID{pgtype.UUID{Bytes: id(2), Valid: true}}, pointerTo[serverID]})
	testKey(t, "bytes", keyCase[octets, octets]{octets("a"), octets("a"), octets("b"), itself[octets]})
	testKey(t, "binary Valuer", keyCase[byteID, []byte]{byteID{1}, byteID{1}, byteID{2}, func(k byteID) []byte { return k[:] }})
	testKey(t, "pointer to a binary Valuer", keyCase[byteID, *byteID]{byteID{1}, byteID{1}, byteID{2}, pointerTo[byteID]})
	testKey(t, "text Valuer", keyCase[hexID, *hexID]{hexID{1}, hexID{1}, hexID{2}, pointerTo[hexID]})
	testKey(t, "decimal", keyCase[scaled, *scaled]{scaled{dec("1.50")}, scaled{dec("1.5")}, scaled{dec("2")}, pointerTo[scaled]})
	testKey(t, "time", keyCase[time.Time, sql.NullTime]{at, at.In(time.FixedZone("", 3600)), at.Add(time.Microsecond), func(t time.Time) sql.NullTime { return sql.NullTime{Time: t, Valid: true} }})
	testKey(t, "citext", keyCase[ciText, *ciText]{"Ann", "ann", "Bob", pointerTo[ciText]})
	testKey(t, "domain", keyCase[mailText, *mailText]{"Ann", "aNN", "Bob", pointerTo[mailText]})
	testKey(t, "interval", keyCase[span, *span]{span{pgtype.Interval{Days: 1, Valid: true}}, span{pgtype.Interval{Microseconds: 86400e6, Valid: true}},
		span{pgtype.Interval{Days: 2, Valid: true}}, pointerTo[span]})
	testKey(t, "collation", keyCase[otherCase, *otherCase]{"Änn", "änn", "Bob", pointerTo[otherCase]})
}

// createKeyTypes creates the types that keys of models have.
func createKeyTypes(t *testing.T, db *gorm.DB) {
	t.Helper()
	require.NoError(t, db.Exec(`CREATE EXTENSION citext; CREATE DOMAIN mail_text AS citext;
		CREATE COLLATION other_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false)`).Error)
}

func testKey[K, F any](t *testing.T, name string, k keyCase[K, F]) {
	t.Run(name, func(t *testing.T) {
		t.Parallel()
		db := openDB(t)
		createKeyTypes(t, db)
		_, err := migrate.Auto(t.Context(), db, &keyOwner[K, F]{}, &keyItem[K, F]{}, &keyNote[K]{})
		require.NoError(t, err)
		k.run(t, db)
	})
}

// run expects that items which refer to an owner in two spellings are its
// items in each call.
func (k keyCase[K, F]) run(t *testing.T, db *gorm.DB) {
	ctx := context.Background()
	owners, items := repo.New[keyOwner[K, F]](db), repo.New[keyItem[K, F]](db)
	owner, other := &keyOwner[K, F]{ID: k.key, Name: "owner"}, &keyOwner[K, F]{ID: k.other, Name: "other"}
	require.NoError(t, owners.Create(ctx, owner, other))
	first, second := &keyItem[K, F]{Name: "1", OwnerID: k.asRef(k.key)}, &keyItem[K, F]{Name: "2", OwnerID: k.asRef(k.same)}
	var none F
	require.NoError(t, items.Create(ctx, first, second, &keyItem[K, F]{Name: "3", OwnerID: k.asRef(k.other)}, &keyItem[K, F]{Name: "4", OwnerID: none}))
	names := func(list []*keyItem[K, F]) (names []string) {
		for _, i := range list {
			names = append(names, i.Name)
		}
		return names
	}
	ofOwner := []string{"1", "2"}

	// both directions, alone and with a slice for each owner
	for what, qs := range map[string]*repo.QuerySet[keyOwner[K, F]]{
		"prefetch": owners.PrefetchRelated("items"),
		"slice":    owners.Prefetch("items", items.OrderBy("name").Limit(2)),
	} {
		list, err := qs.OrderBy("name").All(ctx)
		require.NoError(t, err, what)
		require.Equal(t, []string{"3"}, names(list[0].Items), what)
		require.ElementsMatch(t, ofOwner, names(list[1].Items), what)
	}
	for what, qs := range map[string]*repo.QuerySet[keyItem[K, F]]{"prefetch": items.PrefetchRelated("owner"), "join": items.SelectRelated("owner")} {
		list, err := qs.OrderBy("name").All(ctx)
		require.NoError(t, err, what)
		for i, want := range []string{"owner", "owner", "other"} {
			require.NotNil(t, list[i].Owner, "%s of %s", what, list[i].Name)
			require.Equal(t, want, list[i].Owner.Name, what)
			loaded, err := repo.Loaded(items, list[i], "owner")
			require.NoError(t, err)
			require.True(t, loaded)
		}
		require.Nil(t, list[3].Owner, what)
		loaded, err := repo.Loaded(items, list[3], "owner")
		require.NoError(t, err)
		require.True(t, loaded, "without a foreign key there is no object")
	}

	// what a key finds
	found, err := owners.ByPK(ctx, k.same)
	require.NoError(t, err)
	require.Equal(t, "owner", found.Name)
	created, err := owners.By("id").GetOrCreate(ctx, &keyOwner[K, F]{ID: k.same})
	require.NoError(t, err)
	require.False(t, created)
	n, err := items.Filter("owner", owner).Count(ctx)
	require.NoError(t, err)
	require.EqualValues(t, 2, n)
	changed, err := owners.BulkUpdate(ctx, []*keyOwner[K, F]{{ID: k.same, Name: "owner"}, {ID: k.other, Name: "other"}}, "name")
	require.NoError(t, err)
	require.EqualValues(t, 2, changed)
	page, err := repo.PaginateAfter(ctx, owners.OrderBy("id"), "", 1)
	require.NoError(t, err)
	page, err = repo.PaginateAfter(ctx, owners.OrderBy("id"), page.Next, 1)
	require.NoError(t, err)
	require.Len(t, page.Items, 1)
	require.False(t, page.HasNext())

	// a key that is cleared stays so, although the owner is loaded
	loaded, err := items.SelectRelated("owner").Filter("name", "2").Get(ctx)
	require.NoError(t, err)
	loaded.OwnerID = none
	require.NoError(t, items.Save(ctx, loaded))
	require.Nil(t, loaded.Owner)
	n, err = items.Filter("owner", nil).Count(ctx)
	require.NoError(t, err)
	require.EqualValues(t, 2, n)
	require.NoError(t, items.Save(ctx, second))

	// the manager's verbs
	m := repo.RelatedByName[keyItem[K, F]](owners, owner, "items")
	rows := func(want ...string) []*keyItem[K, F] {
		t.Helper()
		list, err := m.OrderBy("name").All(ctx)
		require.NoError(t, err)
		require.Equal(t, want, names(list))
		for _, i := range list {
			require.Same(t, owner, i.Owner)
		}
		return list
	}
	rows("1", "2")
	require.NoError(t, m.Remove(ctx, second))
	rows("1")
	third, err := items.Filter("name", "3").Get(ctx)
	require.NoError(t, err)
	require.ErrorIs(t, m.Remove(ctx, third), repo.ErrDoesNotExist)
	require.NoError(t, m.Add(ctx, second))
	require.NoError(t, m.Replace(ctx, third, second))
	list := rows("2", "3")
	require.NoError(t, m.Remove(ctx, list[0], list[1:]...))
	rows([]string(nil)...)
	require.NoError(t, m.Add(ctx, first))

	notes := repo.RelatedByName[keyNote[K]](owners, owner, "notes")
	require.NoError(t, notes.Create(ctx, &keyNote[K]{}))
	got, err := owners.PrefetchRelated("notes").Filter("name", "owner").Get(ctx)
	require.NoError(t, err)
	require.Len(t, got.Notes, 1)
	require.NoError(t, notes.Remove(ctx, got.Notes[0]))
	_, err = m.AllRows().Delete(ctx)
	require.NoError(t, err)
	_, err = owners.Delete(ctx, owner)
	require.NoError(t, err)
	require.Equal(t, 1, countOf(t, owners))
}

func countOf[T any](t *testing.T, r *repo.Repository[T]) int {
	t.Helper()
	n, err := r.Count(t.Context())
	require.NoError(t, err)
	return int(n)
}

type linkOwner struct {
	models.AutoKey
	Mail   ciText        `gorm:"unique"`
	Binary byteID        `gorm:"unique"`
	Rate   scaled        `gorm:"unique"`
	Maybe  sql.NullInt64 `gorm:"unique"`
	Word   otherCase     `gorm:"unique"`
	Mails  []*linkTag    `gorm:"many2many:link_mails;foreignKey:Mail;references:Label"`
	Bins   []*linkTag    `gorm:"many2many:link_bins;foreignKey:Binary;references:Code"`
	Rates  []*linkTag    `gorm:"many2many:link_rates;foreignKey:Rate;references:ID"`
	Maybes []*linkTag    `gorm:"many2many:link_maybes;foreignKey:Maybe;references:Label"`
	Words  []*linkTag    `gorm:"many2many:link_words;foreignKey:Word;references:Code"`
}

type linkTag struct {
	models.AutoKey
	Label ciText `gorm:"unique"`
	Code  hexID  `gorm:"unique"`
}

// Many-to-many relations find rows by such keys at both ends.
func TestKeyTypesOfLinks(t *testing.T) {
	t.Parallel()
	db := openDB(t)
	createKeyTypes(t, db)
	_, err := migrate.Auto(t.Context(), db, &linkOwner{}, &linkTag{})
	require.NoError(t, err)
	ctx, owners, tags := t.Context(), repo.New[linkOwner](db), repo.New[linkTag](db)
	o := &linkOwner{Mail: "Ann", Binary: byteID{1}, Rate: scaled{decimal.RequireFromString("1.50")}, Maybe: sql.NullInt64{Int64: 1, Valid: true}, Word: "Änn"}
	require.NoError(t, owners.Create(ctx, o, &linkOwner{Mail: "Bob", Binary: byteID{2}, Word: "Bob"}))
	a, b := &linkTag{Label: "A", Code: hexID{1}}, &linkTag{Label: "B", Code: hexID{2}}
	require.NoError(t, tags.Create(ctx, a, b))
	// the same keys, spelled otherwise in the tables between
	require.NoError(t, db.Exec("INSERT INTO link_mails VALUES ('ann', 'a'); INSERT INTO link_rates VALUES (1.5, 1); INSERT INTO link_words VALUES ('änn', '01000000')").Error)
	for rel, held := range map[repo.Rel[linkOwner]]func(o *linkOwner) []*linkTag{
		"mails":  func(o *linkOwner) []*linkTag { return o.Mails },
		"bins":   func(o *linkOwner) []*linkTag { return o.Bins },
		"rates":  func(o *linkOwner) []*linkTag { return o.Rates },
		"maybes": func(o *linkOwner) []*linkTag { return o.Maybes },
		"words":  func(o *linkOwner) []*linkTag { return o.Words },
	} {
		m := repo.RelatedByName[linkTag](owners, o, rel)
		expect := func(want ...string) {
			t.Helper()
			list, err := owners.PrefetchRelated(rel).OrderBy("id").All(ctx)
			require.NoError(t, err)
			var labels []string
			for _, l := range held(list[0]) {
				labels = append(labels, string(l.Label))
			}
			require.ElementsMatch(t, want, labels, "%s", rel)
			require.Empty(t, held(list[1]))
			n, err := m.Count(ctx)
			require.NoError(t, err)
			require.EqualValues(t, len(want), n, "%s", rel)
		}
		require.NoError(t, m.Add(ctx, a))
		expect("A")
		require.NoError(t, m.Add(ctx, a, b))
		expect("A", "B")
		require.NoError(t, m.Replace(ctx, b))
		expect("B")
		require.NoError(t, m.Remove(ctx, b))
		expect()
	}
}

// looseOwner declares text, and its table compares without case.
type looseOwner struct {
	ID    string       `gorm:"primaryKey"`
	Items []*looseItem `gorm:"foreignKey:OwnerID"`
}

type looseItem struct {
	models.AutoKey
	OwnerID string
	Owner   *looseOwner
}

// Rows that the server finds are dealt out although the model does not declare
// how it compares their keys.
func TestKeysOfUndeclaredEquality(t *testing.T) {
	t.Parallel()
	db := openDB(t, &looseOwner{}, &looseItem{})
	createKeyTypes(t, db)
	require.NoError(t, db.Exec(`ALTER TABLE loose_items DROP CONSTRAINT fk_loose_owners_items;
		ALTER TABLE loose_owners ALTER id TYPE text COLLATE "other_case"; ALTER TABLE loose_items ALTER owner_id TYPE text COLLATE "other_case"`).Error)
	ctx, owners, items := t.Context(), repo.New[looseOwner](db), repo.New[looseItem](db)
	require.NoError(t, owners.Create(ctx, &looseOwner{ID: "Ann"}))
	require.NoError(t, items.Create(ctx, &looseItem{OwnerID: "ann"}))
	o, err := owners.PrefetchRelated("items").Get(ctx)
	require.NoError(t, err)
	require.Len(t, o.Items, 1)
	i, err := items.PrefetchRelated("owner").Get(ctx)
	require.NoError(t, err)
	require.NotNil(t, i.Owner)
}

// A foreign key that is a pointer may point to the key of an object. That key
// does not change with it.
func TestForeignKeyPointsToAKey(t *testing.T) {
	t.Parallel()
	db := openDB(t, clubModels()...)
	ctx, areas, shops := t.Context(), repo.New[clubArea](db), repo.New[clubShop](db)
	north, south := &clubArea{Name: "north"}, &clubArea{Name: "south"}
	require.NoError(t, areas.Create(ctx, north, south))
	from, to := north.ID, south.ID
	s := &clubShop{Name: "s", AreaID: from, SpareID: &north.ID}
	require.NoError(t, shops.Create(ctx, s))
	require.NoError(t, repo.RelatedByName[clubShop](areas, south, "spares").Add(ctx, s))
	require.Equal(t, to, *s.SpareID)
	require.Equal(t, from, north.ID)
}

type (
	wallOwner struct {
		At    time.Time   `gorm:"type:timestamp;primaryKey"`
		Items []*wallItem `gorm:"foreignKey:OwnerAt;references:At"`
	}
	wallItem struct {
		ID      int64
		OwnerAt *time.Time `gorm:"type:timestamp"`
		Owner   *wallOwner `gorm:"foreignKey:OwnerAt;references:At"`
	}
)

// A key of type timestamp is what the database makes of a time: on gormango's
// connections the moment, whatever the zone of its value.
func TestKeysOfTimestamps(t *testing.T) {
	t.Parallel()
	ctx, db := context.Background(), openDB(t, &wallOwner{}, &wallItem{})
	owners, items := repo.New[wallOwner](db), repo.New[wallItem](db)
	east := time.Date(2026, 3, 1, 14, 0, 0, 0, time.FixedZone("", 2*3600))
	clock := time.Date(2026, 3, 1, 14, 0, 0, 0, time.UTC) // the same clock, another moment
	first, second := &wallOwner{At: east}, &wallOwner{At: clock}
	if *plain {
		second.At = clock.Add(time.Hour)
	}
	require.NoError(t, owners.Create(ctx, first, second))
	require.NoError(t, items.Create(ctx, &wallItem{ID: 1, OwnerAt: &first.At}, &wallItem{ID: 2, OwnerAt: &second.At}))
	list, err := items.PrefetchRelated("owner").OrderBy("id").All(ctx)
	require.NoError(t, err)
	for _, i := range list {
		require.NotNil(t, i.Owner)
		require.True(t, i.Owner.At.Equal(*i.OwnerAt))
	}
	// objects that were written, not read, hold the zones of their values
	for _, o := range []*wallOwner{first, second} {
		its, err := repo.RelatedByName[wallItem](owners, o, "items").All(ctx)
		require.NoError(t, err)
		require.Len(t, its, 1)
		m := repo.RelatedByName[wallItem](owners, o, "items")
		require.NoError(t, m.Remove(ctx, its[0]))
		require.NoError(t, m.Add(ctx, its[0]))
		require.NoError(t, m.Replace(ctx, its[0]))
		n, err := items.Filter("owner", o).Count(ctx)
		require.NoError(t, err)
		require.EqualValues(t, 1, n)
	}
	byKey, err := owners.Filter("at__in", []time.Time{east, second.At}).PrefetchRelated("items").All(ctx)
	require.NoError(t, err)
	require.Len(t, byKey, 2)
	for _, o := range byKey {
		require.Len(t, o.Items, 1)
	}
}
