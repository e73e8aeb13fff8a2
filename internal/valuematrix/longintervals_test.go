package valuematrix_test

import (
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgtype"
	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
)

type eon struct {
	models.AutoKey
	Took pgtype.Interval          `gorm:"type:interval"`
	All  pgtype.FlatArray[string] `gorm:"type:interval[]"`
}

// An interval that no time.Duration holds is a pgtype.Interval in rows of any
// values, and an error for a Duration.
func TestLongIntervals(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	r := repo.New[eon](openTypes(t, nil, gormango.Config{}, &eon{}))
	long := pgtype.Interval{Months: 12 * 1000, Days: -3, Microseconds: 5, Valid: true}
	require.NoError(t, r.Create(ctx, &eon{Took: long, All: pgtype.FlatArray[string]{"1000 years", "2 hours"}}))
	year := pgtype.Interval{Months: 12 * 1000, Valid: true}
	values, err := repo.Values[any](ctx, r, "took")
	require.NoError(t, err)
	require.Equal(t, []any{long}, values)
	values, err = repo.Values[any](ctx, r, "all")
	require.NoError(t, err)
	require.Equal(t, []any{[]any{year, 2 * time.Hour}}, values)
	maps, err := repo.Values[map[string]any](ctx, r, "took", "all")
	require.NoError(t, err)
	require.Equal(t, []map[string]any{{"took": long, "all": []any{year, 2 * time.Hour}}}, maps)
	rows, err := repo.Values[[]any](ctx, r.Annotate("twice", repo.F("took").Add(repo.F("took"))), "twice")
	require.NoError(t, err)
	require.Equal(t, [][]any{{pgtype.Interval{Months: 24 * 1000, Days: -6, Microseconds: 10, Valid: true}}}, rows)
	own, err := repo.Values[pgtype.Interval](ctx, r, "took")
	require.NoError(t, err)
	require.Equal(t, []pgtype.Interval{long}, own)
	_, err = repo.Values[time.Duration](ctx, r, "took")
	require.ErrorContains(t, err, "use pgtype.Interval")
	_, err = repo.Values[*time.Duration](ctx, r, "took")
	require.ErrorContains(t, err, "use pgtype.Interval")
	_, err = repo.Values[struct{ Took time.Duration }](ctx, r, "took")
	require.ErrorContains(t, err, "use pgtype.Interval")
	n, err := r.Filter("took", long).Count(ctx)
	require.NoError(t, err)
	require.EqualValues(t, 1, n)
}
