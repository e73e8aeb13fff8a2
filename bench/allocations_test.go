//go:build !race

package main

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"math"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"testing"

	"github.com/gormango/gormango/repotest"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
)

var record = flag.Bool("record", false, "keep what is measured in "+allocationsFile)

// allocationsFile has a line for each case: its allocations and its name.
const (
	allocationsFile = "allocations.txt"
	recordCommand   = "go test -C bench -run TestAllocations -record"
)

// mostOfChain is what a chain of three calls and its terminal may allocate more
// than pgx with the statement as a constant.
const mostOfChain = 12

// An operation of gormango allocates no more objects than allocations.txt says,
// with room for 2 % and one object. Allocations depend on the version of Go, but
// not on the machine or on what else runs there. The race detector allocates
// too.
func TestAllocations(t *testing.T) {
	ctx, url := t.Context(), repotest.URL(t)
	require.NoError(t, load(ctx, url, small))
	db, err := openPool(ctx, url, 2)
	require.NoError(t, err)
	t.Cleanup(db.Close)
	ours, err := openGormango(ctx, url, 1)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, ours.Close()) })
	byHand, err := openPool(ctx, url, 1)
	require.NoError(t, err)
	t.Cleanup(byHand.Close)

	chain, same := chains(ours.(*byGormango), byHand)
	list := append(cases(small), chain, write("COPY 1,000", 1000, 0, func(p Peer, es []*Entry) Op {
		return func(ctx context.Context) (any, error) { return nil, p.Copy(ctx, es) }
	}))
	measured := map[string]int{}
	for _, c := range list {
		measured[c.Name] = allocationsOf(t, db, c, ours)
	}
	more := measured[chain.Name] - allocationsOf(t, db, same, nil)
	t.Logf("a chain of three calls allocates %d more than pgx", more)
	if more > mostOfChain {
		t.Errorf("a chain of three calls allocates %d more than pgx, want at most %d", more, mostOfChain)
	}

	if *record {
		var b strings.Builder
		for _, c := range list {
			fmt.Fprintf(&b, "%6d %s\n", measured[c.Name], c.Name)
		}
		require.NoError(t, os.WriteFile(allocationsFile, []byte(b.String()), 0o644))
		return
	}
	kept, err := os.ReadFile(allocationsFile)
	require.NoError(t, err)
	limits := readAllocations(t, string(kept))
	require.ElementsMatch(t, slices.Collect(maps.Keys(measured)), slices.Collect(maps.Keys(limits)), "write %s again: %s", allocationsFile, recordCommand)
	for _, c := range list {
		switch got, want := measured[c.Name], limits[c.Name]; {
		case got > room(want):
			t.Errorf("%s: %d allocations, where %s has %d and room up to %d; if that must be, write it again: %s", c.Name, got, allocationsFile, want, room(want), recordCommand)
		case room(got) < want:
			t.Logf("%s: %d allocations, fewer than the %d of %s; write it again: %s", c.Name, got, want, allocationsFile, recordCommand)
		}
	}
}

// room returns the most that passes for n allocations.
func room(n int) int { return n + n/50 + 1 }

// readAllocations returns the lines of allocations.txt by their names.
func readAllocations(t *testing.T, text string) map[string]int {
	t.Helper()
	limits := map[string]int{}
	for line := range strings.Lines(text) {
		number, name, ok := strings.Cut(strings.TrimSpace(line), " ")
		var n int
		_, err := fmt.Sscan(number, &n)
		require.NoError(t, err, line)
		require.True(t, ok, line)
		limits[name] = n
	}
	return limits
}

// allocationsOf returns what an operation of a case allocates: the least of
// some rounds, since the runtime and timers of pools allocate meanwhile.
func allocationsOf(t *testing.T, db *pgxpool.Pool, c Case, p Peer) int {
	t.Helper()
	defer debug.SetGCPercent(debug.SetGCPercent(-1)) // a collection empties what is kept for reuse
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))  // each processor keeps its own
	ops := max(4, 100/c.Rows)
	least := math.MaxInt
	for range 8 {
		if c.Reset != nil {
			require.NoError(t, c.Reset(t.Context(), db, 1+ops), c.Name)
		}
		all := c.Ops(p, 0, 1+ops)
		ctx, cancel := context.WithCancel(t.Context())
		_, err := all[0](ctx)
		require.NoError(t, err, c.Name)
		before := usage()
		for _, op := range all[1:] {
			if _, err = op(ctx); err != nil {
				break
			}
		}
		after := usage()
		cancel()
		require.NoError(t, err, c.Name)
		least = min(least, int(after.Allocs-before.Allocs)/ops)
	}
	return least
}

// chains returns a read by a chain of three calls, and the same statement with
// pgx. There are no rows, whose memory would be part of what either allocates.
func chains(ours *byGormango, pool *pgxpool.Pool) (chain, byHand Case) {
	chain = read("chain of three calls, no rows", 1, func(ctx context.Context, _ Peer) (any, error) {
		return ours.items.Filter("stock", 7).Exclude("id__gt", 0).OrderBy("-price").All(ctx)
	})
	byHand = read("the statement of the chain", 1, func(ctx context.Context, _ Peer) (any, error) {
		rows, err := pool.Query(ctx, "SELECT "+itemList+" FROM items WHERE stock = $1 AND NOT (id > $2) ORDER BY price DESC", 7, 0)
		if err != nil {
			return nil, err
		}
		rows.Close()
		return nil, rows.Err()
	})
	return chain, byHand
}
