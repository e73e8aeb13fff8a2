package shop

import (
	"context"
	"sync"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango/example_app/dataset"
	"github.com/gormango/gormango/example_app/store"
	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/repotest"
)

const (
	tokenA = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	tokenB = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
)

func newTestTill(t testing.TB) till {
	t.Helper()
	db := repotest.Open(t, store.Models()...)
	_, err := dataset.FillEmpty(t.Context(), db)
	require.NoError(t, err)
	return newTill(db)
}

func price(text string) store.Price { return store.Price{Decimal: decimal.RequireFromString(text)} }

// setPrice changes a track's price in the database.
func setPrice(t testing.TB, db *gorm.DB, trackID int64, text string) {
	t.Helper()
	tracks := repo.New[store.Track](db)
	n, err := tracks.Filter("pk", trackID).Update(t.Context(), tracks.Set("unit_price", price(text)))
	require.NoError(t, err)
	require.EqualValues(t, 1, n)
}

// held returns the quantities and prices in a basket by track.
func (t till) held(tb testing.TB, token string) map[int64]string {
	tb.Helper()
	_, items, err := t.find(tb.Context(), token)
	require.NoError(tb, err)
	held := map[int64]string{}
	for _, item := range items {
		held[item.TrackID] = decimal.NewFromInt(item.Quantity).String() + " × " + item.UnitPrice.StringFixed(2)
	}
	return held
}

func TestBasketHoldsWhatWasPutIn(t *testing.T) {
	t.Parallel()
	till, ctx := newTestTill(t), t.Context()
	_, err := till.add(ctx, tokenA, 1, 1)
	require.NoError(t, err)
	other, err := till.add(ctx, tokenB, 8, 3)
	require.NoError(t, err)
	setPrice(t, till.db, 1, "1.29")
	item, err := till.add(ctx, tokenA, 1, 2)
	require.NoError(t, err)
	_, err = till.add(ctx, tokenA, 6, 1)
	require.NoError(t, err)
	require.Equal(t, map[int64]string{1: "3 × 0.99", 6: "1 × 1.29"}, till.held(t, tokenA), "the price is that of the first time")

	require.NoError(t, till.setQuantity(ctx, tokenA, item.ID, 5))
	require.Equal(t, map[int64]string{1: "5 × 0.99", 6: "1 × 1.29"}, till.held(t, tokenA))
	require.NoError(t, till.acceptPrices(ctx, tokenA))
	require.Equal(t, map[int64]string{1: "5 × 1.29", 6: "1 × 1.29"}, till.held(t, tokenA))
	require.NoError(t, till.setQuantity(ctx, tokenA, item.ID, 0))
	require.Equal(t, map[int64]string{6: "1 × 1.29"}, till.held(t, tokenA))
	require.Equal(t, map[int64]string{8: "3 × 1.50"}, till.held(t, tokenB), "another basket stays")

	require.ErrorIs(t, till.setQuantity(ctx, tokenA, item.ID, 1), repo.ErrDoesNotExist)
	require.ErrorIs(t, till.setQuantity(ctx, tokenA, other.ID, 1), repo.ErrDoesNotExist, "of another basket")
	_, err = till.add(ctx, tokenA, 99, 1)
	require.ErrorIs(t, err, repo.ErrDoesNotExist)
}

func TestBasketQuantities(t *testing.T) {
	t.Parallel()
	till, ctx := newTestTill(t), t.Context()
	var invalid *models.ValidationError
	for _, n := range []int64{0, -1, store.MaxQuantity + 1} {
		_, err := till.add(ctx, tokenA, 1, n)
		require.ErrorAs(t, err, &invalid, n)
	}
	basket, _, err := till.find(ctx, tokenA)
	require.NoError(t, err)
	require.Nil(t, basket, "what failed leaves no basket")

	item, err := till.add(ctx, tokenA, 1, store.MaxQuantity)
	require.NoError(t, err)
	_, err = till.add(ctx, tokenA, 1, 1)
	require.ErrorAs(t, err, &invalid)
	require.ErrorAs(t, till.setQuantity(ctx, tokenA, item.ID, -1), &invalid)
	require.Equal(t, map[int64]string{1: "1000 × 0.99"}, till.held(t, tokenA))
}

func TestNoBasket(t *testing.T) {
	t.Parallel()
	till, ctx := newTestTill(t), t.Context()
	for _, token := range []string{"", "x", tokenA, "\x00", tokenA + "a"} {
		basket, items, err := till.find(ctx, token)
		require.NoError(t, err)
		require.Nil(t, basket)
		require.Nil(t, items)
	}
	require.ErrorIs(t, till.setQuantity(ctx, tokenA, 1, 1), errNoBasket)
	require.ErrorIs(t, till.acceptPrices(ctx, tokenA), errNoBasket)
	_, err := till.checkout(ctx, tokenA, 1, price("0"))
	require.ErrorIs(t, err, errNoBasket)
}

// A track that was never bought can be deleted, and is then in no basket.
func TestBasketLetsTracksGo(t *testing.T) {
	t.Parallel()
	till, ctx := newTestTill(t), t.Context()
	_, err := till.add(ctx, tokenA, 12, 1)
	require.NoError(t, err)
	_, err = till.tracks.Filter("pk", 12).Delete(ctx)
	require.NoError(t, err)
	require.Empty(t, till.held(t, tokenA))
}

// Twenty requests that add the same track to a basket that does not exist yet
// make one basket with one item of the whole quantity.
func TestBasketFilledAtOnce(t *testing.T) {
	t.Parallel()
	till := newTestTill(t)
	atOnce(t, 20, func(ctx context.Context, _ int) error {
		_, err := till.add(ctx, tokenA, 1, 1)
		return err
	})
	require.Equal(t, map[int64]string{1: "20 × 0.99"}, till.held(t, tokenA))
}

// atOnce runs fn n times concurrently. Every run must succeed.
func atOnce(t testing.TB, n int, fn func(ctx context.Context, i int) error) {
	t.Helper()
	errs := make([]error, n)
	begin := make(chan struct{})
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			<-begin
			errs[i] = fn(t.Context(), i)
		})
	}
	close(begin)
	all.Wait()
	for _, err := range errs {
		require.NoError(t, err)
	}
}
