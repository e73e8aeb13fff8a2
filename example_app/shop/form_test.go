package shop

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Invalid input is kept, shown as text, and reported beside its field.
func TestWhatIsTypedIsKept(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	texts := []string{
		"<script>alert(1)</script>", `"><img src=x onerror=alert(1)>`, strings.Repeat("x", 10_000), "🎵🎶", "שלום עולם", "'; DROP TABLE tracks; --",
		"a\x00b", "\xff\xfe", "\u202Eabc", "1e999999999", "-1", " ", "{{.}}", "99999999999999999999",
	}
	for _, name := range []string{"name", "composer", "album_id", "genre_id", "media_type_id", "milliseconds", "bytes", "unit_price"} {
		for _, text := range texts {
			a := s.post("/tracks/new", with(newTrackValues(), name, text))
			require.Contains(t, []int{303, 422}, a.status, "%s=%.50q: %s", name, text, a.body)
			if a.status == 303 {
				a = s.get(a.header.Get("Location")).is(200)
			} else {
				a.has(`id="`+name+`-error"`, `aria-invalid="true"`, `role="alert"`)
				require.Contains(t, a.body, `aria-describedby="`, name)
			}
			require.NotContains(t, a.body, "<script")
			require.NotContains(t, a.body, "<img")
			if shown := strings.TrimSpace(text); storable(text) && shown != "" {
				require.Contains(t, a.fields(formAction(a)).Get(name), shown, "%s=%.50q", name, text)
			}
		}
	}
}

// formAction is the action of the page's form for a track.
func formAction(a answer) string {
	for _, m := range attributes.FindAllStringSubmatch(a.body, -1) {
		if m[1] == "action" && strings.HasPrefix(m[2], "/tracks/") {
			return m[2]
		}
	}
	return ""
}

func TestEveryProblemIsSaidAtOnce(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	a := s.post("/tracks/new", with(newTrackValues(), "name", " ", "milliseconds", "soon", "unit_price", "0.999", "genre_id", "x", "media_type_id", "")).is(422)
	a.shows("5 fields need another look", "This field cannot be blank.", "Enter a whole number.", "at most two decimal places", "This field is required.")
	require.Equal(t, 1, strings.Count(a.body, `id="milliseconds-error"`))
	require.Equal(t, 1, strings.Count(a.body, " autofocus"))
	a.has(`<input id="name" name="name" type="text" value=" " dir="auto" required autofocus aria-invalid="true" aria-describedby="name-error">`)
	require.NotContains(t, a.text(), "Enter a whole number. E")
	for _, amount := range []string{"1e1", "1E999999999", "0.9.9", "NaN", "1,50", strings.Repeat("1", 41)} {
		s.post("/tracks/new", with(newTrackValues(), "unit_price", amount)).is(422).shows("Enter an amount such as 0.99.")
	}
	for _, text := range []string{"a\x00b", "\xff"} {
		a := s.post("/tracks/new", with(newTrackValues(), "name", text)).is(422).shows("Enter text without control characters.").has("\uFFFD")
		require.Contains(t, a.body, `id="name-error">Enter text without control characters.</p>`)
	}
	for _, key := range []string{"99999", "-1", "0"} {
		s.post("/tracks/new", with(newTrackValues(), "genre_id", key)).is(422).shows("does not exist.").hides("gormango:")
	}
}

func TestBodies(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	for body, status := range map[string]int{
		"name=%zz": 400, "": 400, "once=": 400, "name=" + strings.Repeat("x", maxForm+1): 413, "once=" + strings.Repeat("x", 101): 400,
	} {
		req, err := http.NewRequestWithContext(t.Context(), "POST", s.url+"/tracks/new", strings.NewReader(body))
		require.NoError(t, err)
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		s.do(req).is(status).shows("Error")
	}
}
