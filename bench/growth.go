package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/repo"
	"github.com/jackc/pgx/v5"
)

// Node is a model whose relations are as deep as a query asks for.
type Node struct {
	ID       int64
	Name     string `gorm:"not null"`
	ParentID *int64
	Parent   *Node
	Children []Node `gorm:"foreignKey:ParentID"`
}

// Series is what something costs as it grows.
type Series struct {
	Name, File, Unit string
	Lines            []string // what is measured, in the order of a point's samples
	Points           []Point
}

// Point is the cost of n units, a sample for each line.
type Point struct {
	N       int
	Samples []Sample
}

// growth measures how costs grow and writes growth.md and its charts.
func growth(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("bench growth", flag.ContinueOnError)
	out := flags.String("out", filepath.Join("..", "docs", "benchmarks"), "folder for growth.md and the charts")
	printed := flags.Bool("markdown", false, "print the tables and write no files")
	most := flags.Int("rows", 1_000_000, "rows of the largest read")
	models := flags.Int("models", 500, "models of the largest program")
	rounds := flags.Int("rounds", 7, "repetitions, of which the median counts")
	if err := flags.Parse(args); err != nil {
		return err
	}
	server, drop, err := database(ctx)
	if err != nil {
		return err
	}
	defer drop()
	if err := load(ctx, server, Size{Items: *most, Owners: 10}); err != nil {
		return err
	}
	all, err := growths(ctx, server, *most, *rounds)
	if err != nil {
		return err
	}
	programs, err := growingModels(ctx, *models)
	if err != nil {
		return err
	}
	all = append(all, programs...)
	head := fmt.Sprintf("# Growth\n\nMade by `%s` on %s: medians of %d repetitions, %d processors (%s/%s, %s). What grows no faster than its size has a cost for each unit that does not rise.",
		strings.Join(append([]string{"go run -C bench . growth"}, args...), " "), time.Now().UTC().Format(time.DateOnly), *rounds, runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version())
	if *printed {
		growthMarkdown(os.Stdout, head, all)
		return nil
	}
	files := []output{{"growth.md", func(w io.Writer) { growthMarkdown(w, head, all) }}}
	for _, s := range all {
		files = append(files, output{s.File + ".svg", func(w io.Writer) { growthChart(w, s) }})
	}
	return writeFiles(*out, files)
}

