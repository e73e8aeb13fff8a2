package pgpool_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A request to cancel that is late must not hit the statement after the one it
// was for.
func TestACancelHitsNoOtherStatement(t *testing.T) {
	t.Parallel()
	f := setup(t, one)
	for i := range runs() {
		// The statement ends at about the time that its context does.
		ctx, cancel := context.WithTimeout(f.ctx, time.Duration(500+i%40*50)*time.Microsecond)
		_ = f.db.WithContext(ctx).Exec("SELECT pg_sleep(0.001)").Error
		cancel()
		require.NoError(t, f.db.WithContext(f.ctx).Exec("SELECT pg_sleep(0.0002)").Error)
	}
	require.LessOrEqual(t, f.pool.Pgx().Stat().NewConnsCount(), int64(1+runs()/100))
}

// A server that does not react to the request costs the connection after the
// grace, not a hang.
func TestACancelThatIsNotHeard(t *testing.T) {
	t.Parallel()
	f, p := throughProxy(t)
	require.NoError(t, f.db.Exec("SELECT 1").Error)
	p.Mute(true)
	ctx, cancel := context.WithTimeout(f.ctx, 50*time.Millisecond)
	defer cancel()
	begin := time.Now()
	var wg sync.WaitGroup
	wg.Go(func() { require.ErrorIs(t, f.db.WithContext(ctx).Exec("SELECT 1").Error, context.DeadlineExceeded) })
	wg.Wait()
	require.Less(t, time.Since(begin), 10*time.Second)
	p.Mute(false)
	require.NoError(t, f.db.Exec("SELECT 1").Error)
}
