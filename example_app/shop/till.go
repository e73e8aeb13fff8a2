package shop

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"

	"gorm.io/gorm"

	"github.com/gormango/gormango/example_app/store"
	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/txutil"
)

// till changes baskets and makes invoices from them. It does not know HTTP.
//
// A change of a basket is a transaction that locks the basket's row first, so
// that changes of a basket run one after the other.
type till struct {
	db        *gorm.DB
	baskets   *repo.Repository[store.Basket]
	items     *repo.Repository[store.BasketItem]
	tracks    *repo.Repository[store.Track]
	customers *repo.Repository[store.Customer]
	invoices  *repo.Repository[store.Invoice]
	lines     *repo.Repository[store.InvoiceLine]
}

func newTill(db *gorm.DB) till {
	return till{
		db, repo.New[store.Basket](db), repo.New[store.BasketItem](db), repo.New[store.Track](db),
		repo.New[store.Customer](db), repo.New[store.Invoice](db), repo.New[store.InvoiceLine](db),
	}
}

var (
	errNoBasket = errors.New("there is no such basket")
	errBought   = errors.New("the basket has been bought")
	errFull     = errors.New("the basket is full")
)

// find reads a basket and its items with their tracks. Both are nil if no
// basket has the token.
func (t till) find(ctx context.Context, token string) (*store.Basket, []*store.BasketItem, error) {
	if !store.IsBasketToken(token) {
		return nil, nil, nil
	}
	basket, err := repo.Maybe(t.baskets.Filter("token", token).Get(ctx))
	if basket == nil {
		return nil, nil, err
	}
	items, err := t.items.Filter("basket", basket.ID).SelectRelated("track__album__artist").All(ctx)
	return basket, items, err
}

// change runs fn to change a basket, which must not have been bought.
func (t till) change(ctx context.Context, token string, fn func(ctx context.Context, basket *store.Basket) error) error {
	return t.atomic(ctx, func(ctx context.Context) error {
		basket, err := t.lock(ctx, token)
		if err != nil {
			return err
		}
		if basket.InvoiceID != nil {
			return errBought
		}
		return fn(ctx, basket)
	})
}

// atomic needs no savepoint inside a transaction: an error of the till rolls
// back the whole request. Outside of one it runs fn again after a deadlock: the
// deletion of a track locks the track and then the items, and a checkout the
// items and then, for its lines, the track.
func (t till) atomic(ctx context.Context, fn func(ctx context.Context) error) error {
	if txutil.InTransaction(ctx, t.db) {
		return txutil.Atomic(ctx, t.db, fn, txutil.WithoutSavepoint())
	}
	return txutil.Atomic(ctx, t.db, fn, txutil.Retry(tries))
}

func (t till) lock(ctx context.Context, token string) (*store.Basket, error) {
	basket, err := t.baskets.Filter("token", token).SelectForUpdate().Get(ctx)
	if errors.Is(err, repo.ErrDoesNotExist) {
		return nil, errNoBasket
	}
	return basket, err
}

// open returns the token if it is that of a basket that has not been bought,
// else a new one: baskets have only tokens that were made here, and a token has
// no second basket.
func (t till) open(ctx context.Context, token string) (string, error) {
	if store.IsBasketToken(token) {
		open, err := t.baskets.Filter("token", token).Filter("invoice__isnull", true).Exists(ctx)
		if err != nil || open {
			return token, err
		}
	}
	fresh := make([]byte, 16)
	_, _ = rand.Read(fresh) // it never fails
	return hex.EncodeToString(fresh), nil
}

// add adds n pieces of a track to the basket, which it creates if needed. An
// item that exists keeps its price. An unknown track is repo.ErrDoesNotExist.
func (t till) add(ctx context.Context, token string, trackID, n int64) (*store.BasketItem, error) {
	track, err := t.tracks.ByPK(ctx, trackID)
	if err != nil {
		return nil, err
	}
	item := &store.BasketItem{TrackID: track.ID, UnitPrice: track.UnitPrice, Quantity: n}
	return item, t.atomic(ctx, func(ctx context.Context) error {
		if _, err := t.baskets.By("token").GetOrCreate(ctx, &store.Basket{Token: token}); err != nil {
			return err
		}
		return t.change(ctx, token, func(ctx context.Context, basket *store.Basket) error {
			item.BasketID = basket.ID
			created, err := t.items.By("basket_id", "track_id").GetOrCreate(ctx, item)
			item.Track = track
			switch {
			case err != nil:
				return err
			case created:
				return t.checkRoom(ctx, basket)
			}
			item.Quantity += n
			return t.items.Save(ctx, item, "quantity")
		})
	})
}

// checkRoom returns an error if the basket has more items than an invoice may
// have lines.
func (t till) checkRoom(ctx context.Context, basket *store.Basket) error {
	n, err := t.items.Filter("basket", basket.ID).Count(ctx)
	if err == nil && n > store.MaxLines {
		err = errFull
	}
	return err
}

// setQuantity sets the quantity of an item, and removes the item for 0. An
// unknown item is repo.ErrDoesNotExist.
func (t till) setQuantity(ctx context.Context, token string, itemID, n int64) error {
	return t.change(ctx, token, func(ctx context.Context, basket *store.Basket) error {
		item, err := t.items.Filter("pk", itemID).Filter("basket", basket.ID).Get(ctx)
		if err != nil {
			return err
		}
		if n == 0 {
			_, err := t.items.Delete(ctx, item)
			return err
		}
		item.Quantity = n
		return t.items.Save(ctx, item, "quantity")
	})
}

// acceptPrices sets the prices of the items to those of their tracks.
func (t till) acceptPrices(ctx context.Context, token string) error {
	return t.change(ctx, token, func(ctx context.Context, basket *store.Basket) error {
		price := repo.Sub(t.tracks.Filter("pk", repo.OuterRef("track_id")), "unit_price")
		_, err := t.items.Filter("basket", basket.ID).Update(ctx, t.items.Set("unit_price", price))
		return err
	})
}
