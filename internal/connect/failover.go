package connect

import (
	"reflect"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// failsOver reports whether connections to c's hosts are to take writes and the
// next one may lead to another server: there are several hosts, or
// target_session_attrs is read-write or primary. pgx keeps that setting as a
// function only.
func failsOver(c *pgx.ConnConfig) bool {
	if c.ValidateConnect == nil {
		return len(addresses(&c.Config)) > 1
	}
	// Others are pgx's for a primary, or the application's own.
	return !slices.ContainsFunc([]pgconn.ValidateConnectFunc{
		pgconn.ValidateConnectTargetSessionAttrsReadOnly,
		pgconn.ValidateConnectTargetSessionAttrsStandby,
		pgconn.ValidateConnectTargetSessionAttrsPreferStandby,
	}, func(reads pgconn.ValidateConnectFunc) bool {
		return reflect.ValueOf(reads).Pointer() == reflect.ValueOf(c.ValidateConnect).Pointer()
	})
}
