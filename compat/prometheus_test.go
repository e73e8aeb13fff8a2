package compat

import (
	"slices"
	"strings"
	"testing"
	"time"

	metrics "github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"
	"gorm.io/plugin/prometheus"
)

// The plugin registers its metrics in the process's Prometheus registry, so
// each kind has a prefix.
func TestPrometheusCollector(t *testing.T) {
	t.Parallel()
	got := map[string][]string{}
	for name, db := range both(t, &Place{}) {
		require.NoError(t, db.Create([]*Place{{Name: "a"}, {Name: "b"}}).Error)
		plugin := prometheus.New(prometheus.Config{
			RefreshInterval:  3600,
			MetricsCollector: []prometheus.MetricsCollector{&prometheus.Postgres{Prefix: name + "_"}},
		})
		require.NoError(t, db.Use(plugin))
		got[name] = collected(t, name+"_")
	}
	require.Equal(t, got["plain"], got["ours"])
	require.Contains(t, got["ours"], "lag")
	require.Contains(t, got["ours"], "n_live_tup")
	require.Contains(t, got["ours"], "rows_count")
}

// collected returns the names of the metrics with a prefix.
func collected(t *testing.T, prefix string) (names []string) {
	t.Helper()
	families, err := metrics.DefaultGatherer.Gather()
	require.NoError(t, err)
	for _, f := range families {
		if name, ok := strings.CutPrefix(f.GetName(), prefix); ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// The plugin's metrics of the pool are those of db.DB(), which gormango's
// statements do not use.
func TestPrometheusPoolFigures(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]float64{"plain": 1, "ours": 0} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := map[string]func(testing.TB) *gorm.DB{
				"plain": plain, "ours": func(t testing.TB) *gorm.DB { return ours(t) },
			}[name](t)
			require.NoError(t, db.Exec("SELECT 1").Error)
			plugin := prometheus.New(prometheus.Config{DBName: "figures of " + name, RefreshInterval: 1})
			require.NoError(t, db.Use(plugin))
			plugin.MaxOpenConnections.Set(-1) // so that the refresh is visible
			require.Eventually(t, func() bool { return testutil.ToFloat64(plugin.MaxOpenConnections) == 0 }, 10*time.Second, 10*time.Millisecond)
			require.InDelta(t, want, testutil.ToFloat64(plugin.OpenConnections), 0)
		})
	}
}
