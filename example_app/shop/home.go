package shop

import (
	"fmt"
	"net/http"
)

func (s *site) homeRoutes(t routes) {
	t.handle("GET /{$}", s.home)
	t.handle("GET /charts/{name}", s.chartPicture)
	t.handle("GET /sales.csv", s.salesCSV)
}

// reportRows is the number of groups in a table of the front page.
const reportRows = 50

// report is a chart with its numbers.
type report struct {
	chart
	Rows []sold
	Alt  string
}

// home answers GET /: the numbers of the store and its sales.
func (s *site) home(w http.ResponseWriter, r *http.Request) error {
	sums, err := s.totals(r.Context())
	if err != nil {
		return err
	}
	reports := make([]report, len(salesCharts))
	for i, c := range salesCharts {
		rows, err := c.rows(s, r.Context())
		if err != nil {
			return err
		}
		reports[i] = report{c, fold(rows, reportRows), c.alt(rows)}
	}
	return s.render(w, r, http.StatusOK, "home.html", page{Title: "Music store", Section: "/", Data: struct {
		Totals        totals
		Reports       []report
		Width, Height int
	}{sums, reports, chartWidth, chartHeight}})
}

// alt returns a text that describes the picture.
func (c chart) alt(rows []sold) string {
	if len(rows) == 0 {
		return c.Title + ": nothing was sold yet."
	}
	most := rows[0]
	for _, row := range rows {
		if row.Sales.GreaterThan(most.Sales.Decimal) {
			most = row
		}
	}
	return fmt.Sprintf("Bar chart: %s. The largest is %s with %s; the table below has the numbers.", c.Title, most.Name, most.Sales.StringFixed(2))
}
