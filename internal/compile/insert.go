package compile

import (
	"errors"
	"slices"
	"strings"

	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/query"
)

// Values are rows of values for columns: an array for each column, or with Rows
// that number of rows, one after the other.
type Values struct {
	Columns []*modelinfo.Field
	Args    []any
	Rows    int
}

// rows writes the values row by row. Where no column has their types, each of
// them has a cast.
func (b *builder) rows(v Values, typed bool) {
	for i, arg := range v.Args {
		column := i % len(v.Columns)
		if column == 0 {
			b.sep(i, "VALUES (", "), (")
		}
		b.sep(column, "", ", ")
		b.arg(arg)
		if typed {
			b.str("::" + v.Columns[column].Cast)
		}
	}
	b.str(")")
}

// Conflict is what an insert does with a row that exists.
type Conflict struct {
	// Columns are those of the unique constraint that is meant; none for any, which
	// only ignoring takes.
	Columns []*modelinfo.Field
	// Where is the condition of the index, nil for one without.
	Where *query.Cond
	// Update are the columns of the row that exists which take the new values, Sets
	// other assignments to it; none to leave it alone.
	Update []*modelinfo.Field
	Sets   []Set
	// Revive brings a row back that a soft delete has hidden.
	Revive bool
	// Fence is the fence that a row must be within to be updated, nil for none.
	Fence *query.Fence
}

// Writes reports whether a row that exists is updated.
func (c *Conflict) Writes() bool { return len(c.Update)+len(c.Sets) > 0 }

// Check returns the mistake in the expressions of c, nil if there is none.
func (c *Conflict) Check(m *modelinfo.Model) error {
	b := single(m)
	b.onConflict(c)
	return b.err
}

// Insert writes rows of values, and reads the columns of returning. Without
// columns it writes one row of defaults. The rows come back in the order of the
// values: that of VALUES, and that of the sorted source of an INSERT. on may be
// nil.
func Insert(m *modelinfo.Model, v Values, on *Conflict, returning []*modelinfo.Field) *Stmt {
	if v.Rows == 1 && on == nil {
		return keptRow(verbInsertRow, m, v.Args, func() *Stmt { return insert(m, v, nil, returning) }, v.Columns, returning)
	}
	return insert(m, v, on, returning)
}

func insert(m *modelinfo.Model, v Values, on *Conflict, returning []*modelinfo.Field) *Stmt {
	b := insertInto(m, v.Columns, nil)
	switch {
	case len(v.Columns) == 0:
		b.str(" DEFAULT VALUES")
	case v.Rows > 0:
		b.str(" ")
		b.rows(v, false)
	default:
		b.selectArrays(v, nil)
		b.str(" ORDER BY u.n")
	}
	b.onConflict(on)
	return b.returning(returning)
}

// InsertLinks writes rows of a table between two others: values in arrays, and
// the constants of same. Rows are written in the order of their values, so that
// two statements that write the same rows wait for each other in the same
// order.
func InsertLinks(m *modelinfo.Model, v Values, same []Set) *Stmt {
	b := insertInto(m, v.Columns, same)
	b.selectArrays(v, same)
	b.str(" ORDER BY ")
	b.numbered(b.list()+".", len(v.Columns))
	return b.stmt()
}

// AddLinks is InsertLinks for links that may exist, and reads how many of the
// values' rows, by their first ends columns, neither existed nor were written:
// those that a trigger has dropped, or another transaction has inserted at the
// same time. fails makes a division by zero of one or more.
func AddLinks(m *modelinfo.Model, v Values, same []Set, on *Conflict, ends int, fails bool) *Stmt {
	b := single(m)
	u, made := b.list(), "made"
	if table := m.Table; table[strings.LastIndexByte(table, '.')+1:] == made {
		made += "_"
	}
	b.str("WITH " + u + " AS (SELECT * FROM ")
	b.unnestAs(u, written(v.Args, v.Columns))
	b.str("), " + made + " AS (")
	b.into(v.Columns, same)
	b.selectListed(v.Columns, same)
	b.str(" FROM " + u + " ORDER BY ")
	b.numbered(u+".", len(v.Columns))
	b.onConflict(on)
	b.str(" RETURNING ")
	b.plainColumns(v.Columns[:ends])
	count := "count(*)"
	if fails {
		count = "1 / (count(*) = 0)::int"
	}
	b.str(") SELECT " + count + " FROM " + u + " WHERE ")
	b.lacksLink(v.Columns[:ends], on)
	b.str(" AND NOT EXISTS (SELECT FROM " + made)
	for i, f := range v.Columns[:ends] {
		b.sep(i, " WHERE "+made+".", " AND "+made+".")
		b.name(f.Column)
		b.str(" = " + b.listed(i+1, f))
	}
	b.str(")")
	return b.stmt()
}

// MissingLinks counts the rows of values of two ends that have no link.
func MissingLinks(m *modelinfo.Model, ends Values, on *Conflict) *Stmt {
	b := single(m)
	b.str("SELECT count(*) FROM ")
	b.unnestAs(b.list(), written(ends.Args, ends.Columns))
	b.str(" WHERE ")
	b.lacksLink(ends.Columns, on)
	return b.stmt()
}

