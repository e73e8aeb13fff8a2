package shop

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/example_app/store"
	"github.com/gormango/gormango/repotest"
)

// flatten formats groups as texts.
func flatten(rows []sold) []string {
	texts := []string{}
	for _, row := range rows {
		texts = append(texts, row.Name+" "+row.Sales.StringFixed(2))
	}
	return texts
}

func TestReportOfTheSample(t *testing.T) {
	t.Parallel()
	s := newSite(newShop(t).db)
	sums, err := s.totals(t.Context())
	require.NoError(t, err)
	require.Equal(t, "{4 5 12 3 3 8.55}", fmt.Sprint(sums))
	months, err := s.salesByMonth(t.Context())
	require.NoError(t, err)
	require.Equal(t, []string{"2025-02 1.98", "2025-03 0.00", "2025-04 0.00", "2025-05 5.58", "2025-06 0.00", "2025-07 0.00", "2025-08 0.00", "2025-09 0.99"}, flatten(months))
	countries, err := s.salesByCountry(t.Context())
	require.NoError(t, err)
	require.Equal(t, []string{"United Kingdom 5.58", "Czech Republic 2.97"}, flatten(countries))
	genres, err := s.salesByGenre(t.Context())
	require.NoError(t, err)
	require.Equal(t, []string{"Classical 3.00", "Jazz 2.58", "Rock 1.98", "Folk 0.99"}, flatten(genres))
}

func TestReportOfAnEmptyStore(t *testing.T) {
	t.Parallel()
	s := newSite(repotest.Open(t, store.Models()...))
	sums, err := s.totals(t.Context())
	require.NoError(t, err)
	require.Equal(t, "{0 0 0 0 0 0}", fmt.Sprint(sums))
	for _, c := range salesCharts {
		rows, err := c.rows(s, t.Context())
		require.NoError(t, err)
		require.Empty(t, rows, c.Name)
	}
}

// Sales without a country and tracks without a genre have a group of their own.
func TestReportNamesWhatHasNoName(t *testing.T) {
	t.Parallel()
	db := newShop(t).db
	s := newSite(db)
	_, err := s.invoices.Filter("id", 1).Update(t.Context(), s.invoices.Set("billing_country", nil))
	require.NoError(t, err)
	_, err = s.tracks.Filter("id__in", []int64{1, 3}).Update(t.Context(), s.tracks.Set("genre_id", nil))
	require.NoError(t, err)
	countries, err := s.salesByCountry(t.Context())
	require.NoError(t, err)
	require.Equal(t, []string{"United Kingdom 5.58", "No country 1.98", "Czech Republic 0.99"}, flatten(countries))
	genres, err := s.salesByGenre(t.Context())
	require.NoError(t, err)
	require.Equal(t, []string{"Classical 3.00", "Jazz 2.58", "No genre 1.98", "Folk 0.99"}, flatten(genres))
}

// A single sale in the distant past does not make thousands of months.
func TestReportedMonthsAreFew(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		date        string
		first, last string
		months      int
	}{
		{"0001-01-01", "2023-10", "2025-09", 24},
		{"9999-12-31", "9998-01", "9999-12", 24},
		{"2024-12-31", "2024-12", "2025-09", 10},
		{"2023-09-30", "2023-10", "2025-09", 24},
	} {
		s := newSite(newShop(t).db)
		date, err := time.Parse(time.DateOnly, c.date)
		require.NoError(t, err)
		require.NoError(t, s.invoices.Create(t.Context(), &store.Invoice{CustomerID: 1, InvoiceDate: date}))
		months, err := s.salesByMonth(t.Context())
		require.NoError(t, err)
		require.Len(t, months, c.months, c.date)
		require.Equal(t, c.first, months[0].Name)
		require.Equal(t, c.last, months[len(months)-1].Name)
	}
}

func TestFold(t *testing.T) {
	t.Parallel()
	var rows []sold
	for i := range 6 {
		rows = append(rows, sold{fmt.Sprint("g", i), store.Price{}.Plus(priceOf("1.10"))})
	}
	require.Equal(t, []string{"g0 1.10", "g1 1.10", "4 others 4.40"}, flatten(fold(rows, 3)))
	require.Equal(t, flatten(rows), flatten(fold(rows, 6)))
	require.Len(t, rows, 6)
	require.Equal(t, "g2", rows[2].Name, "the rows stay")
	require.Empty(t, fold(nil, 3))
}
