package exec

import (
	"context"
	"database/sql"
	"strings"

	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/pgpool"
)

// Read runs a statement and reads all its rows. The result is not nil, also without rows.
func Read[R any](ctx context.Context, db *gorm.DB, st *compile.Stmt, rd *Reader[R]) ([]R, error) {
	src, native := pgpool.Of(db)
	if !native {
		return rd.foreign(ctx, db, st)
	}
	if st.Reads == "" {
		src.Sent(ctx, st.SQL)
	}
	var out []R
	err := query(ctx, db, src, st.Reads, st.SQL, st.Args, func(rows pgx.Rows) (n int64, err error) {
		out, err = rd.collect(ctx, rows)
		return int64(len(out)), err
	})
	return out, err
}

// collect reads the rows of pgx to their end.
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
			into, err = rd.begin(len(fds), func(i int) (string, string) {
				name := ""
				if t, ok := tm.TypeForOID(fds[i].DataTypeOID); ok {
					name = t.Name
				}
				return fds[i].Name, name
			})
			if err == nil {
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

// begin makes the sink of a result of n columns. of gives a column's name and that of its type.
func (rd *Reader[R]) begin(n int, of func(i int) (name, typ string)) (sink[R], error) {
	columns := make([]compile.Column, 0, n)
	if rd.columns == nil {
		for i := range n {
			name, typ := of(i)
			columns = append(columns, compile.Column{Name: name, Type: typeNamed(typ)})
		}
		return rd.open(columns)
	}
	columns = append(columns, rd.columns...)
	for i, c := range columns {
		if c.Type.Kind == lookup.Other && rd.before+i < n {
			_, typ := of(rd.before + i)
			columns[i].Type = typeNamed(typ)
		}
	}
	return rd.open(columns)
}

// typeNamed is a type by the name that the driver knows it by: "int8", "_text" for an array.
func typeNamed(name string) lookup.Type {
	name = strings.ToLower(name)
	if elem, ok := strings.CutPrefix(name, "_"); ok {
		name = elem + "[]"
	}
	return modelinfo.TypeOf(name)
}

func (rd *Reader[R]) foreign(ctx context.Context, db *gorm.DB, st *compile.Stmt) ([]R, error) {
	var (
		into sink[R]
		out  = []R{}
	)
	err := foreignQuery(ctx, db, st.SQL, st.Args, func(rows *sql.Rows) error {
		if into == nil {
			types, err := rows.ColumnTypes()
			if err != nil {
				return err
			}
			into, err = rd.begin(len(types), func(i int) (string, string) { return types[i].Name(), types[i].DatabaseTypeName() })
			if err != nil {
				return err
			}
		}
		var zero R
		out = append(out, zero)
		return into.scan(ctx, rows, &out[len(out)-1])
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// ReadChunks is Chunks for rows that a Reader reads.
func ReadChunks[R any](ctx context.Context, db *gorm.DB, st *compile.Stmt, rd *Reader[R], size int, fn func(ctx context.Context, chunk []R) bool) error {
	return byCursor(ctx, db, st, size, cursorOf[R]{
		native: func(ctx context.Context, rows pgx.Rows) ([]R, error) { return rd.collect(ctx, rows) },
		foreign: func(ctx context.Context, db *gorm.DB, fetch *compile.Stmt) ([]R, error) {
			return rd.foreign(ctx, db, fetch)
		},
	}, fn)
}
