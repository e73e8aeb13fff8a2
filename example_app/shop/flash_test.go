package shop

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

func TestFlash(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	long := strings.Repeat("ü", 120)
	s.post("/artists/new", url.Values{"name": {long}}).redirects("/artists/5")
	s.get("/artists/5").is(200).shows("Added “" + long + "”.").has(`role="status"`)
	for _, name := range []string{strings.Repeat("🎵", 120), "<script>alert(1)</script>"} {
		location := s.post("/artists/new", url.Values{"name": {name}}).is(303).header.Get("Location")
		a := s.get(location).is(200)
		require.NotContains(t, a.body, "<script")
		require.Contains(t, a.header.Get("Set-Cookie"), "Max-Age=0")
		require.Contains(t, a.text(), "Added “"+cut(name, 60)[:len(name)/8])
		s.get(location).hides("Added")
	}
	for _, value := range []string{"%%", "not base64!", strings.Repeat("YQ", 1000), "_w"} {
		req, err := http.NewRequestWithContext(t.Context(), "GET", s.url+"/artists", nil)
		require.NoError(t, err)
		req.Header.Set("Cookie", "flash="+value)
		s.do(req).is(200).shows("Artists")
	}
}

// A long text is cut between two characters.
func TestLongFlash(t *testing.T) {
	t.Parallel()
	for n := range 8 {
		w, r := httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil)
		setFlash(w, r, strings.Repeat("a", n)+strings.Repeat("🎵", 100))
		r.Header.Set("Cookie", w.Header().Get("Set-Cookie"))
		cookie, err := r.Cookie(flashCookie)
		require.NoError(t, err)
		require.Less(t, len(cookie.Value), 500)
		text := takeFlash(httptest.NewRecorder(), r)
		require.True(t, strings.HasSuffix(text, "🎵…"), text)
		require.True(t, utf8.ValidString(text))
		require.GreaterOrEqual(t, len(text), maxFlash-4)
	}
}
