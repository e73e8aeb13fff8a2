package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"runtime"
	"slices"
	"sync"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Plan says what is measured.
type Plan struct {
	Cases      []Case
	Contenders []Contender // the first one is the baseline
	Rounds     int
	RoundTime  time.Duration // of a peer in a round
	Goroutines int
	Pool       int // connections of each peer
	Log        io.Writer
}

// Sample is what an operation cost in a round, on average.
// NaN stands for what is not known.
type Sample struct{ Wall, CPU, Allocs, Bytes float64 } // ns, ns of the peer's process, objects, bytes

// Measured holds the samples of a case: those of each contender, by round. A
// contender without a way for the case has none.
type Measured struct {
	Case    Case
	Samples [][]Sample
}

// maxRows is the number of rows that a round prepares for writes at most,
// unless one operation has more. maxWarm is that of operations which a round
// does once more before it measures.
const maxRows, maxWarm = 200_000, 10_000

// run checks that all peers do the same and then measures them, case by case,
// in interleaved rounds.
func run(ctx context.Context, url string, plan Plan) ([]Measured, error) {
	db, err := openPool(ctx, url, 2)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	peers := make([]Peer, len(plan.Contenders))
	for i, c := range plan.Contenders {
		if peers[i], err = c.Open(ctx, url, plan.Pool); err != nil {
			return nil, fmt.Errorf("bench: open %s: %w", c.Name, err)
		}
		defer peers[i].Close()
	}
	var all []Measured
	for _, c := range plan.Cases {
		begun := time.Now()
		able, err := check(ctx, db, c, plan.Contenders, peers)
		if err != nil {
			return nil, err
		}
		m, err := measure(ctx, db, plan, c, peers, able)
		if err != nil {
			return nil, err
		}
		all = append(all, m)
		fmt.Fprintf(plan.Log, "%-32s %d goroutines, %.1f s\n", c.Name, plan.Goroutines, time.Since(begun).Seconds())
	}
	return all, nil
}

// check does one or two operations with each peer and compares what they return, and
// what they leave in the table, with those of the first one. It returns which
// peers have a way for the case.
func check(ctx context.Context, db *pgxpool.Pool, c Case, contenders []Contender, peers []Peer) ([]bool, error) {
	able := make([]bool, len(peers))
	var want string
	for i, p := range peers {
		got, err := outcome(ctx, db, c, p)
		switch {
		case errors.Is(err, errNone) && i > 0:
			continue
		case err != nil:
			return nil, fmt.Errorf("bench: %s, %s: %w", c.Name, contenders[i].Name, err)
		case i == 0:
			want = got
		case got != want:
			return nil, fmt.Errorf("bench: %s: %s differs from %s:\n%s", c.Name, contenders[i].Name, contenders[0].Name, difference(want, got))
		}
		able[i] = true
	}
	return able, nil
}

// outcome returns what operations of a case return and leave, as text.
func outcome(ctx context.Context, db *pgxpool.Pool, c Case, p Peer) (string, error) {
	ops := 2
	if c.Rows > maxWarm {
		ops = 1
	}
	if c.Reset != nil {
		if err := c.Reset(ctx, db, ops); err != nil {
			return "", err
		}
	}
	var all []any
	for _, op := range c.Ops(p, 0, ops) {
		got, err := op(ctx)
		if err != nil {
			return "", err
		}
		all = append(all, plain(got))
	}
	if c.Left != "" {
		rows, err := db.Query(ctx, c.Left)
		if err != nil {
			return "", err
		}
		left, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Item])
		if err != nil {
			return "", err
		}
		all = append(all, plain(left))
	}
	return text(all), nil
}

