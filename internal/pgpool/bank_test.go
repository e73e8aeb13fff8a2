package pgpool_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/internal/longtest"
	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/txutil"
)

type account struct {
	ID      int64
	Balance int64
}

// transfer is the trace of a transfer. Its token is not unique, so that one
// that was done twice is found twice.
type transfer struct {
	ID    int64
	Token string `gorm:"index"`
}

// bank counts how transfers ended.
type bank struct {
	f         fixture
	accounts  *repo.Repository[account]
	transfers *repo.Repository[transfer]

	mu                            sync.Mutex
	done, failed, unknown, others []string
	callbacks                     map[string]int
	first                         error // of others
}

const (
	bankAccounts = 50
	bankBalance  = 1_000
	bankClerks   = 16
)

// Transfers between accounts go on while sessions are ended at random: no money
// is lost or made, and what each transfer was told is what is stored. It takes
// 2 s, and a minute with GORMANGO_LONG=1.
func TestBankUnderKills(t *testing.T) {
	t.Parallel()
	f := setup(t, func(cfg *gormango.Config) { cfg.Pool.Max, cfg.Models = 8, []any{&account{}, &transfer{}} })
	require.NoError(t, f.db.AutoMigrate(&account{}, &transfer{}))
	b := &bank{f: f, accounts: repo.New[account](f.db), transfers: repo.New[transfer](f.db), callbacks: map[string]int{}}
	for range bankAccounts {
		require.NoError(t, b.accounts.Create(f.ctx, &account{Balance: bankBalance}))
	}
	over := time.Now().Add(time.Duration(longtest.Count(2, 60)) * time.Second)
	kills := make(chan int)
	go func() { kills <- endSessions(f, over) }()
	var wg sync.WaitGroup
	for clerk := range bankClerks {
		wg.Go(func() {
			for n := 0; time.Now().Before(over); n++ {
				b.move(fmt.Sprint(clerk, "-", n))
			}
		})
	}
	wg.Wait()
	t.Logf("%d kills; %d done, %d failed, %d unknown", <-kills, len(b.done), len(b.failed), len(b.unknown))
	b.check(t)
}

// endSessions ends a session of the database at random every now and then, and
// returns how many.
func endSessions(f fixture, over time.Time) (n int) {
	for time.Now().Before(over) {
		time.Sleep(rand.N(60 * time.Millisecond))
		conn, err := pgx.Connect(context.Background(), f.pool.Pgx().Config().ConnString())
		if err != nil {
			continue
		}
		if tag, err := conn.Exec(context.Background(), `SELECT pg_terminate_backend(pid) FROM (SELECT pid FROM pg_stat_activity
			WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend' ORDER BY random() LIMIT 1) s`); err == nil {
			n += int(tag.RowsAffected())
		}
		_ = conn.Close(context.Background())
	}
	return n
}

// move makes one transfer in one of four ways, and notes how it ended.
func (b *bank) move(token string) {
	ctx, cancel := b.f.ctx, context.CancelFunc(func() {})
	if rand.N(10) == 0 {
		ctx, cancel = context.WithTimeout(ctx, rand.N(60*time.Millisecond))
	}
	defer cancel()
	from, amount := rand.Int64N(bankAccounts)+1, rand.Int64N(20)
	to := from%bankAccounts + 1
	ways := []func(ctx context.Context, id, amount int64) error{b.save, b.update, b.plain, b.inside}
	way := ways[rand.N(len(ways))]
	err := txutil.Atomic(ctx, b.f.db, func(ctx context.Context) error {
		if err := b.transfers.Create(ctx, &transfer{Token: token}); err != nil {
			return err
		}
		if err := txutil.OnCommit(ctx, b.f.db, func(context.Context) error { b.note(func() { b.callbacks[token]++ }); return nil }); err != nil {
			return err
		}
		return errors.Join(way(ctx, from, -amount), way(ctx, to, amount))
	}, txutil.Isolation(txutil.Serializable), txutil.Retry(30))
	b.note(func() {
		switch {
		case err == nil:
			b.done = append(b.done, token)
		case errors.Is(err, gormango.ErrCommitUnknown):
			b.unknown = append(b.unknown, token)
		case gormango.IsRetryable(err), errors.Is(err, context.DeadlineExceeded), outOfConflicts(err):
			b.failed = append(b.failed, token)
		default:
			b.others = append(b.others, token)
			if b.first == nil {
				b.first = err
			}
		}
	})
}

// outOfConflicts reports whether the server had no room to record a conflict of
// serializable transactions, of which it keeps a limited number for all
// databases. It has rolled back.
func outOfConflicts(err error) bool {
	pg, ok := errors.AsType[*pgconn.PgError](err)
	return ok && pg.Code == "53200" && pg.Routine == "SetRWConflict"
}

func (b *bank) note(fn func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	fn()
}

func (b *bank) save(ctx context.Context, id, amount int64) error {
	a, err := b.accounts.ByPK(ctx, id)
	if err != nil {
		return err
	}
	a.Balance += amount
	return b.accounts.Save(ctx, a)
}

func (b *bank) update(ctx context.Context, id, amount int64) error {
	_, err := b.accounts.Filter("pk", id).Update(ctx, b.accounts.Set("balance", repo.F("balance").Add(amount)))
	return err
}

func (b *bank) plain(ctx context.Context, id, amount int64) error {
	return b.f.db.WithContext(ctx).Model(&account{ID: id}).Update("balance", gorm.Expr("balance + ?", amount)).Error
}

func (b *bank) inside(ctx context.Context, id, amount int64) error {
	_ = txutil.Atomic(ctx, b.f.db, func(ctx context.Context) error {
		return errors.Join(b.update(ctx, id, 1_000_000), errBoom)
	})
	return txutil.Atomic(ctx, b.f.db, func(ctx context.Context) error { return b.save(ctx, id, amount) })
}

func (b *bank) check(t *testing.T) {
	t.Helper()
	require.Empty(t, b.others, "%v", b.first)
	require.NotEmpty(t, b.done)
	var total int64
	require.NoError(t, b.f.db.Model(&account{}).Select("sum(balance)").Scan(&total).Error)
	require.EqualValues(t, bankAccounts*bankBalance, total, "money was lost or made")
	var rows []struct {
		Token string
		N     int
	}
	require.NoError(t, b.f.db.Model(&transfer{}).Select("token, count(*) AS n").Group("token").Scan(&rows).Error)
	stored := map[string]int{}
	for _, r := range rows {
		stored[r.Token] = r.N
	}
	for _, token := range b.done {
		require.Equal(t, 1, stored[token], "%s was acknowledged", token)
		require.Equal(t, 1, b.callbacks[token], "%s: OnCommit", token)
	}
	for _, token := range b.failed {
		require.Zero(t, stored[token], "%s failed", token)
		require.Zero(t, b.callbacks[token], "%s: OnCommit", token)
	}
	for _, token := range b.unknown {
		require.LessOrEqual(t, stored[token], 1, token)
	}
}
