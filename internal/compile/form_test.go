package compile

import (
	"database/sql"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/query"
	"github.com/gormango/gormango/models"
)

type (
	formShelf struct {
		models.AutoKey
		Name    string `gorm:"not null"`
		Books   []formBook
		Deleted gorm.DeletedAt
	}
	formBook struct {
		ID          uuid.UUID `gorm:"primaryKey"`
		Title       string    `gorm:"not null"`
		Note        *string
		Pages       int16 `gorm:"not null"`
		Price       float64
		Sold        bool
		At          *time.Time
		Data        map[string]any `gorm:"type:jsonb;serializer:json"`
		FormShelfID int64
		FormShelf   *formShelf
	}
)

func (formBook) Meta() models.Meta {
	return models.Meta{Ordering: []string{"title"}, Indexes: []models.Index{{Fields: []string{"at"}, Where: `title = 'a' AND sold AND pages IN (1, 2)`}}}
}

// A statement that is kept by its form is what compiling makes, whatever values
// came before.
func TestKeptStatements(t *testing.T) {
	t.Parallel()
	db, err := gorm.Open(postgres.Open("host=127.0.0.1 port=1"), &gorm.Config{DisableAutomaticPing: true})
	require.NoError(t, err)
	t.Cleanup(func() { modelinfo.Remove(db) })
	book, err := modelinfo.Of(db).Model(reflect.TypeFor[formBook]())
	require.NoError(t, err)
	shelf, err := modelinfo.Of(db).Model(reflect.TypeFor[formShelf]())
	require.NoError(t, err)
	r := rand.New(rand.NewPCG(1, 2))
	text := func() any { return []string{"a", "b%", `c_\`, ""}[r.IntN(4)] }
	number := func() any { return []int{1, 2, 40000, -40000}[r.IntN(4)] }
	moment := func() any { return time.Unix(r.Int64N(1e9), 0) }
	listOf := func(one func() any, n int) func() any {
		return func() any {
			list := make([]any, r.IntN(n+1))
			for i := range list {
				list[i] = one()
			}
			return list
		}
	}
	pairOf := func(one func() any) func() any { return func() any { return []any{one(), one()} } }
	truth := func() any { return r.IntN(2) == 0 }
	null := func(one func() any) func() any {
		return func() any {
			if r.IntN(3) == 0 {
				return nil
			}
			return one()
		}
	}
	lookups := map[*modelinfo.Model]map[string]func() any{
		book: {"pk": func() any { return uuid.New() }, "title": text, "title__icontains": text, "title__endswith": text, "title__iexact": text, "title__regex": text,
			"title__in": listOf(text, 3), "note": null(text), "note__isnull": truth, "pages": number, "pages__gte": number, "pages__lt": number, "pages__in": listOf(number, 3),
			"pages__range": pairOf(number), "price__gt": number, "sold": truth, "at__lte": moment, "at__year": func() any { return 2000 + r.IntN(3) },
			"at__range": pairOf(moment), "form_shelf": func() any { return int64(r.IntN(3)) }, "form_shelf__id": func() any { return int64(r.IntN(3)) }, "form_shelf__name": text, "form_shelf__isnull": truth,
			"data__contains": func() any { return map[string]any{"a": r.IntN(2)} }, "pages__contains": text},
		shelf: {"pk": number, "name": text, "books__title": text, "books__pages__gt": number, "books__isnull": truth, "books__note": null(text)},
	}
	orders := map[*modelinfo.Model][]string{book: {"title", "-pages", "form_shelf", "form_shelf__name", "?", "at nulls first"}, shelf: {"name", "-id", "books__title"}}
	masks := map[*modelinfo.Model][]string{book: {"title", "pages", "note"}, shelf: {"name"}}
	pick := func(all []string) []string {
		var some []string
		for _, s := range all {
			if r.IntN(4) == 0 {
				some = append(some, s)
			}
		}
		return some
	}
	build := func() *query.Query {
		m := book
		if r.IntN(3) == 0 {
			m = shelf
		}
		var texts []string
		for text := range lookups[m] {
			texts = append(texts, text)
		}
		q := query.New(m)
		for range r.IntN(4) {
			conds := make([]*query.Cond, 1+r.IntN(2))
			for i := range conds {
				text := texts[r.IntN(len(texts))]
				conds[i] = query.Lookup(text, lookups[m][text]())
			}
			join := query.And
			if r.IntN(3) == 0 {
				join = query.Or
			}
			c, err := q.Resolve(query.Call(join(conds...)))
			require.NoError(t, err)
			c.Not = r.IntN(4) == 0
			q = q.With(c)
		}
		var terms []query.Order
		for _, name := range pick(orders[m]) {
			o, err := q.NewOrder(name)
			require.NoError(t, err)
			terms = append(terms, o...)
		}
		switch r.IntN(5) {
		case 0:
			q = q.OrderBy(terms)
		case 1:
			q = q.OrderBy(terms).Reverse()
		case 2:
			q = q.Slice(r.IntN(2), 2+r.IntN(2))
		case 3:
			q = q.Unique(nil)
		}
		if r.IntN(4) == 0 {
			q, err = q.Only(pick(masks[m]))
			require.NoError(t, err)
		}
		if r.IntN(4) == 0 && m == book {
			q = q.SelectRelated([][]*modelinfo.Relation{{m.Relation("form_shelf")}})
		}
		if r.IntN(4) == 0 && m == shelf {
			q = q.Seeing(query.Deleted(r.IntN(3)))
		}
		if r.IntN(6) == 0 {
			q = q.Locked(query.Lock{NoWait: r.IntN(2) == 0})
		}
		return q
	}
	kept, keptRelated := 0, 0
	for range 5000 {
		q := build()
		rel, keys := shelf.Relation("books"), []any{[]int64{r.Int64N(9)}}
		if q.Model == shelf {
			rel = book.Relation("form_shelf")
		}
		for _, v := range []struct {
			kept, fresh func(*query.Query) (*Stmt, error)
		}{{Select, compileSelect}, {Count, compileCount}, {Exists, compileExists}, {
			func(q *query.Query) (*Stmt, error) {
				st, err := Related(q, rel, keys, false)
				if err == nil && st.Shape != nil {
					keptRelated++
				}
				return st, err
			},
			func(q *query.Query) (*Stmt, error) { return compileRelated(q, rel, keys, false) },
		}} {
			want, wantErr := v.fresh(q)
			got, err := v.kept(q)
			require.Equal(t, wantErr, err)
			if err != nil {
				continue
			}
			if got.Shape != nil {
				kept++
			}
			require.Equal(t, want.SQL, got.SQL)
			require.Equal(t, want.Args, got.Args, want.SQL)
			require.True(t, reflect.DeepEqual(want.Objects, got.Objects) && reflect.DeepEqual(want.Columns, got.Columns), want.SQL)
			require.Equal(t, []any{want.Extra, want.Reads, want.None}, []any{got.Extra, got.Reads, got.None})
		}
	}
	for range 2000 {
		q, unordered, limit := build(), r.IntN(2) == 0, 1+r.IntN(30)
		cut := q
		if unordered {
			cut = cut.OrderBy(nil)
		}
		want, wantErr := compileSelect(cut.Slice(0, limit))
		got, err := SelectFew(q, unordered, limit)
		require.Equal(t, wantErr, err)
		if err == nil {
			require.Equal(t, []any{want.SQL, want.Args, want.None}, []any{got.SQL, got.Args, got.None})
		}
	}
	require.Greater(t, kept, 5000, "most are kept")
	require.Greater(t, keptRelated, 1500, "most are kept")
}

// A form describes every part of a query that its text depends on. A new part
// must be added to the form, or leave such queries open.
func TestFormKnowsEveryPart(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		of    any
		parts int
	}{
		{query.Query{}, 24}, {query.Step{}, 5}, {query.Cond{}, 10}, {query.Leaf{}, 5}, {query.Value{}, 12}, {query.Order{}, 5},
		{query.Columns{}, 2}, {query.Column{}, 3}, {query.Mask{}, 3}, {query.Tree{}, 2}, {query.Lock{}, 3}, {query.Expr{}, 30}, {query.Annotation{}, 4}, {query.Prefetch{}, 2}, {query.Link{}, 2},
	} {
		typ := reflect.TypeOf(c.of)
		require.Equal(t, c.parts, typ.NumField(), typ.Name())
	}
}

// A statement of one row that is kept is written for its own columns, whatever
// columns came before.
func TestKeptRows(t *testing.T) {
	t.Parallel()
	db, err := gorm.Open(postgres.Open("host=127.0.0.1 port=1"), &gorm.Config{DisableAutomaticPing: true})
	require.NoError(t, err)
	t.Cleanup(func() { modelinfo.Remove(db) })
	m, err := modelinfo.Of(db).Model(reflect.TypeFor[formBook]())
	require.NoError(t, err)
	r := rand.New(rand.NewPCG(3, 4))
	some := func() []*modelinfo.Field {
		fields := slices.Clone(m.Fields)
		r.Shuffle(len(fields), func(i, j int) { fields[i], fields[j] = fields[j], fields[i] })
		return fields[:1+r.IntN(len(fields))]
	}
	list := func(fields []*modelinfo.Field, sep string, format func(i int, column string) string) string {
		var parts []string
		for i, f := range fields {
			parts = append(parts, format(i, `"`+f.Column+`"`))
		}
		return strings.Join(parts, sep)
	}
	plain := func(_ int, column string) string { return column }
	full := func(_ int, column string) string { return `"form_books".` + column }
	place := func(i int, _ string) string { return "$" + strconv.Itoa(i+1) }
	equal := func(i int, column string) string { return column + " = $" + strconv.Itoa(i+1) }
	for range 2000 {
		columns, returned := some(), some()
		args := make([]any, len(columns)+1)
		for i := range args {
			args[i] = r.Int()
		}
		n := len(columns)
		returning := ` RETURNING ` + list(returned, ", ", full)
		for _, st := range []struct {
			got  *Stmt
			sql  string
			args []any
		}{
			{Insert(m, Values{Columns: columns, Args: args[:n], Rows: 1}, nil, returned),
				`INSERT INTO "form_books" (` + list(columns, ", ", plain) + `) VALUES (` + list(columns, ", ", place) + `)` + returning, args[:n]},
			{Insert(m, Values{Columns: columns, Args: args[:n], Rows: 1}, nil, nil),
				`INSERT INTO "form_books" (` + list(columns, ", ", plain) + `) VALUES (` + list(columns, ", ", place) + `)`, args[:n]},
			{UpdateRow(m, columns, m.Key, args, returned),
				`UPDATE "form_books" SET ` + list(columns, ", ", equal) + ` WHERE "form_books"."id" = $` + strconv.Itoa(n+1) + returning, args},
			{SelectRow(m, columns, args[:1]), `SELECT ` + list(columns, ", ", full) + ` FROM "form_books" WHERE "form_books"."id" = $1`, args[:1]},
			{DeleteRow(m, args[:1]), `DELETE FROM "form_books" WHERE "form_books"."id" = $1`, args[:1]},
		} {
			require.Equal(t, st.sql, st.got.SQL)
			require.Equal(t, st.args, st.got.Args)
			require.Nil(t, st.got.keys, "which would keep the values of the first row")
		}
		got := SelectRow(m, columns, args[:1])
		require.Equal(t, []Object{{Fields: columns, Model: m, Parent: -1}}, got.Objects)
	}
}

// computed returns a query of books with annotations, groups, and conditions
// and orders on them, of a shape that r chooses. Its values are few, so that
// some are equal.
func computed(t *testing.T, r *rand.Rand, number func() int, m *modelinfo.Model) *query.Query {
	t.Helper()
	constant := func() *query.Expr { return &query.Expr{Kind: query.Const, Value: number()} }
	arith := func(a, b *query.Expr) *query.Expr {
		return &query.Expr{Kind: query.Arith, Name: []string{"+", "*"}[r.IntN(2)], Args: []*query.Expr{a, b}}
	}
	value := func(names ...string) *query.Expr {
		e := query.F(append(names, "pages")[r.IntN(len(names)+1)])
		if shared := constant(); r.IntN(3) > 0 {
			e = arith(e, shared)
			if r.IntN(3) == 0 {
				e = arith(e, shared) // one constant in two places
			}
		}
		return e
	}
	aggregate := func(names ...string) *query.Expr {
		e := &query.Expr{Kind: query.Func, Name: []string{"SUM", "COUNT", "MAX"}[r.IntN(3)], Agg: true, Args: []*query.Expr{value(names...)}, Distinct: r.IntN(4) == 0}
		if r.IntN(3) == 0 {
			e.Cond = query.Lookup("pages__gt", number())
		}
		return e
	}
	q := query.New(m)
	where := func(text string, v any) {
		c, err := q.Resolve(query.Call(query.Lookup(text, v)))
		require.NoError(t, err)
		c.Not = r.IntN(5) == 0
		q = q.With(c)
	}
	annotate := func(name string, e *query.Expr) (shown bool) {
		x, err := q.Expr(e)
		require.NoError(t, err)
		shown = r.IntN(5) > 0
		q = q.Annotate(&query.Annotation{Name: name, Expr: x, Hidden: !shown})
		return shown
	}
	var names, shown []string
	for _, name := range []string{"a", "b"}[:r.IntN(3)] {
		if annotate(name, value(names...)) {
			shown = append(shown, name)
		}
		names = append(names, name)
	}
	if r.IntN(2) == 0 {
		where("pages__lt", number())
	}
	if r.IntN(2) == 0 {
		c, err := q.NewColumns(append(shown, "title")[r.IntN(len(shown)+1):])
		require.NoError(t, err)
		c.Grouped = r.IntN(2) == 0
		q = q.Select(c)
	}
	if r.IntN(3) > 0 {
		annotate("n", aggregate(names...))
		names = append(names, "n")
	}
	for _, name := range names {
		if r.IntN(2) == 0 {
			var v any = number()
			if r.IntN(4) == 0 {
				v = query.F("pages")
			}
			where(name+"__gte", v)
		}
	}
	if r.IntN(2) == 0 {
		where("pages__range", []int{number(), 3})
	}
	var terms []query.Order
	for _, name := range names {
		o, err := q.NewOrder(name)
		require.NoError(t, err)
		terms = append(terms, o...)
	}
	if r.IntN(2) == 0 {
		x, err := q.Expr(value(names...))
		require.NoError(t, err)
		terms = append(terms, query.Order{Expr: x, Desc: r.IntN(2) == 0})
	}
	return q.OrderBy(terms)
}

// As TestKeptStatements, for values that the database computes.
func TestKeptExpressions(t *testing.T) {
	t.Parallel()
	db, err := gorm.Open(postgres.Open("host=127.0.0.1 port=1"), &gorm.Config{DisableAutomaticPing: true})
	require.NoError(t, err)
	t.Cleanup(func() { modelinfo.Remove(db) })
	m, err := modelinfo.Of(db).Model(reflect.TypeFor[formBook]())
	require.NoError(t, err)
	values := rand.New(rand.NewPCG(7, 8))
	for n := range 20_000 {
		q := computed(t, rand.New(rand.NewPCG(uint64(n%200), 9)), func() int { return 1 + values.IntN(2) }, m)
		for _, v := range []struct {
			kept, fresh func(*query.Query) (*Stmt, error)
		}{{Select, compileSelect}, {Count, compileCount}, {Exists, compileExists}} {
			want, wantErr := v.fresh(q)
			got, err := v.kept(q)
			require.Equal(t, wantErr, err)
			if err == nil {
				require.Equal(t, want.SQL, got.SQL)
				require.Equal(t, want.Args, got.Args, want.SQL)
				require.True(t, reflect.DeepEqual(want.Columns, got.Columns), want.SQL)
			}
		}
	}
	found, missed, _ := m.DB.Statements.Counts()
	t.Logf("%d statements were found, %d were written", found, missed)
	require.Greater(t, 2*found, missed)
}

// As TestKeptExpressions, for constants of every type: which of them are equal
// decides which terms of an order are one.
func TestKeptConstants(t *testing.T) {
	t.Parallel()
	db, err := gorm.Open(postgres.Open("host=127.0.0.1 port=1"), &gorm.Config{DisableAutomaticPing: true})
	require.NoError(t, err)
	t.Cleanup(func() { modelinfo.Remove(db) })
	m, err := modelinfo.Of(db).Model(reflect.TypeFor[formBook]())
	require.NoError(t, err)
	r := rand.New(rand.NewPCG(5, 6))
	for range 2000 {
		kind, terms := r.IntN(6), make([]query.Order, 3)
		for i := range terms {
			n := r.IntN(3)
			v := []any{
				int64(n), strconv.Itoa(n), decimal.New(int64(n), 0), time.Date(2026, 1, 1+n, 0, 0, 0, 0, time.FixedZone("a", 60)),
				[]float64{math.NaN(), 0, math.Copysign(0, -1)}[n], sql.Null[any]{V: []int{n}, Valid: true},
			}[kind]
			x := &query.Expr{Kind: query.Func, Name: "F", Args: []*query.Expr{query.FieldRef(m.Key[0]), {Kind: query.Const, Value: v}}}
			terms[i] = query.Order{Expr: x}
		}
		q := query.New(m).OrderBy(terms)
		want, err := compileSelect(q)
		require.NoError(t, err)
		got, err := Select(q)
		require.NoError(t, err)
		require.Equal(t, want.SQL, got.SQL)
		require.Equal(t, fmt.Sprint(want.Args), fmt.Sprint(got.Args), want.SQL)
	}
}
