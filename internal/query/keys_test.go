package query_test

import (
	"testing"

	"github.com/gormango/gormango/internal/query"
)

func TestKeys(t *testing.T) {
	t.Parallel()
	compare(t, "keys.txt", []golden{
		{"in of none", cond(query.In(thing.Key, nil))},
		{"in of one column", cond(query.In(thing.Key, [][]any{{int64(1)}, {int64(2)}}))},
		{"in of two columns", cond(query.In(pair.Key, [][]any{{int64(1), int64(2)}, {int64(3), int64(4)}}))},
		{"equals", cond(query.Equals(nil, pair.Key, []any{1, 2}))},
		{"equals behind a relation", cond(query.Equals(thing.Relation("owner"), owner.Key, []any{1}))},
		{"one of", cond(query.OneOf(thing.Field("owner_id"), query.New(owner).OrderBy(ordered(query.New(owner), "name")), owner.Key[0]))},
	})
}
