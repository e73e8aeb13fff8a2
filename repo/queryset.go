package repo

import (
	"github.com/gormango/gormango/internal/query"
	"github.com/gormango/gormango/internal/store"
)

// QuerySet is a set of rows of T, refined by its methods. Programs hold a
// *QuerySet[T]. It is immutable: each method returns another QuerySet, so one
// can be kept, shared between goroutines and refined in several ways. Nothing
// is sent to the database before a terminal method, one that takes a context. A
// nil or zero QuerySet belongs to no database: its terminals return ErrUnbound.
//
// Its methods are those of [QuerySetOf]: "go doc repo.QuerySetOf" lists them,
// and "go doc repo.QuerySetOf.Filter" prints one.
type QuerySet[T any] = QuerySetOf[*T]

// QuerySetOf is the type behind [QuerySet] and [Repository]; P is a pointer to
// the model. Programs write QuerySet[Book] and read the methods here. With
// pointers the compiler shares the code of all models, see docs/decisions.md.
type QuerySetOf[P any] struct{ state store.State }

// Scope is a reusable refinement, which Scopes and Scoped take.
type Scope[T any] = func(*QuerySet[T]) *QuerySet[T]

// Source is anything that holds rows of T: a QuerySet, a Repository, a struct
// that embeds one.
type Source[T any] = SourceOf[*T]

// SourceOf is what Source is an alias of; P is a pointer to the model.
type SourceOf[P any] interface{ querySet() *QuerySetOf[P] }

//go:noinline
func (qs *QuerySetOf[P]) querySet() *QuerySetOf[P] { return qs }

// From returns the rows of a source, for functions that take a QuerySet, a
// Repository or a custom manager alike. From(nil) returns nil, which belongs to
// no database.
//
//	func Newest[T any](src repo.Source[T]) *repo.QuerySet[T] { return repo.From(src).OrderBy("-created_at").Limit(10) }
func From[T any](src Source[T]) *QuerySet[T] {
	if !notNil(src) {
		return nil
	}
	return src.querySet()
}

// Err returns the first mistake of the chain, nil when there is none. Terminals
// return it too.
//
//go:noinline
func (qs *QuerySetOf[P]) Err() error {
	return qs.st().Mistake()
}

// Filter keeps the rows for which the lookup holds. Value is what the field's
// type takes, an Expr, a field, or a QuerySet for in; nil means IS NULL.
// Chained calls narrow further. Over a relation to many, each call asks for a
// related row of its own; And makes conditions apply to the same one.
//
//	books.Filter("author__name__icontains", "ann").Filter("pages__gte", 100)
//
// An error of the chain is a *FieldError, a *LookupValueError, or one of the
// package's sentinels.
//
//go:noinline
func (qs *QuerySetOf[P]) Filter(lookup LookupOf[P], value any) *QuerySetOf[P] {
	return rowsOf[P](qs.st().Filtered(string(lookup), plainValue(value), false))
}

// Exclude drops the rows for which the lookup holds. Rows for which it is
// unknown, because of a NULL, stay. Over a relation to many it drops the rows
// of which any related row matches.
//
//go:noinline
func (qs *QuerySetOf[P]) Exclude(lookup LookupOf[P], value any) *QuerySetOf[P] {
	return rowsOf[P](qs.st().Filtered(string(lookup), plainValue(value), true))
}

// And adds a lookup to the Filter or Exclude just before it, which makes them
// one: Exclude("a", 1).And("b", 2) drops the rows where both hold.
//
//go:noinline
func (qs *QuerySetOf[P]) And(lookup LookupOf[P], value any) *QuerySetOf[P] {
	return rowsOf[P](qs.st().Extended(string(lookup), plainValue(value)))
}

// Where keeps the rows for which all the conditions hold. None, or neutral
// ones, change nothing. It is one call: conditions over a relation to many are
// about one related row.
//
//go:noinline
func (qs *QuerySetOf[P]) Where(conds ...CondOf[P]) *QuerySetOf[P] {
	return rowsOf[P](qs.st().Restricted("Where", trees(conds), false))
}

// ExcludeWhere drops the rows for which all the conditions hold, Django's
// exclude(Q(…), Q(…)).
//
//go:noinline
func (qs *QuerySetOf[P]) ExcludeWhere(conds ...CondOf[P]) *QuerySetOf[P] {
	return rowsOf[P](qs.st().Restricted("ExcludeWhere", trees(conds), true))
}

// Q returns a condition of a lookup, to combine with others and pass to Where:
//
//	books.Where(books.Q("title__startswith", "Go").Or(books.Q("pages__gt", 300)))
//
//go:noinline
func (qs *QuerySetOf[P]) Q(lookup LookupOf[P], value any) CondOf[P] {
	return lookupCond[P](string(lookup), value)
}

