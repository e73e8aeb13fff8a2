package query

import (
	"fmt"
	"slices"

	"github.com/gormango/gormango/internal/modelinfo"
)

// Returned is a column that is read by a statement that writes.
type Returned struct {
	Name  string
	Field *modelinfo.Field
}

// Returning takes a query whose rows hold columns apart: the rows
// themselves, and their own columns, which a statement that writes them can
// read. There are none where the rows are objects.
func (q *Query) Returning() (rows *Query, columns []Returned, err error) {
	if q.Columns == nil {
		return q, nil, nil
	}
	if q.Columns.Grouped {
		return nil, nil, fmt.Errorf("%s: groups cannot be written", q.Model.Name)
	}
	for _, c := range q.Columns.Names {
		if c.Expr == nil || c.Expr.Kind != Ref || len(c.Expr.Path) > 0 {
			return nil, nil, fmt.Errorf("%s: %q is no column of the row itself, which is all that comes back", q.Model.Name, c.Name)
		}
		columns = append(columns, Returned{c.Name, c.Expr.Field})
	}
	n := q.clone()
	n.Columns = nil
	n.Steps = slices.DeleteFunc(slices.Clone(q.Steps), func(s Step) bool { return s.Columns != nil })
	return n, columns, nil
}
