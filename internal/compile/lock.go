package compile

import (
	"strings"
	"time"

	"github.com/gormango/gormango/internal/query"
)

// SelectLocked is Select that locks the model's own rows, FOR UPDATE, until the transaction ends.
func SelectLocked(q *query.Query, loc *time.Location) (*Stmt, error) {
	st, err := Select(q, loc)
	if err != nil {
		return nil, err
	}
	// OF names the table by its alias, which carries no schema.
	table := q.Model.Table[strings.LastIndexByte(q.Model.Table, '.')+1:]
	st.SQL += " FOR UPDATE OF " + string(AppendTable(nil, table))
	st.Reads = ""
	return st, nil
}
