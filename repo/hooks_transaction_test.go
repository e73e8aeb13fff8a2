package repo_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/txutil"
)

// forgetful writes an audit row with a context of its own in its hook.
type forgetful struct {
	ID   int64 `gorm:"primaryKey"`
	Name string
}

func (f *forgetful) AfterCreate(tx *gorm.DB) error {
	return repo.New[hookLog](tx).Create(context.Background(), &hookLog{Text: f.Name})
}

// What a hook gets is the transaction, whatever context it uses with it: by a
// repository, by plain GORM with the context, and by GORM's own transaction.
func TestHooksGetTheTransaction(t *testing.T) {
	t.Parallel()
	onlyOpened(t, "plain GORM calls that join the context's transaction")
	ctx := context.Background()
	db := openDB(t, &forgetful{}, &hookLog{})
	stop := errors.New("stop")
	for name, write := range map[string]func(ctx context.Context) error{
		"repository": func(ctx context.Context) error { return repo.New[forgetful](db).Create(ctx, &forgetful{Name: "a"}) },
		"plain GORM": func(ctx context.Context) error { return db.WithContext(ctx).Create(&forgetful{Name: "b"}).Error },
	} {
		require.ErrorIs(t, txutil.Atomic(ctx, db, func(ctx context.Context) error {
			require.NoError(t, write(ctx), name)
			return stop
		}), stop)
		require.Zero(t, count(t, ctx, repo.New[hookLog](db)), name)
	}
	require.ErrorIs(t, db.Transaction(func(tx *gorm.DB) error {
		require.NoError(t, tx.Create(&forgetful{Name: "c"}).Error)
		return stop
	}), stop)
	require.Zero(t, count(t, ctx, repo.New[hookLog](db)))
}
