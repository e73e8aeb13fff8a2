package repo

import (
	"context"
	"fmt"
	"reflect"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/deletion"
	"github.com/gormango/gormango/internal/exec"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/query"
	"github.com/gormango/gormango/internal/store"
)

// UpdateReturning is QuerySet.Update that reads the rows as they are
// afterwards, in the same statement (RETURNING). R is T, or a struct that
// embeds it; after Columns it takes those columns by the rules of Values, and
// they must be the row's own. The rows come in no order. AfterFind runs for
// objects; nothing is prefetched. Errors are those of Update; the result is
// never nil without one.
//
//	taken, err := repo.UpdateReturning[Job](ctx, jobs.Filter("state", "new"), jobs.Set("state", "taken"))
//	ids, err := repo.UpdateReturning[int64](ctx, jobs.Filter("state", "new").Columns("id"), jobs.Set("state", "taken"))
func UpdateReturning[R, T any](ctx context.Context, src Source[T], first Assign[T], more ...Assign[T]) ([]R, error) {
	s, columns, err := returningOf(src)
	if err != nil {
		return nil, err
	}
	st, err := s.UpdateOf(assignments(first, more))
	if err != nil {
		return nil, err
	}
	return writeReturning[R, T](ctx, s, st, columns)
}

// DeleteReturning is QuerySet.Delete that reads the deleted rows, in the same
// statement, by the rules of UpdateReturning. No signals are sent. It is for
// rows that nothing refers to, or that only the database's own actions follow:
// where a delete would need to look after rows of another model, by its
// OnDelete or because they are links, the error names it.
func DeleteReturning[R, T any](ctx context.Context, src Source[T]) ([]R, error) {
	s, columns, err := returningOf(src)
	if err != nil {
		return nil, err
	}
	if err := s.Writable("deleted"); err != nil {
		return nil, err
	}
	if err := deletion.Alone(s); err != nil {
		return nil, err
	}
	st, err := deletion.Statement(s)
	if err != nil {
		return nil, s.Mistaken("", err)
	}
	return writeReturning[R, T](ctx, s, st, columns)
}

// returningOf returns the rows that are written, and their columns that are
// returned.
func returningOf[P any](src SourceOf[P]) (*store.State, []query.Returned, error) {
	qs, err := sourceOf(src)
	if err != nil {
		return nil, nil, err
	}
	s := qs.state
	q, columns, err := s.Query.Returning()
	if err != nil {
		return nil, nil, s.Mistaken("", err)
	}
	s.Query = q
	return &s, columns, nil
}

// writeReturning runs a statement that returns rows.
func writeReturning[R, T any](ctx context.Context, s *store.State, st *compile.Stmt, columns []query.Returned) ([]R, error) {
	if nothing, err := s.Nothing(st); nothing || err != nil {
		return []R{}, err
	}
	var fields []*modelinfo.Field
	for _, f := range s.Model.Reads {
		if s.Query.Mask.Loads(nil, f) {
			fields = append(fields, f)
		}
	}
	st.Returning(s.Model, columns, fields)
	if len(columns) > 0 {
		rd, err := exec.NewReader[R](st, s.DB)
		if err != nil {
			return nil, s.Mistaken("", err)
		}
		return exec.Read(ctx, s.Conn, st, rd)
	}
	rd, object, err := exec.NewIntoReader[R, T](st, s.DB)
	if err != nil {
		return nil, s.Mistaken("", fmt.Errorf("%w (or choose what comes back by Columns)", err))
	}
	rows, err := exec.Read(ctx, s.Conn, st, rd)
	if err != nil {
		return nil, err
	}
	objs := make([]reflect.Value, len(rows))
	for i := range rows {
		objs[i] = reflect.ValueOf(object(&rows[i])).Elem()
	}
	return rows, store.AfterFind(ctx, s, s.Query.Unrelated(), objs)
}
