package repo

import (
	"context"
	"fmt"
	"iter"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/exec"
	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/param"
	"github.com/gormango/gormango/internal/query"
	"github.com/gormango/gormango/internal/store"
	"github.com/gormango/gormango/internal/zone"
)

// All returns the objects of all rows. It runs one statement, and one for each
// prefetched relation, and obeys the context's transaction, as every terminal
// does. Without an error the result is never nil.
//
// Objects are allocated 64 at a time, so keeping one of them keeps the memory
// of its neighbours. Annotations are computed for the order and the conditions
// only; Into reads them. After Columns or GroupBy, All returns ErrGrouped, as
// Get, First, Last and Iter do: use Values.
//
//go:noinline
func (qs *QuerySetOf[P]) All(ctx context.Context) ([]P, error) {
	return objectsOf[P](qs.st().All(ctx))
}

// Get returns the object of the one row that matches. It returns
// ErrDoesNotExist without a row and ErrMultipleObjectsReturned with several. It
// runs one statement, without an order.
//
//go:noinline
func (qs *QuerySetOf[P]) Get(ctx context.Context) (P, error) {
	return objectOf[P](qs.st().Get(ctx))
}

// First returns the object of the first row in the order of the QuerySet, or of
// the primary key without one. It returns ErrDoesNotExist without a row. It
// runs one statement.
//
//go:noinline
func (qs *QuerySetOf[P]) First(ctx context.Context) (P, error) {
	return objectOf[P](qs.st().Edge(ctx, false))
}

// Last returns the object of the last row, as First does of the first. After
// Limit or Offset it returns ErrSliced.
//
//go:noinline
func (qs *QuerySetOf[P]) Last(ctx context.Context) (P, error) {
	return objectOf[P](qs.st().Edge(ctx, true))
}

// Count returns the number of rows; after Limit or Offset, of those within. It
// runs one statement.
//
//go:noinline
func (qs *QuerySetOf[P]) Count(ctx context.Context) (int64, error) { return qs.st().Count(ctx) }

// Exists reports whether there is a row. It runs one statement, which reads at
// most one.
//
//go:noinline
func (qs *QuerySetOf[P]) Exists(ctx context.Context) (bool, error) { return qs.st().Exists(ctx) }

// Maybe turns the error "no row" into a nil object, as Django's first(): b, err
// := repo.Maybe(qs.First(ctx)).
func Maybe[T any](obj *T, err error) (*T, error) {
	if _, none := err.(store.DoesNotExist); none {
		return nil, nil
	}
	return obj, err
}

// Iter reads the rows by a cursor, 2,000 at a time, so that memory stays flat:
//
//	for book, err := range books.Iter(ctx) {
//		if err != nil {
//			return err
//		}
//		…
//	}
//
// The pair with an error is the last. Leaving the loop closes the cursor.
// Inside a transaction the cursor belongs to the transaction, and the loop may
// run statements of its own. Outside, the cursor holds a connection and a
// transaction of its own until the loop ends, on a replica where the database
// has some. Each prefetched relation costs a statement for each chunk.
//
// A Save in the loop keeps its object until the transaction ends when the model
// has times or a version that Save fills, since a rollback restores them.
// Update by the key keeps nothing.
//
//go:noinline
func (qs *QuerySetOf[P]) Iter(ctx context.Context) iter.Seq2[P, error] {
	return sequenceOf[P](qs.st().Rows(ctx))
}

// Earliest returns the first row by these fields, whatever the order was; at
// least one field is required. Without a row it is ErrDoesNotExist, after Limit
// or Offset ErrSliced. It runs one statement.
//
//go:noinline
func (qs *QuerySetOf[P]) Earliest(ctx context.Context, fields ...OrderingOf[P]) (P, error) {
	return objectOf[P](qs.st().Extreme(ctx, "Earliest", texts(fields)))
}

// Latest returns the last row by these fields, as Earliest returns the first:
// books.Latest(ctx, "published_at").
//
//go:noinline
func (qs *QuerySetOf[P]) Latest(ctx context.Context, fields ...OrderingOf[P]) (P, error) {
	return objectOf[P](qs.st().Extreme(ctx, "Latest", texts(fields)))
}

// Contains reports whether the object's row is one of the QuerySet's. It runs
// one statement that reads at most a row. An object without a key is ErrNoKey;
// after Limit or Offset it is ErrSliced, after Columns or GroupBy ErrGrouped,
// after Union, Intersection and Difference ErrCombined.
//
//go:noinline
func (qs *QuerySetOf[P]) Contains(ctx context.Context, obj P) (bool, error) {
	return qs.st().Contains(ctx, obj)
}

// InBulk returns the objects with these primary keys, by key. A key without a
// row is not in the map. With nil keys it reads every object; with an empty
// slice it sends nothing. It runs one statement, and one for each prefetched
// relation. After a slice it returns ErrSliced, after Columns or GroupBy
// ErrGrouped.
//
//	byID, err := repo.InBulk(ctx, books, []int64{1, 2, 3})
func InBulk[K comparable, T any](ctx context.Context, src Source[T], keys []K) (map[K]*T, error) {
	return InBulkBy(ctx, src, "pk", keys)
}

