package shop

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/example_app/store"
	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/txutil"
)

// fill adds two pieces of track 1 and one of track 8 to a basket: 3.48.
func (t till) fill(tb testing.TB, token string) {
	tb.Helper()
	_, err := t.add(tb.Context(), token, 1, 2)
	require.NoError(tb, err)
	_, err = t.add(tb.Context(), token, 8, 1)
	require.NoError(tb, err)
}

// sales returns the numbers of invoices and lines.
func (t till) sales(tb testing.TB) [2]int64 {
	tb.Helper()
	invoices, err := t.invoices.Count(tb.Context())
	require.NoError(tb, err)
	lines, err := t.lines.Count(tb.Context())
	require.NoError(tb, err)
	return [2]int64{invoices, lines}
}

func TestCheckout(t *testing.T) {
	t.Parallel()
	till, ctx := newTestTill(t), t.Context()
	till.fill(t, tokenA)
	invoice, err := till.checkout(ctx, tokenA, 2, price("3.48"))
	require.NoError(t, err)

	got, err := till.invoices.Filter("pk", invoice.ID).SelectRelated("customer").PrefetchRelated("lines").Get(ctx)
	require.NoError(t, err)
	require.Equal(t, "3.48", got.Total.StringFixed(2))
	require.Equal(t, "Archer", got.Customer.LastName)
	require.Equal(t, "4 Mill Lane", *got.BillingAddress)
	require.Nil(t, got.BillingState)
	require.Len(t, got.Lines, 2)
	for i, want := range []struct {
		track, quantity int64
		price           string
	}{{1, 2, "0.99"}, {8, 1, "1.50"}} {
		line := got.Lines[i]
		require.Equal(t, [2]int64{want.track, want.quantity}, [2]int64{line.TrackID, line.Quantity})
		require.Equal(t, want.price, line.UnitPrice.StringFixed(2))
	}

	before := till.sales(t)
	again, err := till.checkout(ctx, tokenA, 1, price("0"))
	require.NoError(t, err)
	require.Equal(t, invoice.ID, again.ID, "a basket is bought once")
	require.Equal(t, before, till.sales(t))
	_, err = till.add(ctx, tokenA, 1, 1)
	require.ErrorIs(t, err, errBought)
	require.ErrorIs(t, till.acceptPrices(ctx, tokenA), errBought)
}

func TestCheckoutRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change   func(t *testing.T, till till)
		customer int64
		total    string
		want     error
	}{
		"another price": {func(t *testing.T, till till) { setPrice(t, till.db, 8, "1.51") }, 1, "3.48", errPrices},
		"a lower price": {func(t *testing.T, till till) { setPrice(t, till.db, 8, "0.99") }, 1, "2.97", errPrices},
		"another total": {nil, 1, "3.47", errChanged},
		"more was put in": {func(t *testing.T, till till) {
			_, err := till.add(t.Context(), tokenA, 1, 1)
			require.NoError(t, err)
		}, 1, "3.48", errChanged},
		"no customer": {nil, 99, "3.48", errNoCustomer},
		"empty": {func(t *testing.T, till till) {
			_, err := till.items.AllRows().Delete(t.Context())
			require.NoError(t, err)
		}, 1, "0", errEmpty},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			till, ctx := newTestTill(t), t.Context()
			till.fill(t, tokenA)
			if c.change != nil {
				c.change(t, till)
			}
			before, held := till.sales(t), till.held(t, tokenA)
			_, err := till.checkout(ctx, tokenA, c.customer, price(c.total))
			require.ErrorIs(t, err, c.want)
			require.Equal(t, before, till.sales(t))
			require.Equal(t, held, till.held(t, tokenA))
			basket, _, err := till.find(ctx, tokenA)
			require.NoError(t, err)
			require.Nil(t, basket.InvoiceID)
		})
	}
}

// A total that no invoice can hold is an error with a reason, and leaves
// nothing.
func TestCheckoutOfTooMuch(t *testing.T) {
	t.Parallel()
	till, ctx := newTestTill(t), t.Context()
	setPrice(t, till.db, 1, "99999999.99")
	_, err := till.add(ctx, tokenA, 1, 2)
	require.NoError(t, err)
	before := till.sales(t)
	_, err = till.checkout(ctx, tokenA, 1, price("199999999.98"))
	var invalid *models.ValidationError
	require.ErrorAs(t, err, &invalid)
	require.Contains(t, invalid.Fields, "total")
	require.Equal(t, before, till.sales(t))
}

