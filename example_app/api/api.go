package api

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"gorm.io/gorm"
)

// New returns the handler of all addresses below /api/. It changes nothing for
// a page of another site.
func New(db *gorm.DB) http.Handler {
	mux := http.NewServeMux()
	tracks(db).register(mux)
	albums(db).register(mux)
	artists(db).register(mux)
	genres(db).register(mux)
	mediaTypes(db).register(mux)
	playlists(db).register(mux)
	customers(db).register(mux)
	employees(db).register(mux)
	invoices(db).register(mux)
	mux.HandleFunc("/api/", func(w http.ResponseWriter, r *http.Request) {
		writeError(w, http.StatusNotFound, fmt.Sprintf("nothing is at %q", r.URL.Path))
	})
	sameSite := http.NewCrossOriginProtection()
	sameSite.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		writeError(w, http.StatusForbidden, "a page of another site may not change anything here")
	}))
	return sameSite.Handler(mux)
}

// methods maps the methods of an address to handlers.
type methods map[string]http.HandlerFunc

// ServeHTTP answers 405 to a method that the address does not have.
func (m methods) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	method := r.Method
	if method == http.MethodHead {
		method = http.MethodGet
	}
	if handle, ok := m[method]; ok {
		handle(w, r)
		return
	}
	var allowed []string
	for name := range m {
		allowed = append(allowed, name)
		if name == http.MethodGet {
			allowed = append(allowed, http.MethodHead)
		}
	}
	slices.Sort(allowed)
	w.Header().Set("Allow", strings.Join(allowed, ", "))
	writeError(w, http.StatusMethodNotAllowed, fmt.Sprintf("%s is not possible here; choices are %s", r.Method, strings.Join(allowed, ", ")))
}
