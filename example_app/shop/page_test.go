package shop

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/example_app/web"
)

func TestErrorPages(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	for _, c := range []struct {
		path   string
		status int
		shows  string
	}{
		{"/nonsense", 404, "Page not found"},
		{"/tracks/99999", 404, "Page not found"},
		{"/tracks/x", 404, "Page not found"},
		{"/tracks/-1", 404, "Page not found"},
		{"/tracks/9223372036854775808", 404, "Page not found"},
		{"/tracks/%00", 404, "Page not found"},
		{"/tracks/%ff", 404, "Page not found"},
		{"/tracks/1/delete/x", 404, "Page not found"},
		{"/tracks?nonsense=<script>", 400, `Unknown parameter "nonsense"`},
		{"/tracks?order_by=bytes", 400, `is not an ordering; choices are album__title`},
		{"/tracks?genre=<script>", 400, `is not an integer`},
		{"/tracks?genre=1&genre=2", 400, "is not one value"},
		{"/tracks?q=%00", 400, "is not text without control characters"},
		{"/tracks?%ff=1", 400, "is not text without control characters"},
		{"/tracks?q=%ff", 400, "is not text without control characters"},
		{"/tracks?q=%zz", 400, "are malformed"},
		{"/tracks?q=" + strings.Repeat("a", 10_000), 400, "is not"},
		{"/tracks?" + strings.Repeat("a", 10_000) + "=1", 400, "aaaa…"},
		{"/tracks?cursor=x", 400, `is not a cursor of a page`},
		{"/tracks?limit=101", 400, "100"},
	} {
		a := s.get(c.path).is(c.status).shows(c.shows).has("<!doctype html>", `href="/tracks"`)
		require.NotContains(t, a.body, "<script", c.path)
		require.Less(t, len(a.text()), 1500, c.path)
	}
	s.get("/tracks?genre=x").has(`<a class="button" href="/tracks">Show the whole list</a>`)
}

func TestOtherMethods(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	for _, c := range []struct{ method, path, allow string }{
		{"DELETE", "/tracks", "GET, HEAD"}, {"POST", "/tracks/1/x", ""}, {"GET", "/basket/none", ""}, {"PUT", "/tracks/1", "GET, HEAD, POST"}, {"POST", "/tracks", "GET, HEAD"},
		{"GET", "/basket/items", "POST"}, {"TRACE", "/", "GET, HEAD"}, {"POST", "/static/site.css", "GET, HEAD"},
	} {
		req, err := http.NewRequestWithContext(t.Context(), c.method, s.url+c.path, nil)
		require.NoError(t, err)
		a := s.do(req)
		require.Equal(t, c.allow, a.header.Get("Allow"), c)
		if c.allow == "" {
			a.is(404)
		} else {
			a.is(405).shows("accepts only requests by " + c.allow)
		}
	}
	req, err := http.NewRequestWithContext(t.Context(), "HEAD", s.url+"/tracks", nil)
	require.NoError(t, err)
	require.Empty(t, s.do(req).is(200).body)
}

func TestFormsOfOtherSitesAreRefused(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	for _, header := range []string{"Sec-Fetch-Site: cross-site", "Origin: https://elsewhere.example"} {
		req, err := http.NewRequestWithContext(t.Context(), "POST", s.url+"/tracks/new", strings.NewReader(newTrackValues().Encode()))
		require.NoError(t, err)
		name, value, _ := strings.Cut(header, ": ")
		req.Header.Set(name, value)
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		s.do(req).is(403).shows("This came from another site")
	}
	require.Equal(t, 12, s.rows("tracks"))
}

// An internal error is a complete page without details.
func TestErrorsOfOurs(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	require.NoError(t, s.db.Exec("ALTER TABLE artists RENAME TO elsewhere").Error)
	s.get("/artists").is(500).shows("Something went wrong on our side").hides("artists_", "SQL", "relation").has("</html>")

	site := newSite(s.db)
	mux := http.NewServeMux()
	routes := routes{site, mux}
	routes.handle("GET /panics", func(http.ResponseWriter, *http.Request) error { panic("secret") })
	routes.handle("GET /template", func(w http.ResponseWriter, r *http.Request) error {
		return site.render(w, r, 200, "artists.html", page{Title: "half", Data: struct{ List any }{}})
	})
	routes.handle("GET /breaks", func(http.ResponseWriter, *http.Request) error { panic(http.ErrAbortHandler) })
	s = s.serving(site.guard(mux))
	s.get("/panics").is(500).shows("Something went wrong on our side").hides("secret")
	s.get("/template").is(500).shows("Something went wrong on our side").hides("half")
	_, err := s.client.Get(s.url + "/breaks")
	require.Error(t, err, "the connection breaks")
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	for _, path := range []string{"/tracks", "/nonsense", "/tracks/1"} {
		h := s.get(path).header
		require.Equal(t, "text/html; charset=utf-8", h.Get("Content-Type"))
		require.Equal(t, "no-store", h.Get("Cache-Control"))
		require.Equal(t, "nosniff", h.Get("X-Content-Type-Options"))
		require.Equal(t, "same-origin", h.Get("Referrer-Policy"))
		require.Equal(t, "same-origin", h.Get("Cross-Origin-Opener-Policy"))
		require.Equal(t, "same-origin", h.Get("Cross-Origin-Resource-Policy"))
		require.Contains(t, h.Get("Content-Security-Policy"), "default-src 'self'")
		require.NotContains(t, h.Get("Content-Security-Policy"), "unsafe")
	}
	style := s.get(stylePath).is(200)
	require.Equal(t, "text/css; charset=utf-8", style.header.Get("Content-Type"))
	require.Contains(t, style.header.Get("Cache-Control"), "immutable")
	require.Contains(t, s.get("/tracks").body, `href="`+stylePath+`"`)
	require.Equal(t, "image/svg+xml", s.get("/static/icon.svg").is(200).header.Get("Content-Type"))
}

