package pgpool_test

import (
	"context"
	"fmt"
	"reflect"
	"testing"
	"unsafe"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm/schema"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/internal/pgpool"
	"github.com/gormango/gormango/internal/rowcodec"
)

// on runs fn with a connection of f.
func (f fixture) on(t *testing.T, fn func(ctx context.Context, conn *pgx.Conn)) {
	t.Helper()
	require.NoError(t, f.src.Do(f.ctx, func(ctx context.Context, conn *pgx.Conn) error {
		fn(ctx, conn)
		return nil
	}))
}

// prepared returns the texts that conn has prepared under names of ours.
func prepared(ctx context.Context, t *testing.T, conn *pgx.Conn) []string {
	t.Helper()
	rows, err := conn.Query(ctx, "SELECT statement FROM pg_prepared_statements WHERE name LIKE 'gormango%' ORDER BY prepare_time", pgx.QueryExecModeExec)
	require.NoError(t, err)
	texts, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)
	return texts
}

// number reads the one number of a statement.
func number(ctx context.Context, t *testing.T, conn *pgx.Conn, sql string, args ...any) (n int64) {
	t.Helper()
	rows, err := new(pgpool.Result).Query(ctx, conn, sql, args)
	require.NoError(t, err)
	defer rows.Close()
	require.True(t, rows.Next(), rows.Err())
	require.NoError(t, rows.Scan(&n))
	require.False(t, rows.Next())
	require.NoError(t, rows.Err())
	require.Equal(t, "SELECT 1", rows.CommandTag().String())
	return n
}

// adapt changes the options of pgx.
func adapt(fn func(c *pgx.ConnConfig)) func(*gormango.Config) {
	return func(cfg *gormango.Config) {
		own := cfg.Pgx
		cfg.Pool.Max = 1
		cfg.Pgx = func(pc *pgxpool.Config) error {
			fn(pc.ConnConfig)
			return own(pc)
		}
	}
}

// A connection prepares a text once, and at most as many as pgx's own cache
// would hold; those used last stay.
func TestStatementsAreBounded(t *testing.T) {
	t.Parallel()
	f := setup(t, adapt(func(c *pgx.ConnConfig) { c.StatementCacheCapacity = 2 }))
	text := func(n int) string { return fmt.Sprintf("SELECT $1::bigint + %d", n) }
	f.on(t, func(ctx context.Context, conn *pgx.Conn) {
		for _, n := range []int{1, 2, 1, 3} {
			require.EqualValues(t, 10+n, number(ctx, t, conn, text(n), int64(10)))
		}
		require.EqualValues(t, 13, number(ctx, t, conn, text(3), int64(10))) // closes the text that has left
		require.Equal(t, []string{text(1), text(3)}, prepared(ctx, t, conn))
	})
}

// Where the driver is told not to prepare, nothing is prepared.
func TestStatementsObeyTheMode(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(c *pgx.ConnConfig){
		"described": func(c *pgx.ConnConfig) { c.DefaultQueryExecMode = pgx.QueryExecModeCacheDescribe },
		"exec":      func(c *pgx.ConnConfig) { c.DefaultQueryExecMode = pgx.QueryExecModeExec },
		"simple":    func(c *pgx.ConnConfig) { c.DefaultQueryExecMode = pgx.QueryExecModeSimpleProtocol },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := setup(t, adapt(change))
			f.on(t, func(ctx context.Context, conn *pgx.Conn) {
				rows, err := new(pgpool.Result).Query(ctx, conn, "SELECT $1::uuid::text", []any{uuid.UUID{1}})
				require.NoError(t, err)
				got, err := pgx.CollectExactlyOneRow(rows, pgx.RowTo[string])
				require.NoError(t, err)
				require.Equal(t, uuid.UUID{1}.String(), got)
				n := note{Text: "a"}
				f, ok := reflect.TypeFor[note]().FieldByName("Text")
				require.True(t, ok)
				source, ok := rowcodec.SourceOf(&schema.Field{FieldType: f.Type, StructField: f, Schema: &schema.Schema{ModelType: reflect.TypeFor[note]()}})
				require.True(t, ok)
				cell := rowcodec.NewCell(&source, unsafe.Pointer(&n))
				_, err = pgpool.Run(ctx, conn, "INSERT INTO notes (text) VALUES ($1)", []any{&cell})
				require.NoError(t, err)
				st, err := pgpool.Prepare(ctx, conn, "SELECT 1")
				require.NoError(t, err)
				require.Nil(t, st)
				require.Empty(t, prepared(ctx, t, conn))
			})
			require.EqualValues(t, 1, f.count(t))
		})
	}
}

