package web

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/repotest"
)

// The probes answer soon while all connections are in use, and after the
// database has gone.
func TestProbes(t *testing.T) {
	t.Parallel()
	db := repotest.Open(t)
	mux := http.NewServeMux()
	Probes(mux, db)
	probe := func(path string, status int) {
		t.Helper()
		begin, w := time.Now(), httptest.NewRecorder()
		mux.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), "GET", path, nil))
		require.Equal(t, status, w.Code, w.Body)
		require.Equal(t, "no-store", w.Header().Get("Cache-Control"))
		require.Less(t, time.Since(begin), 5*time.Second)
	}
	probe("/livez", 200)
	probe("/readyz", 200)

	for range gormango.Stats(db).Max {
		tx := db.Begin()
		require.NoError(t, tx.Error)
		defer tx.Rollback()
	}
	probe("/livez", 200)
	probe("/readyz", 503)
}
