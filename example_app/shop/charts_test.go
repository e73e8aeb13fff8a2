package shop

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/example_app/store"
	"github.com/gormango/gormango/repotest"
)

func priceOf(text string) store.Price { return store.Price{Decimal: decimal.RequireFromString(text)} }

// svgText returns the texts of a picture, which must be well-formed.
func svgText(t testing.TB, picture string) []string {
	t.Helper()
	var texts []string
	for d := xml.NewDecoder(strings.NewReader(picture)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return texts
		}
		require.NoError(t, err, picture)
		if text, ok := token.(xml.CharData); ok && strings.TrimSpace(string(text)) != "" {
			texts = append(texts, strings.TrimSpace(string(text)))
		}
	}
}

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

// Any country names and amounts make a valid picture.
func TestChartsOfStrangeRows(t *testing.T) {
	t.Parallel()
	many := []sold{}
	for range 500 {
		many = append(many, sold{"x", priceOf("1")})
	}
	for name, rows := range map[string][]sold{
		"one":      {{"2025-01", priceOf("1")}},
		"zero":     {{"2025-01", priceOf("0")}, {"2025-02", priceOf("0")}},
		"large":    {{"a", priceOf("99999999999999999999.99")}, {"b", priceOf("0.01")}},
		"script":   {{"<script>alert(1)</script>", priceOf("1")}, {`"&'`, priceOf("2")}},
		"emoji":    {{"🎵👩‍🚀🎵👩‍🚀🎵👩‍🚀🎵👩‍🚀🎵👩‍🚀", priceOf("1")}, {"\u202eטקסט", priceOf("2")}},
		"controls": {{"\x01\x7f\n\t", priceOf("1")}, {"", priceOf("2")}},
		"long":     {{strings.Repeat("W", 10_000), priceOf("1")}},
		"many":     many,
	} {
		for _, c := range salesCharts {
			for _, theme := range chartThemes {
				picture, err := c.svg(rows, theme)
				require.NoError(t, err, name)
				require.NotContains(t, string(picture), "<script", name)
				require.NotContains(t, string(picture), "NaN", name)
				svgText(t, string(picture))
			}
		}
	}
}

func TestShort(t *testing.T) {
	t.Parallel()
	require.Equal(t, "United Kingdom", short("United Kingdom"))
	require.Equal(t, "Alternative & Pu…", short("Alternative & Punk"))
	require.Equal(t, "ニューウェーブ", short("ニューウェーブ"))
	require.Equal(t, "ニューウェーブと…", short("ニューウェーブとテクノ"))
	require.Empty(t, short(""))
}
