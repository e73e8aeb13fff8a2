package shop

import (
	"encoding/csv"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gormango/gormango/example_app/store"
	"github.com/gormango/gormango/repo"
)

// sale is a line of /sales.csv.
type sale struct {
	Date      time.Time   `gorm:"column:invoice__invoice_date"`
	FirstName string      `gorm:"column:invoice__customer__first_name"`
	LastName  string      `gorm:"column:invoice__customer__last_name"`
	Country   string      `gorm:"column:invoice__billing_country"`
	Track     string      `gorm:"column:track__name"`
	Genre     string      `gorm:"column:track__genre__name"`
	Quantity  int64       `gorm:"column:quantity"`
	UnitPrice store.Price `gorm:"column:unit_price"`
}

var saleColumns = []repo.Name[store.InvoiceLine]{
	"invoice__invoice_date", "invoice__customer__first_name", "invoice__customer__last_name",
	"invoice__billing_country", "track__name", "track__genre__name", "quantity", "unit_price",
}

// cells returns the fields of the line in the file.
func (s sale) cells() []string {
	return []string{
		s.Date.UTC().Format("2006-01-02 15:04:05"),
		defused(s.FirstName + " " + s.LastName), defused(s.Country), defused(s.Track), defused(s.Genre),
		strconv.FormatInt(s.Quantity, 10), s.UnitPrice.StringFixed(2),
	}
}

// defused returns text with an apostrophe in front if a spreadsheet would
// compute it.
func defused(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}

const (
	flushedRows = 500
	// maxExports is the number of concurrent exports: fewer than the pool has
	// connections, so that slow readers leave some to the pages.
	maxExports = 2
	// stalled is how long a client may take to read flushed rows, which hold a
	// connection to the database meanwhile.
	stalled = 30 * time.Second
)

// salesCSV answers GET /sales.csv: it streams every line of every invoice, in
// the order they were written. It reads the rows by a cursor, so that it uses
// little memory.
func (s *site) salesCSV(w http.ResponseWriter, r *http.Request) error {
	h := w.Header()
	out, control := csv.NewWriter(w), http.NewResponseController(w)
	begin := func() {
		h.Set("Content-Type", "text/csv; charset=utf-8; header=present")
		h.Set("Content-Disposition", `attachment; filename="sales.csv"`)
		_ = out.Write([]string{"invoice date", "customer", "country", "track", "genre", "quantity", "unit price"})
	}
	// flush aborts the answer if the client has gone.
	flush := func() {
		_ = control.SetWriteDeadline(time.Now().Add(stalled)) // a test's recorder has none
		out.Flush()
		if out.Error() != nil {
			panic(http.ErrAbortHandler)
		}
		_ = control.Flush()
	}

	if r.Method == http.MethodHead {
		begin()
		return nil
	}
	select {
	case s.exports <- struct{}{}:
		defer func() { <-s.exports }()
	default:
		return errBusy
	}
	rows := 0
	for row, err := range repo.ValuesIter[sale](r.Context(), s.lines, saleColumns...) {
		switch {
		case err != nil && rows == 0:
			return err // nothing is sent yet, so the answer can be an error page
		case err != nil:
			if r.Context().Err() == nil {
				slog.Error("example_app: sales.csv broke off", "error", err)
			}
			panic(http.ErrAbortHandler) // a broken connection is not a complete file
		case rows == 0:
			begin()
		}
		_ = out.Write(row.cells()) // Flush returns the error
		if rows++; rows%flushedRows == 0 {
			flush()
		}
	}
	if rows == 0 {
		begin()
	}
	flush()
	return nil
}
