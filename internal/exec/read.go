package exec

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/sqltype"
)

// Read runs a statement and reads all its rows. The result is not nil without
// an error.
func Read[R any](ctx context.Context, c Conn, st *compile.Stmt, rd *Reader[R]) ([]R, error) {
	var out []R
	err := c.query(ctx, st, readFunc(func(rows pgx.Rows) (n int64, err error) {
		out, err = rd.collect(ctx, rows)
		return int64(len(out)), err
	}))
	return out, err
}

// collect reads rows to their end.
func (rd *Reader[R]) collect(ctx context.Context, rows pgx.Rows) ([]R, error) {
	defer rows.Close()
	var (
		into sink[R]
		out  = []R{}
	)
	for rows.Next() {
		if into == nil {
			fds, tm := rows.FieldDescriptions(), rows.TypeMap()
			var err error
			if into, err = rd.open(rd.described(fds, tm)); err == nil {
				err = into.begin(fds, tm)
			}
			if err != nil {
				return nil, err
			}
		}
		var zero R
		out = append(out, zero)
		if err := into.row(ctx, rows.RawValues(), &out[len(out)-1]); err != nil {
			return nil, err
		}
	}
	return out, rows.Err()
}

// described returns the columns that are read, with the types that the result
// has where the statement did not know them.
func (rd *Reader[R]) described(fds []pgconn.FieldDescription, tm *pgtype.Map) []compile.Column {
	typ := func(i int) lookup.Type {
		if t, ok := tm.TypeForOID(fds[i].DataTypeOID); ok {
			return lookup.TypeOf(sqltype.OfDriver(t.Name))
		}
		return lookup.Type{}
	}
	if rd.columns == nil {
		columns := make([]compile.Column, len(fds))
		for i := range fds {
			columns[i] = compile.Column{Name: fds[i].Name, Type: typ(i)}
		}
		return columns
	}
	columns := slices.Clone(rd.columns)
	for i, c := range columns {
		if c.Type.Kind == lookup.Other && rd.before+i < len(fds) {
			columns[i].Type = typ(rd.before + i)
		}
	}
	return columns
}
