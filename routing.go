package gormango

import (
	"context"
	"errors"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
	"gorm.io/gorm/logger"

	"github.com/gormango/gormango/internal/pgpool"
)

// routeReads has GORM's reads by model go to the replicas: it marks the context of their one statement,
// and takes the mark back before hooks and plugins see it.
func routeReads(db *gorm.DB) error {
	own := db.Config.Logger
	db.Config.Logger = logger.Discard // GORM tells of each replaced callback
	defer func() { db.Config.Logger = own }()
	query, row := db.Callback().Query(), db.Callback().Row()
	return errors.Join(
		query.Replace("gorm:query", routedRead(query.Get("gorm:query"))),
		query.Replace("gorm:preload", routedPreload(query.Get("gorm:preload"))),
		row.Replace("gorm:row", routedRead(row.Get("gorm:row"))),
	)
}

// preloadScope is the setting of a statement that keeps the scope of its preloads.
const preloadScope = "gormango:preload_scope"

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

// routedPreload has preloads read from the server that the rows came from.
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

// mayRoute tells whether the statement that GORM is about to build reads only, outside of a transaction.
func mayRoute(db *gorm.DB) bool {
	stmt := db.Statement
	if db.Error != nil || db.DryRun || stmt.SQL.Len() > 0 || beforeCreate(stmt) {
		return false
	}
	if _, locks := stmt.Clauses["FOR"]; locks {
		return false
	}
	source, ok := pgpool.Of(db)
	return ok && source.Tx(stmt.Context) == nil
}

// beforeCreate tells the read of GORM's FirstOrCreate, which must not miss the row that its create would
// meet: one row in the order of the key, and none is no error. FirstOrInit looks the same.
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
