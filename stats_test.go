package gormango_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/repotest"
)

func TestStats(t *testing.T) {
	t.Parallel()
	ctx, db := open(t, gormango.Config{Pool: gormango.Pool{Max: 1}})
	require.Equal(t, int32(1), gormango.Stats(db).Max)
	done := make(chan error)
	require.NoError(t, gormango.Native(ctx, db, func(*pgx.Conn) error {
		s := gormango.Stats(db)
		require.Equal(t, []int32{1, 1, 0}, []int32{s.Total, s.Acquired, s.Idle})
		go func() { done <- db.Exec("SELECT 1").Error }()
		require.Eventually(t, func() bool { return gormango.Stats(db).Waiting == 1 }, 20*time.Second, time.Millisecond)
		return nil
	}))
	require.NoError(t, <-done)
	s := gormango.Stats(db)
	require.Equal(t, []int32{1, 0, 1}, []int32{s.Total, s.Acquired, s.Idle})
	require.Zero(t, s.Waiting)
	require.Equal(t, int64(1), s.Opened)
	require.NotZero(t, s.Waits)
	require.NotZero(t, s.WaitDuration)
	require.GreaterOrEqual(t, s.Acquires, int64(3))
}

// A query of the form of an earlier one takes its text.
func TestStatsOfStatements(t *testing.T) {
	t.Parallel()
	type knob struct {
		ID   int64
		Size int32
	}
	ctx, db := open(t, gormango.Config{Pool: gormango.Pool{Max: 1}})
	require.NoError(t, db.AutoMigrate(&knob{}))
	knobs := repo.New[knob](db)
	for size := range 5 {
		_, err := knobs.Filter("size__gte", size).OrderBy("-id").All(ctx)
		require.NoError(t, err)
	}
	require.Equal(t, gormango.StatementStats{Found: 4, Written: 1, Kept: 1}, gormango.Stats(db).Statements)
}

func TestStatsWarnsOfALimitThatLimitsNothing(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	_, db := open(t, gormango.Config{Logger: slog.New(slog.NewTextHandler(&out, nil))})
	gormango.Stats(db)
	require.Empty(t, out.String())
	sqlDB, err := db.DB()
	require.NoError(t, err)
	sqlDB.SetMaxOpenConns(20)
	gormango.Stats(db)
	gormango.Stats(db.Session(&gorm.Session{NewDB: true}))
	require.Equal(t, 1, strings.Count(out.String(), "a limit set on db.DB() limits nothing"), out.String())
	require.Contains(t, out.String(), "max_open_conns=20")
}

func TestStatsAndHealthOfADatabaseOpenedElsewhere(t *testing.T) {
	t.Parallel()
	foreign, err := gorm.Open(postgres.Open(repotest.URL(t)))
	require.NoError(t, err)
	require.NoError(t, gormango.Health(t.Context(), foreign))
	require.Equal(t, int32(1), gormango.Stats(foreign).Total)
	require.NoError(t, gormango.Close(foreign))
	require.ErrorContains(t, gormango.Health(t.Context(), foreign), "gormango: health: ")
	require.Zero(t, gormango.Stats(&gorm.DB{}))
}
