package gormango

import (
	"reflect"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// failsOver tells that a connection to c's hosts is to be one that takes writes and that the next one may
// lead to another server: there are several hosts, or target_session_attrs is read-write or primary.
func failsOver(c *pgx.ConnConfig) bool {
	if c.ValidateConnect == nil {
		return len(addresses(c)) > 1
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
