package compile

import (
	"errors"
	"strings"
	"time"

	"github.com/gormango/gormango/internal/query"
)

// SelectLocked is Select that locks the model's own rows, FOR UPDATE, until the
// transaction ends.
func SelectLocked(q *query.Query, loc *time.Location) (*Stmt, error) {
	return Select(q.Locked(query.Lock{}), loc)
}

// locked adds the lock that the query was told of to a statement that reads
// objects.
func (st *Stmt) locked(q *query.Query) error {
	l := q.Lock
	if l == nil {
		return nil
	}
	if q.Set != nil {
		return errors.New("the rows of a set operation cannot be locked (lock those of its parts)")
	}
	// OF names the table by its alias, which carries no schema.
	table := q.Model.Table[strings.LastIndexByte(q.Model.Table, '.')+1:]
	mode := " FOR UPDATE OF "
	if l.NoKey {
		mode = " FOR NO KEY UPDATE OF "
	}
	st.SQL += mode + string(AppendTable(nil, table))
	switch {
	case l.NoWait:
		st.SQL += " NOWAIT"
	case l.SkipLocked:
		st.SQL += " SKIP LOCKED"
	}
	st.Reads = ""
	return nil
}
