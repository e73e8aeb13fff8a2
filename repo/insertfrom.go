package repo

import (
	"context"
	"fmt"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/modelinfo"
)

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
		return 0, s.Mistaken("", fmt.Errorf(format, args...))
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
	columns, err := s.Named(named, func(f *modelinfo.Field) bool { return f.Creatable && !f.Generated })
	if err != nil {
		return 0, err
	}
	if len(columns) != len(chosen.Names) {
		return fail("%d different columns cannot be filled by the %d of %s", len(columns), len(chosen.Names), rows.state.Model.Name)
	}
	constants, err := s.Constants(ctx, columns)
	if err != nil {
		return 0, s.Mistaken("", err)
	}
	st, err := compile.InsertFrom(s.Model, columns, constants, rows.state.Query)
	switch {
	case err != nil:
		return 0, rows.state.Mistaken("", err)
	case st.None:
		return 0, nil
	}
	return s.Conn.Exec(ctx, st)
}
