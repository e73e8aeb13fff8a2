package gormside

import (
	"context"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/gormango/gormango/internal/pgpool"
)

// preloadScope is the setting of a statement that keeps the scope of its
// preloads.
const preloadScope = "gormango:preload_scope"

// routedRead returns read with its statement on a replica, where that may be.
// It marks the context of that one statement, and takes the mark back before
// hooks and plugins see it.
func routedRead(read func(*gorm.DB)) func(*gorm.DB) {
	return func(db *gorm.DB) {
		stmt := db.Statement
		if !mayRoute(db) {
			read(db)
			return
		}
		ctx := stmt.Context
		scoped := ctx
		if len(stmt.Preloads) > 0 {
			scoped = pgpool.Scoped(ctx)
			db.InstanceSet(preloadScope, scoped)
		}
		stmt.Context = pgpool.WithRead(scoped, stmt.Table)
		defer func() { stmt.Context = ctx }()
		read(db)
	}
}

// routedPreload returns preload with its reads on the server of the rows.
func routedPreload(preload func(*gorm.DB)) func(*gorm.DB) {
	return func(db *gorm.DB) {
		if v, ok := db.InstanceGet(preloadScope); ok {
			stmt := db.Statement
			ctx := stmt.Context
			stmt.Context, _ = v.(context.Context)
			defer func() { stmt.Context = ctx }()
		}
		preload(db)
	}
}

// mayRoute reports whether the statement that GORM is about to build only
// reads, outside of a transaction.
func mayRoute(db *gorm.DB) bool {
	stmt := db.Statement
	if db.Error != nil || db.DryRun || stmt.SQL.Len() > 0 || beforeCreate(stmt) {
		return false
	}
	if _, locks := stmt.Clauses["FOR"]; locks {
		return false
	}
	_, ours := pgpool.Of(db)
	return ours && pgpool.TxOf(stmt.Context, db) == nil
}

// beforeCreate reports whether stmt may be the read of GORM's FirstOrCreate,
// which must not miss the row that its create would meet: one row in the order
// of the key, and none is no error. FirstOrInit looks the same.
func beforeCreate(stmt *gorm.Statement) bool {
	limit, ok := stmt.Clauses["LIMIT"].Expression.(clause.Limit)
	if !ok || stmt.RaiseErrorOnNotFound || limit.Limit == nil || *limit.Limit != 1 {
		return false
	}
	order, ok := stmt.Clauses["ORDER BY"].Expression.(clause.OrderBy)
	if !ok || len(order.Columns) == 0 {
		return false
	}
	last := order.Columns[len(order.Columns)-1].Column
	return last.Table == clause.CurrentTable && last.Name == clause.PrimaryKey
}
