package shop

import (
	"context"
	"crypto/rand"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"github.com/gormango/gormango/example_app/dataset"
	"github.com/gormango/gormango/example_app/store"
	"github.com/gormango/gormango/repotest"
)

// shop is the site on a database of its own with the sample, and a browser with
// cookies that does not follow redirects.
type shop struct {
	t      testing.TB
	db     *gorm.DB
	url    string
	client *http.Client
	log    *statements
}

func newShop(t testing.TB) shop {
	t.Helper()
	db := repotest.Open(t, store.Models()...)
	filled, err := dataset.FillEmpty(t.Context(), db)
	require.NoError(t, err)
	require.True(t, filled)
	log := &statements{Interface: logger.Discard}
	s := shop{t: t, db: db, client: newBrowser(t), log: log}
	return s.serving(New(db.Session(&gorm.Session{Logger: log})))
}

// serving returns the shop with another handler.
func (s shop) serving(h http.Handler) shop {
	server := httptest.NewServer(h)
	s.t.Cleanup(server.Close)
	s.url = server.URL
	return s
}

func newBrowser(t testing.TB) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	return &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// statements records the statements of the site.
type statements struct {
	logger.Interface
	mu  sync.Mutex
	all []string
}

func (s *statements) LogMode(logger.LogLevel) logger.Interface { return s }

func (s *statements) Trace(_ context.Context, _ time.Time, fc func() (string, int64), _ error) {
	sql, _ := fc()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = append(s.all, sql)
}

func (s *statements) take() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := s.all
	s.all = nil
	return all
}

// answer is an answer of the server.
type answer struct {
	t      testing.TB
	status int
	header http.Header
	body   string
	sent   []string // statements
}

func (s shop) do(req *http.Request) answer {
	s.t.Helper()
	s.log.take()
	resp, err := s.client.Do(req)
	require.NoError(s.t, err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	require.NoError(s.t, err)
	return answer{s.t, resp.StatusCode, resp.Header, string(text), s.log.take()}
}

func (s shop) get(path string) answer {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), "GET", s.url+path, nil)
	require.NoError(s.t, err)
	return s.do(req)
}

// post sends values as a form does. It adds a token unless there is one, and
// none to nil.
func (s shop) post(path string, values url.Values) answer {
	s.t.Helper()
	if values == nil {
		values = url.Values{}
	} else if !values.Has("once") {
		values = with(values, "once", rand.Text())
	}
	req, err := http.NewRequestWithContext(s.t.Context(), "POST", s.url+path, strings.NewReader(values.Encode()))
	require.NoError(s.t, err)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return s.do(req)
}

// with returns values with some changed: name, value, name, value …
func with(values url.Values, changes ...string) url.Values {
	out := url.Values{}
	for name, texts := range values {
		out[name] = texts
	}
	for i := 0; i < len(changes); i += 2 {
		out.Set(changes[i], changes[i+1])
	}
	return out
}

// page gets a page, which must exist and run at most 6 statements.
func (s shop) page(path string) answer {
	s.t.Helper()
	a := s.get(path)
	require.Equal(s.t, 200, a.status, "%s: %s", path, a.body)
	require.LessOrEqual(s.t, len(a.sent), 6, "%s: %s", path, strings.Join(a.sent, "\n"))
	return a
}

// sends checks the number of statements for the answer.
func (a answer) sends(n int) answer {
	a.t.Helper()
	require.Len(a.t, a.sent, n, strings.Join(a.sent, "\n"))
	return a
}

// is checks the status.
func (a answer) is(status int) answer {
	a.t.Helper()
	require.Equal(a.t, status, a.status, a.body)
	return a
}

// shows checks that the page shows texts.
func (a answer) shows(texts ...string) answer {
	a.t.Helper()
	for _, text := range texts {
		require.Contains(a.t, a.text(), text)
	}
	return a
}

// hides checks that the page does not show texts.
func (a answer) hides(texts ...string) answer {
	a.t.Helper()
	for _, text := range texts {
		require.NotContains(a.t, a.text(), text)
	}
	return a
}

// has checks that the page's source contains HTML.
func (a answer) has(sources ...string) answer {
	a.t.Helper()
	for _, source := range sources {
		require.Contains(a.t, a.body, source)
	}
	return a
}

// redirects checks the answer to a form that was handled.
func (a answer) redirects(location string) answer {
	a.t.Helper()
	require.Equal(a.t, 303, a.status, a.body)
	require.Equal(a.t, location, a.header.Get("Location"))
	return a
}

// rowLinks matches the first links of a table's rows.
var rowLinks = regexp.MustCompile(`<th scope="row"><a href="([^"]*)"`)

var (
	tags   = regexp.MustCompile(`(?s)<style.*?</style>|<[^>]*>`)
	spaces = regexp.MustCompile(`\s+`)
)

// text returns the visible text, with single spaces.
func (a answer) text() string {
	return strings.TrimSpace(spaces.ReplaceAllString(html.UnescapeString(tags.ReplaceAllString(a.body, " ")), " "))
}

// link returns the address of the first link with a text.
func (a answer) link(text string) string {
	a.t.Helper()
	found := regexp.MustCompile(`<a [^>]*href="([^"]*)"[^>]*>` + regexp.QuoteMeta(html.EscapeString(text)) + `[< ]`).FindStringSubmatch(a.body)
	require.NotNil(a.t, found, "no link %q in %s", text, a.body)
	return html.UnescapeString(found[1])
}

var attributes = regexp.MustCompile(`([a-z-]+)="([^"]*)"`)

// fields returns the values of the inputs and selects of the form with an
// action, as a browser would send them.
func (a answer) fields(action string) url.Values {
	a.t.Helper()
	form := regexp.MustCompile(`(?s)<form [^>]*action="` + regexp.QuoteMeta(html.EscapeString(action)) + `".*?</form>`).FindString(a.body)
	require.NotEmpty(a.t, form, "no form for %s in %s", action, a.body)
	values := url.Values{}
	for _, tag := range regexp.MustCompile(`(?s)<input[^>]*>|<select.*?</select>`).FindAllString(form, -1) {
		at := map[string]string{}
		for _, m := range attributes.FindAllStringSubmatch(tag[:strings.Index(tag, ">")], -1) {
			at[m[1]] = html.UnescapeString(m[2])
		}
		if strings.HasPrefix(tag, "<select") {
			at["value"] = ""
			options := regexp.MustCompile(`<option value="([^"]*)"( selected)?`).FindAllStringSubmatch(tag, -1)
			for i, o := range options {
				if i == 0 || o[2] != "" {
					at["value"] = html.UnescapeString(o[1])
				}
			}
		}
		values.Set(at["name"], at["value"])
	}
	return values
}

func (s shop) rows(table string) int {
	s.t.Helper()
	var n int
	require.NoError(s.t, s.db.Raw("SELECT count(*) FROM "+table).Scan(&n).Error)
	return n
}
