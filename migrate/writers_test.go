package migrate_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/internal/longtest"
	"github.com/gormango/gormango/migrate"
	"github.com/gormango/gormango/repotest"
)

// traffic is programs that use a table while it changes.
type traffic struct {
	stop    chan struct{}
	wg      sync.WaitGroup
	mu      sync.Mutex
	longest time.Duration
	count   int
	errs    []error
}

// use runs the request again and again on a connection of its own.
func (tr *traffic) use(t testing.TB, url string, pause time.Duration, request func(context.Context, *pgx.Conn) error) {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, url)
	require.NoError(t, err)
	tr.wg.Add(1)
	go func() {
		defer tr.wg.Done()
		defer conn.Close(ctx)
		for {
			select {
			case <-tr.stop:
				return
			case <-time.After(pause):
			}
			start := time.Now()
			err := request(ctx, conn)
			tr.took(time.Since(start), err)
		}
	}()
}

// took notes a request.
func (tr *traffic) took(d time.Duration, err error) {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	tr.longest, tr.count = max(tr.longest, d), tr.count+1
	if err != nil {
		tr.errs = append(tr.errs, err)
	}
}

// read runs a reader whose transactions keep a snapshot and the table's lock for
// the duration. Only its statements are requests.
func (tr *traffic) read(t testing.TB, url string, hold time.Duration) {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, url)
	require.NoError(t, err)
	tr.wg.Go(func() {
		defer conn.Close(ctx)
		for {
			err := pgx.BeginTxFunc(ctx, conn, pgx.TxOptions{IsoLevel: pgx.RepeatableRead}, func(tx pgx.Tx) error {
				start := time.Now()
				_, err := tx.Exec(ctx, `SELECT count(*) FROM orders WHERE id < 10`)
				tr.took(time.Since(start), err)
				select {
				case <-tr.stop:
				case <-time.After(hold):
				}
				return nil
			})
			select {
			case <-tr.stop:
				return
			case <-time.After(10 * time.Millisecond):
				if err != nil {
					tr.took(0, err)
				}
			}
		}
	})
}

// end stops the programs and returns the longest time that a request took.
func (tr *traffic) end(t testing.TB) time.Duration {
	t.Helper()
	close(tr.stop)
	tr.wg.Wait()
	require.NoError(t, errors.Join(tr.errs...), "no request fails")
	require.Positive(t, tr.count)
	t.Logf("%d requests, the longest took %v", tr.count, tr.longest)
	return tr.longest
}

// busy runs writers and a reader, as the program of the release before, with
// its statements prepared.
func busy(t testing.TB, url string) *traffic {
	tr := &traffic{stop: make(chan struct{})}
	for range 3 {
		tr.use(t, url, time.Millisecond, func(ctx context.Context, conn *pgx.Conn) error {
			_, err := conn.Exec(ctx, `INSERT INTO orders (id, note, total, customer_id) VALUES ($1, 'n', 1, 1)`, 1_000_000_000+rand.Int64N(1<<61))
			if err == nil {
				_, err = conn.Exec(ctx, `UPDATE orders SET total = total + 1 WHERE id = $1`, 1+rand.IntN(1000))
			}
			return err
		})
	}
	tr.use(t, url, time.Millisecond, func(ctx context.Context, conn *pgx.Conn) error {
		var total int
		return conn.QueryRow(ctx, `SELECT total FROM orders WHERE id = $1`, 1+rand.IntN(1000)).Scan(&total)
	})
	return tr
}

// useNext runs a writer and a reader of the next release, which know the new
// columns.
func useNext(t testing.TB, url string, tr *traffic) {
	tr.use(t, url, time.Millisecond, func(ctx context.Context, conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, `INSERT INTO orders (id, note, total, customer_id, web, token) VALUES ($1, 'n', 1, 1, 'app', gen_random_uuid())`, 1_000_000_000+rand.Int64N(1<<61))
		if err == nil {
			_, err = conn.Exec(ctx, `UPDATE orders SET web = 'app' WHERE id = $1`, 1+rand.IntN(1000))
		}
		return err
	})
	tr.use(t, url, time.Millisecond, func(ctx context.Context, conn *pgx.Conn) error {
		var web string
		var token *string
		return conn.QueryRow(ctx, `SELECT web, token::text FROM orders WHERE id = $1`, 1+rand.IntN(1000)).Scan(&web, &token)
	})
}

