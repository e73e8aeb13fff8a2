package related

import (
	"context"
	"fmt"

	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/query"
	"github.com/gormango/gormango/internal/store"
)

// ReplaceLinks makes the rows of keys those of a many-to-many relation of an
// object.
func ReplaceLinks(ctx context.Context, s *store.State, obj any, name string, keys []any) error {
	rows := *s
	rows.Owner, rows.Related, rows.Extensible = nil, false, false
	path, err := rows.Path(name)
	if err != nil {
		return err
	}
	rel := path[len(path)-1]
	if rel.Kind != modelinfo.ManyToMany {
		return rows.CallError(name, fmt.Errorf("%s.%s is not many-to-many", rel.From.Name, rel.Name))
	}
	m, err := New(&rows, obj, name, rel.To.Type)
	if err != nil {
		return err
	}
	m.Rows = rows.WithQuery(query.New(rel.To))
	parsed, err := m.ParseKeys(keys)
	if err != nil {
		return err
	}
	return m.ReplaceKeys(ctx, m.Restrict(m.Rows.Query), parsed)
}