// OrderBy sorts by the terms, the first first. It replaces an earlier order and
// the model's own; without terms there is none. The name of a relation stands
// for the ordering of the model it leads to; "?" orders by chance.
//
//go:noinline
func (qs *QuerySetOf[P]) OrderBy(terms ...OrderingOf[P]) *QuerySetOf[P] {
	return rowsOf[P](qs.st().OrderedBy(texts(terms)))
}

// OrderByExpr sorts by expressions:
// books.OrderByExpr(repo.F("price").Desc().NullsLast()). It replaces an earlier
// order.
//
//go:noinline
func (qs *QuerySetOf[P]) OrderByExpr(terms ...Term) *QuerySetOf[P] {
	return rowsOf[P](qs.st().OrderedByExpr(orders(terms)))
}

// Reverse reverses the order, including one set later: by OrderBy, by the key
// that First takes, by the fields of Earliest. Calling it twice undoes it.
// Without an order it changes nothing.
//
//go:noinline
func (qs *QuerySetOf[P]) Reverse() *QuerySetOf[P] {
	return rowsOf[P](qs.st().Reversed())
}

// Distinct drops rows that are equal in what is read. With names it keeps the
// first row of each different combination of them (DISTINCT ON), by an order
// that begins with the same names.
//
//go:noinline
func (qs *QuerySetOf[P]) Distinct(on ...NameOf[P]) *QuerySetOf[P] {
	return rowsOf[P](qs.st().Distinct(texts(on)))
}

// Limit sets the most rows; a later Limit replaces an earlier one. A negative
// one is a *LookupValueError.
//
//go:noinline
func (qs *QuerySetOf[P]) Limit(n int) *QuerySetOf[P] {
	return rowsOf[P](qs.st().Limited(n))
}

// Offset leaves n rows out at the front; a later Offset replaces an earlier
// one. A negative one is a *LookupValueError.
//
//go:noinline
func (qs *QuerySetOf[P]) Offset(n int) *QuerySetOf[P] {
	return rowsOf[P](qs.st().Offset(n))
}

// End is an open end for Slice.
const End = -1

// Slice keeps the rows from start on, before stop (End: all), counted within an
// earlier slice, Django's qs[start:stop]. Limit and Offset, unlike it, set.
// Counting from the end is a *LookupValueError.
//
//go:noinline
func (qs *QuerySetOf[P]) Slice(start, stop int) *QuerySetOf[P] {
	return rowsOf[P](qs.st().Slice(start, stop))
}

// None matches nothing, and its terminals ask nothing of the database.
//
//go:noinline
func (qs *QuerySetOf[P]) None() *QuerySetOf[P] {
	return rowsOf[P](qs.st().None())
}

// AllRows allows an Update or Delete without a condition, which is
// gorm.ErrMissingWhereClause otherwise.
//
//go:noinline
func (qs *QuerySetOf[P]) AllRows() *QuerySetOf[P] {
	return rowsOf[P](qs.st().AllRows())
}

// WithDeleted shows the rows that a soft delete has hidden, too.
//
//go:noinline
func (qs *QuerySetOf[P]) WithDeleted() *QuerySetOf[P] {
	return rowsOf[P](qs.st().Seeing(query.WithDeleted))
}

// OnlyDeleted shows only the rows that a soft delete has hidden.
//
//go:noinline
func (qs *QuerySetOf[P]) OnlyDeleted() *QuerySetOf[P] {
	return rowsOf[P](qs.st().Seeing(query.OnlyDeleted))
}

// Scopes applies refinements in order; nil is none.
//
//go:noinline
func (qs *QuerySetOf[P]) Scopes(fns ...func(*QuerySetOf[P]) *QuerySetOf[P]) *QuerySetOf[P] {
	for _, fn := range fns {
		if fn != nil {
			qs = fn(qs)
		}
	}
	return qs
}

// Annotate computes a value for each row, which later calls know by its name:
// conditions, orders, other annotations; Values and Into read it. An aggregate
// groups the rows by object, or by what GroupBy named. The name of a field, or
// one with quotes, spaces, semicolons or comments, is a *FieldError.
//
//go:noinline
func (qs *QuerySetOf[P]) Annotate(name string, e Operand) *QuerySetOf[P] {
	return rowsOf[P](qs.st().Annotated("Annotate", name, exprOf(e).n, false))
}

// Alias is Annotate for a value that only other calls need: rows do not hold
// it.
//
//go:noinline
func (qs *QuerySetOf[P]) Alias(name string, e Operand) *QuerySetOf[P] {
	return rowsOf[P](qs.st().Annotated("Alias", name, exprOf(e).n, true))
}

