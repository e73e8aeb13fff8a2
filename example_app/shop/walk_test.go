package shop

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/internal/longtest"
)

// hostileTexts returns the texts that the walker writes into every field: a
// tag, a long text and one that PostgreSQL cannot store, and more with
// GORMANGO_LONG=1.
func hostileTexts() []string { return hostile[:longtest.Size(3, len(hostile))] }

var hostile = []string{
	`"><script>alert(1)</script>`,
	strings.Repeat("ä long text ", 10_000/12),
	"a\x00b",
	`"><img src=x onerror=alert(1)>`,
	"🎵 👩‍🚀 emoji",
	"\u202eטקסט מימין לשמאל",
	`'; DROP TABLE tracks; --`,
	"{{.}} %s \\u0000 \x7f",
	"invalid \xff\xfe",
}

// walker visits every page and fills in every form.
type walker struct {
	t      *testing.T
	shop   shop
	client *http.Client        // follows redirects
	pages  map[string]string   // a path by the pattern of its address
	more   map[string]int      // number of visited addresses by pattern
	forms  map[string]formSeen // by the pattern of the form
	tried  map[string]bool     // forms, by pattern
}

// formSeen is a form and a page that shows it.
type formSeen struct {
	page string
	form pageForm
}

// shown is an answer.
type shown struct {
	status int
	path   string // after the redirects
	header http.Header
	body   string
	tags   []tag
}

var number = regexp.MustCompile(`[0-9]+`)

// pattern returns an address without its numbers and the values of its
// parameters.
func pattern(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	names := slices.Sorted(maps.Keys(u.Query()))
	return number.ReplaceAllString(u.Path, "N") + "?" + strings.Join(names, "&")
}

func (f pageForm) pattern() string {
	var names []string
	for _, field := range f.fields {
		if field.typed() {
			names = append(names, field.name+"…")
		} else if field.name != "" {
			names = append(names, field.name)
		}
	}
	slices.Sort(names)
	path, _, _ := strings.Cut(f.action, "?")
	return f.method + " " + number.ReplaceAllString(path, "N") + " " + strings.Join(slices.Compact(names), ",")
}

// plausible returns the values of the form, with likely values for empty
// fields.
func (f pageForm) plausible() url.Values {
	values := f.values()
	for _, field := range f.fields {
		switch {
		case field.value != "":
		case f.method == "GET" && field.typed():
			values.Set(field.name, "e") // occurs in most rows
		case f.method == "POST" && field.typed():
			values.Set(field.name, "7") // a number, and a text
		case f.method == "POST" && field.kind == "select" && len(field.choices) > 0:
			values.Set(field.name, field.choices[len(field.choices)-1])
		}
	}
	return values
}

// destroys reports whether the form removes something that the walker has yet
// to visit.
func (f pageForm) destroys() bool {
	return f.method == "POST" && strings.Contains(f.action, "delete")
}

func newWalker(t *testing.T) *walker {
	s := newShop(t)
	// Add more tracks than fit on a page of a list.
	require.NoError(t, s.db.Exec("INSERT INTO tracks (name, media_type_id, milliseconds, unit_price, lock_version) SELECT 'Filler ' || n, 1, 1, 1, 1 FROM generate_series(1, 120) n").Error)
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	return &walker{t, s, &http.Client{Jar: jar}, map[string]string{}, map[string]int{}, map[string]formSeen{}, map[string]bool{}}
}

// send sends a request and checks what holds for every answer.
func (w *walker) send(method, path string, form url.Values) shown {
	w.t.Helper()
	w.shop.log.take()
	s, err := w.try(method, path, form)
	sent := w.shop.log.take()
	what := fmt.Sprintf("%s %.200s with %.300s", method, path, form.Encode())
	require.NoError(w.t, err, what)
	if method == "GET" && s.tags != nil {
		require.LessOrEqual(w.t, len(sent), 6, "%s: %s", what, strings.Join(sent, "\n"))
	}
	w.check(what, s)
	return s
}

