package gormango

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/connect"
	"github.com/gormango/gormango/internal/pgpool"
)

// Health asks the server of db for one answer, and each of Config.Replicas unless ctx comes from
// [OnPrimary], all at once, on connections of their pools and outside of the context's transaction: a
// full pool makes it wait as a statement would, so give ctx a deadline. Its error joins those of the
// servers that failed, replicas as Config.Replicas[i], and names host, port, database and user, never the password; a server that cannot be reached is a
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
	p := source.Pool()
	if len(p.Replicas()) == 0 || pgpool.Forced(ctx) {
		return p.Ping(ctx)
	}
	var replicas []error
	var wg sync.WaitGroup
	wg.Go(func() { replicas = connect.CheckReplicas(ctx, p) })
	err := p.Ping(ctx)
	wg.Wait()
	return errors.Join(append([]error{err}, replicas...)...)
}