// measure measures a case in rounds. In each round every peer does its
// operations, in an order that moves on by one, since a peer may suffer from
// what the one before it has left.
func measure(ctx context.Context, db *pgxpool.Pool, plan Plan, c Case, peers []Peer, able []bool) (Measured, error) {
	m := Measured{Case: c, Samples: make([][]Sample, len(peers))}
	ops := make([]int, len(peers))
	for i, p := range peers {
		if !able[i] {
			continue
		}
		var err error
		if ops[i], err = warm(ctx, db, plan, c, p); err != nil {
			return m, fmt.Errorf("bench: %s, %s: %w", c.Name, plan.Contenders[i].Name, err)
		}
	}
	for r := range plan.Rounds {
		for k := range peers {
			i := (k + r) % len(peers)
			if !able[i] {
				continue
			}
			s, err := round(ctx, db, plan, c, peers[i], ops[i])
			if err != nil {
				return m, fmt.Errorf("bench: %s, %s: %w", c.Name, plan.Contenders[i].Name, err)
			}
			m.Samples[i] = append(m.Samples[i], s)
		}
	}
	return m, nil
}

// warm does rounds of more and more operations, which prepare statements and
// open connections, and returns how many a measured round has.
func warm(ctx context.Context, db *pgxpool.Pool, plan Plan, c Case, p Peer) (int, error) {
	most := math.MaxInt
	if c.Left != "" {
		most = max(maxRows/c.Rows/plan.Goroutines*plan.Goroutines, plan.Goroutines)
	}
	least := math.Inf(1)
	for ops := plan.Goroutines; ; ops = min(4*ops, most) {
		s, err := round(ctx, db, plan, c, p, ops)
		if err != nil {
			return 0, err
		}
		least = min(least, s.Wall)
		if s.Wall*float64(ops) >= float64(plan.RoundTime)/4 || ops == most {
			break
		}
	}
	ops := min(int(float64(plan.RoundTime)/least)+plan.Goroutines-1, most)
	return max(ops/plan.Goroutines*plan.Goroutines, plan.Goroutines), nil
}

// round does operations of a peer, by the goroutines of the plan, and returns
// what one cost. Each goroutine does one more before them, since the server
// plans anew after the tables were filled; cases of many rows do without.
func round(ctx context.Context, db *pgxpool.Pool, plan Plan, c Case, p Peer, ops int) (Sample, error) {
	extra := 0
	if c.Rows <= maxWarm {
		extra = plan.Goroutines
	}
	if c.Reset != nil {
		if err := c.Reset(ctx, db, extra+ops); err != nil {
			return Sample{}, err
		}
	}
	all := c.Ops(p, 0, extra+ops)
	if own, ok := p.(*byPython); ok {
		return own.measured(ctx, all, extra, plan.Goroutines)
	}
	// As in a server, the context has an end.
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if err := atOnce(ctx, plan.Goroutines, all[:extra]); err != nil {
		return Sample{}, err
	}
	runtime.GC()
	before := usage()
	err := atOnce(ctx, plan.Goroutines, all[extra:])
	after := usage()
	n := float64(ops)
	return Sample{(after.Wall - before.Wall) / n, (after.CPU - before.CPU) / n, (after.Allocs - before.Allocs) / n, (after.Bytes - before.Bytes) / n}, err
}

// atOnce divides operations among goroutines and returns the first error.
func atOnce(ctx context.Context, goroutines int, ops []Op) error {
	if len(ops) == 0 {
		return nil
	}
	var failed error
	var once sync.Once
	var done sync.WaitGroup
	for mine := range slices.Chunk(ops, len(ops)/goroutines) {
		done.Go(func() {
			for _, op := range mine {
				if _, err := op(ctx); err != nil {
					once.Do(func() { failed = err })
					return
				}
			}
		})
	}
	done.Wait()
	return failed
}

// began is the moment from which usage counts.
var began = time.Now()

// usage returns what this process has used.
func usage() Sample {
	var heap runtime.MemStats
	runtime.ReadMemStats(&heap)
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		panic(err) // it fails for wrong arguments alone
	}
	return Sample{float64(time.Since(began)), float64(used.Utime.Nano() + used.Stime.Nano()), float64(heap.Mallocs), float64(heap.TotalAlloc)}
}
