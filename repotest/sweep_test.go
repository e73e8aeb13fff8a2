package repotest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

func hex8(at time.Time) string { return fmt.Sprintf("%08x", at.Unix()) }

func TestSweep(t *testing.T) {
	t.Parallel()
	server := serverURL(t)
	exists := func(name string) (found bool) {
		require.NoError(t, onServer(server, func(ctx context.Context, conn *pgx.Conn) error {
			return conn.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", name).Scan(&found)
		}))
		return found
	}
	create := func(name string) string {
		require.NoError(t, createDatabase(server, name, "template0"))
		return dropAtEnd(t, server, name)
	}
	at := func(age time.Duration) string {
		real := databaseName()
		return databasePrefix + hex8(time.Now().Add(-age)) + real[len(databasePrefix)+8:]
	}
	old, young, used, foreign := at(2*time.Hour), at(30*time.Minute), at(3*time.Hour), databasePrefix+"kept_by_hand"+hex8(time.Now())
	create(old)
	create(young)
	create(foreign)
	conn, err := pgx.Connect(t.Context(), create(used))
	require.NoError(t, err)
	defer conn.Close(context.Background())

	sweep(server)
	require.False(t, exists(old))
	require.True(t, exists(young), "its test may still run")
	require.True(t, exists(used))
	require.True(t, exists(foreign), "the name is not one of ours")
	require.NoError(t, conn.Ping(t.Context()))
}
