package repo

import (
	"github.com/gormango/gormango/internal/query"
)

// LockOption is a setting of SelectForUpdate.
type LockOption struct{ lock query.Lock }

// NoWait makes a statement that meets a row locked by another transaction fail
// at once, with SQLSTATE 55P03. By default the statement waits.
func NoWait() LockOption {
	return LockOption{query.Lock{NoWait: true}}
}

// SkipLocked leaves out rows that another transaction has locked, so that
// workers can take jobs from a table. By default the statement waits for them.
func SkipLocked() LockOption {
	return LockOption{query.Lock{SkipLocked: true}}
}

// NoKey locks rows so that other transactions may still insert rows that refer
// to them (FOR NO KEY UPDATE).
func NoKey() LockOption { return LockOption{query.Lock{NoKey: true}} }

// SelectForUpdate locks the rows that All, Get, First, Last, Iter and Values
// read until the transaction ends: no other transaction changes, deletes or
// locks them before. Rows that SelectRelated joins are not locked. Outside of a
// transaction the terminals return ErrNotInTransaction. Count, Exists and
// subqueries lock nothing. NoWait and SkipLocked exclude each other: both are
// an error of the chain.
//
//	err := txutil.Atomic(ctx, db, func(ctx context.Context) error {
//		account, err := accounts.Filter("pk", 1).SelectForUpdate().Get(ctx)
//		…
//	})
//
//go:noinline
func (qs *QuerySetOf[P]) SelectForUpdate(opts ...LockOption) *QuerySetOf[P] {
	var l query.Lock
	for _, opt := range opts {
		l.NoWait, l.SkipLocked, l.NoKey = l.NoWait || opt.lock.NoWait, l.SkipLocked || opt.lock.SkipLocked, l.NoKey || opt.lock.NoKey
	}
	return rowsOf[P](qs.st().Locked(l))
}
