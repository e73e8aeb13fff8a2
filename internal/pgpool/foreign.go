package pgpool

import (
	"context"

	"gorm.io/gorm"
)

// WithForeign returns a context that carries tx, a transaction of a database
// that does not stand on a [Pool], and its hooks, which may be nil.
// Repositories find it there; GORM's own calls do not. It runs no query.
func WithForeign(ctx context.Context, tx *gorm.DB, hooks *Hooks) context.Context {
	return context.WithValue(ctx, txKey{}, &link{foreign: tx, hooks: hooks, next: links(ctx)})
}

// Foreign returns the transaction that ctx carries for db, a database that does
// not stand on a [Pool], and its hooks; nil if there is none. Sessions of one
// gorm.Open share their callback manager, by which databases are distinguished.
func Foreign(ctx context.Context, db *gorm.DB) (*gorm.DB, *Hooks) {
	for l := links(ctx); l != nil; l = l.next {
		if l.foreign != nil && l.foreign.Callback() == db.Callback() {
			return l.foreign, l.hooks
		}
	}
	return nil, nil
}
