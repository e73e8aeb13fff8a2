package connect

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"
)

// pgx keeps target_session_attrs as a function only, so this also fails when
// pgx takes other ones.
func TestFailsOver(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]bool{
		"":                                    false,
		"target_session_attrs=any":            false,
		"target_session_attrs=read-write":     true,
		"target_session_attrs=primary":        true,
		"target_session_attrs=read-only":      false,
		"target_session_attrs=standby":        false,
		"target_session_attrs=prefer-standby": false,
	} {
		c, err := pgx.ParseConfig("postgres://ann@one/library?" + query)
		require.NoError(t, err)
		require.Equal(t, want, failsOver(c), query)
	}
	c, err := pgx.ParseConfig("postgres://ann@one,two/library")
	require.NoError(t, err)
	require.True(t, failsOver(c), "several hosts")
	c.ValidateConnect = func(context.Context, *pgconn.PgConn) error { return nil }
	require.True(t, failsOver(c), "the application's own")
}
