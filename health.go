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

// Health asks the server of db for one answer, and each of Config.Replicas
// unless ctx comes from [OnPrimary], all at once. It uses connections of their
// pools and stays outside of the context's transaction. A full pool makes it
// wait as a statement would, so ctx should have a deadline.
//
// The error joins those of the servers that failed, replicas as
// Config.Replicas[i]. It names host, port, database and user, never the
// password. A server that cannot be reached is a *pgconn.ConnectError in it, a
// pool without a free connection a [PoolTimeoutError]. Health serves a *gorm.DB
// of gorm.Open too.
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
