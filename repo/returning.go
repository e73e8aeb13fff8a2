package repo

import (
	"context"
	"fmt"
	"reflect"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/exec"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/query"
	"github.com/gormango/gormango/models"
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
	st, err := s.updateOf(assignments(first, more))
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
	if err := s.writable("deleted"); err != nil {
		return nil, err
	}
	if err := s.alone(); err != nil {
		return nil, err
	}
	st, err := s.deletion()
	if err != nil {
		return nil, s.mistaken("", err)
	}
	return writeReturning[R, T](ctx, s, st, columns)
}

// returningOf returns the rows that are written, and their columns that are
// returned.
func returningOf[P any](src SourceOf[P]) (*state, []query.Returned, error) {
	qs, err := sourceOf(src)
	if err != nil {
		return nil, nil, err
	}
	s := qs.state
	q, columns, err := s.q.Returning()
	if err != nil {
		return nil, nil, s.mistaken("", err)
	}
	s.q = q
	return &s, columns, nil
}

// writeReturning runs a statement that returns rows.
func writeReturning[R, T any](ctx context.Context, s *state, st *compile.Stmt, columns []query.Returned) ([]R, error) {
	if nothing, err := s.nothing(st); nothing || err != nil {
		return []R{}, err
	}
	var fields []*modelinfo.Field
	for _, f := range s.model.Reads {
		if s.q.Mask.Loads(nil, f) {
			fields = append(fields, f)
		}
	}
	st.Returning(s.model, columns, fields)
	if len(columns) > 0 {
		rd, err := exec.NewReader[R](st, s.db)
		if err != nil {
			return nil, s.mistaken("", err)
		}
		return exec.Read(ctx, s.conn, st, rd)
	}
	rd, object, err := exec.NewIntoReader[R, T](st, s.db)
	if err != nil {
		return nil, s.mistaken("", fmt.Errorf("%w (or choose what comes back by Columns)", err))
	}
	rows, err := exec.Read(ctx, s.conn, st, rd)
	if err != nil {
		return nil, err
	}
	objs := make([]reflect.Value, len(rows))
	for i := range rows {
		objs[i] = reflect.ValueOf(object(&rows[i])).Elem()
	}
	return rows, afterFind(ctx, s, s.q.Unrelated(), objs)
}

// deletion returns the statement that removes the rows, or marks them.
func (s *state) deletion() (*compile.Stmt, error) {
	if f := s.model.SoftDelete; f != nil && s.q.Deleted == query.Live {
		return compile.Update(s.q, []compile.Set{{Field: f, Value: s.db.NowFunc()}})
	}
	return compile.Delete(s.q)
}

// alone refuses a delete that other rows are involved in.
func (s *state) alone() error {
	keys, err := s.reg.Referrers(s.model)
	if err != nil {
		return err
	}
	for _, k := range keys {
		switch {
		case k.Link:
			return s.mistaken("", fmt.Errorf("rows cannot be returned by the delete, since links of %s.%s go with them (read them first, or use Delete)", k.Many[0].From.Name, k.Many[0].Name))
		case k.OnDelete != models.DoNothing && k.OnDelete.Action() == "":
			return s.mistaken("", fmt.Errorf("rows cannot be returned by the delete, since %s is %s (read them first, or use Delete)", k.Name(), k.OnDelete))
		}
	}
	return nil
}
