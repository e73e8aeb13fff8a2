package migrate_test

import (
	"bytes"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/migrate"
	"github.com/gormango/gormango/repotest"
)

// locked is a buffer for several goroutines.
type locked struct {
	mu sync.Mutex
	bytes.Buffer
}

func (l *locked) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.Buffer.Write(p)
}

// Auto's own reads are not logged, however slow they are. Its changes are.
func TestAutoReadsQuietly(t *testing.T) {
	t.Parallel()
	var out locked
	db, err := gormango.Open(t.Context(), gormango.Config{URL: repotest.URL(t), Models: []any{&volume{}},
		Logger: slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug})), SlowQuery: time.Nanosecond})
	require.NoError(t, err)
	defer gormango.Close(db)
	_, err = migrate.Auto(t.Context(), db)
	require.NoError(t, err)
	require.Contains(t, out.String(), `CREATE TABLE`)
	require.NotContains(t, out.String(), "pg_catalog")
	out.Reset()
	_, err = migrate.Auto(t.Context(), db)
	require.NoError(t, err)
	require.Empty(t, out.String())
}

// A database with migration files is not for Auto or Run.
func TestAutoRefusesFiles(t *testing.T) {
	t.Parallel()
	db := setup(t, &shelf{})
	run(t, db, `CREATE TABLE schema_history (id text PRIMARY KEY, sum bytea, state text, cursor jsonb)`)
	const text = `migrate: the database has migration files, see the table "schema_history" (call Up instead of Auto)`
	_, err := migrate.Auto(t.Context(), db)
	require.EqualError(t, err, text)
	_, err = migrate.Run(t.Context(), db, migrate.Drop("shelves", "x"))
	require.EqualError(t, err, text)
	require.Equal(t, []string{"schema_history"}, tables(t, db))
}
