package repo_test

import (
	"encoding/json"
	"net/netip"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/migrate"
	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
)

type hallSettings struct {
	Colour string `json:"colour"`
	Rows   int64  `json:"rows"`
}

// hall has a column of each type of package models, without a tag.
type hall struct {
	models.AutoKey
	Name     string
	Settings models.JSON[hallSettings]
	Any      *models.JSON[any]
	Tags     models.Array[string] `gorm:"not null"`
	Grid     models.Array[[]int32]
	Doors    models.Array[uuid.UUID]
	Rank     models.Null[int16]
	Seats    models.Range[int32]
	Prices   models.Range[decimal.Decimal]
	During   models.Range[time.Time]
	Days     models.Range[time.Time] `gorm:"type:daterange"`
	Attrs    models.HStore           `gorm:"not null"`
	Mail     models.Email
	Site     models.URL
	Slug     models.Slug
	Plan     models.FilePath
	Address  *netip.Addr `gorm:"type:inet"`
	Search   models.SearchVector
}

func (hall) Meta() models.Meta {
	return models.Meta{
		Fields: map[string]models.FieldOptions{"search": {Generated: models.SearchText("english", "name", "slug")}},
		Indexes: []models.Index{
			{Fields: []string{"search"}, Method: "gin"}, {Fields: []string{"settings"}, Method: "gin", Opclasses: []string{"jsonb_path_ops"}},
			{Fields: []string{"during"}, Method: "gist"},
		},
		Constraints: []models.Constraint{{Exclude: "USING gist (during WITH &&)"}},
	}
}

func newHall() *hall {
	at := time.Date(2026, 3, 1, 20, 0, 0, 0, time.UTC)
	address := netip.MustParseAddr("10.0.0.1")
	whatever := models.NewJSON[any](map[string]any{"n": int64(1) << 60, "x": []any{1.5}})
	return &hall{
		Name: "Running water", Settings: models.NewJSON(hallSettings{"red", 7}), Any: &whatever,
		Tags: models.Array[string]{"a", "b"}, Grid: models.Array[[]int32]{{1, 2}, {3, 4}}, Doors: models.Array[uuid.UUID]{uuid.Max}, Rank: models.NewNull(int16(3)),
		Seats: models.NewRange[int32](1, 5), Prices: models.ClosedRange(decimal.New(5, -1), decimal.New(2, 0)), During: models.NewRange(at, at.Add(time.Hour)),
		Days: models.RangeFrom(time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)), Attrs: models.NewHStore(map[string]string{"colour": "blue"}),
		Mail: "a@b.example", Site: "https://b.example", Slug: "main-hall", Plan: "plans/1.png", Address: &address,
	}
}

