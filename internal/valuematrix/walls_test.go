package valuematrix_test

import (
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgtype"
	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/repo/fn"
)

type wallList struct {
	models.AutoKey
	Wall    time.Time     `gorm:"type:timestamp"`
	Walls   []time.Time   `gorm:"type:timestamp[]"`
	Moments []time.Time   `gorm:"type:timestamptz[]"`
	Days    []time.Time   `gorm:"type:date[]"`
	Grid    [][]time.Time `gorm:"type:timestamp[]"`
	Own     []time.Time   `gorm:"type:walldom[]"`
	Owns    []*time.Time  `gorm:"type:walldom[]"`
	OwnDays []time.Time   `gorm:"type:daydom[]"`
}

// The times in arrays are the moments that were written, whatever reads them.
func TestTimesInArraysInAZone(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	zone, err := time.LoadLocation("America/New_York")
	require.NoError(t, err)
	db := openTypes(t, []string{"CREATE DOMAIN walldom AS timestamp", "CREATE DOMAIN daydom AS date"}, gormango.Config{TimeZone: zone}, &wallList{})
	r := repo.New[wallList](db)
	at, day := time.Date(2026, 7, 1, 12, 0, 0, 5000, time.UTC), time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)
	list, days := []time.Time{at, at.Add(time.Hour)}, []time.Time{day}
	require.NoError(t, r.Create(ctx, &wallList{Wall: at, Walls: list, Moments: list, Days: days, Grid: [][]time.Time{list}, Own: list, Owns: []*time.Time{&at, nil}, OwnDays: days}))
	here := []time.Time{at.In(zone), at.Add(time.Hour).In(zone)}
	anys := []any{here[0], here[1]}

	got, err := r.Get(ctx)
	require.NoError(t, err)
	require.Equal(t, [][]time.Time{here, here, days, here, here, days}, [][]time.Time{got.Walls, got.Moments, got.Days, got.Grid[0], got.Own, got.OwnDays})
	require.Len(t, got.Owns, 2)
	require.Equal(t, here[0], *got.Owns[0])
	require.Nil(t, got.Owns[1])
	for _, name := range []repo.Name[wallList]{"walls", "moments"} {
		lists, err := repo.Values[[]time.Time](ctx, r, name)
		require.NoError(t, err)
		require.Equal(t, [][]time.Time{here}, lists, name)
	}
	grids, err := repo.Values[[][]time.Time](ctx, r, "grid")
	require.NoError(t, err)
	require.Equal(t, [][][]time.Time{{here}}, grids)
	rows, err := repo.Values[[]any](ctx, r, "wall", "walls", "moments", "days", "grid")
	require.NoError(t, err)
	require.Equal(t, [][]any{{here[0], anys, anys, []any{day}, []any{anys}}}, rows)
	structs, err := repo.Values[struct{ Walls []time.Time }](ctx, r, "walls")
	require.NoError(t, err)
	require.Equal(t, here, structs[0].Walls)
	one, err := repo.Scalar[[]time.Time](ctx, r, fn.ArrayAgg(repo.F("wall")))
	require.NoError(t, err)
	require.Equal(t, here[:1], one)
	sub, err := repo.Values[map[string]any](ctx, r.Annotate("x", repo.ArraySub(r, "wall")), "x")
	require.NoError(t, err)
	require.Equal(t, []map[string]any{{"x": anys[:1]}}, sub)
	for m, err := range repo.SelectRaw[map[string]any](ctx, db, "SELECT walls, wall, moments, days FROM wall_lists") {
		require.NoError(t, err)
		require.Equal(t, map[string]any{"walls": anys, "wall": here[0], "moments": anys, "days": []any{day}}, m)
	}
	for s, err := range repo.SelectRaw[struct{ Walls []time.Time }](ctx, db, "SELECT walls FROM wall_lists") {
		require.NoError(t, err)
		require.Equal(t, here, s.Walls)
	}
	require.NoError(t, r.Save(ctx, got))
	again, err := r.Get(ctx)
	require.NoError(t, err)
	require.Equal(t, got, again)
}

type wrongList struct {
	models.AutoKey
	Words []pgtype.Timestamp `gorm:"type:worddom[]"`
}

// An error of reading names no value.
func TestReadErrorsOfArraysNameNoValue(t *testing.T) {
	t.Parallel()
	db := openTypes(t, []string{"CREATE DOMAIN worddom AS text"}, gormango.Config{}, &wrongList{})
	require.NoError(t, db.Exec("INSERT INTO wrong_lists (words) VALUES ('{secret}')").Error)
	_, err := repo.New[wrongList](db).Get(t.Context())
	require.EqualError(t, err, `gormango: wrongList.Words: column "words": the value does not fit []pgtype.Timestamp`)
}
