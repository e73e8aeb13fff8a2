package shop

import (
	"net/url"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

func newTrackValues() url.Values {
	return url.Values{"name": {"Quiet Street"}, "media_type_id": {"1"}, "milliseconds": {"1000"}, "unit_price": {"0.99"}, "once": {"one"}}
}

// A form sent twice acts once and is answered twice.
func TestAFormActsOnce(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	for range 3 {
		s.post("/tracks/new", newTrackValues()).redirects("/tracks/13")
		s.get("/tracks/13").is(200).shows("Added “Quiet Street”.")
		s.get("/tracks/13").is(200).hides("Added")
	}
	require.Equal(t, 13, s.rows("tracks"))
	// Other values, another number or another address make another form.
	s.post("/tracks/new", with(newTrackValues(), "name", "Other")).redirects("/tracks/14")
	s.post("/tracks/new", with(newTrackValues(), "once", "two")).redirects("/tracks/15")
}

func TestTwoAtOnceActOnce(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	var wg sync.WaitGroup
	locations := make([]string, 20)
	for i := range locations {
		wg.Go(func() { locations[i] = s.post("/tracks/new", newTrackValues()).header.Get("Location") })
	}
	wg.Wait()
	for _, location := range locations {
		require.Equal(t, "/tracks/13", location)
	}
	require.Equal(t, 13, s.rows("tracks"))
}

func TestARefusedFormMayBeSentAgain(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	for range 2 {
		s.post("/tracks/new", with(newTrackValues(), "name", "")).is(422).shows("This field cannot be blank.")
	}
	require.Zero(t, s.rows("submissions"))
	s.post("/tracks/new", nil).is(400).shows("has no token")
	s.post("/tracks/new", with(newTrackValues(), "once", "")).is(400)
}

func TestOldSubmissionsGo(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.post("/tracks/new", newTrackValues()).redirects("/tracks/13")
	require.NoError(t, s.db.Exec("UPDATE submissions SET created_at = now() - interval '25 hours'").Error)
	s.post("/tracks/new", with(newTrackValues(), "name", "New")).redirects("/tracks/14")
	newSite(s.db).forgetSubmissions(t.Context())
	require.Equal(t, 1, s.rows("submissions"))
}