// GroupBy groups the rows by columns and annotations: one row for each
// different combination. Aggregates that are annotated after it are about a
// group; without names all rows are one. All, Get, First and their kin then
// return ErrGrouped: read with Values or Into.
//
//go:noinline
func (qs *QuerySetOf[P]) GroupBy(names ...NameOf[P]) *QuerySetOf[P] {
	return rowsOf[P](qs.st().Selected(texts(names), true))
}

// Columns makes the rows hold the named columns and annotations in place of
// objects, Django's values(): what a set operation compares and a subquery
// returns. Without names the rows hold all of them. An aggregate that is
// annotated after it groups by them.
//
//go:noinline
func (qs *QuerySetOf[P]) Columns(names ...NameOf[P]) *QuerySetOf[P] {
	return rowsOf[P](qs.st().Selected(texts(names), false))
}

// SQL returns the statement that All would send and its arguments, without
// sending it. An empty statement with no error means that nothing would be
// sent.
//
//go:noinline
func (qs *QuerySetOf[P]) SQL() (string, []any, error) {
	return qs.st().SQL()
}

// Only loads the named columns of objects, and the key. It replaces an earlier
// Only. Columns that are not loaded are zero in the object, so save such an
// object with named fields. "author__name" is a column of an object that
// SelectRelated joins. Columns by which prefetched rows are found are loaded
// too.
//
//go:noinline
func (qs *QuerySetOf[P]) Only(fields ...NameOf[P]) *QuerySetOf[P] {
	return rowsOf[P](qs.st().Only(texts(fields)))
}

// Defer leaves the named columns of objects out, in addition to those of an
// earlier Defer. Without names every column is loaded again.
//
//go:noinline
func (qs *QuerySetOf[P]) Defer(fields ...NameOf[P]) *QuerySetOf[P] {
	return rowsOf[P](qs.st().Deferred(texts(fields)))
}

// Deferred returns the columns that objects come without, because of Only or
// Defer. With the name of a relation that SelectRelated joins it returns those
// of the relation's objects.
//
//go:noinline
func (qs *QuerySetOf[P]) Deferred(rel ...RelOf[P]) []NameOf[P] {
	var names []NameOf[P]
	for _, name := range qs.st().Omitted(texts(rel)) {
		names = append(names, NameOf[P](name))
	}
	return names
}

// SelectRelated loads objects of relations to one by joins in the same
// statement: tracks.SelectRelated("album", "album__artist"). Without names it
// loads every foreign key that is not nullable, five levels deep.
//
//go:noinline
func (qs *QuerySetOf[P]) SelectRelated(rels ...RelOf[P]) *QuerySetOf[P] {
	return rowsOf[P](qs.st().SelectRelated(texts(rels)))
}

// NoSelectRelated removes the relations that SelectRelated set.
//
//go:noinline
func (qs *QuerySetOf[P]) NoSelectRelated() *QuerySetOf[P] {
	return rowsOf[P](qs.st().Unrelated())
}

// PrefetchRelated loads relations of every kind by one statement each,
// regardless of the number of rows: playlists.PrefetchRelated("tracks",
// "tracks__album"). Related rows are shared between the objects that refer to
// them through a pointer. A slice without rows is made empty, so that nil means
// "not loaded". Relations that SelectRelated or an earlier Prefetch loads are
// not loaded again, so that a path may continue from them. The field of ToField
// stands in a path under its own name: "VisibleTags__posts".
//
//go:noinline
func (qs *QuerySetOf[P]) PrefetchRelated(rels ...RelOf[P]) *QuerySetOf[P] {
	return rowsOf[P](qs.st().Prefetched(texts(rels)))
}

// NoPrefetch removes the relations that PrefetchRelated and Prefetch set.
//
//go:noinline
func (qs *QuerySetOf[P]) NoPrefetch() *QuerySetOf[P] {
	return rowsOf[P](qs.st().Unprefetched())
}

// FilteredRelation names a relation of which only the rows that fulfil cond are
// joined: later lookups and expressions begin with the name. The condition is
// written from T, and names columns of the relation or of T itself:
//
//	publishers.FilteredRelation("long", "books", publishers.Q("books__pages__gt", 500)).Annotate("n", repo.Count(repo.F("long")))
//
//go:noinline
func (qs *QuerySetOf[P]) FilteredRelation(name string, rel RelOf[P], cond CondOf[P]) *QuerySetOf[P] {
	return rowsOf[P](qs.st().FilteredRelation(name, string(rel), cond.c))
}
