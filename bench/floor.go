package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"math"
	"os"
	"regexp"
	"runtime"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// floors measures how long the server needs for what gormango sends: the bytes
// of each operation are recorded, and written once more on a connection of its
// own, whose answers are not looked at.
func floors(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("bench floor", flag.ContinueOnError)
	names := flags.String("cases", "^(10+ rows|1,000 rows|filter|select|prefetch|aggreg|insert one|bulk insert 1,000 |COPY|update|transaction)", "regular expression of the cases")
	rounds := flags.Int("rounds", 15, "interleaved rounds, of which the median counts")
	roundTime := flags.Duration("round-time", 100*time.Millisecond, "time of each way in a round; at least one operation is done")
	if err := flags.Parse(args); err != nil {
		return err
	}
	chosen, err := regexp.Compile(*names)
	if err != nil {
		return err
	}
	server, drop, err := database(ctx)
	if err != nil {
		return err
	}
	defer drop()
	size := Size{Items: 100_000, Owners: 1000}
	if err := load(ctx, server, size); err != nil {
		return err
	}
	var list []Case
	for _, c := range cases(size) {
		if chosen.MatchString(c.Name) {
			list = append(list, c)
		}
	}
	fmt.Printf("Made by `%s` on %s: medians of %d rounds, %d processors (%s).\n\n",
		strings.Join(append([]string{"go run -C bench . floor"}, args...), " "), time.Now().UTC().Format(time.DateOnly), *rounds, runtime.NumCPU(), runtime.Version())
	return compareFloors(ctx, os.Stdout, server, list, Plan{Rounds: *rounds, RoundTime: *roundTime, Goroutines: 1})
}

// compareFloors measures the cases and writes a table.
func compareFloors(ctx context.Context, out io.Writer, server string, list []Case, plan Plan) error {
	db, err := openPool(ctx, server, 2)
	if err != nil {
		return err
	}
	defer db.Close()
	rec, url, err := startRecorder(ctx, server)
	if err != nil {
		return err
	}
	defer rec.close()
	recorded, err := openGormango(ctx, url, 1)
	if err != nil {
		return err
	}
	defer closeQuietly(recorded)
	var peers []Peer
	for _, open := range []func(context.Context, string, int) (Peer, error){openPgx, openGormango} {
		p, err := open(ctx, server, 1)
		if err != nil {
			return err
		}
		defer closeQuietly(p)
		peers = append(peers, p)
	}
	fmt.Fprintln(out, "| case | pgx by hand | gormango | its statements alone |\n|---|---|---|---|")
	for _, c := range list {
		f := floor{Case: c, db: db, rec: rec, plan: plan, peers: peers, recorded: recorded}
		if err := f.measure(ctx, server); err != nil {
			return fmt.Errorf("bench: %s: %w", c.Name, err)
		}
		fmt.Fprintf(out, "| %s | %s | %.2f | %.2f |\n", c.Name, duration(f.by[0]), f.by[1], f.by[2])
	}
	return nil
}

func closeQuietly(p Peer) {
	if err := p.Close(); err != nil {
		log.Print(err)
	}
}

// floor measures a case.
type floor struct {
	Case
	db       *pgxpool.Pool
	rec      *recorder
	plan     Plan
	peers    []Peer // pgx by hand and gormango
	recorded Peer   // through the recorder

	by [3]float64 // the wall time by pgx in nanoseconds, the ratios of gormango and of the statements
}

// measure sets by to the medians of interleaved rounds.
func (f *floor) measure(ctx context.Context, server string) error {
	ops, err := warm(ctx, f.db, f.plan, f.Case, f.peers[1])
	if err != nil {
		return err
	}
	tapes, err := f.record(ctx, ops)
	if err != nil {
		return err
	}
	player, err := newPlayer(ctx, server, f.rec.prepared())
	if err != nil {
		return err
	}
	defer player.close()
	alone := f.Case
	alone.Ops = func(_ Peer, first, n int) []Op {
		list := make([]Op, n)
		for i := range list {
			list[i] = func(context.Context) (any, error) { return nil, player.play(tapes[first+i]) }
		}
		return list
	}
	ways := []Case{f.Case, f.Case, alone}
	walls := make([][]float64, len(ways))
	for r := range f.plan.Rounds {
		for k := range ways { // in an order that moves on by one, as in measure
			i := (k + r) % len(ways)
			s, err := round(ctx, f.db, f.plan, ways[i], f.peers[min(i, 1)], ops)
			if err != nil {
				return err
			}
			walls[i] = append(walls[i], s.Wall)
		}
	}
	for i := range ways {
		ratios := make([]float64, len(walls[i]))
		for r := range ratios {
			ratios[r] = walls[i][r]
			if i > 0 {
				ratios[r] /= walls[0][r]
			}
		}
		f.by[i] = median(ratios)
	}
	return nil
}

// record records the operations of a round.
func (f *floor) record(ctx context.Context, ops int) ([]tape, error) {
	if f.Rows <= maxWarm { // as round does
		ops++
	}
	if _, err := f.tapes(ctx, 1); err != nil { // prepares the statements
		return nil, err
	}
	return f.tapes(ctx, ops)
}

// tapes returns the tapes of operations.
func (f *floor) tapes(ctx context.Context, ops int) (list []tape, err error) {
	if f.Reset != nil {
		if err := f.Reset(ctx, f.db, ops); err != nil {
			return nil, err
		}
	}
	f.rec.take()
	for _, op := range f.Ops(f.recorded, 0, ops) {
		if _, err := op(ctx); err != nil {
			return nil, err
		}
		list = append(list, f.rec.take())
	}
	return list, nil
}

// duration returns a time of nanoseconds as text.
func duration(ns float64) string {
	return time.Duration(math.Round(ns/1e3) * 1e3).String()
}
