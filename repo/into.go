package repo

import (
	"context"
	"reflect"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/exec"
	"github.com/gormango/gormango/internal/store"
)

// Row is an object with its annotations, for Into where no struct is at hand,
// and for the field that a Prefetch loads into.
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
	if err := s.Whole(); err != nil {
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

func intoReader[R, T any](s *store.State, st *compile.Stmt) (*exec.Reader[R], func(*R) *T, error) {
	if reflect.TypeFor[R]() == reflect.TypeFor[Row[T]]() {
		object := func(row *R) *T {
			r := any(row).(*Row[T])
			if r.Object == nil {
				r.Object = new(T)
			}
			return r.Object
		}
		put := func(row *R, vals map[string]any) { any(row).(*Row[T]).Values = vals }
		return exec.NewRowReader(st, object, put), object, nil
	}
	rd, object, err := exec.NewIntoReader[R, T](st, s.DB)
	if err != nil {
		return nil, nil, s.Mistaken("", err)
	}
	return rd, object, nil
}