// A page that waits for the database for too long is an error page.
func TestDeadline(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	form := s.page("/artists/new").fields("/artists/new")
	s = s.serving(web.Limit(300*time.Millisecond, New(s.db)))
	tx := s.db.Begin()
	require.NoError(t, tx.Error)
	defer tx.Rollback()
	require.NoError(t, tx.Exec("LOCK TABLE artists, invoice_lines").Error)
	for _, path := range []string{"/artists", "/artists/1", "/sales.csv", "/"} {
		a := s.get(path).is(503).shows("The store is busy")
		require.Equal(t, "5", a.header.Get("Retry-After"), path)
	}
	s.post("/artists/new", with(form, "name", "New")).is(503).shows("The store is busy")
	s.get("/employees").is(200)
	require.NoError(t, tx.Rollback().Error)
	require.Equal(t, 4, s.rows("artists"))
	s.post("/artists/new", with(form, "name", "New")).is(303)
}

// Over HTTPS, here or at a proxy, no cookie leaves the encrypted connection.
func TestCookies(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	for i, proto := range []string{"", "http", "https"} {
		values := url.Values{"track_id": {"1"}, "once": {fmt.Sprint(i)}}
		req, err := http.NewRequestWithContext(t.Context(), "POST", s.url+"/basket/items", strings.NewReader(values.Encode()))
		require.NoError(t, err)
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("X-Forwarded-Proto", proto)
		set := s.do(req).is(303).header.Values("Set-Cookie")
		require.Len(t, set, 2)
		for _, line := range set {
			cookie, err := http.ParseSetCookie(line)
			require.NoError(t, err)
			require.True(t, cookie.HttpOnly)
			require.Equal(t, http.SameSiteLaxMode, cookie.SameSite)
			require.Equal(t, "/", cookie.Path)
			require.Equal(t, proto == "https", cookie.Secure, line)
		}
	}
}

// Every page has the marks for keyboards and screen readers.
func TestPagesAreMarkedUp(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	for _, path := range []string{
		"/artists", "/artists/new", "/artists/1", "/artists/1/edit", "/artists/1/delete", "/albums", "/albums/new", "/albums/1", "/albums/1/edit",
		"/albums/1/delete", "/tracks", "/tracks/new", "/tracks/1", "/tracks/1/delete", "/tracks/7/delete",
	} {
		a := s.page(path).has(`<html lang="en">`, `class="skip" href="#main"`, `<main id="main"`, `<nav aria-label="Main">`, `aria-current="page"`)
		require.Equal(t, 1, strings.Count(a.body, "<h1"), path)
		require.NotContains(t, a.body, "<script", path)
		require.NotContains(t, a.body, "style=", path)
		ids := map[string]bool{}
		for _, m := range attributes.FindAllStringSubmatch(a.body, -1) {
			if m[1] == "id" {
				require.False(t, ids[m[2]], "%s: two elements are %s", path, m[2])
				ids[m[2]] = true
			}
		}
		for _, m := range attributes.FindAllStringSubmatch(a.body, -1) {
			if m[1] == "for" || m[1] == "aria-describedby" {
				for id := range strings.FieldsSeq(m[2]) {
					require.True(t, ids[id], "%s: nothing is %s", path, id)
				}
			}
		}
		for i, form := range strings.Split(a.body, "<form ")[1:] {
			form, _, _ = strings.Cut(form, "</form>")
			require.Equal(t, strings.Contains(form, `method="post"`), strings.Contains(form, `name="once" value="`), "%s: form %d", path, i)
		}
	}
}

func TestLocalPath(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"/tracks?q=a": "/tracks?q=a", "/": "/", "": "/x", "//evil.example": "/x", "https://evil.example": "/x", `/\evil.example`: "/x",
		"/\t/evil.example": "/x", "/a\r\nSet-Cookie: b": "/x", "/" + strings.Repeat("a", 3000): "/x",
	} {
		require.Equal(t, want, localPath(path, "/x"), path)
	}
}
