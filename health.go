package gormango

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/pgpool"
)

// Health asks the server of db for one answer, on a connection of the pool and outside of the context's
// transaction: a full pool makes it wait as a statement would, so give ctx a deadline. Its error names
// host, port, database and user, never the password; a server that cannot be reached is a
// *pgconn.ConnectError in it, a pool without a free connection a [PoolTimeoutError]. It serves a
// *gorm.DB of gorm.Open too.
func Health(ctx context.Context, db *gorm.DB) error {
	source, ok := pgpool.Of(db)
	if !ok {
		sqlDB, err := db.DB()
		if err == nil {
			err = sqlDB.PingContext(ctx)
		}
		if err != nil {
			return fmt.Errorf("gormango: health: %w", err)
		}
		return nil
	}
	return source.Pool().Ping(ctx)
}
