package exec

import (
	"context"
	"reflect"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/param"
	"github.com/gormango/gormango/internal/pgpool"
	"github.com/gormango/gormango/internal/rowcodec"
)

// Copy writes columns of objects by COPY in the transaction of ctx, on the Conn
// of a database that gormango opened. It returns the number of rows.
func Copy(ctx context.Context, c Conn, m *modelinfo.Model, columns []*modelinfo.Field, objs []any) (int64, error) {
	own := c.(*native)
	table := pgx.Identifier(strings.Split(m.Table, "."))
	names := make([]string, len(columns))
	for i, f := range columns {
		names[i] = f.Column
	}
	sql := "COPY " + table.Sanitize()
	own.src.Sent(ctx, sql)
	begin := time.Now()
	var written int64
	err := own.src.Do(ctx, func(ctx context.Context, conn *pgx.Conn) error {
		types, err := pgpool.CopyTypes(ctx, conn, table, names)
		if err != nil {
			return err
		}
		list := make([]rowcodec.CopyColumn, len(columns))
		for i, f := range columns {
			list[i] = rowcodec.CopyColumn{OID: types[i], Value: func(n int) any {
				return param.Values(ctx, reflect.ValueOf(objs[n]).Elem(), columns[i:i+1])[0]
			}}
			list[i].Source, _ = param.Source(f)
		}
		data := rowcodec.NewCopy(objs, m.Type, list, conn.TypeMap())
		written, err = pgpool.CopyFrom(ctx, conn, table, names, data)
		data.Panic()
		return err
	})
	trace(ctx, own.db, begin, &compile.Stmt{SQL: sql}, written, err)
	return written, err
}
