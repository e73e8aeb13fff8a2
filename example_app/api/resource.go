package api

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"gorm.io/gorm"

	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/txutil"
)

// resource describes a model in the API.
type resource[T any] struct {
	db   *gorm.DB
	path string              // "tracks"
	key  func(obj *T) *int64 // returns the address of an object's primary key

	columns  []repo.Name[T]   // columns that a client may write
	required []repo.Name[T]   // those of columns that a new row must have
	readonly []repo.Name[T]   // further columns that are shown, besides the key
	filters  []repo.Lookup[T] // lookups that a list may be filtered by
	detail   []repo.Rel[T]    // relations that are shown with a single object

	// version returns the address of an object's lock_version, nil for a model
	// without one. A client that sends it overwrites only the row that it has seen.
	version func(obj *T) *int64

	// decode decodes the body of a POST and returns what creates the row from it,
	// if that is more than writing the columns.
	decode func(ctx context.Context, body []byte) (creator[T], error)
}

// creator creates a row in the transaction of the request. The body is decoded
// and checked before, so that it costs no time with a connection.
type creator[T any] func(ctx context.Context) (*T, error)

func (s resource[T]) register(mux *http.ServeMux) {
	mux.Handle("/api/"+s.path, methods{"GET": s.list, "POST": s.post})
	mux.Handle("/api/"+s.path+"/{id}", methods{"GET": s.get, "PUT": s.put, "PATCH": s.patch, "DELETE": s.delete})
}

func (s resource[T]) rows() *repo.Repository[T] { return repo.New[T](s.db) }

// list answers GET /api/tracks?name__icontains=love&order_by=-name&limit=20.
// The parameter offset is the number of rows before the page, and the answer
// then has a count. With cursor (empty for the first page) the answer has the
// addresses of the next and the previous page.
func (s resource[T]) list(w http.ResponseWriter, r *http.Request) {
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		writeError(w, http.StatusBadRequest, "malformed query string: "+err.Error())
		return
	}
	params := repo.Params[T]{Filters: s.filters, Orderings: s.orderings(), Limit: 100, MaxLimit: 1000}
	if !values.Has("cursor") {
		page, err := params.Page(r.Context(), s.rows(), values)
		if err != nil {
			fail(w, r, err)
			return
		}
		writeJSON(w, http.StatusOK, map[string]any{"count": page.Total, "results": page.Items})
		return
	}
	page, err := params.PageAfter(r.Context(), s.rows(), values)
	if err != nil {
		fail(w, r, err)
		return
	}
	writeJSON(w, http.StatusOK, map[string]any{"next": s.link(values, page.Next), "prev": s.link(values, page.Prev), "results": page.Items})
}

// link returns the address of another page, nil if there is none.
func (s resource[T]) link(values url.Values, cursor string) *string {
	if cursor == "" {
		return nil
	}
	values.Set("cursor", cursor)
	address := "/api/" + s.path + "?" + values.Encode()
	return &address
}

// orderings returns all columns. A list without order_by is in the order of the
// keys.
func (s resource[T]) orderings() []repo.Ordering[T] {
	orderings := []repo.Ordering[T]{"id"}
	for _, name := range slices.Concat(s.columns, s.readonly) {
		orderings = append(orderings, repo.Ordering[T](name))
	}
	return orderings
}

// get answers GET /api/tracks/1.
func (s resource[T]) get(w http.ResponseWriter, r *http.Request) {
	id, ok := s.id(w, r)
	if !ok {
		return
	}
	obj, err := s.one(r.Context(), id)
	if err != nil {
		fail(w, r, err)
		return
	}
	writeJSON(w, http.StatusOK, obj)
}

func (s resource[T]) one(ctx context.Context, id int64) (*T, error) {
	return s.rows().Filter("pk", id).PrefetchRelated(s.detail...).Get(ctx)
}

// post answers POST /api/tracks.
func (s resource[T]) post(w http.ResponseWriter, r *http.Request) {
	body, ok := readBody(w, r)
	if !ok {
		return
	}
	decode := s.decode
	if decode == nil {
		decode = s.decodeRow
	}
	create, err := decode(r.Context(), body)
	if err != nil {
		fail(w, r, err)
		return
	}
	var obj *T
	err = txutil.Atomic(r.Context(), s.db, func(ctx context.Context) error {
		made, err := create(ctx)
		if err != nil {
			return err
		}
		// Read the row again for its defaults and its amounts and times as stored.
		obj, err = s.one(ctx, *s.key(made))
		return err
	})
	if err != nil {
		fail(w, r, err)
		return
	}
	w.Header().Set("Location", fmt.Sprintf("/api/%s/%d", s.path, *s.key(obj)))
	writeJSON(w, http.StatusCreated, obj)
}

