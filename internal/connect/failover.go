package connect

import (
	"reflect"

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
	check := reflect.ValueOf(c.ValidateConnect).Pointer()
	for _, reads := range []pgconn.ValidateConnectFunc{
		pgconn.ValidateConnectTargetSessionAttrsReadOnly,
		pgconn.ValidateConnectTargetSessionAttrsStandby,
		pgconn.ValidateConnectTargetSessionAttrsPreferStandby,
	} {
		if check == reflect.ValueOf(reads).Pointer() {
			return false
		}
	}
	return true // of pgx, or the application's own
}
