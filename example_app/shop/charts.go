package shop

import (
	"context"
	"net/http"
	"slices"
)

// chart is a picture of the front page.
type chart struct {
	Name  string // of its address, /charts/Name.svg
	Title string
	By    string // what a row of its table is
	rows  func(*site, context.Context) ([]sold, error)
	draw  func(*picture, []sold)
}

var salesCharts = []chart{
	{"month", "Sales by month", "Month", (*site).salesByMonth, (*picture).columns},
	{"country", "Sales by country", "Country", (*site).salesByCountry, (*picture).bars},
	{"genre", "Sales by genre", "Genre", (*site).salesByGenre, (*picture).bars},
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
	h.Set("Content-Security-Policy", "default-src 'none'")
	_, _ = w.Write(picture) // the client may have gone
	return nil
}
