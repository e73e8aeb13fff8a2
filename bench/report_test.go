package main

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"net"
	"net/url"
	"testing"
	"time"

	"github.com/gormango/gormango/repotest"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

// made is a run of three peers, of which the last one has no way for the case.
func made() Run {
	return Run{
		Goroutines: 8, Latency: time.Millisecond,
		Contenders: []Contender{{Name: "pgx"}, {Name: "gormango"}, {Name: "scany"}},
		Cases: []Measured{{
			Case:    Case{Name: "10 rows"},
			Samples: [][]Sample{{{100_000, 50_000, 40, 4000}, {200_000, 50_000, 40, 4000}, {100_000, 50_000, 40, 4000}}, {{50_000, 50_000, 4, 2000}, {50_000, 50_000, 4, 2000}, {300_000, 50_000, 4, 2000}}, nil},
		}},
	}
}

func TestRatioIsTheMedianOfTheRounds(t *testing.T) {
	t.Parallel()
	m := made().Cases[0]
	r, ok := m.ratio(1, metrics[0].of)
	require.True(t, ok)
	require.Equal(t, Ratio{0.5, (1.75 - 0.375) / 2}, r, "of 0.25, 0.5 and 3")
	_, ok = m.ratio(2, metrics[0].of)
	require.False(t, ok)
	require.InDelta(t, 2.5, quantile([]float64{1, 2, 3, 4}, 0.5), 0)
	require.Equal(t, "0.15 ±0.012", Ratio{0.151, 0.0123}.String())
}

func TestMarkdown(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	markdown(&b, "# Results", []Run{made()})
	require.Contains(t, b.String(), "## 8 goroutines, 1ms of added latency\n")
	require.Contains(t, b.String(), "| 10 rows | 100 µs / 50 µs / 40 / 4,000 | – / – / – / – | 0.50 / 1.00 / 0.10 / 0.50 | – | – |\n")
	require.Contains(t, b.String(), "| 10 rows | 40 | 0.10 ±0 | – |\n")
}

func TestChartsAreXML(t *testing.T) {
	t.Parallel()
	series := Series{Name: "Rows", Unit: "row", Lines: []string{"a", "b"}, Points: []Point{{1, []Sample{{CPU: 5000}, {CPU: 9000}}}, {1000, []Sample{{CPU: 900_000}, {CPU: 9_000_000}}}}}
	for name, draw := range map[string]func(w io.Writer){
		"chart":  func(w io.Writer) { chart(w, made(), metrics[0]) },
		"growth": func(w io.Writer) { growthChart(w, series) },
	} {
		var b bytes.Buffer
		draw(&b)
		require.NotContains(t, b.String(), "NaN", name)
		require.NotContains(t, b.String(), "Inf", name)
		d := xml.NewDecoder(&b)
		for {
			_, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			require.NoError(t, err, name)
		}
	}
}

// A run measures what a peer does, in rounds, and leaves out a peer without a
// way for the case.
func TestRun(t *testing.T) {
	t.Parallel()
	server := repotest.URL(t)
	require.NoError(t, load(t.Context(), server, Size{Items: 100, Owners: 10}))
	var chosen []Case
	for _, c := range cases(Size{Items: 100, Owners: 10}) {
		if c.Name == "delete one" {
			chosen = append(chosen, c)
		}
	}
	require.Len(t, chosen, 1)
	measured, err := run(t.Context(), server, Plan{
		Cases: chosen, Contenders: []Contender{contenders[0], {Name: "gormango", Open: openGormango}, {Name: "scany", Open: openScany}},
		Rounds: 3, RoundTime: time.Millisecond, Goroutines: 2, Pool: 2, Log: io.Discard,
	})
	require.NoError(t, err)
	require.Len(t, measured, 1)
	require.Len(t, measured[0].Samples[0], 3)
	require.Len(t, measured[0].Samples[1], 3)
	require.Empty(t, measured[0].Samples[2])
	for _, s := range measured[0].Samples[1] {
		require.Positive(t, s.Wall)
		require.Greater(t, s.Allocs, 2.0)
	}
}

// The forwarder delivers what it gets, later in both directions.
func TestForwarderAddsLatency(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = l.Close() })
	server, err := url.Parse(repotest.URL(t))
	require.NoError(t, err)
	target := server.Host
	go func() { _ = forward(l, target, 20*time.Millisecond) }()
	server.Host = l.Addr().String()
	conn, err := pgx.Connect(t.Context(), server.String())
	require.NoError(t, err)
	defer conn.Close(t.Context())
	begun := time.Now()
	var n int
	require.NoError(t, conn.QueryRow(t.Context(), "SELECT count(*) FROM generate_series(1, 100000)", pgx.QueryExecModeExec).Scan(&n))
	require.Equal(t, 100_000, n)
	require.GreaterOrEqual(t, time.Since(begun), 40*time.Millisecond)
}