// growths measures what grows with a query: rows, filters, relations.
func growths(ctx context.Context, server string, most, rounds int) ([]Series, error) {
	db, err := gormango.Open(ctx, gormango.Config{URL: server, Models: append([]any{&Node{}}, modelsOf...), Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, err
	}
	defer gormango.Close(db)
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		return nil, err
	}
	defer conn.Close(ctx)
	// 200 nodes in a chain: each is the parent of the next one.
	if _, err := conn.Exec(ctx, `CREATE TABLE nodes (id bigint PRIMARY KEY, name text NOT NULL, parent_id bigint REFERENCES nodes);
		CREATE INDEX nodes_parent ON nodes (parent_id);
		INSERT INTO nodes SELECT i, 'node ' || i, nullif(i - 1, 0) FROM generate_series(1, 200) i; ANALYZE nodes`); err != nil {
		return nil, err
	}
	ours, err := openGormango(ctx, server, 4)
	if err != nil {
		return nil, err
	}
	defer ours.Close()
	byHand, err := openPgx(ctx, server, 4)
	if err != nil {
		return nil, err
	}
	defer byHand.Close()
	items, nodes := repo.New[Item](db), repo.New[Node](db)

	rows := Series{Name: "Reading rows", File: "growth-rows", Unit: "row", Lines: []string{"gormango", "pgx by hand", "gormango, Iter"}}
	for n := 1; n <= most; n *= 10 {
		p, err := point(ctx, n, rounds,
			func(ctx context.Context) error { _, err := ours.List(ctx, n); return err },
			func(ctx context.Context) error { _, err := byHand.List(ctx, n); return err },
			func(ctx context.Context) error {
				for _, err := range items.OrderBy("id").Limit(n).Iter(ctx) {
					if err != nil {
						return err
					}
				}
				return nil
			})
		if err != nil {
			return nil, err
		}
		rows.Points = append(rows.Points, p)
	}

	filters := Series{Name: "Filters of a query", File: "growth-filters", Unit: "filter", Lines: []string{"gormango, one object", "gormango, the text of the statement"}}
	for _, n := range []int{1, 2, 5, 10, 20, 50, 100, 200} {
		chain := func() *repo.QuerySet[Item] {
			qs := items.Filter("id", 1)
			for i := 1; i < n; i++ {
				qs = qs.Filter("stock__gte", -i)
			}
			return qs
		}
		p, err := point(ctx, n, rounds,
			func(ctx context.Context) error { _, err := chain().Get(ctx); return err },
			func(context.Context) error { _, _, err := chain().SQL(); return err })
		if err != nil {
			return nil, err
		}
		filters.Points = append(filters.Points, p)
	}

	relations := Series{Name: "Relations deep", File: "growth-relations", Unit: "relation", Lines: []string{"filter", "select-related", "prefetch"}}
	for n := 1; n <= 6; n++ {
		up := strings.TrimSuffix(strings.Repeat("parent__", n), "__")
		down := strings.TrimSuffix(strings.Repeat("children__", n), "__")
		p, err := point(ctx, n, rounds,
			func(ctx context.Context) error {
				_, err := nodes.Filter(repo.Lookup[Node](up+"__name"), "node 100").Get(ctx)
				return err
			},
			func(ctx context.Context) error {
				_, err := nodes.SelectRelated(repo.Rel[Node](up)).Filter("id", 100).Get(ctx)
				return err
			},
			func(ctx context.Context) error {
				_, err := nodes.PrefetchRelated(repo.Rel[Node](down)).Filter("id", 100).Get(ctx)
				return err
			})
		if err != nil {
			return nil, err
		}
		relations.Points = append(relations.Points, p)
	}
	return []Series{rows, filters, relations}, nil
}

// point measures functions in interleaved rounds and returns the medians.
func point(ctx context.Context, n, rounds int, fns ...func(ctx context.Context) error) (Point, error) {
	const roundTime = 50 * time.Millisecond
	ops := make([]int, len(fns))
	for i, fn := range fns {
		for range 2 { // the first call prepares statements
			begun := time.Now()
			if err := fn(ctx); err != nil {
				return Point{}, err
			}
			ops[i] = max(1, int(roundTime/time.Since(begun)))
		}
	}
	samples := make([][]Sample, len(fns))
	for range rounds {
		for i, fn := range fns {
			runtime.GC()
			before := usage()
			for range ops[i] {
				if err := fn(ctx); err != nil {
					return Point{}, err
				}
			}
			after, d := usage(), float64(ops[i])
			samples[i] = append(samples[i], Sample{(after.Wall - before.Wall) / d, (after.CPU - before.CPU) / d, (after.Allocs - before.Allocs) / d, (after.Bytes - before.Bytes) / d})
		}
	}
	p := Point{N: n}
	for _, all := range samples {
		median := func(of func(Sample) float64) float64 {
			var values []float64
			for _, s := range all {
				values = append(values, of(s))
			}
			slices.Sort(values)
			return quantile(values, 0.5)
		}
		p.Samples = append(p.Samples, Sample{median(metrics[0].of), median(metrics[1].of), median(metrics[2].of), median(metrics[3].of)})
	}
	return p, nil
}

