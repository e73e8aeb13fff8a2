package web

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"gorm.io/gorm"

	"github.com/gormango/gormango"
)

// probeTime is how long the probe of readiness waits for the database: less
// than load balancers wait for an answer.
const probeTime = time.Second

// Probes registers the probes of a load balancer. GET /livez answers while the
// program runs, whatever the database does. GET /readyz asks the database, and
// is a 503 if it does not answer, or all connections are in use, for a second.
func Probes(mux *http.ServeMux, db *gorm.DB) {
	mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) { told(w, http.StatusOK, "alive") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), probeTime)
		defer cancel()
		if err := gormango.Health(ctx, db); err != nil {
			slog.Warn("example_app: not ready", "error", err)
			told(w, RetryLater(w), "the database does not answer")
			return
		}
		told(w, http.StatusOK, "ready")
	})
}

func told(w http.ResponseWriter, status int, text string) {
	h := w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text + "\n")) // the client may have gone
}