// Twenty buy one basket: there is one invoice, and all get it. The first
// invoice is written only after several have begun.
func TestCheckoutAtOnce(t *testing.T) {
	t.Parallel()
	till := newTestTill(t)
	till.fill(t, tokenA)
	before := till.sales(t)
	got := make([]int64, 20)
	atOnce(t, len(got)+1, func(ctx context.Context, i int) error {
		if i == len(got) {
			return txutil.Atomic(ctx, till.db, func(ctx context.Context) error {
				if err := till.db.WithContext(ctx).Exec("LOCK TABLE invoices IN SHARE MODE").Error; err != nil {
					return err
				}
				return till.waiting(ctx, 2)
			})
		}
		invoice, err := till.checkout(ctx, tokenA, 1, price("3.48"))
		if err == nil {
			got[i] = invoice.ID
		}
		return err
	})
	for _, id := range got {
		require.Equal(t, got[0], id)
	}
	require.Equal(t, [2]int64{before[0] + 1, before[1] + 2}, till.sales(t))
}

// waiting returns when that many statements wait for a lock, or when the basket
// has been bought.
func (t till) waiting(ctx context.Context, want int64) error {
	for {
		var n, bought int64
		db := t.db.WithContext(ctx)
		// In a transaction the server would return its first snapshot again.
		if err := db.Exec("SELECT pg_stat_clear_snapshot()").Error; err != nil {
			return err
		}
		err := db.Raw("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'").Scan(&n).Error
		if err != nil || n >= want {
			return err
		}
		if bought, err = t.baskets.Filter("invoice__isnull", false).Count(ctx); err != nil || bought > 0 {
			return err
		}
		time.Sleep(time.Millisecond)
	}
}

// Baskets are changed and bought while prices change: an invoice has the items
// and prices that its buyer has seen.
func TestCheckoutOfWhatWasShown(t *testing.T) {
	t.Parallel()
	till := newTestTill(t)
	till.fill(t, tokenA)
	till.fill(t, tokenB)
	before := till.sales(t)
	shown := map[string]store.Price{tokenA: price("3.48"), tokenB: price("3.48")}
	atOnce(t, 24, func(ctx context.Context, i int) error {
		token := []string{tokenA, tokenB}[i%2]
		switch i % 6 {
		case 0, 1:
			_, err := till.add(ctx, token, 2+rand.Int64N(3), 1)
			return ignore(err, errBought)
		case 2, 3:
			return ignore(till.acceptPrices(ctx, token), errBought)
		default:
			_, err := till.checkout(ctx, token, 1, shown[token])
			return ignore(err, errChanged)
		}
	})
	invoices, err := till.invoices.OrderBy("id").Offset(int(before[0])).PrefetchRelated("lines").All(t.Context())
	require.NoError(t, err)
	for _, invoice := range invoices {
		require.Equal(t, "3.48", invoice.Total.StringFixed(2))
		var total store.Price
		for _, line := range invoice.Lines {
			total = total.Plus(line.UnitPrice.Times(line.Quantity))
		}
		require.True(t, total.Equal(invoice.Total.Decimal), "%v", invoice.Lines)
	}
	bought, err := till.baskets.Filter("invoice__isnull", false).Count(t.Context())
	require.NoError(t, err)
	require.EqualValues(t, len(invoices), bought)
}

func ignore(err, expected error) error {
	if errors.Is(err, expected) {
		return nil
	}
	return err
}

// A track is deleted while a basket with it is bought: either it is on the
// invoice and stays, or the buyer gets an error because of another total.
func TestCheckoutWhileTracksGo(t *testing.T) {
	t.Parallel()
	till := newTestTill(t)
	for range 8 {
		track := &store.Track{Name: "Short-lived", MediaTypeID: 1, UnitPrice: price("0.50")}
		require.NoError(t, till.tracks.Create(t.Context(), track))
		token := fmt.Sprintf("%032x", track.ID)
		_, err := till.add(t.Context(), token, track.ID, 1)
		require.NoError(t, err)
		var invoice *store.Invoice
		var bought, deleted error
		atOnce(t, 2, func(ctx context.Context, i int) error {
			if i == 0 {
				invoice, bought = till.checkout(ctx, token, 1, price("0.50"))
			} else {
				_, deleted = till.tracks.Filter("pk", track.ID).Delete(ctx)
			}
			return nil
		})
		if bought == nil {
			require.Error(t, deleted)
			require.NotNil(t, invoice)
			continue
		}
		require.ErrorIs(t, bought, errEmpty)
		require.NoError(t, deleted)
	}
}
