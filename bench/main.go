// Command bench compares gormango with other ways to work with PostgreSQL in
// Go: the same schema, data and server, the same work, interleaved rounds.
// README.md describes it.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net/url"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gormango/gormango/devpg"
	"github.com/jackc/pgx/v5"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) == 4 && os.Args[1] == "forward" { // see forwarded
		latency, err := time.ParseDuration(os.Args[3])
		if err != nil {
			log.Fatal(err)
		}
		log.Fatal(listenAndForward(os.Args[2], latency))
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	work, args := compare, os.Args[1:]
	if len(args) > 0 {
		switch args[0] {
		case "growth":
			work, args = growth, args[1:]
		case "plans":
			work, args = plans, args[1:]
		case "floor":
			work, args = floors, args[1:]
		case "costs":
			work, args = costs, args[1:]
		}
	}
	err := work(ctx, args)
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		log.Fatal(err)
	}
}

// compare measures and reports as the arguments say.
func compare(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	caseNames := flags.String("cases", "", "regular expression of the cases (default: all)")
	peerNames := flags.String("peers", "", "regular expression of the peers; pgx is always there (default: all)")
	rounds := flags.Int("rounds", 15, "interleaved rounds")
	roundTime := flags.Duration("round-time", 100*time.Millisecond, "time of a peer in a round; at least one operation is done")
	goroutines := flags.String("goroutines", "1,8", "numbers of goroutines, each a run of its own")
	latency := flags.Duration("latency", 0, "latency to add to each direction's way to the server")
	pool := flags.Int("pool", 8, "connections of each peer")
	out := flags.String("out", filepath.Join("..", "docs", "benchmarks"), "folder for results.md and the charts")
	printed := flags.Bool("markdown", false, "print the tables and write no files")
	if err := flags.Parse(args); err != nil {
		return err
	}
	chosenCases, err := regexp.Compile(*caseNames)
	if err != nil {
		return err
	}
	chosenPeers, err := regexp.Compile(*peerNames)
	if err != nil {
		return err
	}
	plan := Plan{Contenders: contenders[:1:1], Rounds: *rounds, RoundTime: *roundTime, Pool: *pool, Log: os.Stderr}
	size := Size{Items: 100_000, Owners: 1000}
	for _, c := range cases(size) {
		if chosenCases.MatchString(c.Name) {
			plan.Cases = append(plan.Cases, c)
		}
	}
	server, drop, err := database(ctx)
	if err != nil {
		return err
	}
	defer drop()
	if err := load(ctx, server, size); err != nil {
		return err
	}
	others, err := pythonContenders(ctx, server)
	if err != nil {
		return err
	}
	for _, c := range append(contenders[1:len(contenders):len(contenders)], others...) {
		if chosenPeers.MatchString(c.Name) {
			plan.Contenders = append(plan.Contenders, c)
		}
	}
	head, err := heading(ctx, server, plan, args)
	if err != nil {
		return err
	}
	if *latency > 0 {
		if server, err = forwarded(ctx, server, *latency); err != nil {
			return err
		}
	}
	var runs []Run
	for text := range strings.SplitSeq(*goroutines, ",") {
		if plan.Goroutines, err = strconv.Atoi(text); err != nil || plan.Goroutines < 1 {
			return fmt.Errorf("bench: -goroutines %q: want numbers from 1 on", *goroutines)
		}
		measured, err := run(ctx, server, plan)
		if err != nil {
			return err
		}
		runs = append(runs, Run{plan.Goroutines, *latency, plan.Contenders, measured})
	}
	if *printed {
		markdown(os.Stdout, head, runs)
		return nil
	}
	return files(*out, head, runs)
}

// database starts a server, or creates a database on that of DATABASE_URL, and
// returns its URL. drop removes what was made.
func database(ctx context.Context) (server string, drop func(), err error) {
	external := os.Getenv("DATABASE_URL")
	if external == "" {
		private, err := devpg.StartPrivate(ctx, devpg.PrivateOptions{Settings: map[string]string{"max_connections": "500", "autovacuum": "off"}})
		if err != nil {
			return "", nil, err
		}
		return private.URL(), func() { _ = private.Close() }, nil
	}
	conn, err := pgx.Connect(ctx, external)
	if err != nil {
		return "", nil, err
	}
	name := fmt.Sprintf("gormango_bench_%d", os.Getpid())
	if _, err := conn.Exec(ctx, "CREATE DATABASE "+name); err != nil {
		return "", nil, errors.Join(err, conn.Close(ctx))
	}
	drop = func() {
		_, err := conn.Exec(context.WithoutCancel(ctx), "DROP DATABASE "+name+" WITH (FORCE)")
		if err := errors.Join(err, conn.Close(context.WithoutCancel(ctx))); err != nil {
			log.Print(err)
		}
	}
	if server, err = withDatabase(external, name); err != nil {
		drop()
		return "", nil, err
	}
	return server, drop, nil
}

// withDatabase returns the URL of another database of the same server.
func withDatabase(server, name string) (string, error) {
	u, err := url.Parse(server)
	if err != nil || u.Scheme == "" {
		return "", errors.New("bench: DATABASE_URL must be a URL")
	}
	u.Path = "/" + name
	return u.String(), nil
}

// heading describes the run: the command, the date, the machine, the versions.
func heading(ctx context.Context, server string, plan Plan, args []string) (string, error) {
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		return "", err
	}
	defer conn.Close(ctx)
	var release string
	if err := conn.QueryRow(ctx, "SELECT current_setting('server_version')").Scan(&release); err != nil {
		return "", err
	}
	release, _, _ = strings.Cut(release, " ")
	var versions []string
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			if slices.ContainsFunc(plan.Contenders, func(c Contender) bool { return c.Module == m.Path }) {
				versions = append(versions, m.Path+" "+m.Version)
			}
		}
	}
	for _, c := range plan.Contenders {
		if c.Version != "" {
			versions = append(versions, c.Version)
		}
	}
	command := strings.Join(append([]string{"go run -C bench ."}, args...), " ")
	return fmt.Sprintf("# Results\n\nMade by `%s` on %s: %d rounds of %s, %d processors (%s/%s, %s), PostgreSQL %s, pools of %d connections.\n\nA ratio is the median of the rounds' ratios to pgx by hand in the same round, ± half the distance of their quartiles. \"pgx again\" is the same code once more: what it differs from 1 is noise. \"–\" is a case for which a peer has no way of its own.\n\n%s.",
		command, time.Now().UTC().Format(time.DateOnly), plan.Rounds, plan.RoundTime, runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version(), release, plan.Pool, strings.Join(versions, ", ")), nil
}

// files writes results.md and a chart for each run and metric.
func files(folder, head string, runs []Run) error {
	all := []output{{"results.md", func(w io.Writer) { markdown(w, head, runs) }}}
	for _, r := range runs {
		for _, m := range metrics {
			all = append(all, output{r.chartFile(m), func(w io.Writer) { chart(w, r, m) }})
		}
	}
	return writeFiles(folder, all)
}

// output is a file and what writes its content.
type output struct {
	name  string
	write func(io.Writer)
}

// writeFiles writes files into a folder, which it makes if needed.
func writeFiles(folder string, all []output) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	for _, o := range all {
		var b bytes.Buffer
		o.write(&b)
		if err := os.WriteFile(filepath.Join(folder, o.name), b.Bytes(), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// chartFile names the file of a chart.
func (r Run) chartFile(m metric) string {
	name := fmt.Sprintf("%s-%d", m.file, r.Goroutines)
	if r.Latency > 0 {
		name += "-" + r.Latency.String()
	}
	return name + ".svg"
}
