package repo

import (
	"context"
	"fmt"
	"reflect"
	"slices"

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
	s, chosen := to.st(), rows.state.q.Columns
	fail := func(format string, args ...any) (int64, error) {
		return 0, s.mistaken("", fmt.Errorf(format, args...))
	}
	switch {
	case rows.state.reg != s.reg:
		return fail("rows of another database cannot be inserted by a statement (use BulkCreateSeq)")
	case chosen == nil:
		return fail("the rows of %s hold objects (choose their columns by Columns or GroupBy)", rows.state.model.Name)
	}
	named := texts(names)
	if len(named) == 0 {
		for _, c := range chosen.Names {
			named = append(named, c.Name)
		}
	}
	columns, err := s.named(named, func(f *modelinfo.Field) bool { return f.Creatable && !f.Generated })
	if err != nil {
		return 0, err
	}
	if len(columns) != len(chosen.Names) {
		return fail("%d different columns cannot be filled by the %d of %s", len(columns), len(chosen.Names), rows.state.model.Name)
	}
	constants, err := s.constants(ctx, columns)
	if err != nil {
		return 0, s.mistaken("", err)
	}
	st, err := compile.InsertFrom(s.model, columns, constants, rows.state.q)
	switch {
	case err != nil:
		return 0, rows.state.mistaken("", err)
	case st.None:
		return 0, nil
	}
	return s.conn.Exec(ctx, st)
}

// constants returns the values that every new row holds beside its columns:
// those that Create would fill without looking at the object.
func (s *state) constants(ctx context.Context, named []*modelinfo.Field) ([]compile.Set, error) {
	scratch := reflect.New(s.model.Type).Elem()
	if err := s.prepare(ctx, scratch); err != nil {
		return nil, err
	}
	var out []compile.Set
	for _, f := range s.model.Fields {
		if slices.Contains(named, f) || s.byDefault(f) {
			continue
		}
		switch {
		case f == s.model.UUIDKey:
			return nil, fmt.Errorf("the key %s is made for each object by the client (name it, or leave it to the database by Defaults)", f.Column)
		case f == s.model.Version, f.AutoCreateTime > 0, f.AutoUpdateTime > 0:
			v, _ := f.ValueOf(ctx, scratch)
			out = append(out, compile.Set{Field: f, Value: v})
		}
	}
	return out, nil
}