// A statement that was closed behind the connection's back is prepared again.
func TestStatementsAreClosedByOthers(t *testing.T) {
	t.Parallel()
	f := setup(t, one)
	const sql = "SELECT $1::bigint"
	f.on(t, func(ctx context.Context, conn *pgx.Conn) {
		for range 2 {
			require.EqualValues(t, 1, number(ctx, t, conn, sql, 1))
			require.Equal(t, []string{sql}, prepared(ctx, t, conn))
			require.NoError(t, conn.DeallocateAll(ctx))
			require.Empty(t, prepared(ctx, t, conn))
		}
		require.EqualValues(t, 1, number(ctx, t, conn, sql, 1))
	})
	for _, closing := range []string{"DEALLOCATE ALL", "DISCARD ALL"} {
		f.on(t, func(ctx context.Context, conn *pgx.Conn) {
			_, err := conn.Exec(ctx, closing)
			require.NoError(t, err)
		})
		runs := 0
		require.NoError(t, f.src.Once(f.ctx, pgpool.Func(func(ctx context.Context, conn *pgx.Conn) error {
			runs++
			rows, err := new(pgpool.Result).Query(ctx, conn, sql, []any{runs})
			require.NoError(t, err)
			rows.Close()
			return rows.Err()
		})), closing)
		require.Equal(t, 2, runs, closing)
	}
}

// A refused row is no reason to prepare again; another error is.
func TestStatementsOutliveConstraints(t *testing.T) {
	t.Parallel()
	f := setup(t, one)
	f.on(t, func(ctx context.Context, conn *pgx.Conn) {
		const sql = "INSERT INTO notes (text) SELECT $1 WHERE 1 / $2::int > 0"
		tag, err := pgpool.Run(ctx, conn, sql, []any{"a", 1})
		require.NoError(t, err)
		require.EqualValues(t, 1, tag.RowsAffected())
		_, err = pgpool.Run(ctx, conn, sql, []any{"a", 1})
		require.ErrorContains(t, err, "23505")
		number(ctx, t, conn, "SELECT 1")
		require.Equal(t, []string{sql, "SELECT 1"}, prepared(ctx, t, conn))
		_, err = pgpool.Run(ctx, conn, sql, []any{"b", 0})
		require.ErrorContains(t, err, "22012")
		number(ctx, t, conn, "SELECT 1")
		require.Equal(t, []string{"SELECT 1"}, prepared(ctx, t, conn))
		_, err = pgpool.Run(ctx, conn, sql, []any{"b", "no number"})
		require.ErrorContains(t, err, "22P02")
		_, err = pgpool.Run(ctx, conn, sql, []any{"b", struct{}{}})
		require.ErrorContains(t, err, "failed to encode args[1]")
	})
}

// A statement that ends in an aborted transaction is closed after it.
func TestStatementsOfAnAbortedTransaction(t *testing.T) {
	t.Parallel()
	f := setup(t, one)
	ctx, tx := f.begin(t)
	run := func(ctx context.Context, sql string) error {
		return f.src.Once(ctx, pgpool.Func(func(ctx context.Context, conn *pgx.Conn) error {
			_, err := pgpool.Run(ctx, conn, sql, []any{0})
			return err
		}))
	}
	const divide = "SELECT 1 / $1::int"
	require.ErrorContains(t, run(ctx, divide), "22012")
	require.ErrorContains(t, run(ctx, divide), "25P02")
	require.NoError(t, tx.Rollback())
	require.NoError(t, run(f.ctx, "SELECT $1::int"))
	f.on(t, func(ctx context.Context, conn *pgx.Conn) {
		require.Equal(t, []string{"SELECT $1::int"}, prepared(ctx, t, conn))
	})
}

// A tracer sees statements as pgx shows them.
func TestStatementsAreTraced(t *testing.T) {
	t.Parallel()
	seen := &tracer{}
	f := setup(t, one, func(cfg *gormango.Config) { cfg.Tracer = seen })
	f.on(t, func(ctx context.Context, conn *pgx.Conn) {
		seen.texts = nil
		number(ctx, t, conn, "SELECT 1")
		_, err := pgpool.Run(ctx, conn, "INSERT INTO notes (text) VALUES ($1)", []any{"a"})
		require.NoError(t, err)
	})
	require.Equal(t, []string{"SELECT 1", "SELECT 1", "INSERT INTO notes (text) VALUES ($1)", "INSERT 0 1"}, seen.texts)
}

