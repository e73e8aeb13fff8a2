package shop

import (
	"context"
	"encoding/csv"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/example_app/store"
	"github.com/gormango/gormango/internal/longtest"
	"github.com/gormango/gormango/repo"
)

// csvOf parses a complete file.
func csvOf(t testing.TB, text string) [][]string {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	require.NoError(t, err)
	return rows
}

func TestSalesCSV(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	a := s.get("/sales.csv").is(200)
	require.Equal(t, "text/csv; charset=utf-8; header=present", a.header.Get("Content-Type"))
	require.Equal(t, `attachment; filename="sales.csv"`, a.header.Get("Content-Disposition"))
	rows := csvOf(t, a.body)
	require.Len(t, rows, 7)
	require.Equal(t, []string{"invoice date", "customer", "country", "track", "genre", "quantity", "unit price"}, rows[0])
	require.Equal(t, []string{"2025-02-03 00:00:00", "Clara Novak", "Czech Republic", "Street of Lights", "Rock", "1", "0.99"}, rows[1])
	require.Equal(t, []string{"2025-05-17 00:00:00", "Tom Archer", "United Kingdom", "Blue Ledger", "Jazz", "2", "1.29"}, rows[3])

	require.NoError(t, s.db.Exec("UPDATE tracks SET genre_id = NULL; UPDATE invoices SET billing_country = NULL").Error)
	rows = csvOf(t, s.get("/sales.csv").is(200).body)
	require.Equal(t, []string{"2025-02-03 00:00:00", "Clara Novak", "", "Street of Lights", "", "1", "0.99"}, rows[1])

	head, err := http.Head(s.url + "/sales.csv")
	require.NoError(t, err)
	head.Body.Close()
	require.Equal(t, 200, head.StatusCode)
	require.Equal(t, `attachment; filename="sales.csv"`, head.Header.Get("Content-Disposition"))
}

func TestSalesCSVOfAnEmptyStore(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	require.NoError(t, s.db.Exec("DELETE FROM invoice_lines").Error)
	require.Equal(t, "invoice date,customer,country,track,genre,quantity,unit price\n", s.get("/sales.csv").is(200).body)
}

// A spreadsheet computes nothing, and every text is unchanged except for the
// apostrophe.
func TestSalesCSVIsText(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	tracks := repo.New[store.Track](s.db)
	for _, name := range []string{
		"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "a=1", `say "hi", there`, "two\nlines", "ends with ;", "'quoted'", " -1", "🎵", "\u202eטקסט",
	} {
		_, err := tracks.Filter("id", 1).Update(t.Context(), tracks.Set("name", name))
		require.NoError(t, err)
		want := name
		if strings.ContainsAny(name[:1], "=+-@\t") {
			want = "'" + name
		}
		rows := csvOf(t, s.get("/sales.csv").is(200).body)
		require.Equal(t, want, rows[1][3], "%q", name)
		require.Len(t, rows, 7)
	}
	require.NoError(t, s.db.Exec("UPDATE customers SET first_name = '=cmd'; UPDATE genres SET name = '@' || id; UPDATE invoices SET billing_country = '-x'").Error)
	row := csvOf(t, s.get("/sales.csv").is(200).body)[1]
	require.Equal(t, "'=cmd Novak", row[1])
	require.Equal(t, "'-x", row[2])
	require.Equal(t, "'@", row[4][:2])
}

// sell adds n lines to the first invoice.
func sell(t testing.TB, s shop, n int) {
	t.Helper()
	require.NoError(t, s.db.Exec("INSERT INTO invoice_lines (invoice_id, track_id, unit_price, quantity) SELECT 1, 1, 0.99, 1 FROM generate_series(1, ?)", n).Error)
}

// spoil sets a date that no time.Time can hold.
func spoil(t testing.TB, s shop, invoice int) {
	t.Helper()
	require.NoError(t, s.db.Exec("UPDATE invoices SET invoice_date = 'infinity' WHERE id = ?", invoice).Error)
}

func TestSalesCSVOfManyRows(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	sell(t, s, 20_000)
	a := s.get("/sales.csv").is(200)
	require.Len(t, csvOf(t, a.body), 20_007)
	require.Empty(t, a.header.Get("Content-Length"))
}

// An error before the first row is a page. An error after it aborts the answer.
func TestSalesCSVThatFails(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	sell(t, s, 5000)
	require.NoError(t, s.db.Exec("UPDATE invoice_lines SET invoice_id = 3 WHERE id = (SELECT max(id) FROM invoice_lines)").Error)
	spoil(t, s, 3)
	require.NoError(t, s.db.Exec("DELETE FROM invoice_lines WHERE invoice_id = 3 AND id < 100").Error)
	resp, err := http.Get(s.url + "/sales.csv")
	require.NoError(t, err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF, "it looks like a whole file of %d bytes", len(text))
	require.Greater(t, len(text), 10_000)

	spoil(t, s, 1)
	s.get("/sales.csv").is(500).shows("Something went wrong on our side")

	require.Eventually(t, func() bool { return gormango.Stats(s.db).Acquired == 0 }, time.Minute, 10*time.Millisecond)
}

// Slow readers of exports leave connections to the pages: further exports are
// refused while they run.
func TestSalesCSVsAreFew(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	sell(t, s, 100_000)
	var slow []*http.Response
	for range maxExports {
		resp, err := http.Get(s.url + "/sales.csv")
		require.NoError(t, err)
		defer resp.Body.Close()
		require.Equal(t, 200, resp.StatusCode)
		slow = append(slow, resp)
	}
	a := s.get("/sales.csv").is(503).shows("The store is busy")
	require.Equal(t, "5", a.header.Get("Retry-After"))
	s.get("/artists").is(200) // its statements are counted with those of the exports
	for _, resp := range slow {
		resp.Body.Close()
	}
	require.Eventually(t, func() bool { return s.get("/sales.csv").status == 200 }, time.Minute, 50*time.Millisecond)
}

// A client that disconnects leaves no connection to the database.
func TestSalesCSVThatNobodyReads(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	sell(t, s, 100_000)
	for range longtest.Count(1, 3) {
		ctx, cancel := context.WithCancel(t.Context())
		req, err := http.NewRequestWithContext(ctx, "GET", s.url+"/sales.csv", nil)
		require.NoError(t, err)
		resp, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		_, err = io.ReadFull(resp.Body, make([]byte, 1000))
		require.NoError(t, err)
		cancel()
		resp.Body.Close()
	}
	require.Eventually(t, func() bool { return gormango.Stats(s.db).Acquired == 0 }, time.Minute, 10*time.Millisecond)
}
