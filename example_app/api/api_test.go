package api

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/example_app/web"
)

func TestNothingThere(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.error("GET", "/api/nonsense", "", 404, "nothing is at")
	s.error("GET", "/api/", "", 404, "nothing is at")
	s.error("POST", "/api/nonsense", "{}", 404, "nothing is at")
}

// request sends a request with headers: name, value, name, value …
func (s site) request(method, path, body string, headers ...string) answer {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), method, s.url+path, strings.NewReader(body))
	require.NoError(s.t, err)
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	return s.send(req)
}

// A page of another site changes nothing, by a form or by a script.
func TestOtherSites(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, r := range []struct{ method, path string }{{"POST", "/api/genres"}, {"PUT", "/api/genres/1"}, {"PATCH", "/api/genres/1"}, {"DELETE", "/api/playlists/1"}} {
		for _, from := range [][]string{
			{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "http://evil.example"}, {"Origin", "null"},
		} {
			got := s.request(r.method, r.path, `{"name": "evil"}`, append(from, "Content-Type", "application/json")...)
			require.Equal(t, 403, got.status, "%v %v", r, from)
			require.Contains(t, got.body, "a page of another site")
		}
	}
	require.Equal(t, 201, s.request("POST", "/api/genres", `{"name": "own"}`, "Sec-Fetch-Site", "same-origin", "Content-Type", "application/json").status)
	require.Equal(t, 200, s.request("GET", "/api/genres", "", "Sec-Fetch-Site", "cross-site").status)
	require.Equal(t, 3, s.rows("playlists"))
	require.Equal(t, 6, s.rows("genres"))
}

// A browser sends other types than JSON for a form without asking first.
func TestBodiesAreJSON(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, r := range []struct{ method, path, body string }{
		{"POST", "/api/genres", `{"name": "x"}`}, {"PUT", "/api/genres/1", `{"name": "x"}`}, {"PATCH", "/api/genres/1", `{"name": "x"}`},
		{"POST", "/api/invoices", `{"customer_id": 1, "lines": [{"track_id": 1, "quantity": 1}]}`},
	} {
		for _, kind := range []string{"", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/jsonp", "text/json", "application/json;;", "x"} {
			got := s.request(r.method, r.path, r.body, "Content-Type", kind)
			require.Equal(t, 415, got.status, "%v %q", r, kind)
		}
	}
	require.Equal(t, 5, s.rows("genres"))
	require.Equal(t, 3, s.rows("invoices"))
	require.Equal(t, 200, s.request("PATCH", "/api/genres/1", `{"name": "x"}`, "Content-Type", "Application/JSON; charset=utf-8").status)
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, r := range []struct {
		method, path string
		status       int
	}{
		{"GET", "/api/tracks", 200}, {"HEAD", "/api/tracks/1", 200}, {"GET", "/api/tracks/99", 404}, {"POST", "/api/genres", 400},
		{"DELETE", "/api/playlists/1", 204}, {"BREW", "/api/tracks", 405}, {"GET", "/api/nonsense", 404},
	} {
		got := s.do(r.method, r.path, "")
		require.Equal(t, r.status, got.status, r)
		for name, want := range map[string]string{
			"Cache-Control":                "no-store",
			"Content-Security-Policy":      "default-src 'none'; frame-ancestors 'none'",
			"Cross-Origin-Resource-Policy": "same-origin",
			"Referrer-Policy":              "no-referrer",
			"X-Content-Type-Options":       "nosniff",
		} {
			require.Equal(t, want, got.header.Get(name), "%v %s", r, name)
		}
	}
}

// A request that waits for the database for too long is answered, and leaves
// nothing behind.
func TestDeadline(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	server := httptest.NewServer(web.Limit(300*time.Millisecond, New(s.db)))
	defer server.Close()
	s.url = server.URL
	tx := s.db.Begin()
	require.NoError(t, tx.Error)
	defer tx.Rollback()
	require.NoError(t, tx.Exec("LOCK TABLE genres").Error)
	for _, r := range []struct{ method, path, body string }{{"GET", "/api/genres", ""}, {"GET", "/api/genres/1", ""}, {"POST", "/api/genres", `{"name": "x"}`}, {"DELETE", "/api/genres/1", ""}} {
		s.error(r.method, r.path, r.body, 503, "busy")
	}
	require.Equal(t, "5", s.do("GET", "/api/genres", "").header.Get("Retry-After"))
	require.NoError(t, tx.Rollback().Error)
	require.Equal(t, 5, s.rows("genres"))
}