func TestModelTypes(t *testing.T) {
	t.Parallel()
	ctx, db := t.Context(), openDB(t)
	_, err := migrate.Auto(ctx, db, migrate.Extension{Name: "hstore"}, &hall{})
	require.NoError(t, err)
	r := repo.New[hall](db)
	o := newHall()
	require.NoError(t, r.Create(ctx, o))
	empty := &hall{Name: "empty"}
	require.NoError(t, r.Create(ctx, empty))

	got, err := r.ByPK(ctx, o.ID)
	require.NoError(t, err)
	show := func(v any) string {
		raw, err := json.Marshal(v)
		require.NoError(t, err)
		return string(raw)
	}
	require.Contains(t, string(got.Search), "'water':2A")
	require.Equal(t, int64(1)<<60, got.Any.V.(map[string]any)["n"], "digits stay")
	got.Search = o.Search
	require.JSONEq(t, show(o), show(got))
	require.Contains(t, show(got), `"seats":{"lower":1,"upper":5,"bounds":"[)"}`[7:])
	nothing, err := r.ByPK(ctx, empty.ID)
	require.NoError(t, err)
	require.False(t, nothing.Seats.Valid || nothing.Rank.Valid)
	require.Nil(t, nothing.Any)
	require.Equal(t, models.HStore{}, nothing.Attrs)

	for _, q := range []struct {
		lookup repo.Lookup[hall]
		value  any
	}{
		{"settings__colour", "red"}, {"settings__rows__gt", 6}, {"settings", o.Settings}, {"settings__contains", map[string]any{"rows": 7}}, {"any__has_key", "n"},
		{"any__x__0__gt", 1}, {"tags__contains", []string{"a"}}, {"tags__contains", models.Array[string]{"b"}}, {"tags__len", 2}, {"tags__0", "a"}, {"tags", o.Tags},
		{"grid__0__1", 2}, {"doors__overlap", []uuid.UUID{uuid.Max}}, {"rank", models.NewNull(int16(3))}, {"rank__gte", 3}, {"rank__in", []models.Null[int16]{o.Rank}},
		{"seats__contains", 4}, {"seats__overlap", models.NewRange[int32](4, 9)}, {"seats", o.Seats}, {"seats__startswith", 1}, {"prices__contains", "0.5"},
		{"during__contains", o.During.Lower.Add(time.Minute)}, {"during", o.During}, {"during__fully_lt", models.RangeFrom(o.During.Lower.Add(2 * time.Hour))},
		{"days__contains", o.During.Lower.AddDate(0, 0, 5)}, {"attrs__colour", "blue"}, {"attrs__has_key", "colour"}, {"attrs", o.Attrs},
		{"mail__iendswith", "EXAMPLE"}, {"mail", models.Email("a@b.example")}, {"slug__in", []models.Slug{"main-hall"}}, {"site__startswith", "https"}, {"plan", "plans/1.png"},
		{"address", netip.MustParseAddr("10.0.0.1")}, {"search__search", "run"}, {"search__search", "hall"},
	} {
		found, err := r.Filter(q.lookup, q.value).All(ctx)
		require.NoError(t, err, q.lookup)
		require.Len(t, found, 1, "%s %v", q.lookup, q.value)
		require.Equal(t, o.ID, found[0].ID)
	}
	n, err := r.Filter("id", o.ID).Update(ctx, r.Set("seats", models.ClosedRange[int32](2, 3)), r.Set("attrs", models.HStore(nil)), r.Set("rank", models.Null[int16]{}),
		r.Set("settings", models.NewJSON(hallSettings{Colour: "green"})), r.Set("tags", models.Array[string](nil)))
	require.NoError(t, err)
	require.EqualValues(t, 1, n)
	require.NoError(t, r.Refresh(ctx, got))
	require.Equal(t, []any{models.NewRange[int32](2, 4), models.HStore{}, models.Null[int16]{}, "green", 0},
		[]any{got.Seats, got.Attrs, got.Rank, got.Settings.V.Colour, len(got.Tags)})
	require.Error(t, r.Create(ctx, &hall{During: o.During}), "the exclusion")
}

// FullClean tests the rules of types and the length of their columns.
func TestRulesOfTypes(t *testing.T) {
	t.Parallel()
	ctx, db := t.Context(), openDB(t)
	_, err := migrate.Auto(ctx, db, migrate.Extension{Name: "hstore"}, &hall{})
	require.NoError(t, err)
	r := repo.New[hall](db)
	good := newHall()
	require.NoError(t, repo.FullClean(ctx, r, good))
	bad := newHall()
	bad.Mail, bad.Site, bad.Slug = "a", "b", "c d"
	err = repo.FullClean(ctx, r, bad)
	raw, jsonErr := json.Marshal(err)
	require.NoError(t, jsonErr)
	require.JSONEq(t, `{"mail": ["Enter a valid email address."], "site": ["Enter a valid URL."],
		"slug": ["Enter a valid “slug” consisting of letters, numbers, underscores or hyphens."]}`, string(raw))
}

type openHall struct {
	ID    int64 `gorm:"primaryKey"`
	Name  string
	Seats models.Range[int32]
}

func (openHall) TableName() string { return "open_halls" }

func (openHall) Meta() models.Meta { return models.Meta{Unmanaged: true, Label: "open hall"} }

// A view of others is read, joined and written as a table.
func TestUnmanagedView(t *testing.T) {
	t.Parallel()
	ctx, db := t.Context(), openDB(t)
	_, err := migrate.Auto(ctx, db, migrate.Extension{Name: "hstore"}, &hall{}, &openHall{}, migrate.SQLObject{Kind: "view", Name: "open_halls",
		Create: "CREATE VIEW open_halls AS SELECT id, name, seats FROM halls WHERE seats IS NOT NULL", Drop: "DROP VIEW open_halls"})
	require.NoError(t, err)
	require.NoError(t, repo.New[hall](db).BulkCreate(ctx, []*hall{newHall(), {Name: "shut"}}))
	views := repo.New[openHall](db)
	o, err := views.Filter("seats__contains", 2).Get(ctx)
	require.NoError(t, err)
	o.Name = "renamed"
	require.NoError(t, views.Save(ctx, o))
	n, err := repo.New[hall](db).Filter("name", "renamed").Count(ctx)
	require.NoError(t, err)
	require.EqualValues(t, 1, n)
}
