package repo

import (
	"github.com/google/uuid"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/modelinfo"
)

// pair is two values and more that are compared as one: the second may be a pair.
type pair struct{ first, rest any }

// tupleKey gives the values of fields as one that is comparable, whatever their Go types are. It is nil where one of them is NULL.
func tupleKey(fields []*modelinfo.Field, values []any) any {
	var key any
	for i := len(fields) - 1; i >= 0; i-- {
		k := plainKey(values[i])
		if k == nil {
			return nil
		}
		if text, ok := k.(string); ok && fields[i].Kind == lookup.UUID {
			if id, err := uuid.Parse(text); err == nil {
				k = id
			}
		}
		if i == len(fields)-1 {
			key = k
			continue
		}
		key = pair{k, key}
	}
	return key
}
