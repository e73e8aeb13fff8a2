package compile_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/param"
	"github.com/gormango/gormango/internal/query"
	"github.com/gormango/gormango/models"
)

// The models of the package's tests: a table of another schema with a soft
// delete, a key of two columns, and a column of each kind.
type (
	Area struct {
		models.AutoKey
		Name    string
		Deleted gorm.DeletedAt
	}
	Shop struct {
		models.AutoKey
		Name   string `gorm:"not null"`
		AreaID int64  `gorm:"not null"`
		Area   *Area
		Goods  []Good `gorm:"many2many:shop_goods"`
		Notes  []Note
		Visits []Visit
	}
	Visit struct {
		models.AutoKey
		ShopID  int64
		Name    string
		Deleted gorm.DeletedAt
	}
	Good struct {
		A     int64 `gorm:"primaryKey;autoIncrement:false"`
		B     int64 `gorm:"primaryKey;autoIncrement:false"`
		Name  string
		Shops []Shop `gorm:"many2many:shop_goods"`
		Marks []Mark `gorm:"foreignKey:GoodA,GoodB;references:A,B"`
	}
	Mark struct {
		models.AutoKey
		GoodA, GoodB int64
		OwnerID      int64
		OwnerType    string
	}
	Note struct {
		models.AutoKey
		models.Versioned
		Title    string `gorm:"not null"`
		Body     *string
		Size     int16 `gorm:"not null"`
		Pages    *int64
		Rate     float64
		Price    decimal.Decimal `gorm:"type:numeric(8,2)"`
		Sold     bool
		At       time.Time
		Day      time.Time      `gorm:"type:date"`
		Clock    string         `gorm:"type:time without time zone"`
		Data     map[string]any `gorm:"type:jsonb;serializer:json"`
		Tags     []string       `gorm:"type:text[]"`
		Attrs    *string        `gorm:"type:hstore"`
		Span     *string        `gorm:"type:int4range"`
		Doc      *string        `gorm:"type:tsvector"`
		Quote    string         `gorm:"column:a\"b"`
		ShopID   *int64
		Shop     *Shop
		ParentID *int64
		Parent   *Note
		Replies  []Note `gorm:"foreignKey:ParentID"`
		Marks    []Mark `gorm:"polymorphic:Owner"`
	}
	Log struct{ Text string } // without a key
)

func (Area) TableName() string { return "geo.areas" }

func (Shop) Meta() models.Meta { return models.Meta{Ordering: []string{"name"}} }

var area, shop, good, note, mark, log = func() (a, s, g, n, m, l *modelinfo.Model) {
	registerCustom()
	db := must(gorm.Open(postgres.Open("host=127.0.0.1 port=1"), &gorm.Config{DisableAutomaticPing: true}))
	of := func(model any) *modelinfo.Model { return must(modelinfo.Of(db).Model(reflect.TypeOf(model))) }
	modelinfo.Of(db).SetTimeZone(must(time.LoadLocation("Europe/Berlin")))
	return of(Area{}), of(Shop{}), of(Good{}), of(Note{}), of(Mark{}), of(Log{})
}()

type relation = *modelinfo.Relation

func must[V any](v V, err error) V {
	if err != nil {
		panic(err)
	}
	return v
}

// chain builds a query as a QuerySet does.
type chain struct{ *query.Query }

func of(m *modelinfo.Model) chain { return chain{query.New(m)} }

// pairs returns the comparisons of texts and values.
func pairs(list []any) []*query.Cond {
	var conds []*query.Cond
	for i := 0; i < len(list); i += 2 {
		conds = append(conds, query.Comparison(list[i].(string), list[i+1]))
	}
	return conds
}

func (c chain) resolved(not bool, conds ...*query.Cond) chain {
	r := must(c.Resolve(query.Call(conds...)))
	r.Not = not
	return chain{c.With(r)}
}

func (c chain) where(conds ...*query.Cond) chain { return c.resolved(false, conds...) }
func (c chain) filter(list ...any) chain         { return c.resolved(false, pairs(list)...) }
func (c chain) exclude(list ...any) chain        { return c.resolved(true, pairs(list)...) }