// InBulkBy is InBulk by a field whose values are unique: by a tag, by an index
// without a condition or a constraint of Meta, or as the only name of Distinct.
// Objects whose field is NULL are left out.
func InBulkBy[K comparable, T any](ctx context.Context, src Source[T], field Name[T], keys []K) (map[K]*T, error) {
	return inBulk(ctx, src, string(field), keys)
}

func inBulk[K comparable, P any](ctx context.Context, src SourceOf[P], field string, keys []K) (map[K]P, error) {
	s := stateIn(src)
	objs, f, err := s.InBulk(ctx, field, keys, len(keys), keys == nil)
	if err != nil {
		return nil, err
	}
	asked := map[any]K{}
	for _, k := range keys {
		asked[param.Key(f.Type, k)] = k
	}
	out := map[K]P{}
	for _, at := range objs {
		v, _ := f.ValueOf(ctx, reflect.NewAt(f.Model.Type, at).Elem())
		key := param.Key(f.Type, v)
		if key == nil {
			continue
		}
		k, ok := asked[key]
		if !ok {
			if k, err = keyAs[K](v); err != nil {
				return nil, s.CallError(field, fmt.Errorf("%s.%s: %w", s.Model.Name, f.Column, err))
			}
		}
		out[k], _ = objectOf[P](at, nil)
	}
	return out, nil
}

// keyAs returns the value of a column as the key of a map.
func keyAs[K comparable](v any) (K, error) {
	var k K
	rv := reflect.ValueOf(v)
	for rv.Kind() == reflect.Pointer && !rv.IsNil() {
		if same, ok := rv.Interface().(K); ok {
			return same, nil
		}
		rv = rv.Elem()
	}
	to := reflect.ValueOf(&k).Elem()
	if text, ok := rv.Interface().(fmt.Stringer); ok && to.Kind() == reflect.String && rv.Kind() != reflect.String {
		to.SetString(text.String())
		return k, nil
	}
	plain := rv.Interface()
	switch {
	case rv.CanInt():
		plain = rv.Int()
	case rv.CanUint():
		plain = int64(rv.Uint())
	}
	if rv.Type().AssignableTo(to.Type()) {
		plain = rv.Interface()
	}
	err := exec.Assign(plain, to)
	return k, err
}

// DateOrder is the order of Dates and Datetimes.
type DateOrder uint8

// The orders of Dates and Datetimes.
const (
	OldestFirst DateOrder = iota // the default
	NewestFirst
)

var (
	dateKinds = []string{"year", "month", "week", "day"}
	timeKinds = append(slices.Clip(dateKinds), "hour", "minute", "second")
)

// Dates returns the distinct years, months, weeks or days (kind) of a date or
// time in the rows, each as its first day, at midnight UTC. A week begins on
// Monday. NULLs are left out; the QuerySet's own order does not matter. Days of
// a timestamptz are those of the database's time zone. It runs one statement.
// Without an error the result is never nil.
func Dates[T any](ctx context.Context, src Source[T], field Name[T], kind string, order ...DateOrder) ([]time.Time, error) {
	qs, e, err := truncate(src, "Dates", field, kind, dateKinds, nil)
	if err != nil {
		return nil, err
	}
	typ := lookup.DateType
	return distinctTimes(ctx, qs, field, &query.Expr{Kind: query.Cast, Type: typ, Args: []*query.Expr{e}}, order)
}

// Datetimes returns the distinct years, months, weeks, days, hours, minutes or
// seconds (kind) of a time in the rows, each as its beginning in zone; nil is
// the database's zone. Otherwise it is as Dates.
func Datetimes[T any](ctx context.Context, src Source[T], field Name[T], kind string, zone *time.Location, order ...DateOrder) ([]time.Time, error) {
	qs, e, err := truncate(src, "Datetimes", field, kind, timeKinds, &zone)
	if err != nil {
		return nil, err
	}
	times, err := distinctTimes(ctx, qs, field, e, order)
	for i, t := range times { // the server returns wall-clock times of zone, without a zone
		times[i] = time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, zone)
	}
	return times, err
}

