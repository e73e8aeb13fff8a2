package api

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango/example_app/dataset"
	"github.com/gormango/gormango/example_app/store"
	"github.com/gormango/gormango/repotest"
)

// site is the API on a database of its own with the sample.
type site struct {
	t   testing.TB
	db  *gorm.DB
	url string
}

func newSite(t testing.TB) site {
	t.Helper()
	db := repotest.Open(t, store.Models()...)
	filled, err := dataset.FillEmpty(t.Context(), db)
	require.NoError(t, err)
	require.True(t, filled)
	server := httptest.NewServer(New(db))
	t.Cleanup(server.Close)
	return site{t, db, server.URL}
}

// answer is an answer of the server.
type answer struct {
	status int
	header http.Header
	body   string
}

func (s site) do(method, path, body string) answer {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), method, s.url+path, strings.NewReader(body))
	require.NoError(s.t, err)
	req.Header.Set("Content-Type", "application/json")
	return s.send(req)
}

func (s site) send(req *http.Request) answer {
	s.t.Helper()
	resp, err := http.DefaultClient.Do(req)
	require.NoError(s.t, err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	require.NoError(s.t, err)
	return answer{resp.StatusCode, resp.Header, string(text)}
}

// want sends a request and checks status and JSON of the answer.
func (s site) want(method, path, body string, status int, want string) {
	s.t.Helper()
	got := s.do(method, path, body)
	require.Equal(s.t, status, got.status, "%s %s %s: %s", method, path, body, got.body)
	if want == "" {
		require.Empty(s.t, got.body)
		return
	}
	require.Equal(s.t, "application/json; charset=utf-8", got.header.Get("Content-Type"))
	require.JSONEq(s.t, want, got.body, "%s %s %s", method, path, body)
}

// error sends a request and checks status and the error's text in part.
func (s site) error(method, path, body string, status int, contains string) {
	s.t.Helper()
	got := s.do(method, path, body)
	require.Equal(s.t, status, got.status, "%s %s %.200s: %s", method, path, body, got.body)
	var answer struct{ Error string }
	require.NoError(s.t, json.Unmarshal([]byte(got.body), &answer), got.body)
	require.Contains(s.t, answer.Error, contains)
}

// object returns the JSON object in the answer to a request.
func (s site) object(method, path, body string, status int) map[string]any {
	s.t.Helper()
	got := s.do(method, path, body)
	require.Equal(s.t, status, got.status, "%s %s: %s", method, path, got.body)
	var v map[string]any
	require.NoError(s.t, json.Unmarshal([]byte(got.body), &v), got.body)
	return v
}

// ids returns the keys of a list's results.
func (s site) ids(path string) []int {
	s.t.Helper()
	got := s.do("GET", path, "")
	require.Equal(s.t, 200, got.status, "%s: %s", path, got.body)
	var list struct{ Results []struct{ ID int } }
	require.NoError(s.t, json.Unmarshal([]byte(got.body), &list))
	ids := []int{}
	for _, row := range list.Results {
		ids = append(ids, row.ID)
	}
	return ids
}

func (s site) rows(table string) int {
	s.t.Helper()
	var n int
	require.NoError(s.t, s.db.Raw("SELECT count(*) FROM "+table).Scan(&n).Error)
	return n
}
