package shop

import (
	"fmt"
	"net/http"
	"strconv"

	"github.com/gormango/gormango/repo"
)

// pathTo returns the address of a row: /tracks/5.
func pathTo(list string, id int64) string { return fmt.Sprintf("%s/%d", list, id) }

// pathID returns the key in the request's path. A text that is no key is a 404.
func pathID(r *http.Request) (int64, error) {
	id, err := strconv.ParseUint(r.PathValue("id"), 10, 63)
	if err != nil {
		return 0, repo.ErrDoesNotExist
	}
	return int64(id), nil
}

// one returns the row of src with the key in the request's path.
func one[T any](r *http.Request, src repo.Source[T]) (*T, error) {
	id, err := pathID(r)
	if err != nil {
		return nil, err
	}
	return repo.From(src).Filter("pk", id).Get(r.Context())
}

// keys returns the keys of rows.
func keys[T any](rows []*T, key func(*T) int64) []int64 {
	ids := make([]int64, len(rows))
	for i, row := range rows {
		ids[i] = key(row)
	}
	return ids
}
