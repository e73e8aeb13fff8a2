package query_test

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/query"
	"github.com/gormango/gormango/models"
)

// The models of the package's tests.
type (
	Owner struct {
		models.AutoKey
		Name   string
		Things []Thing
	}
	Thing struct {
		models.AutoKey
		Name    string
		Small   int16
		Num     *int64
		Real    float64         `gorm:"type:float8"`
		Price   decimal.Decimal `gorm:"type:numeric(10,2)"`
		On      bool
		At      time.Time
		Day     time.Time `gorm:"type:date"`
		Code    uuid.UUID `gorm:"type:uuid"`
		Data    []byte    `gorm:"type:jsonb"`
		OwnerID *int64
		Owner   *Owner
		SelfID  *int64
		Self    *Thing
		Parts   []Thing `gorm:"foreignKey:SelfID"`
	}
	Special struct {
		models.AutoKey
		Tags  []string `gorm:"type:text[]"`
		Attrs *string  `gorm:"type:hstore"`
		Span  *string  `gorm:"type:int4range"`
		Doc   *string  `gorm:"type:tsvector"`
		Clock string   `gorm:"type:time without time zone"`
		Title string
		Pairs []Pair
	}
	Pair struct {
		A         int64 `gorm:"primaryKey;autoIncrement:false"`
		B         int64 `gorm:"primaryKey;autoIncrement:false"`
		SpecialID int64
		Special   *Special
		Marks     []Mark `gorm:"foreignKey:PairA,PairB;references:A,B"`
	}
	Mark struct {
		models.AutoKey
		PairA, PairB int64
		Pair         *Pair `gorm:"foreignKey:PairA,PairB;references:A,B"`
	}
	Gridded struct {
		models.AutoKey
		Grid [][]int `gorm:"type:integer[]"`
	}
	Snake struct {
		models.AutoKey
		TailID *int64
		Tail   *Snake
	}
)

func (Owner) Meta() models.Meta { return models.Meta{Ordering: []string{"name", "-id nulls first"}} }

func (Thing) Meta() models.Meta { return models.Meta{Ordering: []string{"owner"}} }

func (Snake) Meta() models.Meta { return models.Meta{Ordering: []string{"tail"}} }

// registry returns how another database knows models.
func registry() func(typ reflect.Type) (*modelinfo.Model, error) {
	db := must(gorm.Open(postgres.Open("host=127.0.0.1 port=1"), &gorm.Config{DisableAutomaticPing: true}))
	modelinfo.Of(db).SetTimeZone(time.FixedZone("UTC+2", 2*60*60))
	return modelinfo.Of(db).Model
}

var owner, thing, special, pair, mark, snake, gridded = func() (o, t, s, p, m, n, g *modelinfo.Model) {
	registerCustom()
	find := registry()
	of := func(model any) *modelinfo.Model { return must(find(reflect.TypeOf(model))) }
	return of(Owner{}), of(Thing{}), of(Special{}), of(Pair{}), of(Mark{}), of(Snake{}), of(Gridded{})
}()

func must[V any](v V, err error) V {
	if err != nil {
		panic(err)
	}
	return v
}

var errMistake = errors.New("a mistake")

// The expressions of the tests.

var f = query.F

func constant(v any) *query.Expr { return &query.Expr{Kind: query.Const, Value: v} }

func op(left *query.Expr, name string, right *query.Expr) *query.Expr {
	return &query.Expr{Kind: query.Arith, Name: name, Args: []*query.Expr{left, right}}
}

func call(name string, args ...*query.Expr) *query.Expr {
	return &query.Expr{Kind: query.Func, Name: name, Args: args}
}

func over(fn *query.Expr, partition ...*query.Expr) *query.Expr {
	return &query.Expr{Kind: query.Over, Args: []*query.Expr{fn}, Window: &query.Window{Partition: partition}}
}

func sub(kind query.ExprKind, q *query.Query) *query.Expr { return &query.Expr{Kind: kind, Sub: q} }

func rows(q *query.Query) *query.Expr { return &query.Expr{Kind: query.Sub, Sub: q, Rows: true} }