// tracer keeps what it sees.
type tracer struct{ texts []string }

func (s *tracer) TraceQueryStart(ctx context.Context, _ *pgx.Conn, data pgx.TraceQueryStartData) context.Context {
	s.texts = append(s.texts, data.SQL)
	return ctx
}

func (s *tracer) TraceQueryEnd(_ context.Context, _ *pgx.Conn, data pgx.TraceQueryEndData) {
	s.texts = append(s.texts, data.CommandTag.String())
}

// Several statements travel in one pipeline, and each has its own result.
func TestStatementsInAPipeline(t *testing.T) {
	t.Parallel()
	f := setup(t, one)
	f.on(t, func(ctx context.Context, conn *pgx.Conn) {
		insert, err := pgpool.Prepare(ctx, conn, "INSERT INTO notes (text) VALUES ($1) RETURNING id")
		require.NoError(t, err)
		count, err := pgpool.Prepare(ctx, conn, "SELECT count(*) FROM notes WHERE id > $1")
		require.NoError(t, err)
		list := []*pgpool.Statement{insert, insert, count, insert}
		pipeline := conn.PgConn().StartPipeline(ctx)
		for i, arg := range []any{"a", "b", int64(0), "a"} {
			require.Error(t, list[i].Append(pipeline, []any{struct{}{}}))
			require.NoError(t, list[i].Append(pipeline, []any{arg}))
		}
		require.NoError(t, pipeline.Sync())
		var got []int64
		for _, st := range list[:3] {
			reader, err := pipeline.GetResults()
			require.NoError(t, err)
			var rows pgpool.Result
			rows.Open(conn, st, reader.(*pgconn.ResultReader))
			for rows.Next() {
				values, err := rows.Values()
				require.NoError(t, err)
				got = append(got, values[0].(int64))
			}
			require.NoError(t, rows.Err())
		}
		require.Equal(t, []int64{1, 2, 2}, got)
		_, err = pipeline.GetResults()
		require.ErrorContains(t, err, "23505")
		require.NoError(t, pipeline.Close())
	})
}

// Rows behave as pgx's.
func TestResultIsThatOfPgx(t *testing.T) {
	t.Parallel()
	f := setup(t, one)
	f.on(t, func(ctx context.Context, conn *pgx.Conn) {
		const sql = "SELECT n, n::text, CASE WHEN n = 2 THEN now() END IS NULL, '1 day'::interval, array[n], '(1,2)'::point FROM generate_series(1, $1::int) n"
		want, err := pgpool.Query(ctx, conn, sql, 3)
		require.NoError(t, err)
		all, err := pgx.CollectRows(want, func(row pgx.CollectableRow) ([]any, error) { return row.Values() })
		require.NoError(t, err)
		got, err := new(pgpool.Result).Query(ctx, conn, sql, []any{3})
		require.NoError(t, err)
		mine, err := pgx.CollectRows(got, func(row pgx.CollectableRow) ([]any, error) { return row.Values() })
		require.NoError(t, err)
		require.Equal(t, all, mine)
		require.Equal(t, want.CommandTag(), got.CommandTag())

		got, err = new(pgpool.Result).Query(ctx, conn, sql, []any{3})
		require.NoError(t, err)
		require.True(t, got.Next())
		require.Same(t, conn, got.Conn())
		require.Equal(t, reflect.ValueOf(conn.TypeMap()).Pointer(), reflect.ValueOf(got.TypeMap()).Pointer())
		require.ErrorContains(t, got.Scan(new(int)), "number of field descriptions must equal number of destinations")
		require.Error(t, got.Err())
		require.False(t, got.Next())
		require.Error(t, got.Scan(new(int)))
		_, err = got.Values()
		require.Error(t, err)
		require.EqualValues(t, 1, number(ctx, t, conn, "SELECT 1"))

		over, cancel := context.WithCancel(ctx)
		cancel()
		rows, err := new(pgpool.Result).Query(over, conn, "SELECT 1", nil)
		require.NoError(t, err)
		require.False(t, rows.Next())
		require.ErrorIs(t, rows.Err(), context.Canceled)
	})
}
