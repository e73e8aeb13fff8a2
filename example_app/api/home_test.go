package api

import (
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestHome(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	page := s.do("GET", "/", "")
	require.Equal(t, 200, page.status)
	require.Equal(t, "text/html; charset=utf-8", page.header.Get("Content-Type"))
	require.Contains(t, page.body, "gormango")
	require.Contains(t, page.body, `<a href="/api/artists">Artists</a></td><td class="number">4</td>`)
	require.Contains(t, page.body, `Invoice lines</td><td class="number">6</td>`)
	links := regexp.MustCompile(`href="([^"]+)"`).FindAllStringSubmatch(page.body, -1)
	require.Len(t, links, 11)
	for _, link := range links {
		path := regexp.MustCompile("&amp;").ReplaceAllString(link[1], "&")
		require.Equal(t, 200, s.do("GET", path, "").status, path)
	}
	require.Equal(t, 405, s.do("POST", "/", "").status)
	require.Equal(t, 404, s.do("GET", "/nonsense", "").status)
	s.error("GET", "/api/nonsense", "", 404, "nothing is at")
	s.error("GET", "/api/", "", 404, "nothing is at")
	s.error("POST", "/api/nonsense", "{}", 404, "nothing is at")
}
