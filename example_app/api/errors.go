package api

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/example_app/web"
	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
)

// fail answers with the status of an error. An internal error is logged, and
// the client gets no details of it.
func fail(w http.ResponseWriter, r *http.Request, err error) {
	var (
		param    *repo.ParamError
		patch    *repo.PatchError
		invalid  *models.ValidationError
		conflict *gormango.IntegrityError
	)
	switch {
	case errors.As(err, &param):
		writeError(w, http.StatusBadRequest, strings.TrimPrefix(param.Error(), "repo: "))
	case errors.As(err, &patch):
		writeError(w, http.StatusBadRequest, strings.TrimPrefix(patch.Error(), "repo: "))
	case errors.As(err, &conflict):
		writeError(w, http.StatusConflict, describe(conflict, r.Method))
	case errors.As(err, &invalid):
		writeJSON(w, http.StatusUnprocessableEntity, map[string]any{"errors": invalid})
	case errors.Is(err, repo.ErrDoesNotExist):
		writeError(w, http.StatusNotFound, fmt.Sprintf("no such row: %q", strings.TrimPrefix(r.URL.Path, "/api/")))
	case errors.Is(err, repo.ErrStaleObject):
		writeError(w, http.StatusConflict, "the row was changed since you read it (lock_version): read it again")
	case errors.Is(err, context.Canceled):
		// The client has gone.
	case web.Overloaded(err):
		slog.Warn("example_app: a request took too long", "method", r.Method, "path", r.URL.Path, "error", err)
		writeError(w, web.RetryLater(w), "the store is busy: try again in a moment")
	default:
		slog.Error("example_app: a request failed", "method", r.Method, "path", r.URL.Path, "error", err)
		writeError(w, http.StatusInternalServerError, "something went wrong on our side")
	}
}

// describe returns a text on a violated constraint for a client.
func describe(e *gormango.IntegrityError, method string) string {
	columns := strings.Join(e.Columns, ", ")
	switch {
	case e.Kind == gormango.ForeignKey && method == http.MethodDelete:
		return fmt.Sprintf("rows of %s refer to this one (%s)", e.Table, columns)
	case e.Kind == gormango.ForeignKey:
		return fmt.Sprintf("%s of %s refers to a row that does not exist", columns, e.Table)
	case e.Kind == gormango.Unique:
		return fmt.Sprintf("another row of %s has this %s", e.Table, columns)
	}
	return fmt.Sprintf("table %s does not take these values (%s)", e.Table, e.Constraint)
}

func writeError(w http.ResponseWriter, status int, text string) {
	writeJSON(w, status, map[string]string{"error": text})
}
