package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/gormango/gormango"
)

// MaxQuery is the length of the longest accepted query string. Each of its
// values may become a parameter of a statement.
const MaxQuery = 8 << 10

// Limit returns next with a bound on the query string, and with a context that
// ends after d: it ends the statements of the request and its wait for a
// connection, and so the time for which it keeps one from others.
func Limit(d time.Duration, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if len(r.URL.RawQuery) > MaxQuery {
			http.Error(w, fmt.Sprintf("the query string is longer than %d bytes", MaxQuery), http.StatusRequestURITooLong)
			return
		}
		ctx, cancel := context.WithTimeout(r.Context(), d)
		defer cancel()
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// Overloaded reports whether a request failed for want of time: its deadline or
// a timeout of the server ended a statement, a lock or a connection was not
// free. The answer is then [RetryLater].
func Overloaded(err error) bool {
	var server *pgconn.PgError
	if errors.As(err, &server) {
		const lockTimeout, canceled = "55P03", "57014"
		return server.Code == lockTimeout || server.Code == canceled
	}
	var pool *gormango.PoolTimeoutError
	return errors.As(err, &pool) || errors.Is(err, context.DeadlineExceeded)
}

// RetryLater sets the header of a 503 and returns its status.
func RetryLater(w http.ResponseWriter) int {
	w.Header().Set("Retry-After", "5")
	return http.StatusServiceUnavailable
}

// HTTPS reports whether the client's connection is encrypted, here or at a
// proxy that says so. A client that lies about it changes its own answers
// alone.
func HTTPS(r *http.Request) bool {
	return r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https"
}
