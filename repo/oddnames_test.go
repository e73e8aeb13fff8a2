package repo_test

import (
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
