package main

import (
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

func TestWithDatabase(t *testing.T) {
	t.Parallel()
	for conn, want := range map[string]string{
		"postgres://ann:x@h:1/app?sslmode=disable&dbname=y": "postgres://ann:x@h:1/suite?default_query_exec_mode=exec&sslmode=disable",
		"host=h dbname=app": "host=h dbname=app dbname=suite default_query_exec_mode=exec",
	} {
		got, err := withDatabase(conn, "suite", "exec")
		require.NoError(t, err)
		require.Equal(t, want, got)
		config, err := pgx.ParseConfig(got)
		require.NoError(t, err)
		require.Equal(t, "suite", config.Database)
		require.Equal(t, pgx.QueryExecModeExec, config.DefaultQueryExecMode)
	}
	_, err := withDatabase("postgres://ann:s3%zz@h/app", "suite", "")
	require.ErrorContains(t, err, "cannot be parsed")
	require.NotContains(t, err.Error(), "s3")
}

func TestDatabaseComesAndGoes(t *testing.T) {
	t.Parallel()
	url, drop, err := database(t.Context(), "")
	require.NoError(t, err)
	conn, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	require.NoError(t, conn.Close(t.Context()))
	drop()
	_, err = pgx.Connect(t.Context(), url)
	require.ErrorContains(t, err, "3D000")
}
