package fn

import (
	"errors"
	"maps"
	"slices"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/query"
	"github.com/gormango/gormango/repo"
)

// KT returns the value at a path into JSON as text: KT("data__owner__name"). It
// is NULL if the value is null or missing.
func KT(path repo.Ref) repo.Expr {
	return wrap(&query.Expr{Kind: query.Transformed, Transform: lookup.Transform{Name: "keytext"}, Type: text, Args: []*query.Expr{query.F(string(path))},
		Settle: func(e *query.Expr) error {
			a := e.Args[0]
			if a.Kind != query.Transformed || a.Transform.Name != "key" || a.Type.Kind != lookup.JSON {
				return errors.New("KT takes the name of a JSON column and keys behind it (data__key)")
			}
			return nil
		}})
}

// JSONObject returns a JSON object of expressions or values. NULL becomes null.
func JSONObject(members map[string]any) repo.Expr {
	var args []any
	for _, k := range slices.Sorted(maps.Keys(members)) {
		args = append(args, k, members[k])
	}
	return call("JSONB_BUILD_OBJECT", jsonb, args...)
}

// JSONArray returns a JSON array of expressions or values. NULL becomes null.
func JSONArray(members ...any) repo.Expr { return call("JSONB_BUILD_ARRAY", jsonb, members...) }
