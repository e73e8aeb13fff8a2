package gormango_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/internal/modelinfo"
)

func TestCloseTwiceAndForgetsModels(t *testing.T) {
	t.Parallel()
	ctx, db := open(t, gormango.Config{Models: []any{&genre{}}})
	require.Len(t, modelinfo.Of(db).Models(), 1)
	require.NoError(t, gormango.Close(db.WithContext(ctx)))
	require.NoError(t, gormango.Close(db))
	require.Empty(t, modelinfo.Of(db).Models())
	modelinfo.Remove(db)
	require.ErrorIs(t, db.Exec("SELECT 1").Error, gormango.ErrClosed)
	require.ErrorIs(t, db.Transaction(func(*gorm.DB) error { return nil }), gormango.ErrClosed)
}
