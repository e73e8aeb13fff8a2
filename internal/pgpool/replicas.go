package pgpool

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"
)

// Where a read goes, as [ReplicaOptions].Choose says it: n above zero is the
// replica of number n-1.
const (
	Primary    = 0
	AnyReplica = -1
)

// rest is how long a replica that did not answer is left alone.
const rest = 5 * time.Second

// pingTimeout bounds a question whether a replica answers again.
const pingTimeout = 5 * time.Second

// ReplicaOptions are the settings of [Pool.Follow].
type ReplicaOptions struct {
	// Choose says where a read of table goes; it is not asked inside transactions,
	// nor where the context wants the primary. Default: any replica.
	Choose func(ctx context.Context, table string) int

	// Log gets a warning when a replica is left alone, and a message when it
	// answers again. Default: none.
	Log func() *slog.Logger
}

// Replica is a read-only server beside a [Pool]. It is safe for concurrent use.
type Replica struct {
	number int
	name   string
	pool   *Pool
	of     *replicas

	until   atomic.Int64 // when it may be asked whether it answers again, in nanoseconds; 0 while it is used
	pinging atomic.Bool
	reads   atomic.Int64
	moved   atomic.Int64
}

// replicas are those of one pool.
type replicas struct {
	all    []*Replica
	choose func(ctx context.Context, table string) int
	log    func() *slog.Logger
	next   atomic.Uint64

	life  context.Context // of the pool, and of pings
	mu    sync.Mutex      // guards pings against one that comes after the end
	pings sync.WaitGroup
}

// Follow has reads of p go to replicas, pools of read-only servers by their
// names in logs. [Pool.Close] closes them too. It must be called before the
// first statement and runs none.
func (p *Pool) Follow(pools []*Pool, names []string, opts ReplicaOptions) {
	rs := &replicas{choose: opts.Choose, log: opts.Log, life: p.life}
	for i, pool := range pools {
		pool.readOnly, pool.strays = true, p.strays
		rs.all = append(rs.all, &Replica{number: i, name: names[i], pool: pool, of: rs})
	}
	p.replicas = rs
}

// Replicas returns the replicas of p in the order of [Pool.Follow].
func (p *Pool) Replicas() []*Replica {
	if p.replicas == nil {
		return nil
	}
	return p.replicas.all
}

// close ends the replicas, once the pool's life has ended.
func (rs *replicas) close() error {
	if rs == nil {
		return nil
	}
	rs.mu.Lock() // a ping that began before is counted now
	//lint:ignore SA2001 to wait for its end is all that the lock is for
	rs.mu.Unlock()
	rs.pings.Wait()
	errs := make([]error, len(rs.all))
	var wg sync.WaitGroup
	for i, r := range rs.all {
		wg.Go(func() { errs[i] = r.pool.Close() })
	}
	wg.Wait()
	return errors.Join(errs...)
}

// Name returns the name of r's server.
func (r *Replica) Name() string { return r.name }

// Pool returns the pool of r's connections.
func (r *Replica) Pool() *Pool { return r.pool }

// Resting reports whether r did not answer and is left alone.
func (r *Replica) Resting() bool { return r.until.Load() != 0 }

// Counts returns how many reads r has answered, and how many it did not and
// another server got.
func (r *Replica) Counts() (answered, moved int64) { return r.reads.Load(), r.moved.Load() }

// Check asks r for an answer, on which depends whether reads go there from then
// on.
func (r *Replica) Check(ctx context.Context) error {
	err := r.pool.Ping(ctx)
	switch {
	case err == nil:
		r.back()
	case judge(ctx, err) == silent:
		r.leave(err)
	}
	return err
}

// leave has reads avoid r for a while. The idle connections are as dead as the
// one that failed.
func (r *Replica) leave(cause error) {
	if r.until.Swap(time.Now().Add(rest).UnixNano()) != 0 {
		return
	}
	r.pool.pgx.Reset()
	if r.of.log != nil {
		r.of.log().Warn("gormango: a replica gave no answer, its reads go to the other servers until it does",
			"replica", r.number, "server", r.name, "error", cause)
	}
	if errors.Is(cause, ErrConnectionLost) { // perhaps only that connection
		r.ping()
	}
}

func (r *Replica) back() {
	if r.until.Swap(0) != 0 && r.of.log != nil {
		r.of.log().Info("gormango: a replica answers again", "replica", r.number, "server", r.name)
	}
}

// usable reports whether reads may go to r. One that was left alone for long
// enough is asked in the background, so that no read waits for a server that is
// not there.
func (r *Replica) usable() bool {
	until := r.until.Load()
	if until == 0 {
		return true
	}
	if time.Now().UnixNano() >= until {
		r.ping()
	}
	return false
}

// ping asks r in the background whether it answers again, once at a time.
func (r *Replica) ping() {
	if !r.pinging.CompareAndSwap(false, true) {
		return
	}
	r.of.mu.Lock()
	defer r.of.mu.Unlock()
	if r.of.life.Err() != nil {
		return
	}
	r.of.pings.Go(func() {
		defer r.pinging.Store(false)
		ctx, cancel := context.WithTimeout(r.of.life, pingTimeout)
		defer cancel()
		if err := r.pool.Ping(ctx); err != nil {
			r.until.Store(time.Now().Add(rest).UnixNano())
			return
		}
		r.back()
	})
}

// route runs a read outside of p's transactions on the server that it belongs
// to, and again on the next one where that gave no answer; the primary is the
// last. done reports whether the caller has got rows: then its error stays.
func (p *Pool) route(ctx context.Context, table string, run func(*Pool) (done bool, err error)) error {
	rs, sc := p.replicas, scopeOf(ctx)
	if Forced(ctx) || sc.wrote(p) {
		_, err := run(p)
		return err
	}
	for _, r := range rs.all {
		if r.pool.TxFrom(ctx) != nil { // of a cursor there
			_, err := run(r.pool)
			return err
		}
	}
	start, n, err := rs.order(ctx, table, sc.server(p))
	if err != nil {
		return err
	}
	for i := range n {
		r := rs.all[(start+i)%len(rs.all)]
		if !r.usable() {
			continue
		}
		done, err := run(r.pool)
		verdict := judge(ctx, err)
		if verdict == silent {
			r.leave(err)
		}
		if verdict == answered {
			if err == nil {
				r.reads.Add(1)
				sc.stay(p, r)
			}
			return err
		}
		if done {
			return err
		}
		r.moved.Add(1)
		if verdict == refused {
			break
		}
	}
	_, err = run(p)
	if err == nil {
		sc.stay(p, nil)
	}
	return err
}

// order returns the replica to begin with, and how many to try before the
// primary.
func (rs *replicas) order(ctx context.Context, table string, at place) (start, n int, err error) {
	choice := AnyReplica
	if rs.choose != nil {
		choice = rs.choose(ctx, table)
	}
	switch {
	case choice == Primary:
		return 0, 0, nil
	case choice > 0 && choice <= len(rs.all):
		return choice - 1, len(rs.all), nil
	case choice != AnyReplica:
		return 0, 0, fmt.Errorf("gormango: Config.Router sends a read of %q to server %d, and there are %d replicas (return Primary, AnyReplica or Replica(0) to Replica(%d))",
			table, choice, len(rs.all), len(rs.all)-1)
	case at.known && at.replica == nil:
		return 0, 0, nil
	case at.known:
		return at.replica.number, 1, nil // another one may be behind it
	}
	return int(rs.next.Add(1) % uint64(len(rs.all))), len(rs.all), nil
}
