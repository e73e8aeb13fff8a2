package main

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"time"
)

// Run is what was measured with a number of goroutines.
type Run struct {
	Goroutines int
	Latency    time.Duration // added to each direction's way, 0 for none
	Contenders []Contender
	Cases      []Measured
}

// Title names the run.
func (r Run) Title() string {
	s := fmt.Sprintf("%d goroutines", r.Goroutines)
	if r.Goroutines == 1 {
		s = "1 goroutine"
	}
	if r.Latency > 0 {
		s += fmt.Sprintf(", %s of added latency", r.Latency)
	}
	return s
}

// metric is one of the quantities of a Sample.
type metric struct {
	name, file string
	of         func(Sample) float64
	absolute   func(float64) string // of the baseline
}

var metrics = []metric{
	{"Wall time", "wall", func(s Sample) float64 { return s.Wall }, micros},
	{"CPU time of the client", "cpu", func(s Sample) float64 { return s.CPU }, micros},
	{"Allocations", "allocations", func(s Sample) float64 { return s.Allocs }, amount},
	{"Bytes allocated", "bytes", func(s Sample) float64 { return s.Bytes }, amount},
}

// Ratio is the median of the rounds' ratios to the baseline, and half the
// distance of their quartiles.
type Ratio struct{ Median, Spread float64 }

// ratio compares a contender with the baseline, round by round.
func (m Measured) ratio(contender int, of func(Sample) float64) (Ratio, bool) {
	if len(m.Samples[contender]) == 0 || math.IsNaN(of(m.Samples[contender][0])) {
		return Ratio{}, false
	}
	var all []float64
	for r, s := range m.Samples[contender] {
		all = append(all, of(s)/max(of(m.Samples[0][r]), 1))
	}
	slices.Sort(all)
	return Ratio{quantile(all, 0.5), (quantile(all, 0.75) - quantile(all, 0.25)) / 2}, true
}

// quantile interpolates in a sorted list.
func quantile(sorted []float64, q float64) float64 {
	at := q * float64(len(sorted)-1)
	low := int(at)
	high := min(low+1, len(sorted)-1)
	return sorted[low] + (sorted[high]-sorted[low])*(at-float64(low))
}

// baseline is the median of the baseline's own samples.
func (m Measured) baseline(of func(Sample) float64) float64 {
	var all []float64
	for _, s := range m.Samples[0] {
		all = append(all, of(s))
	}
	slices.Sort(all)
	return quantile(all, 0.5)
}

// String writes the ratio with its spread, with two digits that count.
func (r Ratio) String() string { return digits(r.Median) + " ±" + digits(r.Spread) }

func digits(v float64) string {
	switch {
	case v >= 9.95:
		return fmt.Sprintf("%.0f", v)
	case v >= 0.995:
		return fmt.Sprintf("%.1f", v)
	case v >= 0.0995:
		return fmt.Sprintf("%.2f", v)
	case v < 0.0005:
		return "0"
	}
	return fmt.Sprintf("%.3f", v)
}

func micros(ns float64) string {
	switch {
	case ns >= 1e7:
		return fmt.Sprintf("%.0f ms", ns/1e6)
	case ns >= 1e6:
		return fmt.Sprintf("%.1f ms", ns/1e6)
	}
	return fmt.Sprintf("%.0f µs", ns/1e3)
}

func amount(v float64) string { return count(int(math.Round(v))) }

// markdown writes the tables of runs.
func markdown(w io.Writer, head string, runs []Run) {
	fmt.Fprintf(w, "%s\n", head)
	for _, r := range runs {
		fmt.Fprintf(w, "\n## %s\n", r.Title())
		if i := r.index("gormango"); i > 0 {
			summary(w, r, i)
		}
		for _, m := range metrics {
			fmt.Fprintf(w, "\n### %s, ratio to pgx by hand\n\n![%s](%s)\n\n", m.name, m.name, r.chartFile(m))
			table(w, r, m)
		}
	}
}

// index returns the place of a contender, -1 if it is not in the run.
func (r Run) index(name string) int {
	return slices.IndexFunc(r.Contenders, func(c Contender) bool { return c.Name == name })
}

// summary writes a table of all metrics of one contender, beside the control
// and the best of the others.
func summary(w io.Writer, r Run, ours int) {
	fmt.Fprintf(w, "\n### %s: wall / CPU / allocations / bytes\n\n", r.Contenders[ours].Name)
	fmt.Fprintf(w, "| case | pgx by hand | pgx again | %s | least wall of the others | least CPU of the others |\n|---|---|---|---|---|---|\n", r.Contenders[ours].Name)
	for _, c := range r.Cases {
		cells := make([][]string, 3)
		for _, m := range metrics {
			cells[0] = append(cells[0], m.absolute(c.baseline(m.of)))
			for k, i := range []int{r.index("pgx again"), ours} {
				cell := "–"
				if i >= 0 {
					if ratio, ok := c.ratio(i, m.of); ok {
						cell = fmt.Sprintf("%.2f", ratio.Median)
						if ratio.Median < 0.1 {
							cell = fmt.Sprintf("%.3f", ratio.Median)
						}
					}
				}
				cells[k+1] = append(cells[k+1], cell)
			}
		}
		fmt.Fprintf(w, "| %s | %s | %s | %s | %s | %s |\n", c.Case.Name, strings.Join(cells[0], " / "), strings.Join(cells[1], " / "), strings.Join(cells[2], " / "), r.best(c, metrics[0], ours), r.best(c, metrics[1], ours))
	}
}

// best names the contender with the least of a metric, pgx by hand and what
// runs on gormango apart.
func (r Run) best(c Measured, m metric, ours int) string {
	least, name := math.Inf(1), ""
	for i, contender := range r.Contenders {
		if strings.HasPrefix(contender.Name, "pgx") && !strings.Contains(contender.Name, "Collect") || strings.Contains(contender.Name, "gormango") || i == ours {
			continue
		}
		if ratio, ok := c.ratio(i, m.of); ok && ratio.Median < least {
			least, name = ratio.Median, contender.Name
		}
	}
	if name == "" {
		return "–"
	}
	return fmt.Sprintf("%s %.2f", name, least)
}

// table writes a metric of all contenders.
func table(w io.Writer, r Run, m metric) {
	fmt.Fprint(w, "| case | pgx |")
	for _, c := range r.Contenders[1:] {
		fmt.Fprintf(w, " %s |", c.Name)
	}
	fmt.Fprintf(w, "\n|---|%s\n", strings.Repeat("---|", len(r.Contenders)))
	for _, c := range r.Cases {
		fmt.Fprintf(w, "| %s | %s |", c.Case.Name, m.absolute(c.baseline(m.of)))
		for i := range r.Contenders[1:] {
			if ratio, ok := c.ratio(i+1, m.of); ok {
				fmt.Fprintf(w, " %s |", ratio)
			} else {
				fmt.Fprint(w, " – |")
			}
		}
		fmt.Fprintln(w)
	}
}
