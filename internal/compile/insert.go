package compile

import (
	"strconv"

	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/query"
)

// Insert writes one row: the values of columns are the arguments, in order.
// Without columns every column takes its default.
func Insert(m *modelinfo.Model, columns, returning []*modelinfo.Field) string {
	b := insertInto(m, columns)
	if len(columns) == 0 {
		b.str(" DEFAULT VALUES")
	} else {
		b.str(" VALUES (")
		for i := range columns {
			if i > 0 {
				b.str(", ")
			}
			b.place(i + 1)
		}
		b.str(")")
	}
	b.returning(returning)
	return string(b.buf)
}

func insertInto(m *modelinfo.Model, columns []*modelinfo.Field) *builder {
	b := single(m)
	b.str("INSERT INTO ")
	b.table(m.Table)
	if len(columns) > 0 {
		b.str(" (")
		for i, f := range columns {
			if i > 0 {
				b.str(", ")
			}
			b.name(f.Column)
		}
		b.str(")")
	}
	return b
}

// UpdateRow changes one row: the values of columns are the first arguments,
// those that the row is found by, its key and perhaps more, the last.
func UpdateRow(m *modelinfo.Model, columns, by, returning []*modelinfo.Field) string {
	b := single(m)
	b.str("UPDATE ")
	b.table(m.Table)
	b.str(" SET ")
	for i, f := range columns {
		if i > 0 {
			b.str(", ")
		}
		b.name(f.Column)
		b.str(" = ")
		b.place(i + 1)
	}
	b.found(by, len(columns))
	b.returning(returning)
	return string(b.buf)
}

// SelectRow reads columns of one row by its key, deleted or not.
func SelectRow(m *modelinfo.Model, columns []*modelinfo.Field) string {
	b := single(m)
	b.str("SELECT ")
	b.columns(columns)
	b.from()
	b.found(m.Key, 0)
	return string(b.buf)
}

// SelectOne reads a constant when the row of a key is there, deleted or not.
func SelectOne(m *modelinfo.Model) string {
	b := single(m)
	b.str("SELECT 1")
	b.from()
	b.found(m.Key, 0)
	return string(b.buf)
}

func (b *builder) found(by []*modelinfo.Field, args int) {
	for i, f := range by {
		if i == 0 {
			b.str(" WHERE ")
		} else {
			b.str(" AND ")
		}
		b.columnAt(0, f)
		b.str(" = ")
		b.place(args + i + 1)
	}
}

func (b *builder) place(n int) {
	b.buf = append(b.buf, '$')
	b.buf = strconv.AppendInt(b.buf, int64(n), 10)
}

func (b *builder) returning(fields []*modelinfo.Field) {
	if len(fields) == 0 {
		return
	}
	b.str(" RETURNING ")
	b.columns(fields)
}

// single is a builder of statements on one table alone.
func single(m *modelinfo.Model) *builder {
	return &builder{writer: &writer{}, q: query.New(m), alias: []*alias{{name: m.Table, plain: m.Table, model: m, parent: -1, refs: 1}}}
}