// truncate returns DATE_TRUNC of a field, which must be a date or a time; with
// a zone, a time. A nil zone becomes the database's.
func truncate[P any](src SourceOf[P], method string, field NameOf[P], kind string, kinds []string, in **time.Location) (*QuerySetOf[P], *query.Expr, error) {
	qs, err := sourceOf(src)
	if err != nil {
		return qs, nil, err
	}
	s := qs.st()
	loc := s.Registry.TimeZone()
	if in != nil {
		if *in == nil {
			*in = loc
		}
		loc = *in
	}
	if !slices.Contains(kinds, kind) {
		return qs, nil, s.ValueError(method, kind, "a kind of "+strings.Join(kinds, ", "))
	}
	where, err := zone.Name(loc)
	if err != nil {
		return qs, nil, s.CallError(string(field), fmt.Errorf("%s: %w", method, err))
	}
	e, err := s.Query.Name(string(field))
	if err != nil {
		return qs, nil, s.CallError(string(field), err)
	}
	if e.Type.Kind != lookup.Time && (in != nil || e.Type.Kind != lookup.Date) {
		want := "a date or a time"
		if in != nil {
			want = "a time"
		}
		return qs, nil, s.CallError(string(field), fmt.Errorf("%s is of %s, and %s is a %s", method, want, field, e.Type.Kind))
	}
	inZone := func(name string, t lookup.Type) {
		e = &query.Expr{Kind: query.Func, Name: "TIMEZONE", Args: []*query.Expr{{Kind: query.Const, Value: name, Type: lookup.TextType}, e}, Type: t}
	}
	if e.Type.Kind == lookup.Time && !e.Type.Instant() && s.Registry.Elsewhere(where) {
		inZone(s.Registry.ZoneName(), lookup.TimeType)
	}
	if e.Type.Instant() {
		inZone(where, lookup.TimestampType)
	}
	return qs, &query.Expr{Kind: query.Func, Name: "DATE_TRUNC", Args: []*query.Expr{{Kind: query.Const, Value: kind, Type: lookup.TextType}, e}, Type: lookup.TimestampType}, nil
}

// distinctTimes returns the distinct values of e where the field is not NULL.
func distinctTimes[P any](ctx context.Context, qs *QuerySetOf[P], field NameOf[P], e *query.Expr, order []DateOrder) ([]time.Time, error) {
	term := OrderingOf[P](truncateName)
	if len(order) > 0 && order[0] == NewestFirst {
		term = "-" + term
	}
	qs = qs.Annotate(truncateName, Expr{e}).Alias(truncateName+"_of", F(Ref(field))).Columns(truncateName).Distinct().
		Filter(truncateName+"_of__isnull", false).OrderBy(term)
	return readValues[time.Time](ctx, qs, nil)
}

// truncatedName is the name of the annotation that Dates reads.
const truncateName = "gormango_date"

// ExplainOption is an option of PostgreSQL's EXPLAIN: its name, with or without
// a value behind it, as in "analyze", "buffers", "timing off" and "format
// json". Which options exist depends on the version of the server.
type ExplainOption string

// explainValues are the options of EXPLAIN with the values that each takes; nil
// is on or off.
var explainValues = map[string][]string{
	"analyze": nil, "verbose": nil, "costs": nil, "settings": nil, "generic_plan": nil, "buffers": nil, "wal": nil, "timing": nil, "summary": nil,
	"memory": nil, "serialize": {"none", "text", "binary"}, "format": {"text", "xml", "json", "yaml"},
}

var onOff = []string{"on", "off", "true", "false", "1", "0"}

// Explain returns the server's plan for the statement that All, or Values after
// Columns, would send. The plan is text unless the format option names another
// format. With "analyze" the server executes the statement. Where no row can
// match, Explain sends nothing and returns an empty plan.
//
//	plan, err := books.Filter("title", "Go").Explain(ctx, "analyze", "buffers", "format json")
//
//go:noinline
func (qs *QuerySetOf[P]) Explain(ctx context.Context, options ...ExplainOption) (string, error) {
	if err := qs.Err(); err != nil {
		return "", err
	}
	s := qs.st()
	how, err := explainOptions(options)
	if err != nil {
		return "", s.CallError("", err)
	}
	st, err := s.Compiled(ctx, s.Query)
	if err != nil || st.None {
		return "", err
	}
	lines, err := exec.Read(ctx, s.Conn, &compile.Stmt{SQL: "EXPLAIN " + how + st.SQL, Args: st.Args}, exec.RawReader[string](s.DB))
	return strings.Join(lines, "\n"), err
}

// explainOptions returns the options as SQL. One that is not known is an error.
func explainOptions(options []ExplainOption) (string, error) {
	var all []string
	for _, o := range options {
		words := strings.Fields(strings.ToLower(string(o)))
		var name string
		if len(words) > 0 {
			name = words[0]
		}
		values, known := explainValues[name]
		if !known || len(words) > 2 {
			var names []string
			for n := range explainValues {
				names = append(names, n)
			}
			slices.Sort(names)
			return "", fmt.Errorf("Explain has no option %q; choices are %s", o, strings.Join(names, ", "))
		}
		if values == nil {
			values = onOff
			if len(words) == 1 {
				words = append(words, "on")
			}
		}
		if len(words) != 2 || !slices.Contains(values, words[1]) {
			return "", fmt.Errorf("Explain: the option %s takes one of %s", name, strings.Join(values, ", "))
		}
		all = append(all, strings.ToUpper(name+" "+words[1]))
	}
	if len(all) == 0 {
		return "", nil
	}
	return "(" + strings.Join(all, ", ") + ") ", nil
}