// lacksLink writes the condition that no link has the ends of a row of
// [written] arrays.
func (b *builder) lacksLink(ends []*modelinfo.Field, on *Conflict) {
	b.str("NOT EXISTS (SELECT FROM ")
	b.table(b.q.Model.Table)
	for i, f := range ends {
		b.sep(i, " WHERE ", " AND ")
		b.columnAt(0, f)
		b.str(" = " + b.listed(i+1, f))
	}
	if on.Revive && b.q.Model.SoftDelete != nil {
		b.str(" AND ")
		b.isLive(0)
	}
	b.str(")")
}

// InsertFrom inserts the rows of q, whose columns fill those named, and
// constants beside them.
func InsertFrom(m *modelinfo.Model, columns []*modelinfo.Field, constants []Set, q *query.Query) (*Stmt, error) {
	rows, err := Select(q)
	if err != nil || rows.None {
		return rows, err
	}
	b := insertInto(m, columns, constants)
	b.args = rows.Args[:len(rows.Args):len(rows.Args)]
	b.selectNumbered("q.", len(columns), constants)
	b.str(" FROM (" + rows.SQL + ") AS q(")
	b.numbered("", len(columns)+rows.Extra) // those that only the order needs stand at the end
	b.str(")")
	return b.stmt(), nil
}

// insertInto begins an insert into columns and those of constants.
func insertInto(m *modelinfo.Model, columns []*modelinfo.Field, constants []Set) *builder {
	b := single(m)
	b.into(columns, constants)
	return b
}

// into writes the beginning of an insert.
func (b *builder) into(columns []*modelinfo.Field, constants []Set) {
	b.str("INSERT INTO ")
	b.table(b.q.Model.Table)
	for i := range len(columns) + len(constants) {
		b.sep(i, " (", ", ")
		if i < len(columns) {
			b.name(columns[i].Column)
		} else {
			b.name(constants[i-len(columns)].Field.Column)
		}
	}
	if len(columns)+len(constants) > 0 {
		b.str(")")
	}
}

// selectNumbered writes SELECT of n numbered columns and of constants.
func (b *builder) selectNumbered(prefix string, n int, constants []Set) {
	b.str(" SELECT ")
	b.numbered(prefix, n)
	b.constants(constants)
}

// constants writes constants behind the columns of a SELECT.
func (b *builder) constants(constants []Set) {
	for _, c := range constants {
		b.str(", ")
		b.arg(c.Value)
		b.str("::" + c.Field.Cast)
	}
}

// selectArrays writes SELECT of the rows of arrays, and of constants.
func (b *builder) selectArrays(v Values, constants []Set) {
	b.selectListed(v.Columns, constants)
	b.str(" FROM ")
	b.unnestAs(b.list(), written(v.Args, v.Columns))
}

// selectListed writes SELECT of the columns of [written] arrays, and of
// constants.
func (b *builder) selectListed(columns []*modelinfo.Field, constants []Set) {
	b.str(" SELECT ")
	for i, f := range columns {
		b.sep(i, "", ", ")
		b.str(b.listed(i+1, f))
	}
	b.constants(constants)
}

func (b *builder) onConflict(on *Conflict) {
	if on == nil {
		return
	}
	b.str(" ON CONFLICT")
	if len(on.Columns) > 0 {
		b.str(" (")
		b.plainColumns(on.Columns)
		b.str(")")
	}
	if where := b.liveRows(on); where != "" {
		b.str(" WHERE " + where)
	}
	b.indexCondition(on.Where)
	hidden := b.q.Model.SoftDelete
	switch {
	case on.Writes():
		sets := make([]Set, len(on.Update), len(on.Update)+len(on.Sets))
		for i, f := range on.Update {
			sets[i] = Set{Field: f, sql: "EXCLUDED." + string(AppendName(nil, f.Column))}
		}
		b.str(" DO UPDATE SET ")
		b.upserts = true
		b.assign(b.raised(append(sets, on.Sets...)))
		b.upserts = false
		if on.Fence != nil {
			b.str(" WHERE ")
			b.inside(on.Fence, b, 0)
		}
	case on.Revive && hidden != nil:
		b.str(" DO UPDATE SET ")
		live := Set{Field: hidden, Value: b.q.Model.Live}
		if live.Value == nil {
			live.sql = "NULL"
		}
		b.assign([]Set{live})
		b.str(" WHERE NOT (")
		b.isLive(0)
		b.str(")")
	default:
		b.str(" DO NOTHING")
	}
}

// liveRows returns the condition of a unique index that may leave out deleted
// rows. The server takes an index of all rows for it too.
func (b *builder) liveRows(on *Conflict) string {
	if on.Where != nil || len(on.Columns) == 0 || slices.Equal(on.Columns, b.q.Model.Key) {
		return ""
	}
	names := make([]string, len(on.Columns))
	for i, f := range on.Columns {
		names[i] = f.Column
	}
	return b.q.Model.LiveRows(names)
}

// indexCondition writes the condition of the unique index that is meant. Its
// values are literals: the server knows an index again only by constants, and a
// plan that it keeps has none for parameters.
func (b *builder) indexCondition(c *query.Cond) {
	if c == nil {
		return
	}
	in := emptyBuilder(query.New(b.q.Model).Seeing(query.WithDeleted), nil, nil)
	in.writer = b.writer
	in.addCall(c, aliases{})
	before := len(b.args)
	b.inline = true
	t := in.condition(in.where, " WHERE ")
	b.inline = false
	switch {
	case in.err != nil:
		b.fail(in.err)
	case len(in.alias) > 1 || t == empty || len(b.args) > before:
		b.fail(errors.New("the condition of a unique index is about columns of its table, beside constants of numbers, texts, bools, times and UUIDs"))
	}
}
