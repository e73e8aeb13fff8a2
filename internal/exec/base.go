package exec

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/param"
)

// sent returns what is sent for a statement's arguments. It asks the catalog
// for types that the values of some of them hang on, once for each type.
func sent(ctx context.Context, c Conn, st *compile.Stmt) ([]any, error) {
	for _, f := range param.Unasked(st.Args) {
		ask := &compile.Stmt{SQL: modelinfo.BaseSQL, Args: []any{f.Cast}, Reads: st.Reads}
		err := c.query(ctx, ask, readFunc(func(rows pgx.Rows) (int64, error) {
			if !rows.Next() {
				return 0, rows.Err()
			}
			var (
				name string
				oid  int64
			)
			if err := rows.Scan(&name, &oid); err != nil {
				return 0, err
			}
			f.SetBase(modelinfo.Base{Name: name, OID: uint32(oid)})
			return 1, nil
		}))
		if err != nil {
			return nil, err
		}
	}
	return param.Sent(ctx, st.Args)
}
