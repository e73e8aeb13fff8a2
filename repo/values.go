package repo

import (
	"context"
	"errors"
	"iter"
	"reflect"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/exec"
	"github.com/gormango/gormango/internal/store"
)

// Values reads columns in place of objects, the named ones; without names those
// that Columns or GroupBy chose, with the annotations that followed; else all
// columns and annotations. Names may lie behind relations. It runs one
// statement.
//
//	rows, err := repo.Values[struct {
//		Title      string
//		AuthorName string
//	}](ctx, books, "title", "author__name")
//
// R is a struct, map[string]any, []any for a row in the order of the names, or
// for one column a type that holds it: repo.Values[string](ctx, books,
// "title").
//
// A struct's fields take columns by GORM's rules: `gorm:"column:n"`, else the
// field's name in snake case; author__name also fits AuthorName. Each column
// needs a field and each field a column, except for fields that are structs or
// slices of structs, which may stay empty. NULL leaves the zero value; a
// pointer, sql.Null or another type with a Scan method distinguishes it.
//
// A map and []any hold int64, float64, decimal.Decimal, string, bool, time.Time
// (a date at midnight UTC), "15:04:05.000000" for a time of day, time.Duration,
// uuid.UUID, []byte, the values of JSON, []any for an array, nil for NULL; an
// interval beyond time.Duration is a pgtype.Interval. The expression's type
// decides: SUM of integers is an int64, AVG a float64. The
// result is never nil without an error.
func Values[R, T any](ctx context.Context, src Source[T], names ...Name[T]) ([]R, error) {
	return readValues[R](ctx, src, names)
}

// readValues is Values by a pointer to the model.
func readValues[R, P any](ctx context.Context, src SourceOf[P], names []NameOf[P]) ([]R, error) {
	s, st, rd, err := columnReader[R](ctx, src, names)
	if err != nil {
		return nil, err
	}
	if st.None {
		return []R{}, nil
	}
	return exec.Read(ctx, s.Conn, st, rd)
}

// ValuesIter is Values by a cursor, 2,000 rows at a time, as Iter is All:
//
//	for title, err := range repo.ValuesIter[string](ctx, books, "title") {
//
// The pair with an error is the last.
func ValuesIter[R, T any](ctx context.Context, src Source[T], names ...Name[T]) iter.Seq2[R, error] {
	return iterValues[R](ctx, src, names)
}

// iterValues is ValuesIter by a pointer to the model.
func iterValues[R, P any](ctx context.Context, src SourceOf[P], names []NameOf[P]) iter.Seq2[R, error] {
	return func(yield func(R, error) bool) {
		var zero R
		s, st, rd, err := columnReader[R](ctx, src, names)
		if err != nil {
			yield(zero, err)
			return
		}
		if st.None {
			return
		}
		stopped := false
		err = exec.ReadChunks(ctx, s.Conn, st, rd, store.IterChunk, func(_ context.Context, chunk []R) bool {
			for _, row := range chunk {
				if !yield(row, nil) {
					stopped = true
					return false
				}
			}
			return true
		})
		if err != nil && !stopped {
			yield(zero, err)
		}
	}
}

// Pluck reads one column by its typed field, into the field's own type: titles,
// err := repo.Pluck(ctx, books, F.Book.Title). A nullable column's values are
// pointers; a NULL that only a missing related row explains is the zero value.
func Pluck[T, R any](ctx context.Context, src Source[T], col Column[T, R]) ([]R, error) {
	if rv := reflect.ValueOf(col); !rv.IsValid() || rv.Kind() == reflect.Pointer && rv.IsNil() {
		return nil, errors.New("repo: Pluck without a column (pass it a typed field)")
	}
	return Values[R](ctx, src, col.Name())
}

// columnReader returns the statement of a query of columns and the reader of
// its rows.
func columnReader[R, P any](ctx context.Context, src SourceOf[P], names []NameOf[P]) (*store.State, *compile.Stmt, *exec.Reader[R], error) {
	qs, err := sourceOf(src)
	if err != nil {
		return nil, nil, nil, err
	}
	switch {
	case len(names) > 0:
		qs = qs.Columns(names...)
	case qs.state.Query.Columns == nil:
		qs = qs.Columns()
	}
	if err := qs.Err(); err != nil {
		return nil, nil, nil, err
	}
	st, err := qs.state.Compiled(ctx, qs.state.Query)
	if err != nil {
		return nil, nil, nil, err
	}
	rd, err := exec.NewReader[R](st, qs.state.DB)
	if err != nil {
		return nil, nil, nil, qs.state.CallError("", err)
	}
	return qs.st(), st, rd, nil
}

// sourceOf returns the QuerySet of a source, with its first mistake. A nil
// source is ErrUnbound.
func sourceOf[P any](src SourceOf[P]) (*QuerySetOf[P], error) {
	if !notNil(src) {
		return nil, store.ErrUnbound
	}
	qs := src.querySet()
	return qs, qs.Err()
}

// Row is an object with its annotations, for Into without a struct of the
// application, and for the field that a Prefetch loads into.
type Row[T any] struct {
	Object *T
	// Values are the annotations by name, of the same types as in a map that
	// Values returns.
	Values map[string]any
}

// Into returns objects with their annotations. R is Row[T], or a struct that
// embeds T or *T and has a field for each annotation, by the rules of Values.
//
//	authors := authors.Annotate("n", repo.Count(repo.F("books")))
//	rows, err := repo.Into[struct {
//		Author
//		N int64
//	}](ctx, authors)
//
// Related objects of SelectRelated and PrefetchRelated are in the object, and
// its AfterFind runs. Into runs one statement, and one for each prefetched
// relation. After Columns or GroupBy it returns ErrGrouped: use Values. Without
// an error the result is never nil.
func Into[R, T any](ctx context.Context, src Source[T]) ([]R, error) {
	qs, err := sourceOf(src)
	if err != nil {
		return nil, err
	}
	s := qs.st()
	if err := s.CheckReadable(); err != nil {
		return nil, err
	}
	st, err := s.Compiled(ctx, s.Query)
	if err != nil {
		return nil, err
	}
	rd, object, err := intoReader[R, T](s, st)
	if err != nil {
		return nil, err
	}
	if st.None {
		return []R{}, nil
	}
	rows, err := exec.Read(ctx, s.Conn, st, rd)
	if err != nil {
		return nil, err
	}
	objs := make([]reflect.Value, len(rows))
	for i := range rows {
		objs[i] = reflect.ValueOf(object(&rows[i])).Elem()
	}
	if err := s.Complete(ctx, s.Query, objs); err != nil {
		return nil, err
	}
	return rows, nil
}

// intoReader returns the reader of objects with annotations, and a function
// that returns the object in a row.
func intoReader[R, T any](s *store.State, st *compile.Stmt) (*exec.Reader[R], func(*R) *T, error) {
	if reflect.TypeFor[R]() == reflect.TypeFor[Row[T]]() {
		object := func(row *R) *T {
			r := any(row).(*Row[T])
			if r.Object == nil {
				r.Object = new(T)
			}
			return r.Object
		}
		setValues := func(row *R, values map[string]any) { any(row).(*Row[T]).Values = values }
		return exec.NewRowReader(st, object, setValues), object, nil
	}
	rd, object, err := exec.NewIntoReader[R, T](st, s.DB)
	if err != nil {
		return nil, nil, s.CallError("", err)
	}
	return rd, object, nil
}
