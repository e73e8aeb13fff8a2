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

// Foreign returns the transaction that db is or ctx carries for it, nil if there
// is none, and its hooks, nil if GORM began it. db does not stand on a [Pool].
// Sessions of one gorm.Open share their callback manager, which tells databases
// apart.
func Foreign(ctx context.Context, db *gorm.DB) (*gorm.DB, *Hooks) {
	if _, is := db.Statement.ConnPool.(gorm.TxCommitter); is {
		return db.Session(&gorm.Session{NewDB: true, Context: ctx}), nil
	}
	for l := links(ctx); l != nil; l = l.next {
		if l.foreign != nil && l.foreign.Callback() == db.Callback() {
			return l.foreign, l.hooks
		}
	}
	return nil, nil
}