func (s resource[T]) decodeRow(_ context.Context, body []byte) (creator[T], error) {
	obj, _, err := s.decodeWhole(body, s.columns)
	return func(ctx context.Context) (*T, error) { return obj, s.rows().Create(ctx, obj) }, err
}

// changer changes a row in the transaction of the request.
type changer[T any] func(ctx context.Context, old *T) error

// put answers PUT /api/tracks/1: members missing in the body become zero.
func (s resource[T]) put(w http.ResponseWriter, r *http.Request) {
	s.change(w, r, func(body []byte) (changer[T], error) {
		obj, _, err := s.decodeWhole(body, s.changeable())
		return func(ctx context.Context, old *T) error {
			*s.key(obj) = *s.key(old)
			if s.version != nil && *s.version(obj) == 0 {
				*s.version(obj) = *s.version(old)
			}
			return s.rows().Save(ctx, obj, s.columns...)
		}, err
	})
}

// patch answers PATCH /api/tracks/1: only the members in the body change.
func (s resource[T]) patch(w http.ResponseWriter, r *http.Request) {
	s.change(w, r, func(body []byte) (changer[T], error) {
		// The first decoding finds what is wrong with the body, the second writes it
		// over the row.
		names, err := repo.DecodePatch(bytes.NewReader(body), new(T), s.changeable()...)
		return func(ctx context.Context, obj *T) error {
			if _, err := repo.DecodePatch(bytes.NewReader(body), obj, s.changeable()...); err != nil || len(names) == 0 {
				return err
			}
			return s.rows().Save(ctx, obj, names...)
		}, err
	})
}

func lockVersion[T any]() repo.Name[T] { return "lock_version" }

// changeable returns the members that a PUT or PATCH may have.
func (s resource[T]) changeable() []repo.Name[T] {
	if s.version == nil {
		return s.columns
	}
	return append(slices.Clone(s.columns), lockVersion[T]())
}

// change decodes the body, reads a row, changes it and answers with the changed
// row. All but the first is one transaction.
func (s resource[T]) change(w http.ResponseWriter, r *http.Request, decode func(body []byte) (changer[T], error)) {
	id, ok := s.id(w, r)
	if !ok {
		return
	}
	// Read the body before the transaction, which a slow client must not hold open.
	body, ok := readBody(w, r)
	if !ok {
		return
	}
	change, err := decode(body)
	if err != nil {
		fail(w, r, err)
		return
	}
	var obj *T
	err = txutil.Atomic(r.Context(), s.db, func(ctx context.Context) error {
		// Lock the row, so that the second of two concurrent changes sees the first.
		old, err := s.rows().Filter("pk", id).SelectForUpdate().Get(ctx)
		if err != nil {
			return err
		}
		if err := change(ctx, old); err != nil {
			return err
		}
		obj, err = s.one(ctx, id)
		return err
	})
	if err != nil {
		fail(w, r, err)
		return
	}
	writeJSON(w, http.StatusOK, obj)
}

// delete answers DELETE /api/tracks/1.
func (s resource[T]) delete(w http.ResponseWriter, r *http.Request) {
	id, ok := s.id(w, r)
	if !ok {
		return
	}
	deleted, err := s.rows().Filter("pk", id).Delete(r.Context())
	switch {
	case err != nil:
		fail(w, r, err)
	case deleted.Total == 0:
		fail(w, r, repo.ErrDoesNotExist)
	default:
		setHeaders(w.Header())
		w.WriteHeader(http.StatusNoContent)
	}
}

// decodeWhole decodes a body, which must have every required member, and
// returns the names of its members.
func (s resource[T]) decodeWhole(body []byte, allowed []repo.Name[T]) (obj *T, came []repo.Name[T], err error) {
	obj = new(T)
	came, err = repo.DecodePatch(bytes.NewReader(body), obj, allowed...)
	if err != nil {
		return nil, nil, err
	}
	return obj, came, missing(s.required, came)
}

// missing returns an error for required members that are not among came.
func missing[T any](required, came []repo.Name[T]) error {
	var missing models.ValidationError
	for _, name := range required {
		if !slices.Contains(came, name) {
			missing.Add(string(name), models.Problem{Code: "required", Message: "This field is required."})
		}
	}
	if missing.Fields == nil {
		return nil
	}
	return &missing
}

// id returns the key in the request's path. A text that is no key gets a 404.
func (s resource[T]) id(w http.ResponseWriter, r *http.Request) (int64, bool) {
	id, err := strconv.ParseUint(r.PathValue("id"), 10, 63)
	if err != nil {
		writeError(w, http.StatusNotFound, fmt.Sprintf("no such row: %q", strings.TrimPrefix(r.URL.Path, "/api/")))
		return 0, false
	}
	return int64(id), true
}
