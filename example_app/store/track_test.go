package store_test

import (
	"context"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/example_app/dataset"
	"github.com/gormango/gormango/example_app/store"
	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/repotest"
	"github.com/gormango/gormango/txutil"
)

// A loop can save rows while it reads them, in one transaction.
func TestTracksRaisedInALoop(t *testing.T) {
	t.Parallel()
	db := repotest.Open(t, store.Models()...)
	_, err := dataset.FillEmpty(t.Context(), db)
	require.NoError(t, err)
	tracks := repo.New[store.Track](db)
	cent := store.Price{Decimal: decimal.RequireFromString("0.01")}
	err = txutil.Atomic(t.Context(), db, func(ctx context.Context) error {
		for track, err := range tracks.Iter(ctx) {
			if err != nil {
				return err
			}
			track.UnitPrice = track.UnitPrice.Plus(cent)
			if err := tracks.Save(ctx, track); err != nil {
				return err
			}
		}
		return nil
	})
	require.NoError(t, err)
	n, err := tracks.Filter("unit_price__in", []string{"0.01", "1.00", "1.30", "1.51"}).Count(t.Context())
	require.NoError(t, err)
	require.EqualValues(t, 12, n)
}
