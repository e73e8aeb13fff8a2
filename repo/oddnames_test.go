package repo_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
)

// oddNames has columns whose names are no plain words.
type oddNames struct {
	models.AutoKey
	Zip    int            `gorm:"column:zip__code;uniqueIndex"`
	Full   int            `gorm:"column:Full Name"`
	Kind   int            `gorm:"column:type_"`
	Own    int            `gorm:"column:_own"`
	Dash   int            `gorm:"column:with-dash"`
	Order  int            `gorm:"column:order"`
	Nulls  int            `gorm:"column:sort nulls"`
	Next   *oddNames      `gorm:"foreignKey:NextID"`
	NextID *int64         `gorm:"column:next__id"`
	Umlaut int            `gorm:"column:Größe"`
	Data   map[string]int `gorm:"column:zip;type:jsonb;serializer:json"`
}

// Every column can be named in every call.
func TestOddNames(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	r := repo.New[oddNames](openDB(t, &oddNames{}))
	a := &oddNames{Zip: 1, Full: 1, Kind: 1, Own: 1, Dash: 1, Order: 1, Nulls: 1, Umlaut: 1, Data: map[string]int{"code": 7, "city": 8}}
	require.NoError(t, r.Create(ctx, a))
	b := &oddNames{Zip: 2, Full: 2, Kind: 2, Own: 2, Dash: 2, Order: 2, Nulls: 2, Umlaut: 2, Next: a}
	require.NoError(t, r.BulkCreate(ctx, []*oddNames{b}))
	for _, name := range []string{"zip__code", "Full Name", "type_", "_own", "with-dash", "order", "sort nulls", "Größe"} {
		n := repo.Name[oddNames](name)
		qs := r.Filter(repo.Lookup[oddNames](name), 1).Filter(repo.Lookup[oddNames](name+"__lt"), 2).Filter(repo.Lookup[oddNames](name+"__in"), []int{1, 5}).
			Exclude(repo.Lookup[oddNames](name+"__gte"), 2).Filter(repo.Lookup[oddNames](name), repo.F(repo.Ref(name))).Where(r.Q(repo.Lookup[oddNames](name+"__range"), []int{0, 1}))
		got, err := repo.Values[int](ctx, qs, n)
		require.NoError(t, err, name)
		require.Equal(t, []int{1}, got, name)
		got, err = repo.Values[int](ctx, r.Filter(repo.Lookup[oddNames]("next__"+name), 1), n)
		require.NoError(t, err, name)
		require.Equal(t, []int{2}, got, name)
		for order, want := range map[string][]int64{name: {a.ID, b.ID}, "-" + name: {b.ID, a.ID}, name + " nulls first": {a.ID, b.ID}, "-" + name + " NULLS  LAST": {b.ID, a.ID},
			"next__" + name + " nulls first": {a.ID, b.ID}} {
			ids, err := repo.Values[int64](ctx, r.OrderBy(repo.Ordering[oddNames](order)), "id")
			require.NoError(t, err, order)
			require.Equal(t, want, ids, order)
		}
		maps, err := repo.Values[map[string]any](ctx, r.GroupBy(n).Annotate("n", repo.CountAll()).OrderBy(repo.Ordering[oddNames](name)))
		require.NoError(t, err, name)
		require.Equal(t, []map[string]any{{name: int64(1), "n": int64(1)}, {name: int64(2), "n": int64(1)}}, maps, name)
		o, err := r.Only(n).Filter("id", b.ID).Get(ctx)
		require.NoError(t, err, name)
		require.Equal(t, 2, o.Zip+o.Full+o.Kind+o.Own+o.Dash+o.Order+o.Nulls+o.Umlaut, name)
		o, err = r.Defer(n).Filter("id", b.ID).Get(ctx)
		require.NoError(t, err, name)
		require.Equal(t, 14, o.Zip+o.Full+o.Kind+o.Own+o.Dash+o.Order+o.Nulls+o.Umlaut, name)
		updated, err := r.Filter("id", b.ID).Update(ctx, r.Set(n, repo.F(repo.Ref(name)).Add(1)))
		require.NoError(t, err, name)
		require.EqualValues(t, 1, updated)
		require.NoError(t, r.Save(ctx, b, n), name)
		_, err = r.BulkUpdate(ctx, []*oddNames{a, b}, n)
		require.NoError(t, err, name)
		created, err := r.By(n).GetOrCreate(ctx, &oddNames{Zip: 2, Full: 2, Kind: 2, Own: 2, Dash: 2, Order: 2, Nulls: 2, Umlaut: 2})
		require.NoError(t, err, name)
		require.False(t, created)
		_, err = r.Distinct(n).OrderBy(repo.Ordering[oddNames](name)).All(ctx)
		require.NoError(t, err, name)
		require.NoError(t, r.OnConflict("zip__code").Update(n).BulkCreate(ctx, []*oddNames{{Zip: 2, Full: 2, Kind: 2, Own: 2, Dash: 2, Order: 2, Nulls: 2, Umlaut: 2}}), name)
	}
	n, err := r.Filter("zip__city", 8).Filter("next__id__isnull", true).Count(ctx)
	require.NoError(t, err)
	require.EqualValues(t, 1, n)
	n, err = r.Filter("next", a).Filter("next__pk", a.ID).Filter("next__id", a.ID).Count(ctx)
	require.NoError(t, err)
	require.EqualValues(t, 1, n)
	require.ErrorContains(t, r.OrderBy("order up").Err(), `"up" is neither`)
}

