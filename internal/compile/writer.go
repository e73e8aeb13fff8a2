package compile

import (
	"slices"
	"strconv"
	"strings"

	"github.com/gormango/gormango/internal/modelinfo"
)

// writer is the text of a statement and its arguments. The queries within a
// statement share it.
type writer struct {
	buf  []byte
	args []any
	// keys are what the arguments stand for: an expression that is written twice is
	// one argument, since the server knows a column of GROUP BY again only by the
	// same parameter.
	keys []any
	// numbers are the numbers of the arguments by keys, nil for few keys, which are
	// searched one by one.
	numbers map[any]int
	inline  bool // whether values are written as literals
	terms   int  // how many conditions the node written last holds side by side
}

func newWriter() *writer {
	x := &struct {
		w    writer
		buf  [512]byte
		keys [8]any
	}{}
	x.w = writer{buf: x.buf[:0], args: make([]any, 0, 8), keys: x.keys[:0]}
	return &x.w
}

func (w *writer) str(s string) { w.buf = append(w.buf, s...) }

// sep writes what stands before item i of a list: before the first, between the
// others.
func (w *writer) sep(i int, before, between string) {
	if i == 0 {
		w.str(before)
	} else {
		w.str(between)
	}
}

// arg writes a parameter for v.
func (w *writer) arg(v any) { w.argOf(nil, v) }

// argOf writes the parameter of key, which the value belongs to.
func (w *writer) argOf(key, v any) {
	if w.inline {
		if buf, ok := appendLiteral(w.buf, v); ok {
			w.buf = buf
			return
		}
	}
	n := 0
	if key != nil {
		n = w.numberOf(key)
	}
	if n == 0 {
		w.args, w.keys = append(w.args, v), append(w.keys, key)
		n = len(w.args)
		if w.numbers != nil && key != nil {
			w.numbers[key] = n
		}
	}
	w.placeholder(n)
}

// fewKeys is how many keys are searched one by one.
const fewKeys = 32

// numberOf returns the number of the argument of a key, 0 if there is none.
func (w *writer) numberOf(key any) int {
	if w.numbers == nil && len(w.keys) <= fewKeys {
		return slices.Index(w.keys, key) + 1
	}
	if w.numbers == nil {
		w.numbers = make(map[any]int, 2*len(w.keys))
		for i, k := range w.keys {
			if k != nil {
				w.numbers[k] = i + 1
			}
		}
	}
	return w.numbers[key]
}

// placeholder writes the parameter of argument n.
func (w *writer) placeholder(n int) {
	w.buf = append(w.buf, '$')
	w.number(n)
}

// numbered writes the names c1, c2 … cn behind a prefix.
func (w *writer) numbered(prefix string, n int) {
	for i := range n {
		w.sep(i, prefix, ", "+prefix)
		w.str("c")
		w.number(i + 1)
	}
}

// array is a parameter of an array: what it stands for, its values and their
// cast.
type array struct {
	key, values any
	cast        string
}

// arraysOf returns the arrays of values, each of the type of a column.
func arraysOf(values []any, types []*modelinfo.Field) []array {
	out := make([]array, len(values))
	for i, v := range values {
		out[i] = array{values: v, cast: "::" + types[i].Cast + "[]"}
	}
	return out
}

// written returns the arrays of values that are written into columns. Text
// stands for what PostgreSQL would take apart, or the driver cannot write.
func written(values []any, columns []*modelinfo.Field) []array {
	out := arraysOf(values, columns)
	for i, f := range columns {
		if f.AsText {
			out[i].cast = "::text[]"
		}
	}
	return out
}

// list returns the name of the rows of [written] arrays, which the statement's
// table does not have.
func (b *builder) list() string {
	if table := b.alias[0].plain; table[strings.LastIndexByte(table, '.')+1:] == "u" {
		return "u_"
	}
	return "u"
}

// listed returns the i-th column, from 1, of the rows of [written] arrays.
func (b *builder) listed(i int, f *modelinfo.Field) string {
	column := b.list() + ".c" + strconv.Itoa(i)
	if f.AsText {
		column += "::" + f.Cast
	}
	return column
}

// arrays writes arrays as a list of arguments.
func (w *writer) arrays(list ...array) {
	for i, a := range list {
		w.sep(i, "", ", ")
		w.argOf(a.key, a.values)
		w.str(a.cast)
	}
}

// unnest writes the rows that arrays are the columns of.
func (w *writer) unnest(list ...array) {
	w.str("unnest(")
	w.arrays(list...)
	w.str(")")
}

// unnestAs is unnest whose columns have the names c1, c2 … behind the table's,
// and n, the place in the arrays.
func (w *writer) unnestAs(name string, list []array) {
	w.unnest(list...)
	w.str(" WITH ORDINALITY AS " + name + "(")
	w.numbered("", len(list))
	w.str(", n)")
}

func (w *writer) number(n int) { w.buf = strconv.AppendInt(w.buf, int64(n), 10) }

// name writes a quoted identifier.
func (w *writer) name(s string) { w.buf = AppendName(w.buf, s) }

// table writes a table's name, which may hold its schema's before a dot.
func (w *writer) table(s string) { w.buf = AppendTable(w.buf, s) }

// mark remembers how far the statement is written.
type mark struct{ buf, args int }

func (w *writer) mark() mark { return mark{len(w.buf), len(w.args)} }

// back drops what was written after a mark.
func (w *writer) back(m mark) {
	if w.numbers != nil {
		for _, k := range w.keys[m.args:] {
			delete(w.numbers, k)
		}
	}
	w.buf, w.args, w.keys = w.buf[:m.buf], w.args[:m.args], w.keys[:m.args]
}

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