func (c chain) annotate(name string, e *query.Expr) chain {
	return chain{c.Annotate(&query.Annotation{Name: name, Expr: must(c.Expr(e))})}
}

func (c chain) alias(name string, e *query.Expr) chain {
	return chain{c.Annotate(&query.Annotation{Name: name, Expr: must(c.Expr(e)), Hidden: true})}
}

func (c chain) columns(names ...string) chain { return chain{c.Select(must(c.NewColumns(names)))} }

func (c chain) groupBy(names ...string) chain {
	cols := must(c.NewColumns(names))
	cols.Grouped = true
	return chain{c.Select(cols)}
}

func (c chain) order(terms ...string) chain {
	orders := []query.Order{}
	for _, t := range terms {
		orders = append(orders, must(c.NewOrder(t))...)
	}
	return chain{c.OrderBy(orders)}
}

func (c chain) related(names ...string) chain {
	m, path := c.Model, []*modelinfo.Relation{}
	for _, n := range names {
		path = append(path, m.Relation(n))
		m = m.Relation(n).To
	}
	return chain{c.SelectRelated([][]*modelinfo.Relation{path})}
}

func (c chain) distinct(on ...string) chain {
	var exprs []*query.Expr
	for _, n := range on {
		exprs = append(exprs, must(c.Name(n)))
	}
	return chain{c.Unique(exprs)}
}

func (c chain) slice(low, high int) chain { return chain{c.Slice(low, high)} }

func (c chain) filtered(name, relation string, list ...any) chain {
	return chain{c.FilterRelation(must(c.NewFiltered(name, relation, query.Call(pairs(list)...))))}
}

func (c chain) combined(op query.SetOp, all bool, others ...chain) chain {
	var parts []*query.Query
	for _, o := range others {
		parts = append(parts, o.Query)
	}
	return chain{c.Combined(op, all, parts)}
}

// The expressions of the tests.

var f = query.F

func val(v any) *query.Expr { return &query.Expr{Kind: query.Const, Value: v} }

func op(left *query.Expr, name string, right *query.Expr) *query.Expr {
	return &query.Expr{Kind: query.Arith, Name: name, Args: []*query.Expr{left, right}}
}

func call(name string, args ...*query.Expr) *query.Expr {
	return &query.Expr{Kind: query.Func, Name: name, Args: args}
}

func agg(name string, args ...*query.Expr) *query.Expr {
	return &query.Expr{Kind: query.Func, Name: name, Args: args, Agg: true}
}

func count(e *query.Expr) *query.Expr {
	return &query.Expr{Kind: query.Func, Name: "COUNT", Args: []*query.Expr{e}, Agg: true, Empty: int64(0)}
}

func star() *query.Expr { return count(&query.Expr{Kind: query.Star}) }

// with returns e after set has changed it.
func with(e *query.Expr, set func(e *query.Expr)) *query.Expr {
	set(e)
	return e
}

func over(e *query.Expr, partition ...*query.Expr) *query.Expr {
	return &query.Expr{Kind: query.Over, Args: []*query.Expr{e}, Window: &query.Window{Partition: partition}}
}

func outer(name string) *query.Expr { return &query.Expr{Kind: query.Outer, Name: name, Depth: 1} }

func sub(kind query.ExprKind, rows chain) *query.Expr {
	return &query.Expr{Kind: kind, Sub: rows.Query}
}

// never is a column of no rows, which no comparison holds for.
func never(column string) *query.Expr {
	return sub(query.Sub, chain{of(note).columns(column).Nothing()})
}

// impossible shows comparisons of columns of no rows: columns, lookups and
// values.
func impossible(list ...any) []golden {
	var cases []golden
	for i := 0; i < len(list); i += 3 {
		column, text := list[i].(string), list[i+1].(string)
		cases = append(cases, golden{"no " + column + " " + text, where(of(note).where(query.Compare(never(column), text, list[i+2])))})
	}
	return cases
}

func rows(q chain) *query.Expr { return &query.Expr{Kind: query.Sub, Sub: q.Query, Rows: true} }

func truth(list ...any) *query.Expr {
	return &query.Expr{Kind: query.Truth, Cond: query.Call(pairs(list)...)}
}

