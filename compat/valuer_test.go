package compat

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/gormango/gormango/repo"
)

// Upper is written as an SQL expression, by GORM's own interface.
type Upper string

// GormValue implements gorm.Valuer.
func (u Upper) GormValue(context.Context, *gorm.DB) clause.Expr {
	return clause.Expr{SQL: "upper(?)", Vars: []any{string(u)}}
}

type Label struct {
	ID   int64
	Text Upper `gorm:"type:text"`
}

// A repository writes values, never expressions: GormValue is for plain GORM
// calls alone.
func TestGormValue(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	db := ours(t, &Label{})
	require.NoError(t, db.AutoMigrate(&Label{}))
	require.NoError(t, db.Create(&Label{Text: "a"}).Error)
	require.NoError(t, repo.New[Label](db).Create(ctx, &Label{Text: "b"}))
	require.Equal(t, []string{"(1,A)", "(2,b)"}, lines(t, db, "SELECT * FROM labels ORDER BY id"))
}
