package exec

import (
	"context"
	"slices"
	"unsafe"

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
		into   sink[R]
		out    = []R{}
		expect int
	)
	for rows.Next() {
		if into == nil {
			var err error
			if into, err = rd.begun(rows); err != nil {
				return nil, err
			}
			expect = into.expected()
			out = make([]R, 0, reserved(expect, unsafe.Sizeof(*new(R))))
		}
		if len(out) == cap(out) && len(out) < expect {
			out = append(make([]R, 0, expect), out...)
		}
		var zero R
		out = append(out, zero)
		if err := into.row(ctx, rows.RawValues(), &out[len(out)-1]); err != nil {
			return nil, err
		}
	}
	if err := rows.Err(); err != nil {
		return out, err
	}
	if into != nil {
		into.end(len(out))
	}
	return out, nil
}

// maxReserve is how many bytes a result reserves before its first row at most,
// so that one large result does not enlarge all later ones.
const maxReserve = 32 << 10

// reserved returns how many of the expected rows of a size are reserved.
func reserved(expect int, size uintptr) int {
	return min(expect, 1+maxReserve/max(int(size), 1))
}

// begun returns the sink of a result, which has begun.
func (rd *Reader[R]) begun(rows pgx.Rows) (into sink[R], err error) {
	fds, tm := rows.FieldDescriptions(), rows.TypeMap()
	columns := described(rd.columns, rd.before, fds, tm)
	if into, rd.ready = rd.ready, nil; into == nil || !same(columns, rd.columns) {
		if into, err = rd.open(columns); err != nil {
			return nil, err
		}
	}
	return into, into.begin(fds, tm)
}

// same reports whether two lists of columns are one.
func same(a, b []compile.Column) bool {
	return len(a) == len(b) && unsafe.SliceData(a) == unsafe.SliceData(b)
}

// described returns the columns of a result, behind those before. The types of
// columns whose statement did not know them are those that the result has.
func described(columns []compile.Column, before int, fds []pgconn.FieldDescription, tm *pgtype.Map) []compile.Column {
	typ := func(i int) lookup.Type {
		if t, ok := tm.TypeForOID(fds[i].DataTypeOID); ok {
			return lookup.TypeOf(sqltype.OfDriver(t.Name))
		}
		return lookup.Type{}
	}
	if columns == nil {
		columns = make([]compile.Column, len(fds))
		for i := range fds {
			columns[i] = compile.Column{Name: fds[i].Name, Type: typ(i)}
		}
		return columns
	}
	known := columns
	for i, c := range known {
		if c.Type.Kind == lookup.Other && before+i < len(fds) {
			if same(columns, known) {
				columns = slices.Clone(known)
			}
			columns[i].Type = typ(before + i)
		}
	}
	return columns
}
