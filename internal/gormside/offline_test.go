package gormside_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"
	"gorm.io/gorm/schema"

	"github.com/gormango/gormango/internal/gormside"
)

func TestOffline(t *testing.T) {
	t.Parallel()
	db, err := gormside.Offline()
	require.NoError(t, err)
	require.EqualError(t, db.Exec("SELECT 1").Error, "sql: database is closed")
	require.EqualError(t, db.Raw("SELECT 1").Row().Err(), "sql: database is closed")

	type Shift struct {
		ID    int64
		Start string `gorm:"type:time"`
	}
	s := &gorm.Statement{DB: db}
	require.NoError(t, s.Parse(&Shift{}))
	typer := db.Migrator().(interface {
		DataTypeOf(*schema.Field) string
	})
	require.Equal(t, "time", typer.DataTypeOf(s.Schema.LookUpField("Start")))
	require.Equal(t, "time", db.Dialector.DataTypeOf(s.Schema.LookUpField("Start")))
}
