package shop

import (
	"fmt"
	"net/http"
	"strings"

	"gorm.io/gorm"

	"github.com/gormango/gormango/example_app/store"
	"github.com/gormango/gormango/repo"
)

// site is the state that the handlers share.
type site struct {
	db *gorm.DB

	artists     *repo.Repository[store.Artist]
	albums      *repo.Repository[store.Album]
	tracks      *repo.Repository[store.Track]
	genres      *repo.Repository[store.Genre]
	mediaTypes  *repo.Repository[store.MediaType]
	playlists   *repo.Repository[store.Playlist]
	customers   *repo.Repository[store.Customer]
	employees   *repo.Repository[store.Employee]
	invoices    *repo.Repository[store.Invoice]
	lines       *repo.Repository[store.InvoiceLine]
	submissions *repo.Repository[store.Submission]

	till till

	exports chan struct{} // the running exports, each of which holds a connection
}

func newSite(db *gorm.DB) *site {
	return &site{
		db:          db,
		artists:     repo.New[store.Artist](db),
		albums:      repo.New[store.Album](db),
		tracks:      repo.New[store.Track](db),
		genres:      repo.New[store.Genre](db),
		mediaTypes:  repo.New[store.MediaType](db),
		playlists:   repo.New[store.Playlist](db),
		customers:   repo.New[store.Customer](db),
		employees:   repo.New[store.Employee](db),
		invoices:    repo.New[store.Invoice](db),
		lines:       repo.New[store.InvoiceLine](db),
		submissions: repo.New[store.Submission](db),
		till:        newTill(db),
		exports:     make(chan struct{}, maxExports),
	}
}

// handler answers a request, or returns an error for the error page.
type handler func(w http.ResponseWriter, r *http.Request) error

// routes registers the addresses of the site. Each resource adds its own.
type routes struct {
	site *site
	mux  *http.ServeMux
}

// handle serves a pattern such as "GET /tracks/{id}".
func (t routes) handle(pattern string, fn handler) { t.mux.Handle(pattern, t.site.handle(fn)) }

// New returns the handler of the pages, for every address that the API does not
// have.
func New(db *gorm.DB) http.Handler {
	s := newSite(db)
	t := routes{s, http.NewServeMux()}
	s.homeRoutes(t)
	s.artistRoutes(t)
	s.albumRoutes(t)
	s.trackRoutes(t)
	s.playlistRoutes(t)
	s.customerRoutes(t)
	s.invoiceRoutes(t)
	s.employeeRoutes(t)
	s.basketRoutes(t)
	t.mux.HandleFunc("GET /static/site.css", static("site.css", "text/css; charset=utf-8", styleText))
	t.mux.HandleFunc("GET /static/icon.svg", static("icon.svg", "image/svg+xml", iconText))
	t.handle("/", t.nowhere)

	sameSite := http.NewCrossOriginProtection()
	sameSite.SetDenyHandler(s.handle(func(http.ResponseWriter, *http.Request) error {
		return &problem{http.StatusForbidden, "This came from another site",
			"A form of another site tried to change something here, so nothing was done. If it was you, go back to the page of this shop and send the form again from there."}
	}))
	return s.guard(sameSite.Handler(t.mux))
}

// nowhere answers unknown addresses, and methods that an address does not have.
func (t routes) nowhere(w http.ResponseWriter, r *http.Request) error {
	var allowed []string
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost} {
		other := r.Clone(r.Context())
		other.Method = method
		if _, pattern := t.mux.Handler(other); pattern != "/" {
			allowed = append(allowed, method)
		}
	}
	if allowed == nil {
		return errNotFound
	}
	list := strings.Join(allowed, ", ")
	w.Header().Set("Allow", list)
	return &problem{http.StatusMethodNotAllowed, "Method not allowed", "This address accepts only requests by " + list + "."}
}

// guard sets the headers of every answer and turns a panic into a page.
func (s *site) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'; object-src 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		defer func() {
			if p := recover(); p == http.ErrAbortHandler {
				panic(p) // aborts the connection
			} else if p != nil {
				s.fail(w, r, fmt.Errorf("panic: %v", p))
			}
		}()
		next.ServeHTTP(w, r)
	})
}
