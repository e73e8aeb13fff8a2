package shop

import (
	"bytes"
	"crypto/rand"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"time"

	"github.com/gormango/gormango/example_app/store"
)

// page is the data of a template.
type page struct {
	Title   string // of the window, and the heading
	Section string // path of the marked entry in the navigation: "/tracks"
	Data    any    // of the page's own template

	// The fields below are set by render.
	Flash string
	Nav   []navEntry
	Style string
}

// navEntry is a link of the navigation.
type navEntry struct {
	Path, Name string
	Current    bool
}

var nav = []navEntry{
	{Path: "/", Name: "Store"},
	{Path: "/artists", Name: "Artists"},
	{Path: "/albums", Name: "Albums"},
	{Path: "/tracks", Name: "Tracks"},
	{Path: "/playlists", Name: "Playlists"},
	{Path: "/customers", Name: "Customers"},
	{Path: "/employees", Name: "Employees"},
	{Path: "/basket", Name: "Basket"},
}

//go:embed *.html
var templateFiles embed.FS

// templates are the pages by file name: layout.html with parts.html and the
// page's own.
var templates = parse(templateFiles)

func parse(files fs.FS) map[string]*template.Template {
	const layout, parts = "layout.html", "parts.html"
	base := template.Must(template.New(layout).Funcs(template.FuncMap{
		"token":  rand.Text,
		"price":  func(p store.Price) string { return p.StringFixed(2) },
		"length": length,
		"date":   day,
		"str":    deref,
	}).ParseFS(files, layout, parts))
	names, err := fs.Glob(files, "*.html")
	if err != nil {
		panic(err)
	}
	pages := map[string]*template.Template{}
	for _, name := range names {
		if name != layout && name != parts {
			pages[name] = template.Must(template.Must(base.Clone()).ParseFS(files, name))
		}
	}
	return pages
}

// length formats milliseconds as minutes and seconds: 3:07.
func length(ms int64) string {
	seconds := (ms + 500) / 1000
	return fmt.Sprintf("%d:%02d", seconds/60, seconds%60)
}

// day formats a date: 2 January 2006.
func day(t time.Time) string { return t.Format("2 January 2006") }

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// render answers with a page. It writes the page after executing the whole
// template, so that an error leaves no half page.
func (s *site) render(w http.ResponseWriter, r *http.Request, status int, name string, p page) error {
	t, ok := templates[name]
	if !ok {
		return fmt.Errorf("there is no template %q", name)
	}
	p.Flash = takeFlash(w, r)
	p.Style = stylePath
	p.Nav = make([]navEntry, len(nav))
	for i, e := range nav {
		e.Current = e.Path == p.Section
		p.Nav[i] = e
	}
	var text bytes.Buffer
	if err := t.Execute(&text, p); err != nil {
		return fmt.Errorf("template %s: %w", name, err)
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	// Pages hold tokens for one use of a form, and amounts that change.
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(text.Bytes()) // the client may have gone
	return nil
}