// usedShop returns a database with n orders, its state and the folder of its
// migrations.
func usedShop(t *testing.T, n int) (url string, before *migrate.State, dir string) {
	t.Helper()
	url = repotest.URL(t)
	id := migrate.Column{Name: "id", Type: "bigint", NotNull: true}
	before = &migrate.State{Tables: map[string]*migrate.Table{
		"customers": {Name: "customers", Key: []string{"id"}, Columns: []migrate.Column{id}},
		"orders": {Name: "orders", Key: []string{"id"}, Columns: []migrate.Column{id, {Name: "note", Type: "text"},
			{Name: "total", Type: "bigint", NotNull: true}, {Name: "customer_id", Type: "bigint", NotNull: true}},
			Indexes: []migrate.Index{index("idx_orders_old", "total", "customer_id")}},
	}}
	dir = t.TempDir()
	generate(t, dir, before)
	db := open(t, url)
	_, err := migrate.Up(t.Context(), db, migrate.Must(migrate.Load(os.DirFS(dir), migrate.App("shop"))))
	require.NoError(t, err)
	run(t, db, `INSERT INTO customers SELECT generate_series(1, 100)`,
		fmt.Sprintf(`INSERT INTO orders SELECT g, 'note', 1, 1 + g %% 100 FROM generate_series(1, %d) g`, n), `ANALYZE`)
	return url, before, dir
}

// generate writes the files that lead to the state.
func generate(t *testing.T, dir string, to *migrate.State) {
	t.Helper()
	set := migrate.Must(migrate.Load(os.DirFS(dir), migrate.App("shop")))
	at, err := set.State()
	require.NoError(t, err)
	ops, err := migrate.Diff(at, to, always)
	require.NoError(t, err)
	files, err := migrate.Generate(set, ops, "")
	require.NoError(t, err)
	require.NoError(t, migrate.Write(dir, files...))
}

