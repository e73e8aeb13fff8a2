package gormango

import (
	"fmt"

	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/pgpool"
)

// Close closes the pool of db, and those of its replicas, once their
// connections in use are returned, and forgets its models. It waits for them up
// to [Pool].CloseTimeout, 10 s if that is not set. Then the error is [ErrInUse]
// with the lines that hold connections: an iteration or a transaction that was
// not ended, Rows that were not closed. Each of these is closed when it is
// returned. A second call does nothing. Close also closes a database that was
// opened by gorm.Open.
func Close(db *gorm.DB) error {
	modelinfo.Remove(db)
	if source, ok := pgpool.Of(db); ok {
		return source.Pool().Close()
	}
	sqlDB, err := db.DB()
	if err == nil {
		err = sqlDB.Close()
	}
	if err != nil {
		return fmt.Errorf("gormango: close: %w", err)
	}
	return nil
}
