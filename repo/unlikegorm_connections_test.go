package repo_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/repotest"
	"github.com/gormango/gormango/txutil"
)

// pieces are one database, opened by GORM alone and by gormango, each with one
// connection.
func pieces(t *testing.T) (ctx context.Context, theirs, ours *gorm.DB) {
	t.Helper()
	url := repotest.URL(t)
	ours, err := gormango.Open(t.Context(), gormango.Config{URL: url, Models: []any{&piece{}}, Pool: gormango.Pool{Max: 1, AcquireTimeout: time.Second}})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, gormango.Close(ours)) })
	require.NoError(t, ours.AutoMigrate(&piece{}))
	theirs, err = gorm.Open(postgres.Open(url), &gorm.Config{Logger: logger.Discard})
	require.NoError(t, err)
	pool, err := theirs.DB()
	require.NoError(t, err)
	pool.SetMaxOpenConns(1)
	t.Cleanup(func() { require.NoError(t, pool.Close()) })
	return t.Context(), theirs, ours
}

func number(t *testing.T, db *gorm.DB, sql string) (n int) {
	t.Helper()
	require.NoError(t, db.Raw(sql).Scan(&n).Error)
	return n
}

// C16: a savepoint that fails is no error, and the block runs without it.
func TestUnlikeGORMSavepointErrorsAreReported(t *testing.T) {
	t.Parallel()
	ctx, theirs, ours := pieces(t)
	tx := theirs.Begin()
	require.Error(t, tx.Exec("SELECT nonsense").Error)
	require.NoError(t, tx.SavePoint("a").Error, "the trap: there is none")
	require.NoError(t, tx.Rollback().Error)

	require.Error(t, txutil.Atomic(ctx, ours, func(ctx context.Context) error {
		first := ours.WithContext(ctx).Exec("SELECT nonsense").Error
		require.Error(t, first)
		err := txutil.Atomic(ctx, ours, func(context.Context) error {
			t.Error("a block without its savepoint")
			return nil
		})
		require.ErrorIs(t, err, first)
		return err
	}))
}

// C17: PrepareStmt keeps a statement for every text.
func TestUnlikeGORMPreparedStatementsAreBounded(t *testing.T) {
	t.Parallel()
	ctx, theirs, ours := pieces(t)
	const texts = 600
	prepared := theirs.Session(&gorm.Session{PrepareStmt: true})
	parts := repo.New[piece](ours)
	for i := range texts {
		require.NoError(t, prepared.Exec(fmt.Sprintf("SELECT %d", i)).Error)
		_, err := parts.Limit(i + 1).All(ctx)
		require.NoError(t, err)
	}
	const all = "SELECT count(*) FROM pg_prepared_statements"
	require.GreaterOrEqual(t, number(t, theirs, all), texts, "the trap")
	n := number(t, ours, all)
	require.Greater(t, n, 1)
	require.Less(t, n, texts, "pgx keeps 512 of them")
}

// C18: after a migration the first statement of each connection fails.
func TestUnlikeGORMCachedPlansSurviveAMigration(t *testing.T) {
	t.Parallel()
	ctx, theirs, ours := pieces(t)
	parts := repo.New[piece](ours)
	require.NoError(t, parts.Create(ctx, &piece{Name: "a"}))
	read := func(db *gorm.DB) error { return db.Raw("SELECT * FROM pieces WHERE n >= ?", 0).Scan(&[]piece{}).Error }
	find := func(db *gorm.DB) error { return db.Find(&[]piece{}, "n >= ?", 0).Error }
	for _, db := range []*gorm.DB{theirs, ours} {
		require.NoError(t, read(db))
		require.NoError(t, find(db))
	}
	_, err := parts.All(ctx)
	require.NoError(t, err)
	require.NoError(t, ours.Exec("ALTER TABLE pieces ADD COLUMN more int").Error)
	require.ErrorContains(t, find(theirs), "cached plan must not change result type", "the trap")

	require.NoError(t, find(ours))
	require.NoError(t, read(ours), "a text with a star too: it runs once more")
	_, err = parts.All(ctx)
	require.NoError(t, err)
}

// C19: the outer database inside a block waits for the block's own connection.
func TestUnlikeGORMOuterDatabaseInABlockIsAnError(t *testing.T) {
	t.Parallel()
	ctx, theirs, ours := pieces(t)
	require.NoError(t, theirs.Transaction(func(tx *gorm.DB) error {
		require.NoError(t, tx.Create(&piece{Name: "a"}).Error)
		short, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
		defer cancel()
		var n int64
		require.ErrorIs(t, theirs.WithContext(short).Model(&piece{}).Count(&n).Error, context.DeadlineExceeded, "the trap: it would wait for ever")
		return nil
	}))

	parts := repo.New[piece](ours)
	require.NoError(t, txutil.Atomic(ctx, ours, func(inner context.Context) error {
		require.NoError(t, parts.Create(inner, &piece{Name: "b"}))
		var n int64
		require.NoError(t, ours.WithContext(inner).Model(&piece{}).Count(&n).Error)
		require.EqualValues(t, 2, n)
		require.EqualValues(t, 2, count(t, inner, parts))
		_, err := parts.Count(ctx) // the context of the block was forgotten
		require.ErrorIs(t, err, gormango.ErrPoolExhausted)
		require.ErrorContains(t, err, "held longest by a transaction begun at repo/unlikegorm_connections_test.go:")
		return nil
	}))
}

// C20: a cancelled statement takes its connection along.
func TestUnlikeGORMCancelKeepsTheConnection(t *testing.T) {
	t.Parallel()
	_, theirs, ours := pieces(t)
	const pid = "SELECT pg_backend_pid()"
	for name, db := range map[string]*gorm.DB{"theirs": theirs, "ours": ours} {
		before := number(t, db, pid)
		short, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		err := db.WithContext(short).Exec("SELECT pg_sleep(60)").Error
		cancel()
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Equal(t, name == "ours", before == number(t, db, pid), "%s: the trap is another process", name)
	}
}

// moment has a time of either kind.
type moment struct {
	ID int64
	At time.Time
}

// C21: a time comes back in the machine's zone, and an object is not its row.
func TestUnlikeGORMTimesAreThoseOfTheRow(t *testing.T) {
	t.Parallel()
	ctx, theirs, ours := pieces(t)
	require.NoError(t, ours.AutoMigrate(&moment{}))
	at := time.Date(2024, 7, 1, 12, 0, 0, 123456789, time.UTC)
	m, got := moment{At: at}, moment{}
	require.NoError(t, theirs.Create(&m).Error)
	require.NoError(t, theirs.First(&got, m.ID).Error)
	require.Same(t, time.Local, got.At.Location(), "the trap")
	require.False(t, m.At.Equal(got.At), "the trap: nanoseconds that no row has")

	moments := repo.New[moment](ours)
	mine := &moment{At: at}
	require.NoError(t, moments.Create(ctx, mine))
	back, err := moments.ByPK(ctx, mine.ID)
	require.NoError(t, err)
	require.Equal(t, time.UTC, back.At.Location())
	require.Equal(t, mine, back)
}
