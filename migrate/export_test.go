package migrate

import (
	"context"
	"time"

	"gorm.io/gorm"
)

// AutoWithin is Auto with other limits of waiting.
func AutoWithin(ctx context.Context, db *gorm.DB, table, all time.Duration, models ...any) (Report, error) {
	return auto(ctx, db, limits{table: table, all: all}, models...)
}

// LockQuery is the statement that takes the lock.
const LockQuery = lockQuery
