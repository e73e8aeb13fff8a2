package shop

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"strings"
	"time"

	"gorm.io/gorm"

	"github.com/gormango/gormango/example_app/store"
	"github.com/gormango/gormango/txutil"
)

// outcome is the result of a form: the address of the next page, a text for it,
// and the token of the visitor's basket if the form is the one that fills it.
type outcome struct{ Location, Flash, Basket string }

// tries is how often a transaction is run because of deadlocks.
const tries = 4

// errTwice reports that a form was handled before.
var errTwice = errors.New("shop: this form was sent before")

// submit runs fn for a form in a transaction and redirects the visitor. A form
// that was sent before, by a double click or the back button, does nothing and
// has the same redirect. If the first one is still running, the second waits
// for it at the unique key of store.Submission. An error of fn is returned
// without an answer and leaves nothing behind, so that the form can be
// corrected and sent again. fn runs again after a deadlock.
func (s *site) submit(w http.ResponseWriter, r *http.Request, f *form, fn func(ctx context.Context) (outcome, error)) error {
	key, err := submissionKey(r, f)
	if err != nil {
		return err
	}
	var done outcome
	err = txutil.Atomic(r.Context(), s.db, func(ctx context.Context) error {
		sent := &store.Submission{Key: key, CreatedAt: time.Now()}
		if err := s.submissions.Create(ctx, sent); errors.Is(err, gorm.ErrDuplicatedKey) {
			return errTwice
		} else if err != nil {
			return err
		}
		var err error
		if done, err = fn(ctx); err != nil {
			return err
		}
		sent.Location, sent.Flash, sent.Basket = done.Location, done.Flash, done.Basket
		return s.submissions.Save(ctx, sent, "location", "flash", "basket")
	}, txutil.Retry(tries))
	if errors.Is(err, errTwice) {
		var first *store.Submission
		if first, err = s.submissions.ByPK(r.Context(), key); err == nil {
			done = outcome{first.Location, first.Flash, first.Basket}
		}
	}
	if err != nil {
		return err
	}
	if done.Basket != "" {
		setCookie(w, r, basketCookie, done.Basket, basketAge)
	}
	setFlash(w, r, done.Flash)
	http.Redirect(w, r, done.Location, http.StatusSeeOther)
	if rand.N(100) == 0 {
		s.forgetSubmissions(r.Context())
	}
	return nil
}

// submissionKey returns a hash that identifies this sending of a form. It
// includes the values, so that a form sent again with other values is another.
func submissionKey(r *http.Request, f *form) (string, error) {
	token := f.values.Get("once")
	if token == "" || len(token) > 100 {
		return "", badRequest("The form has no token. Reload the page and send the form again.")
	}
	sum := sha256.Sum256([]byte(strings.Join([]string{r.Method, r.URL.RequestURI(), f.values.Encode()}, "\n")))
	return hex.EncodeToString(sum[:]), nil
}

// forgetSubmissions deletes old submissions.
func (s *site) forgetSubmissions(ctx context.Context) {
	if _, err := s.submissions.Filter("created_at__lt", time.Now().AddDate(0, 0, -1)).Delete(ctx); err != nil {
		slog.Warn("example_app: old submissions stay", "error", err)
	}
}

// localPath returns path if it is an address of this site, else otherwise,
// since a request must not redirect to another site.
func localPath(path, otherwise string) string {
	if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.ContainsAny(path, "\\\r\n\t") || len(path) > 2000 {
		return otherwise
	}
	return path
}