func orderBy(e *query.Expr, desc bool) []query.Order { return []query.Order{{Expr: e, Desc: desc}} }

// typed returns e with a type of SQL.
func typed(e *query.Expr, sql string) *query.Expr {
	return with(e, func(e *query.Expr) { e.Type = lookup.TypeOf(sql) })
}

// golden is a case: the text of a statement, which testdata holds by name.
type golden struct{ name, text string }

// text shows a statement's text and its arguments.
func text(st *compile.Stmt) string {
	if st.None {
		return "none"
	}
	var b strings.Builder
	b.WriteString(st.SQL)
	for i, a := range must(param.Sent(context.Background(), st.Args)) {
		if t, ok := a.(time.Time); ok {
			a = t.Format(time.RFC3339Nano)
		}
		fmt.Fprintf(&b, "%s %T(%v)", map[bool]string{true: "\n--"}[i == 0], a, a)
	}
	return b.String()
}

// sql shows a statement: its text, its arguments, and what else differs from an
// empty Stmt.
func sql(st *compile.Stmt, err error) string {
	if err != nil {
		return "error: " + err.Error()
	}
	var b strings.Builder
	for _, o := range st.Objects {
		fmt.Fprintf(&b, " %s:%d@%d", o.Model.Name, len(o.Fields), o.Parent)
	}
	for _, c := range st.Columns {
		fmt.Fprintf(&b, " %s:%s", c.Name, c.Type.Kind)
	}
	flag := func(is bool, word string) {
		if is {
			b.WriteString(" " + word)
		}
	}
	flag(st.Reads != "", "reads "+st.Reads)
	flag(st.Unconditional, "unconditional")
	flag(st.Extra > 0, fmt.Sprint("extra ", st.Extra))
	if b.Len() == 0 {
		return text(st)
	}
	return text(st) + "\n--" + b.String()
}

func stmt(st *compile.Stmt) string { return sql(st, nil) }

// selected shows the statement of a Select.
func selected(c chain) string { return sql(compile.Select(c.Query)) }

// where shows a Select's text behind WHERE, and the arguments.
func where(c chain) string {
	st, err := compile.Select(chain{c.OrderBy(nil)}.columns(c.Model.Fields[0].Column).Query)
	if err != nil {
		return "error: " + err.Error()
	}
	_, cond, found := strings.Cut(text(st), " WHERE ")
	if !found {
		return text(st)
	}
	return cond
}

// expr shows what an annotation of e is written as.
func expr(c chain, e *query.Expr) string {
	x, err := c.Expr(e)
	if err != nil {
		return "error: " + err.Error()
	}
	annotated := chain{c.Annotate(&query.Annotation{Name: "x", Expr: x})}.columns("x")
	return strings.TrimPrefix(sql(compile.Select(chain{annotated.OrderBy(nil)}.Query)), "SELECT ")
}

var update = flag.Bool("update", false, "write testdata anew")

// compare compares cases with a file of testdata.
func compare(t *testing.T, file string, cases []golden) {
	t.Helper()
	path, times := "testdata/"+file, map[string]int{}
	for i, c := range cases {
		if times[c.name]++; times[c.name] > 1 {
			cases[i].name = fmt.Sprint(c.name, " (", times[c.name], ")")
		}
	}
	if *update {
		var b strings.Builder
		for _, c := range cases {
			b.WriteString("-- " + c.name + "\n" + c.text + "\n\n")
		}
		require.NoError(t, os.WriteFile(path, []byte(b.String()), 0o644))
	}
	want := map[string]string{}
	for _, part := range strings.Split(strings.TrimSuffix(string(must(os.ReadFile(path))), "\n\n"), "\n\n") {
		name, text, _ := strings.Cut(strings.TrimPrefix(part, "-- "), "\n")
		want[name] = text
	}
	for _, c := range cases {
		require.Equal(t, want[c.name], c.text, c.name)
		delete(want, c.name)
	}
	require.Empty(t, want, "cases that are no more")
}

// after returns what follows the first sep of s.
func after(s, sep string) string {
	_, rest, _ := strings.Cut(s, sep)
	return rest
}
