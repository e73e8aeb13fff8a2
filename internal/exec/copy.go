package exec

import (
	"context"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/pgpool"
)

// CanCopy says that db takes rows by COPY: its connections are pgx's own.
func CanCopy(db *gorm.DB) bool {
	_, native := pgpool.Of(db)
	return native
}

// Copy writes n rows by COPY, for a db that can: row gives the values of the columns of each.
func Copy(ctx context.Context, db *gorm.DB, table string, columns []string, n int, row func(i int) ([]any, error)) (int64, error) {
	src, _ := pgpool.Of(db)
	sql := "COPY " + pgx.Identifier(strings.Split(table, ".")).Sanitize()
	src.Sent(ctx, sql)
	begin := time.Now()
	var written int64
	err := src.Once(ctx, func(ctx context.Context, conn *pgx.Conn) (err error) {
		written, err = conn.CopyFrom(ctx, strings.Split(table, "."), columns, pgx.CopyFromSlice(n, row))
		return err
	})
	trace(ctx, db, begin, sql, nil, written, err)
	return written, err
}
