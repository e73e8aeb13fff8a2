package shop

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/go-analyze/charts"
)

// chart is a picture of the front page.
type chart struct {
	Name  string // of its address, /charts/Name.svg
	Title string
	By    string // what a row of its table is
	rows  func(*site, context.Context) ([]sold, error)
	draw  func([]sold, charts.ColorPalette) charts.BarChartOption
}

var salesCharts = []chart{
	{"month", "Sales by month", "Month", (*site).salesByMonth, columns},
	{"country", "Sales by country", "Country", (*site).salesByCountry, bars},
	{"genre", "Sales by genre", "Genre", (*site).salesByGenre, bars},
}

// The size of a chart is that on a phone, where its texts must be readable. On
// wider screens the charts are side by side.
const (
	chartWidth  = 330
	chartHeight = 270
	chartBars   = 9 // more do not fit beside their names
	chartText   = 9 // points
)

// chartThemes are the colors of site.css. The background is the page's.
var chartThemes = map[string]charts.ColorPalette{
	"light": chartTheme(false, "#535e64", "#d9dedb", "#0b6b5f"),
	"dark":  chartTheme(true, "#a8b3b5", "#323b3e", "#63d2bf"),
}

func chartTheme(dark bool, text, line, bar string) charts.ColorPalette {
	return charts.MakeTheme(charts.ThemeOption{
		IsDarkMode:         dark,
		TextColor:          charts.ParseColor(text),
		AxisStrokeColor:    charts.ParseColor(line),
		AxisSplitLineColor: charts.ParseColor(line),
		BackgroundColor:    charts.ColorTransparent,
		SeriesColors:       []charts.Color{charts.ParseColor(bar)},
	})
}

// chartPicture answers GET /charts/month.svg?theme=dark.
func (s *site) chartPicture(w http.ResponseWriter, r *http.Request) error {
	at := slices.IndexFunc(salesCharts, func(c chart) bool { return c.Name+".svg" == r.PathValue("name") })
	if at < 0 {
		return errNotFound
	}
	theme, known := chartThemes[r.FormValue("theme")]
	if !known {
		theme = chartThemes["light"]
	}
	rows, err := salesCharts[at].rows(s, r.Context())
	if err != nil {
		return err
	}
	picture, err := salesCharts[at].svg(rows, theme)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "image/svg+xml")
	h.Set("Cache-Control", "no-cache")
	// The picture has style attributes and needs nothing else.
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
	_, _ = w.Write(picture) // the client may have gone
	return nil
}

func (c chart) svg(rows []sold, theme charts.ColorPalette) ([]byte, error) {
	p := charts.NewPainter(charts.PainterOptions{
		OutputFormat: charts.ChartOutputSVG, Width: chartWidth, Height: chartHeight, Theme: theme,
	})
	if len(rows) == 0 {
		p.Text("Nothing was sold yet.", 16, chartHeight/2, 0, charts.FontStyle{FontSize: chartText, FontColor: theme.GetXAxisTextColor()})
		return p.Bytes()
	}
	if err := p.BarChart(c.draw(rows, theme)); err != nil {
		return nil, err
	}
	return p.Bytes()
}

// columns returns vertical bars, one for each month.
func columns(rows []sold, theme charts.ColorPalette) charts.BarChartOption {
	opt := chartOf(rows, theme)
	for i, row := range rows {
		if month, err := time.Parse("2006-01", row.Name); err == nil {
			opt.CategoryAxis.Labels[i] = month.Format("Jan 06")
		}
	}
	opt.CategoryAxis.LabelCount = min(len(rows), 4)
	opt.Padding = charts.NewBox(4, 12, 16, 4)
	return opt
}

// bars returns horizontal bars, the largest at the top.
func bars(rows []sold, theme charts.ColorPalette) charts.BarChartOption {
	rows = slices.Clone(fold(rows, chartBars))
	slices.Reverse(rows) // the first bar is at the bottom
	opt := chartOf(rows, theme)
	opt.Horizontal = true
	opt.Padding = charts.NewBox(4, 12, 20, 4)
	if len(rows) < 4 {
		opt.BarSize = 0.4
	}
	// The reader's font may be wider than the measured one.
	for i, name := range opt.CategoryAxis.Labels {
		opt.CategoryAxis.Labels[i] = name + "\u00a0\u00a0"
	}
	return opt
}

func chartOf(rows []sold, theme charts.ColorPalette) charts.BarChartOption {
	names, values := make([]string, len(rows)), make([]float64, len(rows))
	for i, row := range rows {
		names[i], values[i] = short(row.Name), row.Sales.InexactFloat64()
	}
	opt := charts.NewBarChartOptionWithData([][]float64{values})
	font := charts.FontStyle{FontSize: chartText}
	opt.Theme = theme
	opt.CategoryAxis.Labels = names
	opt.CategoryAxis.LabelFontStyle = font
	opt.ValueAxis = []charts.ValueAxisOption{{LabelFontStyle: font, LabelCountAdjustment: -2, Min: charts.Ptr(0.0)}}
	return opt
}

// short cuts a name so that the bars have room.
func short(name string) string {
	const most = 16 // letters of the Latin alphabet; others may be twice as wide
	width := 0
	for i, r := range name {
		width++
		if r > 0x10ff {
			width++
		}
		if width > most {
			return strings.TrimSpace(name[:i]) + "…"
		}
	}
	return name
}
