package gormside_test

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/repo"
)

func TestLogger(t *testing.T) {
	t.Parallel()
	for level, want := range map[slog.Level][]string{slog.LevelDebug: {"gormango: statement", "s3cret"}, slog.LevelInfo: nil} {
		var out bytes.Buffer
		_, db := open(t, gormango.Config{Logger: slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: level}))})
		require.NoError(t, db.Exec("CREATE TABLE notes (id bigserial, text text UNIQUE)").Error)
		out.Reset()
		require.ErrorIs(t, db.Table("notes").Where("text = ?", "s3cret").Take(&map[string]any{}).Error, gorm.ErrRecordNotFound)
		require.Error(t, db.Exec("SELECT ?::int", "s3cret").Error)
		for _, w := range want {
			require.Contains(t, out.String(), w)
		}
		if want == nil {
			require.Empty(t, out.String(), "nothing above Debug")
		}
		require.NotContains(t, out.String(), "level=ERROR")
		out.Reset()
		require.Error(t, db.Debug().Exec("SELECT ?::int", "s3cret").Error)
		require.Contains(t, out.String(), "level=INFO")
		require.Contains(t, out.String(), "SELECT $1::int")
		require.NotContains(t, out.String(), "s3cret", "no values above Debug")
		out.Reset()
		require.Error(t, db.Debug().Raw("SELECT ?::int", "s3cret").Scan(new(int)).Error)
		require.Contains(t, out.String(), "SELECT $1::int")
		require.NotContains(t, out.String(), "s3cret", "nor in a Scan, which GORM logs its own way")
	}
}

func TestSlowStatements(t *testing.T) {
	t.Parallel()
	for name, run := range map[string]func(db *gorm.DB, statement string) error{
		"Exec": func(db *gorm.DB, statement string) error { return db.Exec(statement, "s3cret").Error },
		"Scan": func(db *gorm.DB, statement string) error {
			return db.Raw(statement, "s3cret").Scan(&map[string]any{}).Error
		},
		"Scan after Scan": func(db *gorm.DB, statement string) error {
			tx := db.Raw(statement, "s3cret").Scan(&map[string]any{})
			return errors.Join(tx.Error, tx.WithContext(tx.Statement.Context).Raw("SELECT ?::text", "s3cret").Scan(new(string)).Error)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			slowStatements(t, run)
		})
	}
}

func slowStatements(t *testing.T, run func(db *gorm.DB, statement string) error) {
	slow := func(cfg gormango.Config, level slog.Level, statement string) string {
		var out bytes.Buffer
		cfg.Logger = slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: level}))
		_, db := open(t, cfg)
		out.Reset()
		require.NoError(t, run(db, statement))
		return out.String()
	}
	const sleep = "SELECT pg_sleep(0.25), ?::text"
	out := slow(gormango.Config{}, slog.LevelInfo, sleep)
	require.Contains(t, out, `level=WARN msg="gormango: slow statement" sql="SELECT pg_sleep(0.25), $1::text" took=`)
	require.NotContains(t, out, "s3cret")
	require.Empty(t, slow(gormango.Config{SlowQuery: time.Minute}, slog.LevelInfo, sleep))
	require.Empty(t, slow(gormango.Config{SlowQuery: -1}, slog.LevelInfo, sleep))
	require.Contains(t, slow(gormango.Config{SlowQuery: 1}, slog.LevelInfo, "SELECT ?::text"), "gormango: slow statement")

	warning, rest, found := strings.Cut(slow(gormango.Config{}, slog.LevelDebug, sleep), "\n")
	require.True(t, found)
	require.Contains(t, warning, "level=WARN")
	require.NotContains(t, warning, "s3cret")
	require.Contains(t, rest, "level=DEBUG")
	require.Contains(t, rest, "pg_sleep(0.25), 's3cret'::text", "with its value")
}

type genre struct {
	ID   int64
	Name string
}

// Statements of repositories are logged as GORM's are.
func TestSlowStatementsOfRepositories(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	ctx, db := open(t, gormango.Config{SlowQuery: 1, Logger: slog.New(slog.NewTextHandler(&out, nil)), Models: []any{&genre{}}})
	require.NoError(t, db.AutoMigrate(&genre{}))
	out.Reset()
	_, err := repo.New[genre](db).Filter("name", "s3cret").All(ctx)
	require.NoError(t, err)
	require.Contains(t, out.String(), "gormango: slow statement")
	require.NotContains(t, out.String(), "s3cret")
}

// What a quick Scan ran is not logged with the slow statement after it.
func TestSlowAfterAQuickScan(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	_, db := open(t, gormango.Config{SlowQuery: time.Hour, Logger: slog.New(slog.NewTextHandler(&out, nil))})
	tx := db.Raw("SELECT 'quick'").Scan(new(string))
	require.NoError(t, tx.Error)
	require.Empty(t, out.String())
	require.NoError(t, db.Debug().WithContext(tx.Statement.Context).Exec("SELECT 'slow'").Error)
	require.Contains(t, out.String(), "'slow'")
	require.NotContains(t, out.String(), "quick")
}
