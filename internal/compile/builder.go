// Package compile turns a query tree into one SQL statement with numbered
// arguments. It never touches a connection. Values are always arguments; names
// come from the model, quoted. The rules for joins, NULLs and impossible
// conditions are Django's (django.db.models.sql.query and .where).
package compile

import (
	"strconv"
	"strings"
	"time"

	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/query"
)

// Stmt is a statement to run.
type Stmt struct {
	SQL  string
	Args []any
	// Objects say what a row of a Select holds, in the order of the columns.
	Objects []Object
	// Reads is the table of a read that may run on a replica, empty for a statement that writes, or that
	// must see what was written just now.
	Reads string
	// None says that no row can match: nothing need be sent.
	None bool
	// Unconditional says that an Update or Delete has no condition, or one that is always true.
	Unconditional bool
}

// Object is one struct of a result row. The first is the root; the others are
// related ones, reached by Rel from the object at Parent.
type Object struct {
	Fields []*modelinfo.Field
	Model  *modelinfo.Model
	Parent int
	Rel    *modelinfo.Relation
}

// builder writes one statement.
type builder struct {
	q     *query.Query
	loc   *time.Location // for the bounds of a year
	buf   []byte
	args  []any
	alias []alias // [0] is the model's own table
	where *node
	terms int // how many conditions the node written last holds side by side
}

// newBuilder resolves the conditions of q, which decides the joins.
func newBuilder(q *query.Query, loc *time.Location) *builder {
	b := &builder{q: q, loc: loc, alias: []alias{{name: q.Model.Table, model: q.Model, parent: -1}}, where: &node{}}
	if f := q.Model.SoftDelete; f != nil && !q.WithDeleted {
		b.where.kids = append(b.where.kids, &node{leaf: &term{field: f, isNull: true}})
	}
	for _, call := range q.Calls {
		b.addCall(call)
	}
	return b
}

func (b *builder) str(s string) { b.buf = append(b.buf, s...) }

// arg writes a parameter for v.
func (b *builder) arg(v any) {
	b.args = append(b.args, v)
	b.buf = append(b.buf, '$')
	b.buf = strconv.AppendInt(b.buf, int64(len(b.args)), 10)
}

// name writes a quoted identifier.
func (b *builder) name(s string) { b.buf = AppendName(b.buf, s) }

// AppendName appends one identifier in quotes.
func AppendName(buf []byte, s string) []byte {
	buf = append(buf, '"')
	for i := range len(s) {
		if s[i] == '"' {
			buf = append(buf, '"')
		}
		buf = append(buf, s[i])
	}
	return append(buf, '"')
}

// AppendTable appends a table's name, which may hold its schema's before a dot.
func AppendTable(buf []byte, s string) []byte {
	if schema, table, ok := strings.Cut(s, "."); ok {
		return AppendName(append(AppendName(buf, schema), '.'), table)
	}
	return AppendName(buf, s)
}

func (b *builder) table(s string) { b.buf = AppendTable(b.buf, s) }

// column writes a column of the table at alias.
func (b *builder) column(alias int, f *modelinfo.Field) {
	if alias == 0 {
		b.table(b.alias[0].name)
	} else {
		b.name(b.alias[alias].name)
	}
	b.str(".")
	b.name(f.DBName)
}

// from writes the tables and their joins.
func (b *builder) from() {
	b.str(" FROM ")
	b.table(b.alias[0].name)
	for i := 1; i < len(b.alias); i++ {
		b.join(i)
	}
}

// condition writes WHERE and the condition. none says that no row can match,
// all that every row does (and nothing was written).
func (b *builder) condition() (none, all bool) {
	if b.q.None {
		return true, false
	}
	start := len(b.buf)
	b.str(" WHERE ")
	switch b.node(b.where) {
	case empty:
		return true, false
	case full:
		b.buf = b.buf[:start]
		return false, true
	}
	return false, false
}

func (b *builder) stmt() *Stmt { return &Stmt{SQL: string(b.buf), Args: b.args} }
