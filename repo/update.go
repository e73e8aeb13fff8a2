package repo

import (
	"context"
	"fmt"
	"reflect"
	"unsafe"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/deletion"
	"github.com/gormango/gormango/internal/exec"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/query"
	"github.com/gormango/gormango/internal/store"
)

// Assign is a column and the value that Update sets it to. QuerySet.Set makes
// one, and a typed field's Set. Its name is resolved by Update.
type Assign[M any] = AssignOf[*M]

// AssignOf is the type that Assign is an alias of; P is a pointer to the model.
type AssignOf[P any] struct {
	a store.Assignment
}

// assignments returns the assignments of a call that takes at least one.
func assignments[P any](first AssignOf[P], more []AssignOf[P]) []store.Assignment {
	return append([]store.Assignment{first.a}, *(*[]store.Assignment)(unsafe.Pointer(&more))...)
}

// Set assigns a value, nil for NULL, or an Expr to a column:
//
//	books.Filter("stock__gt", 0).Update(ctx, books.Set("stock", repo.F("stock").Sub(1)))
//
// The name of a foreign key's relation takes an object or its key. A zero value
// is written as it is.
//
//go:noinline
func (qs *QuerySetOf[P]) Set(name NameOf[P], value any) AssignOf[P] {
	return assignOf[P](string(name), value)
}

// Update changes every row of the QuerySet in one statement and returns how
// many matched. It loads no objects, so neither Clean nor hooks run and
// UpdatedAt stays. Without a condition it is gorm.ErrMissingWhereClause unless
// AllRows was called; after Limit or Offset it is ErrSliced. A violated
// constraint is a *gormango.IntegrityError.
//
//go:noinline
func (qs *QuerySetOf[P]) Update(ctx context.Context, first AssignOf[P], more ...AssignOf[P]) (int64, error) {
	return qs.st().Update(ctx, assignments(first, more))
}

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
	st, err := s.UpdateStatement(ctx, assignments(first, more))
	if err != nil {
		return nil, err
	}
	return writeReturning[R, T](ctx, s, st, columns)
}

// UpdateReturningOne is UpdateReturning of one row. No row is ErrDoesNotExist.
// If there are several it is ErrMultipleObjectsReturned, and none is changed.
// It runs in a transaction, or in a savepoint of the context's.
//
//	job, err := repo.UpdateReturningOne[Job](ctx, jobs.Filter("id", id), jobs.Set("state", "taken"))
func UpdateReturningOne[R, T any](ctx context.Context, src Source[T], first Assign[T], more ...Assign[T]) (row R, err error) {
	s := stateIn[*T](src)
	if err := s.Mistake(); err != nil {
		return row, err
	}
	err = s.InTransaction(ctx, true, func(ctx context.Context) error {
		rows, err := UpdateReturning[R](ctx, src, first, more...)
		if err != nil {
			return err
		}
		if err := s.One(len(rows)); err != nil {
			return err
		}
		row = rows[0]
		return nil
	})
	return row, err
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
	if err := s.CheckWritable("deleted"); err != nil {
		return nil, err
	}
	if err := deletion.CheckRootOnly(s); err != nil {
		return nil, err
	}
	st, err := deletion.Statement(s)
	if err != nil {
		return nil, s.CallError("", err)
	}
	return writeReturning[R, T](ctx, s, st, columns)
}

// returningOf returns the rows that are written and the columns that are
// returned.
func returningOf[P any](src SourceOf[P]) (*store.State, []query.Returned, error) {
	qs, err := sourceOf(src)
	if err != nil {
		return nil, nil, err
	}
	s := qs.state
	q, columns, err := s.Query.Returning()
	if err != nil {
		return nil, nil, s.CallError("", err)
	}
	s.Query = q
	return &s, columns, nil
}

// writeReturning runs a statement that returns rows.
func writeReturning[R, T any](ctx context.Context, s *store.State, st *compile.Stmt, columns []query.Returned) ([]R, error) {
	if none, err := s.MatchesNothing(st); none || err != nil {
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
			return nil, s.CallError("", err)
		}
		return exec.Read(ctx, s.Conn, st, rd)
	}
	rd, object, err := exec.NewIntoReader[R, T](st, s.DB)
	if err != nil {
		return nil, s.CallError("", fmt.Errorf("%w (or choose what comes back by Columns)", err))
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

// InsertFrom inserts the rows of a query, INSERT … SELECT, and returns their
// number. The columns that from chose, in their order, fill the named columns
// of into, or without names the columns of the same names. Annotations serve as
// columns too.
//
//	n, err := repo.InsertFrom(ctx, archive, books.Filter("sold", true).Columns("title", "pages"))
//	n, err := repo.InsertFrom(ctx, totals, books.GroupBy("author_id").Annotate("n", repo.CountAll()), "author_id", "books")
//
// Columns that are not named are set to their defaults, CreatedAt and UpdatedAt
// to now, and a version to 1. Since no object exists, InsertFrom runs neither
// Clean nor hooks and sends no signals. It runs one statement. A violated
// constraint is a *gormango.IntegrityError, and then no row is inserted.
func InsertFrom[T, S any](ctx context.Context, into Source[T], from Source[S], names ...Name[T]) (int64, error) {
	to, err := sourceOf(into)
	if err != nil {
		return 0, err
	}
	rows, err := sourceOf(from)
	if err != nil {
		return 0, err
	}
	s, chosen := to.st(), rows.state.Query.Columns
	fail := func(format string, args ...any) (int64, error) {
		return 0, s.CallError("", fmt.Errorf(format, args...))
	}
	switch {
	case rows.state.Registry != s.Registry:
		return fail("rows of another database cannot be inserted by a statement (use BulkCreateSeq)")
	case chosen == nil:
		return fail("the rows of %s hold objects (choose their columns by Columns or GroupBy)", rows.state.Model.Name)
	}
	named := texts(names)
	if len(named) == 0 {
		for _, c := range chosen.Names {
			named = append(named, c.Name)
		}
	}
	columns, err := s.NamedColumns(named, func(f *modelinfo.Field) bool { return f.Creatable && !f.Generated })
	if err != nil {
		return 0, err
	}
	if len(columns) != len(chosen.Names) {
		return fail("%d different columns cannot be filled by the %d of %s", len(columns), len(chosen.Names), rows.state.Model.Name)
	}
	constants, err := s.Constants(ctx, columns)
	if err != nil {
		return 0, s.CallError("", err)
	}
	fence, err := s.FenceInsertFrom(columns)
	if err != nil {
		return 0, err
	}
	st, err := compile.InsertFrom(s.Model, columns, append(constants, fence...), rows.state.Query.Within(s.Query.Fence))
	switch {
	case err != nil:
		return 0, rows.state.CallError("", err)
	case st.None:
		return 0, nil
	}
	return s.Conn.Exec(ctx, st)
}