func column(m *modelinfo.Model, names ...string) *query.Query {
	q := query.New(m)
	return q.Select(must(q.NewColumns(names)))
}

// show writes a resolved expression with its type.
func show(e *query.Expr) string {
	if e == nil {
		return "nil"
	}
	list := func(es []*query.Expr) string {
		texts := make([]string, len(es))
		for i, x := range es {
			texts[i] = show(x)
		}
		return strings.Join(texts, ", ")
	}
	text := ""
	switch e.Kind {
	case query.Named:
		return "name " + e.Name
	case query.Ref:
		for _, r := range e.Path {
			text += r.Name + "."
		}
		if text += e.Field.Column; e.Rel != nil {
			text += "(" + e.Rel.Name + ")"
		}
		if e.Filtered != nil {
			text += "@" + e.Filtered.Name
		}
		return text
	case query.Annotated:
		text = "annotation " + e.Ann.Name
	case query.Outer:
		text = fmt.Sprint("outer ", e.Name, " ", e.Depth)
	case query.Const:
		text = fmt.Sprintf("%T(%v)", e.Value, e.Value)
	case query.Arith:
		text = "(" + show(e.Args[0]) + " " + e.Name + " " + show(e.Args[1]) + ")"
	case query.Transformed:
		text = e.Transform.Name + e.Transform.Key + "(" + list(e.Args) + ")"
		if e.Body != nil {
			text += "=" + show(e.Body)
		}
	case query.Slot:
		text = fmt.Sprint("$", e.Depth)
	case query.Each:
		text = fmt.Sprint("each ", e.Quantifier, " ", e.Rel.Name)
	case query.Exists, query.Sub, query.ArraySub:
		text = fmt.Sprint(map[query.ExprKind]string{query.Exists: "exists ", query.Sub: "rows ", query.ArraySub: "array "}[e.Kind], dump(e.Sub))
	default:
		kinds := map[query.ExprKind]string{query.Neg: "neg", query.Func: e.Name, query.Case: "case", query.Truth: "truth", query.Cast: "cast", query.Star: "star", query.Over: "over", query.Raw: "raw " + e.Name}
		text = kinds[e.Kind] + "(" + list(e.Args) + ")"
	}
	for _, w := range e.Whens {
		text += " when " + cond(w.Cond) + " then " + show(w.Then)
	}
	if e.Cond != nil {
		text += " if " + cond(e.Cond)
	}
	if e.Window != nil {
		text += " by " + list(e.Window.Partition)
	}
	text += terms(e.Order)
	if e.TypeErr != nil {
		return text + ":?"
	}
	return text + ":" + typ(e.Type)
}

func typ(t lookup.Type) string {
	if t.SQL != "" {
		return t.SQL
	}
	return t.Kind.String()
}

func terms(list []query.Order) string {
	text := ""
	for _, o := range list {
		flag := func(is bool, word string) {
			if is {
				text += word
			}
		}
		text += " order " + show(o.Expr)
		flag(o.Desc, " desc")
		flag(o.Random, " random")
		flag(o.Default, " default")
		flag(o.Nulls != 0, fmt.Sprint(" nulls ", o.Nulls))
	}
	return text
}

// cond writes a condition.
func cond(c *query.Cond) string {
	text := ""
	if c.Not {
		text = "not "
	}
	switch {
	case c.Err != nil:
		return text + "error " + c.Err.Error()
	case c.Leaf != nil:
		return text + leaf(c.Leaf)
	case c.Expr != nil:
		return text + show(c.Expr)
	case len(c.Kids) == 0:
		return text + fmt.Sprintf("%q=%v", c.Text, c.Value)
	}
	kids := make([]string, len(c.Kids))
	for i, k := range c.Kids {
		kids[i] = cond(k)
	}
	return text + "(" + strings.Join(kids, []string{" and ", " or ", " xor "}[c.Conn]) + ")"
}

// leaf writes a comparison.
func leaf(l *query.Leaf) string {
	text := show(l.Left) + " " + l.Op.String() + " "
	if l.Body != nil {
		text += "by " + show(l.Body) + " "
	}
	return text + value(l.Value)
}

