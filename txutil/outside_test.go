package txutil_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/repotest"
	"github.com/gormango/gormango/txutil"
)

// A statement of a goroutine that is in a block is warned of if it runs outside
// of the block's transaction, with both places, unless that is on purpose.
func TestWarnOutside(t *testing.T) {
	t.Parallel()
	outer := context.Background()
	send := func(ctx context.Context, db *gorm.DB) error { return db.WithContext(ctx).Exec("SELECT 1").Error }
	for name, c := range map[string]struct {
		run    func(db *gorm.DB) error
		off    bool
		number int
	}{
		"the outer context": {number: 1, run: func(db *gorm.DB) error {
			return txutil.Atomic(outer, db, func(ctx context.Context) error { return errors.Join(send(ctx, db), send(outer, db)) })
		}},
		"no context": {number: 1, run: func(db *gorm.DB) error {
			return txutil.Atomic(outer, db, func(ctx context.Context) error { return db.Exec("SELECT 1").Error })
		}},
		"a block of the outer context": {number: 1, run: func(db *gorm.DB) error {
			return txutil.Atomic(outer, db, func(ctx context.Context) error {
				return txutil.Atomic(outer, db, func(ctx context.Context) error { return send(ctx, db) })
			})
		}},
		"in an inner block": {number: 1, run: func(db *gorm.DB) error {
			return txutil.Atomic(outer, db, func(ctx context.Context) error {
				return txutil.Atomic(ctx, db, func(ctx context.Context) error { return send(outer, db) })
			})
		}},
		"once for each place": {number: 1, run: func(db *gorm.DB) error {
			return txutil.Atomic(outer, db, func(ctx context.Context) error {
				return errors.Join(send(outer, db), send(outer, db), send(outer, db))
			})
		}},
		"switched off": {off: true, run: func(db *gorm.DB) error {
			return txutil.Atomic(outer, db, func(ctx context.Context) error { return send(outer, db) })
		}},
		"on purpose": {run: func(db *gorm.DB) error {
			return txutil.Atomic(outer, db, func(ctx context.Context) error { return send(txutil.Without(ctx), db) })
		}},
		"before and after": {run: func(db *gorm.DB) error {
			return errors.Join(send(outer, db), txutil.Atomic(outer, db, func(ctx context.Context) error { return send(ctx, db) }), send(outer, db))
		}},
		"after a failure": {run: func(db *gorm.DB) error {
			_ = txutil.Atomic(outer, db, func(ctx context.Context) error { return errors.New("no") })
			return send(outer, db)
		}},
		"another goroutine": {run: func(db *gorm.DB) error {
			return txutil.Atomic(outer, db, func(ctx context.Context) error {
				done := make(chan error)
				go func() { done <- send(outer, db) }()
				return <-done
			})
		}},
		"a callback": {run: func(db *gorm.DB) error {
			return txutil.Atomic(outer, db, func(ctx context.Context) error {
				return txutil.OnCommit(ctx, db, func(context.Context) error { return send(outer, db) })
			})
		}},
		"a callback of the rollback": {run: func(db *gorm.DB) error {
			err := txutil.Atomic(outer, db, func(ctx context.Context) error {
				if err := txutil.AfterRollback(ctx, db, func(context.Context) { _ = send(outer, db) }); err != nil {
					return err
				}
				return errors.New("no")
			})
			if err.Error() == "no" {
				return nil
			}
			return err
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var log bytes.Buffer
			db, err := gormango.Open(t.Context(), gormango.Config{URL: repotest.URL(t), WarnOutside: !c.off, Logger: slog.New(slog.NewTextHandler(&log, nil))})
			require.NoError(t, err)
			defer func() { require.NoError(t, gormango.Close(db)) }()
			require.NoError(t, c.run(db))
			require.Equal(t, c.number, strings.Count(log.String(), "outside of the transaction"), log.String())
			if c.number > 0 {
				require.Regexp(t, `statement=txutil/outside_test\.go:\d+ block=txutil/outside_test\.go:\d+`, log.String())
			}
		})
	}
}