// aliased has a table whose name is the one of arrays in statements.
type aliased struct {
	models.AutoKey
	models.Versioned
	Name  string  `gorm:"unique"`
	Tags  []int32 `gorm:"type:int[]"`
	UpID  *int64
	Up    *aliased
	Downs []*aliased `gorm:"foreignKey:UpID"`
}

func (aliased) TableName() string { return "u" }

type plainAliased struct {
	models.AutoKey
	Name string
}

func (plainAliased) TableName() string { return "public.u" }

// A table may have the name that a statement uses for its arrays.
func TestTableNamedAsAlias(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	db := openDB(t, &aliased{})
	r, plain := repo.New[aliased](db), repo.New[plainAliased](db)
	list := []*aliased{{Name: "a"}, {Name: "b"}}
	require.NoError(t, r.BulkCreate(ctx, list))
	list[0].Name, list[1].Name = "c", "d"
	list[0].UpID = &list[1].ID
	n, err := r.BulkUpdate(ctx, list, "name", "up_id")
	require.NoError(t, err)
	require.EqualValues(t, 2, n)
	list[0].Tags = []int32{1}
	n, err = r.BulkUpdate(ctx, list, "tags")
	require.NoError(t, err, "in rows of values")
	require.EqualValues(t, 2, n)
	few := []*plainAliased{{AutoKey: models.AutoKey{ID: list[0].ID}, Name: "e"}, {AutoKey: models.AutoKey{ID: list[1].ID}, Name: "f"}}
	more := slices.Clone(few)
	for i := range 60 {
		more = append(more, &plainAliased{AutoKey: models.AutoKey{ID: int64(1000 + i)}})
	}
	for _, objs := range [][]*plainAliased{few, more} {
		n, err = plain.BulkUpdate(ctx, objs, "name")
		require.NoError(t, err, len(objs))
		require.EqualValues(t, 2, n)
	}
	require.NoError(t, r.OnConflict("name").Update("tags").BulkCreate(ctx, []*aliased{{Name: "e", Tags: []int32{2}}, {Name: "g"}}))
	n, err = r.Filter("up__name__in", []string{"f", "x"}).Update(ctx, r.Set("name", "e!"))
	require.NoError(t, err)
	require.EqualValues(t, 1, n)
	got, err := r.PrefetchRelated("downs").SelectRelated("up").OrderBy("name").All(ctx)
	require.NoError(t, err)
	require.Len(t, got, 3)
	require.Equal(t, "e!", got[1].Downs[0].Name)
	require.Equal(t, "f", got[0].Up.Name)
	require.Equal(t, []int32{2}, got[0].Tags)
	_, err = r.Delete(ctx, got[2], got[0], got[1])
	require.NoError(t, err)
}