// value writes the right side of a comparison.
func value(v query.Value) string {
	kinds := [...]string{"", "null", "true", "false", "list", "items", "empty", "pair", "expr", "rows", "tuples", "place"}
	text := kinds[v.Kind]
	add := func(is bool, format string, args ...any) {
		if is {
			text += fmt.Sprintf(" "+format, args...)
		}
	}
	switch arg := v.Arg.(type) {
	case nil:
	case *string:
		add(true, "%q", *arg)
	case []*string:
		for _, s := range arg {
			add(true, "%q", *s)
		}
	default:
		add(true, "%T(%v)", arg, arg)
	}
	add(v.High != nil, "to %v", v.High)
	if v.Expr != nil {
		text += " " + show(v.Expr)
	}
	if v.HighExpr != nil {
		text += " to " + show(v.HighExpr)
	}
	for _, it := range v.Items {
		if it.Expr != nil {
			text += " [" + show(it.Expr) + "]"
		} else {
			text += fmt.Sprintf(" [%v]", it.Arg)
		}
	}
	if v.Mapped != nil {
		text += " mapped " + show(v.Mapped.Expr)
	}
	if v.Sub != nil {
		text += " " + dump(v.Sub)
	}
	add(v.NoValue, "no value")
	add(v.Beyond != 0, "beyond %d", v.Beyond)
	for _, f := range v.Fields {
		text += " " + f.Column
	}
	return strings.TrimSpace(text)
}

// dump writes a query.
func dump(q *query.Query) string {
	text := "{" + q.Model.Name
	for _, s := range q.Steps {
		switch {
		case s.Cond != nil:
			text += " where " + cond(s.Cond)
		case s.Ann != nil:
			text += " annotate " + s.Ann.Name + "=" + show(s.Ann.Expr)
		case s.Combine != nil:
			text += " combine " + dump(s.Combine.Other)
		}
		if s.Sticky {
			text += " sticky"
		}
	}
	if q.Columns != nil {
		for _, c := range q.Columns.Names {
			text += " " + c.Name
		}
		if q.Columns.Grouped {
			text += " grouped"
		}
	}
	if text += terms(q.Order); q.Ordered && len(q.Order) == 0 {
		text += " unordered"
	}
	flag := func(is bool, word string) {
		if is {
			text += " " + word
		}
	}
	flag(q.Reversed, "reversed")
	flag(q.Sliced(), fmt.Sprint("slice ", q.Low, " ", q.High))
	flag(q.Distinct, "distinct")
	for _, e := range q.On {
		text += " on " + show(e)
	}
	flag(q.None, "none")
	flag(q.AllRows, "all rows")
	flag(q.Deleted != 0, fmt.Sprint("deleted ", q.Deleted))
	if q.Mask != nil {
		text += fmt.Sprintf(" mask %v %v", q.Mask.Defer, q.Mask.Names)
	}
	text += tree(q.Related)
	for _, p := range q.Prefetched {
		text += " prefetch"
		for _, l := range p.Path {
			text += " " + l.Rel.Name + l.Field
		}
		if p.With != nil {
			text += dump(p.With)
		}
	}
	for _, x := range q.Filtered {
		text += " filtered " + x.Name + " " + cond(x.Cond)
	}
	if q.Set != nil {
		for _, p := range q.Set.Parts {
			text += " " + q.Set.Op.String() + dump(p)
		}
	}
	flag(q.Lock != nil, "locked")
	return text + "}"
}

func tree(t *query.Tree) string {
	if t == nil {
		return ""
	}
	text := ""
	for _, k := range t.Kids {
		text += " related " + k.Rel.Name
		if len(k.Kids) > 0 {
			text += " (" + tree(k) + " )"
		}
	}
	return text
}

// golden is a case: a text, which testdata holds by name.
type golden struct{ name, text string }

// got is the text of a result, or of its error.
func got[V any](show func(V) string) func(v V, err error) string {
	return func(v V, err error) string {
		if err != nil {
			return "error: " + err.Error()
		}
		return show(v)
	}
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
