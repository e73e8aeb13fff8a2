package shop

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/gormango/gormango/example_app/store"
	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/repo/fn"
)

// totals are the numbers at the top of the front page.
type totals struct {
	Artists, Albums, Tracks, Customers, Invoices int64
	Sales                                        store.Price
}

// totals runs two statements: a union counts the rows of four tables, an
// aggregate counts and sums up the invoices.
func (s *site) totals(ctx context.Context) (totals, error) {
	sum, err := repo.Aggregate[struct {
		Invoices int64
		Sales    store.Price
	}](ctx, s.invoices, repo.CountAll().As("invoices"), repo.Sum(repo.F("total")).As("sales"))
	if err != nil {
		return totals{}, err
	}
	counts, err := repo.Values[struct {
		Kind string
		N    int64
	}](ctx, counted(s.artists, "artists").Union(
		repo.RowsOf[store.Artist](counted(s.albums, "albums")),
		repo.RowsOf[store.Artist](counted(s.tracks, "tracks")),
		repo.RowsOf[store.Artist](counted(s.customers, "customers")),
	))
	if err != nil {
		return totals{}, err
	}
	n := map[string]int64{} // a table without rows has no group
	for _, c := range counts {
		n[c.Kind] = c.N
	}
	return totals{n["artists"], n["albums"], n["tracks"], n["customers"], sum.Invoices, sum.Sales}, nil
}

// counted returns a query for one row with the name and the number of the rows.
func counted[T any](rows *repo.Repository[T], kind string) *repo.QuerySet[T] {
	return rows.OrderBy().Annotate("kind", repo.Value(kind)).GroupBy("kind").Annotate("n", repo.CountAll()).Columns("kind", "n")
}

// sold is the amount sold in a month, to a country or of a genre.
type sold struct {
	Name  string
	Sales store.Price
}

// reportedMonths is the number of months in the report, up to the newest sale.
const reportedMonths = 24

// salesByMonth returns the sales of each month up to the newest sale, the
// oldest first, including months without a sale.
func (s *site) salesByMonth(ctx context.Context) ([]sold, error) {
	rows, err := repo.Values[struct {
		Month time.Time
		Sales store.Price
	}](ctx, s.invoices.
		Annotate("month", fn.TruncMonth(repo.F("invoice_date"))).GroupBy("month").
		Annotate("sales", repo.Sum(repo.F("total"))).
		OrderBy("-month").Limit(reportedMonths))
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	sales := make(map[time.Time]store.Price, len(rows))
	for _, row := range rows {
		sales[row.Month.UTC()] = row.Sales
	}
	newest, oldest := rows[0].Month.UTC(), rows[len(rows)-1].Month.UTC()
	var months []sold
	for m := newest; !m.Before(oldest) && len(months) < reportedMonths; m = m.AddDate(0, -1, 0) {
		months = append(months, sold{m.Format("2006-01"), sales[m]})
	}
	slices.Reverse(months)
	return months, nil
}

// salesByCountry returns the sales by country of the bill, the largest first.
func (s *site) salesByCountry(ctx context.Context) ([]sold, error) {
	rows, err := repo.Values[sold](ctx, s.invoices.
		Annotate("name", repo.Coalesce(repo.F("billing_country"), repo.Value(""))).GroupBy("name").
		Annotate("sales", repo.Sum(repo.F("total"))).
		OrderBy("-sales", "name"))
	return named(rows, "No country"), err
}

// salesByGenre returns the sales by genre of the track, the largest first.
func (s *site) salesByGenre(ctx context.Context) ([]sold, error) {
	rows, err := repo.Values[sold](ctx, s.lines.
		Annotate("name", repo.Coalesce(repo.F("track__genre__name"), repo.Value(""))).GroupBy("name").
		Annotate("sales", repo.Sum(repo.F("unit_price").Mul(repo.F("quantity")))).
		OrderBy("-sales", "name"))
	return named(rows, "No genre"), err
}

// named sets the name of the group without one.
func named(rows []sold, name string) []sold {
	for i := range rows {
		if rows[i].Name == "" {
			rows[i].Name = name
		}
	}
	return rows
}

// fold returns the first n-1 groups and the sum of the rest, if there are more
// than n.
func fold(rows []sold, n int) []sold {
	if len(rows) <= n {
		return rows
	}
	rest := sold{Name: fmt.Sprintf("%d others", len(rows)-n+1)}
	for _, row := range rows[n-1:] {
		rest.Sales = rest.Sales.Plus(row.Sales)
	}
	return append(slices.Clone(rows[:n-1]), rest)
}
