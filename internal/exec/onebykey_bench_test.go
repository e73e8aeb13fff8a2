//go:build unix

package exec_test

import (
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// cpu returns the time that this process has computed for.
func cpu(tb testing.TB) time.Duration {
	var u syscall.Rusage
	require.NoError(tb, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkOneByKey reads one row by its key by hand-written pgx, by a
// repository made for the call, by one that is kept, and by plain GORM, in
// turns, and reports the others' wall time, CPU time and allocations as
// multiples of pgx's.
func BenchmarkOneByKey(b *testing.B) {
	by := newOneByKey(b)
	ways := []struct {
		name      string
		read      func(id int64) (*song, error)
		wall, cpu time.Duration
		allocs    float64
	}{{name: "pgx", read: by.pgx}, {name: "repo", read: by.repo}, {name: "kept", read: by.kept}, {name: "gorm", read: by.gorm}}
	const turn = 100
	for i := range ways {
		w := &ways[i]
		w.allocs = testing.AllocsPerRun(turn, func() {
			if _, err := w.read(500); err != nil {
				b.Fatal(err)
			}
		})
	}
	for b.Loop() {
		for i := range ways {
			w := &ways[i]
			begin, before := time.Now(), cpu(b)
			for id := range int64(turn) {
				if s, err := w.read(id + 1); err != nil || s.ID != id+1 {
					b.Fatal(s, err)
				}
			}
			w.wall += time.Since(begin)
			w.cpu += cpu(b) - before
		}
	}
	b.ReportMetric(0, "ns/op")
	for i, w := range ways {
		if i == 0 {
			b.ReportMetric(float64(w.wall.Nanoseconds())/float64(b.N*turn), "pgx-ns")
			b.ReportMetric(w.allocs, "pgx-allocs")
			continue
		}
		b.ReportMetric(float64(w.wall)/float64(ways[0].wall), w.name+"-wall")
		b.ReportMetric(float64(w.cpu)/float64(ways[0].cpu), w.name+"-cpu")
		b.ReportMetric(w.allocs/ways[0].allocs, w.name+"-allocs")
	}
}
