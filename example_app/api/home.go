package api

import (
	"bytes"
	"context"
	"html/template"
	"net/http"

	"gorm.io/gorm"

	"github.com/gormango/gormango/example_app/store"
	"github.com/gormango/gormango/repo"
)

// entry is a line of the page at /.
type entry struct {
	Name, Path string // Path is "" for a table without a resource of its own
	Count      int64
}

// home is the page that says what runs here.
func home(db *gorm.DB) http.Handler {
	return methods{"GET": func(w http.ResponseWriter, r *http.Request) {
		entries, err := counts(r.Context(), db)
		if err != nil {
			fail(w, r, err)
			return
		}
		var page bytes.Buffer
		if err := homePage.Execute(&page, entries); err != nil {
			fail(w, r, err)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write(page.Bytes())
	}}
}

func counts(ctx context.Context, db *gorm.DB) ([]entry, error) {
	var entries []entry
	for _, e := range []struct {
		name, path string
		count      func(context.Context) (int64, error)
	}{
		{"Artists", "/api/artists", repo.New[store.Artist](db).Count},
		{"Albums", "/api/albums", repo.New[store.Album](db).Count},
		{"Tracks", "/api/tracks", repo.New[store.Track](db).Count},
		{"Genres", "/api/genres", repo.New[store.Genre](db).Count},
		{"Media types", "/api/media-types", repo.New[store.MediaType](db).Count},
		{"Playlists", "/api/playlists", repo.New[store.Playlist](db).Count},
		{"Tracks on playlists", "", repo.New[store.PlaylistTrack](db).Count},
		{"Customers", "/api/customers", repo.New[store.Customer](db).Count},
		{"Employees", "/api/employees", repo.New[store.Employee](db).Count},
		{"Invoices", "/api/invoices", repo.New[store.Invoice](db).Count},
		{"Invoice lines", "", repo.New[store.InvoiceLine](db).Count},
	} {
		n, err := e.count(ctx)
		if err != nil {
			return nil, err
		}
		entries = append(entries, entry{e.name, e.path, n})
	}
	return entries, nil
}

var homePage = template.Must(template.New("home").Parse(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Music store</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 44rem; margin: 2rem auto; padding: 0 1rem; color: #222; background: #fff }
table { border-collapse: collapse; margin: 1rem 0 }
th, td { padding: .25rem 1.5rem .25rem 0; border-bottom: 1px solid #ddd; text-align: left }
td.number, th.number { text-align: right; padding-right: 0; font-variant-numeric: tabular-nums }
code { background: #f3f3f3; padding: .1rem .3rem }
</style>
</head>
<body>
<h1>Music store</h1>
<p>This is the example application of gormango, an ORM layer in Django's manner for GORM on PostgreSQL.
It serves a small shop for music as JSON.</p>
<table>
<tr><th>What</th><th class="number">Rows</th></tr>
{{range .}}<tr><td>{{if .Path}}<a href="{{.Path}}">{{.Name}}</a>{{else}}{{.Name}}{{end}}</td><td class="number">{{.Count}}</td></tr>
{{end}}</table>
<p>Lists take lookups, an order and a page, for example
<a href="/api/tracks?genre__name=Rock&amp;unit_price__lte=1&amp;order_by=-milliseconds&amp;limit=5"><code>/api/tracks?genre__name=Rock&amp;unit_price__lte=1&amp;order_by=-milliseconds&amp;limit=5</code></a>.
With <code>cursor=</code> in place of a number of rows before it, a page has the addresses of its neighbours:
<a href="/api/tracks?cursor=&amp;order_by=name&amp;limit=5"><code>/api/tracks?cursor=&amp;order_by=name&amp;limit=5</code></a>.
A name that a list does not know is answered with those it knows.</p>
</body>
</html>
`))