// Writers and readers of two releases lose no request while a table gets
// columns, indexes, a unique constraint, a check, a foreign key and NOT NULL and
// loses an index by generated files, and while changes of types are refused.
//
// The short form has 50,000 rows and readers with transactions of 50 ms, the
// long one 2,000,000 times GORMANGO_LONG rows and readers with transactions of
// 30 s, which hold up each strong lock.
func TestWritersLoseNoRequest(t *testing.T) {
	t.Parallel()
	rows := longtest.Count(50_000, 2_000_000)
	url, before, dir := usedShop(t, rows)
	after := before.Clone()
	orders := after.Tables["orders"]
	orders.Columns = append(orders.Columns,
		migrate.Column{Name: "web", Type: "text", NotNull: true, Default: "'web'"},
		migrate.Column{Name: "token", Type: "uuid", NotNull: true, Default: "gen_random_uuid()"})
	orders.Columns[1].NotNull = true
	orders.Indexes = []migrate.Index{index("idx_orders_total", "total"), index("idx_orders_customer_id", "customer_id")}
	orders.Constraints = []migrate.Constraint{unique("uq_orders_token", "token"), check("ck_orders_total", "total >= 0")}
	orders.ForeignKeys = []migrate.ForeignKey{{Name: "fk_orders_customer", Columns: []string{"customer_id"}, Ref: "customers", RefColumns: []string{"id"}}}
	generate(t, dir, after)

	const lockTimeout = 500 * time.Millisecond
	db := open(t, url)
	set := migrate.Must(migrate.Load(os.DirFS(dir), migrate.App("shop")))
	run(t, db, `CREATE TABLE calm AS SELECT 1 AS id`)
	calm := &traffic{stop: make(chan struct{})} // what the machine's other work costs
	for range 4 {
		calm.use(t, url, time.Millisecond, func(ctx context.Context, conn *pgx.Conn) error {
			_, err := conn.Exec(ctx, `SELECT id FROM calm`)
			return err
		})
	}
	tr := busy(t, url)
	// A reader with long transactions is in the way of every strong lock.
	hold := 50 * time.Millisecond
	if longtest.Asked() {
		hold = 30 * time.Second
	}
	tr.read(t, url, hold)
	time.Sleep(100 * time.Millisecond)
	both := false // the programs of the next release run too
	report, err := migrate.Up(t.Context(), db, set, migrate.LockTimeout(lockTimeout), migrate.MaxWait(6*time.Hour), migrate.SmallTable(1), migrate.OnEvent(func(e migrate.Event) {
		if e.Kind == "done" {
			t.Log(e.ID, e.Took, e.Attempt)
		}
		if e.Kind == "done" && !both && len(names(t, db, `SELECT attname FROM pg_attribute WHERE attrelid = 'orders'::regclass AND attname IN ('web', 'token')`)) == 2 {
			both = true
			useNext(t, url, tr)
		}
	}))
	require.NoError(t, err, "the linter finds nothing dangerous in them either")
	require.True(t, both)
	// Of types that have no safe form the linter stops the generated one.
	for _, change := range []func(*migrate.Table){
		func(t *migrate.Table) { t.Columns[2].Type = "numeric" },
		func(t *migrate.Table) { t.Columns[1].Type = "varchar(2)" },
	} {
		other := t.TempDir()
		require.NoError(t, os.CopyFS(other, os.DirFS(dir)))
		to := after.Clone()
		change(to.Tables["orders"])
		generate(t, other, to)
		_, err = migrate.Up(t.Context(), db, migrate.Must(migrate.Load(os.DirFS(other), migrate.App("shop"))), migrate.SmallTable(1))
		require.ErrorIs(t, err, migrate.ErrDangerous)
		require.ErrorContains(t, err, "L13")
	}
	longest := tr.end(t)
	t.Logf("%d migrations on %d rows", len(report.Applied), rows)
	require.Less(t, longest, lockTimeout+100*time.Millisecond+2*calm.end(t))
}

// The plain form of each such change stops all who write to the table until it
// is done, and the linter says so before.
func TestPlainFormStopsWriters(t *testing.T) {
	t.Parallel()
	url, _, dir := usedShop(t, longtest.Size(150_000, 2_000_000))
	initial, err := os.ReadFile(filepath.Join(dir, "0001_initial.sql"))
	require.NoError(t, err)
	db := open(t, url)
	for _, plain := range []struct{ rule, sql string }{
		{"L12", `ALTER TABLE orders ADD COLUMN token uuid NOT NULL DEFAULT gen_random_uuid()`},
		{"L02", `CREATE INDEX idx_orders_total ON orders (total)`},
		{"L06", `ALTER TABLE orders ADD CONSTRAINT uq_orders_token UNIQUE (token)`},
		{"L07", `ALTER TABLE orders ADD CONSTRAINT fk_orders_customer FOREIGN KEY (customer_id) REFERENCES customers (id)`},
		{"L08", `ALTER TABLE orders ADD CONSTRAINT ck_orders_total CHECK (total >= 0)`},
		{"L10", `ALTER TABLE orders ALTER COLUMN note SET NOT NULL`},
		{"L13", `ALTER TABLE orders ALTER COLUMN note TYPE varchar(100)`},
	} {
		set := loadSet(t, map[string]string{
			"0001_initial.sql": string(initial),
			"0002_plain.sql":   sqlFile("shop/0002_plain", "shop/0001_initial", plain.sql, "SELECT 1"),
		})
		_, err = migrate.Up(t.Context(), db, set)
		require.ErrorIs(t, err, migrate.ErrDangerous, plain.sql)
		require.ErrorContains(t, err, plain.rule, plain.sql)

		tr := busy(t, url)
		time.Sleep(100 * time.Millisecond)
		start := time.Now()
		run(t, db, plain.sql)
		took := time.Since(start)
		longest := tr.end(t)
		t.Logf("%s took %v", plain.sql, took)
		require.Greater(t, longest, took/2, plain.sql)
	}
}
