// Package exec runs compiled statements on the pgx connection beneath a
// *gorm.DB and decodes their rows; where there is none, since the *gorm.DB was
// opened elsewhere, through GORM. It never builds SQL. Every function obeys the
// transaction of the *gorm.DB and of the context, and tells GORM's logger what ran.
package exec

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/pgpool"
	"github.com/gormango/gormango/internal/rowcodec"
)

// SameServer returns a context with which reads of db that belong together go to one server, where db
// has replicas.
func SameServer(ctx context.Context, db *gorm.DB) context.Context {
	if src, native := pgpool.Of(db); native {
		return src.SameServer(ctx)
	}
	return ctx
}

// OnRollback has fn run when the transaction of db or ctx rolls back, or the
// savepoint that the call stands in. Outside a transaction nothing is kept.
func OnRollback(ctx context.Context, db *gorm.DB, fn func()) {
	src, native := pgpool.Of(db)
	if !native {
		if _, hooks := pgpool.Foreign(ctx, db); hooks != nil {
			hooks.Rollbacks = append(hooks.Rollbacks, fn)
		}
		return
	}
	if tx := src.Tx(ctx); tx != nil {
		_ = tx.OnRollback(fn) // refused by a transaction that is over, whose statement fails next
	}
}

// query runs a statement with rows and hands them to read, which reads them to their end. table is that
// of a read which may run on a replica, and then perhaps a second time; it is empty for others.
func query(ctx context.Context, db *gorm.DB, src pgpool.Source, table, sql string, args []any, read func(rows pgx.Rows) (int64, error)) error {
	return send(ctx, db, src, table, sql, args, formatted(args), read)
}

// send is query with the arguments as pgx gets them, its own options in front.
func send(ctx context.Context, db *gorm.DB, src pgpool.Source, table, sql string, args, sent []any, read func(rows pgx.Rows) (int64, error)) error {
	begin := time.Now()
	var n int64
	err := src.Read(ctx, table, func(ctx context.Context, conn *pgx.Conn) error {
		rows, err := conn.Query(ctx, sql, sent...)
		if err != nil {
			return err
		}
		defer rows.Close()
		if n, err = read(rows); err != nil {
			return err
		}
		rows.Close()
		return rows.Err()
	})
	trace(ctx, db, begin, sql, args, n, err)
	return err
}

// formatted puts before the arguments in which formats rowcodec wants the columns.
func formatted(args []any) []any {
	all := make([]any, 0, len(args)+1)
	return append(append(all, rowcodec.ResultFormats()), args...)
}

// trace tells GORM's logger, as GORM does for its own statements.
func trace(ctx context.Context, db *gorm.DB, begin time.Time, sql string, args []any, n int64, err error) {
	if errors.Is(err, pgx.ErrNoRows) {
		err = nil // for the caller to judge, and nothing that went wrong
	}
	db.Logger.Trace(ctx, begin, func() (string, int64) {
		if f, ok := db.Logger.(gorm.ParamsFilter); ok {
			sql, args = f.ParamsFilter(ctx, sql, args...)
		}
		return db.Dialector.Explain(sql, args...), n
	}, err)
}

// Exec runs a statement without rows and gives the number it affected.
func Exec(ctx context.Context, db *gorm.DB, sql string, args []any) (int64, error) {
	src, native := pgpool.Of(db)
	if !native {
		return foreignExec(ctx, db, sql, args)
	}
	src.Sent(ctx, sql)
	begin := time.Now()
	var n int64
	err := src.Once(ctx, func(ctx context.Context, conn *pgx.Conn) error {
		tag, err := conn.Exec(ctx, sql, args...)
		n = tag.RowsAffected()
		return err
	})
	trace(ctx, db, begin, sql, args, n, err)
	return n, err
}

// All reads every row of a Select; P points to the model. limit sizes the allocations, 0 when unknown.
func All[P any](ctx context.Context, db *gorm.DB, st *compile.Stmt, limit int) ([]P, error) {
	src, native := pgpool.Of(db)
	if !native {
		return foreignAll[P](ctx, db, st)
	}
	var out []P
	shape := Shape(st)
	err := query(ctx, db, src, st.Reads, st.SQL, st.Args, func(rows pgx.Rows) (n int64, err error) {
		out, err = rowcodec.Collect[P](ctx, rows, shape, limit)
		return int64(len(out)), err
	})
	return out, err
}

// Row reads the one row of a statement into dst, a pointer to the shape's model, whose columns are zeroed first.
// Without a row the error is pgx.ErrNoRows and dst is as it was.
func Row(ctx context.Context, db *gorm.DB, sql string, args []any, shape *rowcodec.Shape, dst any) error {
	src, native := pgpool.Of(db)
	if !native {
		n, err := foreignRows(ctx, db, sql, args, shape, []any{dst})
		if err == nil && n == 0 {
			err = pgx.ErrNoRows
		}
		return err
	}
	src.Sent(ctx, sql)
	return query(ctx, db, src, "", sql, args, func(rows pgx.Rows) (int64, error) {
		err := rowcodec.ScanInto(ctx, rows, shape, dst)
		if err != nil {
			return 0, err
		}
		return 1, nil
	})
}

// Rows reads as many rows as there are dsts, pointers to the shape's model, in their order.
func Rows[P any](ctx context.Context, db *gorm.DB, sql string, args []any, shape *rowcodec.Shape, dsts []P) error {
	all := func(n int, err error) error {
		if err == nil && n < len(dsts) {
			return fmt.Errorf("gormango: %d rows came back for %d that were written (a rule or a trigger swallowed some)", n, len(dsts))
		}
		return err
	}
	src, native := pgpool.Of(db)
	if !native {
		return all(foreignRows(ctx, db, sql, args, shape, dsts))
	}
	src.Sent(ctx, sql)
	return query(ctx, db, src, "", sql, args, func(rows pgx.Rows) (int64, error) {
		n, err := rowcodec.ScanEach(ctx, rows, shape, dsts)
		return int64(n), all(n, err)
	})
}

// Count reads the number that a statement gives.
func Count(ctx context.Context, db *gorm.DB, st *compile.Stmt) (int64, error) {
	var count int64
	err := value(ctx, db, st, &count)
	return count, err
}

// Exists says whether a statement gives a row.
func Exists(ctx context.Context, db *gorm.DB, st *compile.Stmt) (bool, error) {
	var one int64
	err := value(ctx, db, st, &one)
	if errors.Is(err, pgx.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// value reads the one column of the first row; pgx.ErrNoRows when there is none.
func value(ctx context.Context, db *gorm.DB, st *compile.Stmt, dst any) error {
	src, native := pgpool.Of(db)
	if !native {
		return foreignValue(ctx, db, st, dst)
	}
	return query(ctx, db, src, st.Reads, st.SQL, st.Args, func(rows pgx.Rows) (int64, error) {
		return 1, scanOne(rows, dst)
	})
}

func scanOne(rows pgx.Rows, dst any) error {
	if !rows.Next() {
		if err := rows.Err(); err != nil {
			return err
		}
		return pgx.ErrNoRows
	}
	return rows.Scan(dst)
}
