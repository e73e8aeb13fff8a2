package repotest

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/pgpool"
	"github.com/gormango/gormango/txutil"
)

// Tx begins a transaction in db and returns a context that carries it and a
// *gorm.DB bound to it. It is rolled back at the end of the test, which takes
// far less time than a database of its own:
//
//	ctx, db := repotest.Tx(t, repotest.Shared(t, &Book{}))
//
// Tests with transactions of their own run in parallel, as far as they do not
// wait for each other's rows. Blocks of txutil.Atomic inside it are savepoints,
// a durable one too; an isolation level or a retry inside needs [Open].
// Functions of txutil.OnCommit do not run; see [CaptureOnCommit]. Before the
// rollback the deferred constraints are checked, so that a test that would fail
// at COMMIT fails. After a statement that failed nothing is checked, as in
// Django's TestCase. db must be of this package or of gormango.Open.
func Tx(t testing.TB, db *gorm.DB) (context.Context, *gorm.DB) {
	t.Helper()
	src, ok := pgpool.Of(db)
	if !ok {
		t.Fatal("repotest: Tx needs a database of gormango.Open or of this package")
	}
	// The end of t.Context would roll back before the constraints are checked.
	tx, err := src.Begin(context.WithoutCancel(t.Context()), pgx.TxOptions{})
	if err != nil {
		t.Fatalf("repotest: begin the test's transaction: %v", err)
	}
	tx.StandIn()
	ctx := pgpool.WithTx(context.WithoutCancel(t.Context()), tx)
	bound := txutil.DB(ctx, db)
	t.Cleanup(func() {
		if !t.Failed() && !t.Skipped() {
			if err := checkDeferred(ctx, src); err != nil {
				t.Errorf("repotest: the test's transaction could not be committed: %v", err)
			}
		}
		if err := tx.Rollback(); err != nil {
			t.Errorf("repotest: roll back the test's transaction: %v", err)
		}
	})
	return ctx, bound
}

// checkDeferred returns the error of a deferred constraint that a commit of the
// transaction of ctx would return. After a statement that failed the server
// commits nothing anyway.
func checkDeferred(ctx context.Context, src pgpool.Source) error {
	return src.Do(ctx, func(ctx context.Context, conn *pgx.Conn) error {
		if conn.PgConn().TxStatus() == 'E' {
			return nil
		}
		_, err := conn.Exec(ctx, "SET CONSTRAINTS ALL IMMEDIATE")
		return err
	})
}

// CaptureOnCommit runs fn and returns the functions that it has registered by
// txutil.OnCommit in the transaction of ctx, without those whose blocks have
// rolled back. Call them with ctx to see what they do, in the test's
// transaction. Outside of a transaction the test fails, since functions run at
// once there. Django's name is captureOnCommitCallbacks.
func CaptureOnCommit(ctx context.Context, t testing.TB, db *gorm.DB, fn func(ctx context.Context)) []func(ctx context.Context) error {
	t.Helper()
	src, ok := pgpool.Of(db)
	if !ok || src.Tx(ctx) == nil {
		t.Fatal("repotest: CaptureOnCommit needs the context of a transaction, such as that of Tx")
	}
	before := len(src.Tx(ctx).Waiting())
	fn(ctx)
	return src.Tx(ctx).Waiting()[before:]
}

// RunOnCommit runs fn, and then what fn has registered by txutil.OnCommit, as a
// commit would: in order, up to the first error, which it returns. Functions
// that these register are run too, where a commit would run them at once.
func RunOnCommit(ctx context.Context, t testing.TB, db *gorm.DB, fn func(ctx context.Context)) error {
	t.Helper()
	waiting := CaptureOnCommit(ctx, t, db, fn)
	for len(waiting) > 0 {
		var err error
		first := waiting[0]
		more := CaptureOnCommit(ctx, t, db, func(ctx context.Context) { err = first(ctx) })
		if err != nil {
			return err
		}
		waiting = append(more, waiting[1:]...)
	}
	return nil
}
