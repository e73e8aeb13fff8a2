package web

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/repotest"
	"github.com/gormango/gormango/txutil"
)

func TestLimit(t *testing.T) {
	t.Parallel()
	var deadline time.Time
	h := Limit(time.Minute, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { deadline, _ = r.Context().Deadline() }))
	for n, want := range map[int]int{0: 200, MaxQuery: 200, MaxQuery + 1: 414, 900_000: 414} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), "GET", "/?"+strings.Repeat("9", n), nil))
		require.Equal(t, want, w.Code, n)
	}
	require.WithinDuration(t, time.Now().Add(time.Minute), deadline, 10*time.Second)
}

// What a deadline or a timeout ended is no error of the program.
func TestOverloaded(t *testing.T) {
	t.Parallel()
	db := repotest.Open(t)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	require.True(t, Overloaded(db.WithContext(ctx).Exec("SELECT pg_sleep(60)").Error))
	require.True(t, Overloaded(txutil.Atomic(t.Context(), db, func(ctx context.Context) error {
		if err := txutil.SetLocal(ctx, db, "statement_timeout", "20ms"); err != nil {
			return err
		}
		return db.WithContext(ctx).Exec("SELECT pg_sleep(60)").Error
	})))
	require.True(t, Overloaded(fmt.Errorf("x: %w", &gormango.PoolTimeoutError{})))
	require.True(t, Overloaded(&pgconn.PgError{Code: "55P03"}))
	require.False(t, Overloaded(&pgconn.PgError{Code: "23505"}))
	require.False(t, Overloaded(db.WithContext(t.Context()).Exec("SELECT 1/0").Error))
	require.False(t, Overloaded(context.Canceled))
	require.False(t, Overloaded(errors.New("x")))
	require.False(t, Overloaded(nil))
}

func TestHTTPS(t *testing.T) {
	t.Parallel()
	r := httptest.NewRequestWithContext(t.Context(), "GET", "/", nil)
	require.False(t, HTTPS(r))
	r.Header.Set("X-Forwarded-Proto", "https")
	require.True(t, HTTPS(r))
	r.Header.Set("X-Forwarded-Proto", "http")
	require.False(t, HTTPS(r))
	r.TLS = &tls.ConnectionState{}
	require.True(t, HTTPS(r))
}