func (w *walker) check(what string, s shown) {
	w.t.Helper()
	require.Less(w.t, s.status, 500, "%s: %s", what, s.body)
	if s.tags != nil {
		checkPage(w.t, what, s)
	}
}

func (w *walker) try(method, path string, form url.Values) (shown, error) {
	req, err := http.NewRequestWithContext(w.t.Context(), method, w.shop.url+path, strings.NewReader(form.Encode()))
	if err != nil {
		return shown{}, err
	}
	if method == "POST" {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	resp, err := w.client.Do(req)
	if err != nil {
		return shown{}, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	s := shown{resp.StatusCode, resp.Request.URL.RequestURI(), resp.Header, string(text), nil}
	if strings.HasPrefix(s.header.Get("Content-Type"), "text/html") {
		s.tags = tagsOf(s.body)
	}
	return s, err
}

// checkPage checks what holds for every page.
func checkPage(t *testing.T, what string, s shown) {
	t.Helper()
	require.NotContains(t, s.body, "<script", what)
	require.NotContains(t, s.body, "<img src=x", what)
	ids, labelled, count := map[string]bool{}, map[string]bool{}, map[string]int{}
	for _, t2 := range s.tags {
		count[t2.name]++
		if id := t2.attrs["id"]; id != "" {
			require.False(t, ids[id], "%s: two tags have the id %q", what, id)
			ids[id] = true
		}
		if t2.name == "label" {
			labelled[t2.attrs["for"]] = true
		}
		for name := range t2.attrs {
			require.False(t, strings.HasPrefix(name, "on"), "%s: %v", what, t2)
		}
	}
	require.Equal(t, 1, count["main"], "%s: main", what)
	require.Equal(t, 1, count["h1"], "%s: h1", what)
	for _, t2 := range s.tags {
		for _, id := range strings.Fields(t2.attrs["aria-describedby"] + " " + t2.attrs["aria-labelledby"]) {
			require.True(t, ids[id], "%s: nothing has the id %q that <%s> names", what, id, t2.name)
		}
		switch t2.name {
		case "img":
			require.Contains(t, t2.attrs, "alt", what)
		case "input", "select", "textarea":
			if kind := t2.attrs["type"]; kind == "hidden" || kind == "submit" {
				continue
			}
			if t2.attrs["aria-label"] == "" && t2.attrs["aria-labelledby"] == "" {
				require.True(t, labelled[t2.attrs["id"]], "%s: %s %q has no label", what, t2.name, t2.attrs["name"])
			}
		case "html":
			require.NotEmpty(t, t2.attrs["lang"], what)
		}
	}
}

// shows reports whether the text is visible on the page or in a field.
func (s shown) shows(text string) bool {
	want := flat(text)
	for _, t := range s.tags {
		if strings.Contains(flat(t.text), want) || strings.Contains(flat(t.attrs["value"]), want) {
			return true
		}
	}
	return false
}

// flat returns a text without the white space that HTML or the shop drops.
func flat(text string) string { return strings.Join(strings.Fields(text), " ") }

// perPattern is the number of visited addresses that differ only in numbers and
// values.
const perPattern = 5

// walk follows the links from a page to every pattern of addresses, and records
// the forms.
func (w *walker) walk(start string) {
	w.t.Helper()
	clear(w.more)
	queue, known := []string{start}, map[string]bool{start: true}
	for len(queue) > 0 {
		path := queue[0]
		queue = queue[1:]
		p := pattern(path)
		if w.more[p]++; w.more[p] > perPattern {
			continue
		}
		s := w.send("GET", path, nil)
		require.Less(w.t, s.status, 400, "GET %s, a link of ours: %s", path, s.body)
		w.pages[p] = path
		for _, address := range linksOf(s.tags) {
			u, err := url.Parse(address)
			require.NoError(w.t, err, "%s links to %s", path, address)
			if u.Host != "" || u.Scheme != "" || strings.HasPrefix(u.Path, "/api/") || strings.HasPrefix(address, "#") {
				continue
			}
			base, err := url.Parse(s.path)
			require.NoError(w.t, err)
			next := base.ResolveReference(u)
			next.Fragment = ""
			if target := next.RequestURI(); !known[target] {
				known[target] = true
				queue = append(queue, target)
			}
		}
		w.note(path, s)
	}
}

// note records the forms of a page.
func (w *walker) note(path string, s shown) {
	for _, f := range formsOf(s.tags) {
		if f.action == "" {
			f.action = s.path
		}
		if _, have := w.forms[f.pattern()]; !have {
			w.forms[f.pattern()] = formSeen{path, *f}
		}
	}
}

// linksOf returns the addresses in a page: links, pictures, the style sheet.
func linksOf(tags []tag) []string {
	var links []string
	for _, t := range tags {
		for _, name := range []string{"href", "src"} {
			if a, ok := t.attrs[name]; ok && t.name != "form" {
				links = append(links, a)
			}
		}
		if set := t.attrs["srcset"]; set != "" {
			links = append(links, strings.Fields(set)[0])
		}
	}
	return links
}

// fresh returns the form as its page shows it now, nil if the page no longer
// has it.
func (w *walker) fresh(seen formSeen) *pageForm {
	w.t.Helper()
	s := w.send("GET", seen.page, nil)
	for _, f := range formsOf(s.tags) {
		if f.action == "" {
			f.action = s.path
		}
		if f.pattern() == seen.form.pattern() {
			return f
		}
	}
	return nil
}

// submit sends the form with some values replaced.
func (w *walker) submit(f *pageForm, replaced url.Values) shown {
	w.t.Helper()
	values := f.values()
	maps.Copy(values, replaced)
	if f.method == "GET" {
		path, _, _ := strings.Cut(f.action, "?")
		return w.send("GET", path+"?"+values.Encode(), nil)
	}
	return w.send("POST", f.action, values)
}

// fill writes every hostile text into every field of the form, alone and
// together with the others, and then sends the form unchanged.
func (w *walker) fill(seen formSeen) {
	w.t.Helper()
	for _, text := range hostileTexts() {
		f := w.fresh(seen)
		if f == nil {
			return
		}
		all := url.Values{}
		for _, field := range f.fields {
			if field.name == "" || field.kind == "submit" || field.name == "once" {
				continue
			}
			values := f.plausible()
			values.Set(field.name, text)
			s := w.submit(f, values)
			what := fmt.Sprintf("%s with %s = %.40q: %d", seen.form.pattern(), field.name, text, s.status)
			switch {
			case !field.typed(): // not typed by a visitor: any answer will do
			case f.method == "GET" && s.status == http.StatusBadRequest, s.status == http.StatusNotFound:
			case !storable(text):
				require.Contains(w.t, []int{http.StatusBadRequest, http.StatusUnprocessableEntity}, s.status, what)
			default:
				require.Contains(w.t, []int{http.StatusOK, http.StatusUnprocessableEntity, http.StatusConflict}, s.status, what)
				require.True(w.t, s.shows(text), "%s: the text is nowhere on %s: %s", what, s.path, s.body)
			}
			if field.typed() {
				all.Set(field.name, text)
			}
			if f.method == "POST" {
				if f = w.fresh(seen); f == nil {
					return
				}
			}
		}
		w.submit(f, all)
	}
	w.press(seen)
}

// press sends the form twice at once, as a double click does: both answers lead
// to the same page.
func (w *walker) press(seen formSeen) {
	w.t.Helper()
	f := w.fresh(seen)
	if f == nil {
		return
	}
	values := f.plausible()
	if f.method == "GET" {
		s := w.submit(f, values)
		w.note(s.path, s)
		return
	}
	var (
		wg      sync.WaitGroup
		answers [2]shown
		errs    [2]error
	)
	for i := range answers {
		wg.Go(func() { answers[i], errs[i] = w.try("POST", f.action, values) })
	}
	wg.Wait()
	require.NoError(w.t, errors.Join(errs[:]...))
	for _, s := range answers {
		w.check(seen.form.pattern(), s)
	}
	require.Equal(w.t, answers[0].status, answers[1].status, seen.form.pattern())
	require.Equal(w.t, answers[0].path, answers[1].path, "%s, sent twice", seen.form.pattern())
}

// bend puts invalid values into the addresses that were found.
func (w *walker) bend() {
	w.t.Helper()
	for _, path := range slices.Sorted(maps.Values(w.pages)) {
		u, err := url.Parse(path)
		require.NoError(w.t, err)
		for _, id := range []string{"0", "-1", "9999999999", "99999999999999999999", "x", "%00", "%ff", "%3Cscript%3E", "..%2f", ""} {
			if bent := number.ReplaceAllLiteralString(u.Path, id); bent != u.Path {
				w.send("GET", bent, nil)
			}
		}
		for name := range u.Query() {
			for _, text := range append(hostileTexts(), "", "-", "1e9", "__", "id__in") {
				query := u.Query()
				query.Set(name, text)
				w.send("GET", u.Path+"?"+query.Encode(), nil)
				query.Set(text, "1")
				w.send("GET", u.Path+"?"+query.Encode(), nil)
			}
		}
		w.send("GET", u.Path+"?%zz", nil)
	}
}

// explore walks until it finds no new form and tries each form: those that
// remove something, or the others.
func (w *walker) explore(destroy bool) {
	w.t.Helper()
	for more := true; more; {
		more = false
		w.walk("/")
		for _, name := range slices.Sorted(maps.Keys(w.forms)) {
			seen := w.forms[name]
			if w.tried[name] || seen.form.destroys() != destroy {
				continue
			}
			w.tried[name], more = true, true
			if destroy {
				w.press(seen)
			} else {
				w.fill(seen)
			}
		}
	}
}

// TestWalk follows every link and fills every field with hostile texts: no
// answer is an internal error, no page runs an input, and every input is shown
// unchanged.
func TestWalk(t *testing.T) {
	t.Parallel()
	w := newWalker(t)
	w.explore(false)
	// The basket warns of changed prices.
	w.press(w.forms["POST /basket/items once,track_id"])
	require.NoError(t, w.shop.db.Exec("UPDATE tracks SET unit_price = unit_price + 1").Error)
	w.explore(false)
	w.explore(true)
	w.walk("/")
	w.bend()

	pages := strings.Join(slices.Sorted(maps.Keys(w.pages)), "\n")
	for _, want := range []string{
		"/?", "/charts/month.svg?theme", "/sales.csv?", "/artists?", "/artists/N?", "/albums?", "/albums/N?", "/tracks?cursor", "/tracks/N?",
		"/playlists?", "/playlists/N?", "/customers?", "/customers/N?", "/invoices/N?", "/employees?", "/basket?",
	} {
		require.Contains(t, w.pages, want, pages)
	}
	var sent []string
	for name := range w.forms {
		method, rest, _ := strings.Cut(name, " ")
		if address, _, _ := strings.Cut(rest, " "); method == "POST" {
			sent = append(sent, address)
		}
	}
	slices.Sort(sent)
	require.Equal(t, []string{
		"/albums/N/delete", "/albums/N/edit", "/albums/new", "/artists/N/delete", "/artists/N/edit", "/artists/new",
		"/basket/checkout", "/basket/items", "/basket/items/N", "/basket/prices", "/customers/N/edit",
		"/playlists/N/delete", "/playlists/N/edit", "/playlists/N/remove", "/playlists/N/tracks", "/playlists/new",
		"/tracks/N", "/tracks/N/delete", "/tracks/new",
	}, slices.Compact(sent), "every form that there is, or a new one that belongs into this list")
}
