package exec_test

import (
	"context"
	"errors"
	"log/slog"
	"reflect"
	"strings"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/exec"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/pgpool"
	"github.com/gormango/gormango/internal/query"
	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repotest"
	"github.com/gormango/gormango/txutil"
)

// all is exec.All with typed pointers.
func all[P any](ctx context.Context, c exec.Conn, st *compile.Stmt, limit int) ([]P, error) {
	ptrs, err := exec.All(ctx, c, st, limit)
	return *(*[]P)(unsafe.Pointer(&ptrs)), err
}

type row struct {
	models.AutoKey
	N         int
	At        time.Time
	Seen      *time.Time
	CreatedAt time.Time
	UpdatedAt int64 `gorm:"autoUpdateTime:milli"`
}

func setup(t *testing.T, rows int) (context.Context, *gorm.DB, *modelinfo.Model) {
	t.Helper()
	db := repotest.Open(t, &row{})
	m, err := modelinfo.Of(db).Model(reflect.TypeFor[row]())
	require.NoError(t, err)
	if rows > 0 {
		require.NoError(t, db.Exec("INSERT INTO rows (n, at) SELECT n, now() FROM generate_series(1, ?) n", rows).Error)
	}
	return context.Background(), db, m
}

func on(db *gorm.DB) exec.Conn { return exec.On(db, gormango.Translate) }

func selectAll(t *testing.T, m *modelinfo.Model) *compile.Stmt {
	t.Helper()
	st, err := compile.Select(query.New(m).OrderBy(query.ByKey(m)))
	require.NoError(t, err)
	return st
}

// oneN reads n of the row that has it.
func oneN(m *modelinfo.Model, n int) *compile.Stmt {
	return &compile.Stmt{SQL: `SELECT "n" FROM "rows" WHERE "n" = $1`, Args: []any{n}, Objects: []compile.Object{{Model: m, Fields: m.Fields[1:2], Parent: -1}}}
}

func acquired(t *testing.T, db *gorm.DB) int32 {
	t.Helper()
	src, ok := pgpool.Of(db)
	require.True(t, ok)
	return src.Pool().Pgx().Stat().AcquiredConns()
}

func TestChunks(t *testing.T) {
	t.Parallel()
	ctx, db, m := setup(t, 25)
	for _, inside := range []bool{false, true} {
		var sizes []int
		run := func(ctx context.Context) error {
			return exec.Chunks(ctx, on(db), selectAll(t, m), 10, func(ctx context.Context, chunk []unsafe.Pointer) bool {
				sizes = append(sizes, len(chunk))
				var pid int // the cursor's connection is free between chunks
				return db.WithContext(ctx).Raw("SELECT pg_backend_pid()").Scan(&pid).Error == nil
			})
		}
		var err error
		if inside {
			err = txutil.Atomic(ctx, db, func(ctx context.Context) error {
				if err := run(ctx); err != nil {
					return err
				}
				var open int
				require.NoError(t, db.WithContext(ctx).Raw("SELECT count(*) FROM pg_cursors WHERE name LIKE 'gormango%'").Scan(&open).Error)
				require.Zero(t, open, "the cursor is closed, the transaction goes on")
				return nil
			})
		} else {
			err = run(ctx)
		}
		require.NoError(t, err)
		require.Equal(t, []int{10, 10, 5}, sizes)
	}
	seen := 0
	require.NoError(t, exec.Chunks(ctx, on(db), selectAll(t, m), 10, func(_ context.Context, chunk []unsafe.Pointer) bool { seen += len(chunk); return false }))
	require.Equal(t, 10, seen)
	require.Panics(t, func() {
		_ = exec.Chunks(ctx, on(db), selectAll(t, m), 10, func(context.Context, []unsafe.Pointer) bool { panic("in the loop") })
	})
	require.Eventually(t, func() bool { return acquired(t, db) == 0 }, time.Second, time.Millisecond, "nothing is held after a stop or a panic")
}

func TestStatementErrors(t *testing.T) {
	t.Parallel()
	ctx, db, m := setup(t, 1)
	st := selectAll(t, m)
	st.SQL = strings.Replace(st.SQL, `"rows"."n"`, `"rows"."gone"`, 1)
	_, err := all[*row](ctx, on(db), st, 0)
	require.ErrorContains(t, err, "42703")
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	_, err = all[*row](cancelled, on(db), selectAll(t, m), 0)
	require.ErrorIs(t, err, context.Canceled)
	require.Zero(t, acquired(t, db))
	none := &row{}
	err = exec.Row(ctx, on(db), oneN(m, 99), none)
	require.Error(t, err)
	require.Zero(t, *none)
	n, err := exec.Rows(ctx, on(db), oneN(m, 1), []any{&row{}, &row{}})
	require.NoError(t, err)
	require.EqualValues(t, 1, n, "the caller decides whether a row is missing")
}

// recorder keeps what a logger is told.
type recorder struct {
	slog.Handler
	told []string
}

func (r *recorder) Enabled(context.Context, slog.Level) bool { return true }
func (r *recorder) Handle(_ context.Context, rec slog.Record) error {
	rec.Attrs(func(a slog.Attr) bool {
		if a.Key == "sql" {
			r.told = append(r.told, a.Value.String())
		}
		return true
	})
	return nil
}

func TestStatementsAreLogged(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	rec := &recorder{}
	db, err := gormango.Open(ctx, gormango.Config{URL: repotest.URL(t), Logger: slog.New(rec)})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, gormango.Close(db)) })
	_, err = on(db).Exec(ctx, &compile.Stmt{SQL: "SELECT $1::int", Args: []any{7}})
	require.NoError(t, err)
	require.Equal(t, []string{"SELECT 7::int"}, rec.told)
}

func TestTransactionOfTheDatabase(t *testing.T) {
	t.Parallel()
	ctx, db, _ := setup(t, 0)
	stop := errors.New("stop")
	err := db.Transaction(func(tx *gorm.DB) error {
		_, err := on(tx).Exec(ctx, &compile.Stmt{SQL: "INSERT INTO rows (n) VALUES (1)"})
		require.NoError(t, err)
		return stop
	})
	require.ErrorIs(t, err, stop)
	var n int64
	require.NoError(t, db.Model(&row{}).Count(&n).Error)
	require.Zero(t, n)
}
