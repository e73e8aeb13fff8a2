package shop

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/example_app/web"
	"github.com/gormango/gormango/repo"
)

// problem is an error with a page of its own.
type problem struct {
	Status  int
	Heading string
	Text    string
}

// Error implements error.
func (p *problem) Error() string { return fmt.Sprintf("%d %s: %s", p.Status, p.Heading, p.Text) }

// badRequest returns the error for a request that no page of this site sends.
func badRequest(text string) error {
	return &problem{http.StatusBadRequest, "That request does not work", text}
}

var (
	errNotFound = &problem{http.StatusNotFound, "Page not found",
		"The page may have been removed, or the address is wrong. Use the links above."}
	errBusy = &problem{http.StatusServiceUnavailable, "The store is busy", "This took too long and was given up. Try again in a moment."}
)

// handle returns a handler that calls fn and shows the page of its error.
func (s *site) handle(fn handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := fn(w, r); err != nil {
			s.fail(w, r, err)
		}
	}
}

// fail answers with the page of an error. An internal error is logged, and the
// page has no details of it.
func (s *site) fail(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, context.Canceled) {
		return // the visitor has gone
	}
	p := problemOf(err)
	switch p.Status {
	case http.StatusServiceUnavailable:
		web.RetryLater(w)
		slog.Warn("example_app: a page took too long", "method", r.Method, "path", r.URL.Path, "error", err)
	case http.StatusInternalServerError:
		slog.Error("example_app: a page failed", "method", r.Method, "path", r.URL.Path, "error", err)
	}
	data := struct {
		*problem
		Again string // address of a link to start again
	}{p, ""}
	if p.Status == http.StatusBadRequest && r.Method == http.MethodGet && r.URL.RawQuery != "" {
		data.Again = r.URL.Path
	}
	if err := s.render(w, r, p.Status, "error.html", page{Title: p.Heading, Data: data}); err != nil {
		slog.Error("example_app: the page of an error failed", "error", err)
		http.Error(w, "Something went wrong on our side.", http.StatusInternalServerError)
	}
}

// problemOf returns the page of an error.
func problemOf(err error) *problem {
	var (
		own      *problem
		param    *repo.ParamError
		conflict *gormango.IntegrityError
		data     *gormango.DataError
		large    *http.MaxBytesError
	)
	switch {
	case errors.As(err, &own):
		return own
	case errors.As(err, &param):
		return &problem{http.StatusBadRequest, "That request does not work", describe(param)}
	case errors.As(err, &large):
		return &problem{http.StatusRequestEntityTooLarge, "That is too much",
			fmt.Sprintf("A form may hold %d bytes. Nothing was changed.", large.Limit)}
	case web.Overloaded(err):
		return errBusy
	case errors.Is(err, repo.ErrDoesNotExist):
		return errNotFound
	case errors.Is(err, repo.ErrStaleObject):
		return &problem{http.StatusConflict, "Changed in the meantime",
			"This was changed after you opened it, so nothing was done. Go back and reload the page."}
	case errors.As(err, &conflict):
		return &problem{http.StatusConflict, "Conflict",
			fmt.Sprintf("Other data of the store prevents it (%s). Nothing was changed.", conflict.Table)}
	case errors.As(err, &data):
		return &problem{http.StatusBadRequest, "That request does not work", "The request has a value that the store cannot save or compare."}
	}
	return &problem{http.StatusInternalServerError, "Something went wrong on our side",
		"The error was logged. Try again in a moment."}
}

// describe returns a sentence on a wrong parameter, whose value may be long.
func describe(e *repo.ParamError) string {
	short := *e
	short.Param, short.Value = cut(e.Param, 60), cut(e.Value, 60)
	text := strings.TrimPrefix(short.Error(), "repo: ")
	return strings.ToUpper(text[:1]) + text[1:] + "."
}

// cut returns at most n characters of a text.
func cut(text string, n int) string {
	i := 0
	for at := range text {
		if i == n {
			return text[:at] + "…"
		}
		i++
	}
	return text
}
