package shop

import (
	"net/http/httptest"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/example_app/dataset"
	"github.com/gormango/gormango/example_app/store"
	"github.com/gormango/gormango/repotest"
)

func TestHome(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.page("/").sends(5).
		shows("4 artists", "5 albums", "12 tracks", "3 customers", "3 invoices", "8.55 in sales", "2025-05 5.58", "2025-06 0.00", "United Kingdom 5.58", "Classical 3.00").
		has(`<a href="/" aria-current="page">Store</a>`, `href="/sales.csv"`,
			`<source media="(prefers-color-scheme: dark)" srcset="/charts/genre.svg?theme=dark">`,
			`<img src="/charts/month.svg?theme=light" width="330" height="270" alt="Bar chart: Sales by month. The largest is 2025-05 with 5.58; the table below has the numbers.">`)
	s.get("/nothing").is(404)
}

func TestHomeOfAnEmptyStore(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(New(repotest.Open(t, store.Models()...)))
	t.Cleanup(server.Close)
	s := shop{t: t, url: server.URL, client: newBrowser(t), log: &statements{}}
	s.get("/").is(200).shows("0 artists", "0.00 in sales").has(`alt="Sales by genre: nothing was sold yet."`).hides("The numbers")
	s.get("/charts/genre.svg").is(200).shows("Nothing was sold yet.")
}

func TestHomeOfChinook(t *testing.T) {
	t.Parallel()
	dir := os.Getenv("GORMANGO_CHINOOK")
	if dir == "" {
		t.Skip("SKIPPED: GORMANGO_CHINOOK names no folder with the Chinook CSV files")
	}
	s := newShop(t)
	files, err := dataset.Read(t.Context(), os.DirFS(dir))
	require.NoError(t, err)
	require.NoError(t, files.Load(t.Context(), s.db, t.Logf))
	s.page("/").sends(5).shows("275 artists", "347 albums", "3503 tracks", "59 customers", "412 invoices", "2328.60 in sales", "USA 523.06", "Rock 826.65")
	require.Len(t, csvOf(t, s.get("/sales.csv").is(200).body), 2241)
}
