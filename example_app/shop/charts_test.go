package shop

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/example_app/store"
	"github.com/gormango/gormango/repotest"
)

func TestChartPictures(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	for path, want := range map[string]string{
		"/charts/month.svg":              "Feb 25",
		"/charts/month.svg?theme=light":  "Sep 25",
		"/charts/country.svg?theme=dark": "United Kingdom",
		"/charts/genre.svg?theme=none":   "Classical",
	} {
		a := s.get(path).is(200).sends(1)
		require.Equal(t, "image/svg+xml", a.header.Get("Content-Type"))
		require.Contains(t, svgText(t, a.body), want, path)
	}
	light, dark := s.get("/charts/genre.svg?theme=light"), s.get("/charts/genre.svg?theme=dark")
	require.NotEqual(t, light.body, dark.body)
	for _, path := range []string{"/charts/", "/charts/month", "/charts/other.svg", "/charts/month.svg/x"} {
		s.get(path).is(404)
	}
}

func TestChartsOfAnEmptyStore(t *testing.T) {
	t.Parallel()
	s := newSite(repotest.Open(t, store.Models()...))
	for _, c := range salesCharts {
		rows, err := c.rows(s, t.Context())
		require.NoError(t, err)
		picture, err := c.svg(rows, chartThemes["light"])
		require.NoError(t, err)
		require.Equal(t, []string{"Nothing was sold yet."}, svgText(t, string(picture)))
	}
}
