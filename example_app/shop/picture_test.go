package shop

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/gormango/gormango/example_app/store"
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

// A scale has few lines at round values, begins at zero, and holds every row.
func TestScale(t *testing.T) {
	t.Parallel()
	for greatest, want := range map[string]string{
		"0": "0 1", "0.01": "0 0.005 0.01", "1": "0 0.5 1", "3": "0 1 2 3", "4": "0 1 2 3 4", "4.01": "0 2 4 6", "7.5": "0 2 4 6 8", "49.62": "0 20 40 60",
		"100": "0 50 100", "826.65": "0 500 1k", "1500": "0 500 1k 1.5k", "99999999.99": "0 50M 100M", "2500000000": "0 1G 2G 3G",
	} {
		rows := []sold{{"a", priceOf("0")}, {"b", priceOf(greatest)}}
		var got []string
		for _, v := range scale(rows) {
			got = append(got, amount(v))
		}
		require.Equal(t, want, strings.Join(got, " "), greatest)
	}
	rapid.Check(t, func(t *rapid.T) {
		rows := []sold{{"a", store.Price{Decimal: decimal.New(rapid.Int64Range(0, 1e15).Draw(t, "v"), int32(rapid.IntRange(-6, 12).Draw(t, "exp")))}}}
		ticks := scale(rows)
		require.LessOrEqual(t, len(ticks), chartTicks+1)
		require.GreaterOrEqual(t, ticks[len(ticks)-1]*(1+1e-9), rows[0].Sales.InexactFloat64())
	})
}

// The longest bar is that of the greatest row, and no shape leaves the picture.
func TestChartShapes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var rows []sold
		for i, cents := range rapid.SliceOfN(rapid.Int64Range(0, 1e9), 1, 40).Draw(t, "cents") {
			rows = append(rows, sold{fmt.Sprint(i), store.Price{Decimal: decimal.New(cents, -2)}})
		}
		for _, c := range salesCharts {
			p := &picture{}
			c.draw(p, rows)
			shown, length := rows, func(b chartBar) float64 { return b.Height }
			if c.Name != "month" {
				shown, length = fold(rows, chartBars), func(b chartBar) float64 { return b.Width }
			}
			require.Len(t, p.Bars, len(shown))
			for i, b := range p.Bars {
				require.True(t, b.X >= 0 && b.Y >= 0 && b.Width >= 0 && b.Height >= 0 && b.X+b.Width <= chartWidth && b.Y+b.Height <= chartHeight, "%+v", b)
				for j, other := range p.Bars {
					if shown[i].Sales.GreaterThan(shown[j].Sales.Decimal) {
						require.GreaterOrEqual(t, length(b)+.11, length(other), "%v %v", shown[i], shown[j])
					}
				}
			}
		}
	})
}

func TestShort(t *testing.T) {
	t.Parallel()
	require.Equal(t, "United Kingdom", short("United Kingdom"))
	require.Equal(t, "Alternative & Pu…", short("Alternative & Punk"))
	require.Equal(t, "ニューウェーブ", short("ニューウェーブ"))
	require.Equal(t, "ニューウェーブと…", short("ニューウェーブとテクノ"))
	require.Empty(t, short(""))
}
