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
// is NULL if the value is null or missing. KeyText takes keys that no lookup
// can name.
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

// Key returns the value at the end of a path into JSON or hstore, whatever its
// keys are: Key(repo.F("data"), "a__b", 0) is the first element of what
// data["a__b"] holds. A text is the name of an object's member, also "0" and
// "exact"; an integer is the index of an element, counted from the end if it is
// negative. The value is NULL if there is none.
func Key(e repo.Operand, key any, more ...any) repo.Expr {
	n, err := query.KeyAt(node(e), append([]any{key}, more...)...)
	if err != nil {
		return invalid("%w", err)
	}
	return wrap(n)
}

// KeyText is Key for the value as text, NULL if it is null or missing. A text
// is without its quotes.
func KeyText(e repo.Operand, key any, more ...any) repo.Expr {
	at := Key(e, key, more...)
	if at.Node().Err != nil {
		return at
	}
	return wrap(&query.Expr{Kind: query.Transformed, Transform: lookup.Transform{Name: "keytext"}, Type: text, Args: []*query.Expr{at.Node()},
		Settle: func(e *query.Expr) error {
			if e.Args[0].Type.Kind != lookup.JSON {
				return errors.New("KeyText takes JSON (the values of hstore are texts)")
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
