package migrate

import (
	"context"
	"time"

	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/catalog"
)

// AutoWithin is Auto with other limits of waiting.
func AutoWithin(ctx context.Context, db *gorm.DB, table, all time.Duration, models ...any) (Report, error) {
	return auto(ctx, db, limits{table: table, all: all, rows: defaultLimits.rows}, models...)
}

// RunLarge is Run with another number of rows from which on a table is large.
func RunLarge(ctx context.Context, db *gorm.DB, rows int64, steps ...Step) (Report, error) {
	l := defaultLimits
	l.rows = rows
	return runSteps(ctx, db, l, steps)
}

// LockQuery is the statement that takes the lock.
const LockQuery = lockQuery

// Scratch runs statements in a copy of the schema.
var Scratch = scratch

// ConnPool is what a database sends statements to.
var ConnPool = pool

// TableOf returns the structure of a table.
func TableOf(c *Catalog, name string) *catalog.Table { return c.table(name) }

// DriftOf compares the database with a state.
func DriftOf(ctx context.Context, db *gorm.DB, s *State) ([]Difference, error) {
	return drift(ctx, db, s)
}

// Canonical returns the catalog that a state would have.
var Canonical = canonical

// Differences compares two catalogs.
var Differences = differences

// CreateAll returns the statements that create a state.
var CreateAll = createAll

// CreateSteps creates the table of steps if it does not exist.
var CreateSteps = createSteps

// AutoLarge is Auto with another number of rows from which on a table is large.
func AutoLarge(ctx context.Context, db *gorm.DB, rows int64, models ...any) (Report, error) {
	l := defaultLimits
	l.rows = rows
	return auto(ctx, db, l, models...)
}
