package pgpool

import (
	"context"

	"gorm.io/gorm"
)

type txKey struct{}

// link is one step of the chain of transactions that a context carries, the
// latest first. A link without a transaction steps out of that of its pool.
type link struct {
	pool    *Pool
	tx      *Tx
	foreign *gorm.DB // a transaction of a database without a Pool; see WithForeign
	block   *ForeignBlock
	next    *link
}

func links(ctx context.Context) *link {
	l, _ := ctx.Value(txKey{}).(*link)
	return l
}

// WithTx returns a context that carries tx: statements of tx's pool with that
// context run in it. A context may carry transactions of several pools. It runs
// no query.
func WithTx(ctx context.Context, tx *Tx) context.Context {
	return context.WithValue(ctx, txKey{}, &link{pool: tx.session.pool, tx: tx, next: links(ctx)})
}

// Without returns a context that has stepped out of every transaction:
// statements with it run on connections of their own. It runs no query.
func Without(ctx context.Context) context.Context {
	if links(ctx) == nil {
		return ctx
	}
	return context.WithValue(ctx, txKey{}, (*link)(nil))
}

// outside steps out of the transaction of this pool and stays in those of other
// pools.
func (p *Pool) outside(ctx context.Context) context.Context {
	if p.TxFrom(ctx) == nil {
		return ctx
	}
	return context.WithValue(ctx, txKey{}, &link{pool: p, next: links(ctx)})
}

// TxFrom returns the transaction of this pool that ctx carries, nil if there is
// none. A transaction that has ended is returned too: its statements fail,
// rather than run outside of it unnoticed.
func (p *Pool) TxFrom(ctx context.Context) *Tx {
	for l := links(ctx); l != nil; l = l.next {
		if l.pool == p {
			return l.tx
		}
	}
	return nil
}

// Outside returns ctx stepped out of the transaction of t's database; those of
// others stay.
func (t *Tx) Outside(ctx context.Context) context.Context { return t.session.pool.outside(ctx) }