// growingModels builds and runs a program with more and more models, and
// returns what its run and its compilation cost.
func growingModels(ctx context.Context, most int) ([]Series, error) {
	dir, err := os.MkdirTemp("", "gormango-growth-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	run := Series{Name: "Models of a program at its start", File: "growth-models", Unit: "model", Lines: []string{"Open, and the first statement of each model"}}
	build := Series{Name: "Models of a program, compiled and linked", File: "growth-compile", Unit: "model", Lines: []string{"go build (CPU of the compiler and the linker)"}}
	for _, n := range []int{1, 10, 20, 50, 100, 200, 500} {
		if n > most {
			break
		}
		source, program, overlay := filepath.Join(dir, "models.go"), filepath.Join(dir, "program"), filepath.Join(dir, "overlay.json")
		target, err := filepath.Abs(filepath.Join("growthmodels", "models.go"))
		if err != nil {
			return nil, err
		}
		replaced, err := json.Marshal(map[string]any{"Replace": map[string]string{target: source}})
		if err != nil {
			return nil, err
		}
		if err := os.WriteFile(overlay, replaced, 0o600); err != nil {
			return nil, err
		}
		if err := os.WriteFile(source, []byte(modelsSource(n)), 0o600); err != nil {
			return nil, err
		}
		cmd := exec.CommandContext(ctx, "go", "build", "-overlay", overlay, "-o", program, "./growthmodels")
		begun := time.Now()
		if out, err := cmd.CombinedOutput(); err != nil {
			return nil, fmt.Errorf("bench: build a program of %d models: %w\n%s", n, err, out)
		}
		used := cmd.ProcessState.SysUsage().(*syscall.Rusage)
		build.Points = append(build.Points, Point{n, []Sample{{Wall: float64(time.Since(begun)), CPU: float64(used.Utime.Nano() + used.Stime.Nano())}}})
		var figures []map[string]float64
		for range 5 {
			out, err := exec.CommandContext(ctx, program).Output()
			if err != nil {
				return nil, fmt.Errorf("bench: run a program of %d models: %w", n, err)
			}
			var f map[string]float64
			if err := json.NewDecoder(bytes.NewReader(out)).Decode(&f); err != nil {
				return nil, err
			}
			figures = append(figures, f)
		}
		slices.SortFunc(figures, func(a, b map[string]float64) int { return int(a["cpu"] - b["cpu"]) })
		f := figures[len(figures)/2]
		run.Points = append(run.Points, Point{n, []Sample{{Wall: f["all"], CPU: f["cpu"], Allocs: f["allocs"]}}})
	}
	return []Series{run, build}, nil
}

// modelsSource returns the file models.go of a program with n models.
func modelsSource(n int) string {
	var b strings.Builder
	b.WriteString("package main\n\nimport (\n\t\"time\"\n\n\t\"github.com/gormango/gormango/repo\"\n\t\"gorm.io/gorm\"\n)\n\nvar all []any\nvar writers []writer\n")
	for i := 1; i <= n; i++ {
		before := max(i-1, 1)
		fmt.Fprintf(&b, "\ntype Model%d struct {\n\tID int64\n\tName string `gorm:\"not null\"`\n\tStock int32\n\tPrice float64\n\tActive bool\n\tNote *string\n\tMadeAt time.Time\n\tParentID *int64\n\tParent *Model%d\n}\n", i, before)
		fmt.Fprintf(&b, "\nfunc init() {\n\tall = append(all, &Model%d{})\n\twriters = append(writers, func(db *gorm.DB) error {\n\t\t_, _, err := repo.New[Model%d](db).Filter(\"parent__name\", \"a\").OrderBy(\"name\").SQL()\n\t\treturn err\n\t})\n}\n", i, i)
	}
	return b.String()
}

// growthMarkdown writes a table for each series.
func growthMarkdown(w io.Writer, head string, all []Series) {
	fmt.Fprintln(w, head)
	for _, s := range all {
		fmt.Fprintf(w, "\n## %s\n\n![%s](%s.svg)\n\n| %ss |", s.Name, s.Name, s.File, s.Unit)
		for _, line := range s.Lines {
			fmt.Fprintf(w, " %s: CPU | for each %s | allocations for each %s |", line, s.Unit, s.Unit)
		}
		fmt.Fprintf(w, "\n|---|%s\n", strings.Repeat("---|", 3*len(s.Lines)))
		for _, p := range s.Points {
			fmt.Fprintf(w, "| %s |", count(p.N))
			for _, sample := range p.Samples {
				n := float64(p.N)
				fmt.Fprintf(w, " %s | %.2f µs | %.1f |", micros(sample.CPU), sample.CPU/n/1e3, sample.Allocs/n)
			}
			fmt.Fprintln(w)
		}
	}
}
