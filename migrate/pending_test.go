package migrate_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/migrate"
)

func TestPendingError(t *testing.T) {
	t.Parallel()
	err := fmt.Errorf("start: %w", &migrate.PendingError{Differences: []migrate.Difference{
		{Table: "books", Name: "title", Kind: "type", Is: "text", Should: "varchar(9)"},
		{Table: "books", Kind: "primary key", Is: "id", Should: "isbn", Hint: "think"},
	}})
	require.ErrorIs(t, err, migrate.ErrPending)
	require.NotErrorIs(t, err, migrate.ErrBusy)
	require.EqualError(t, err, `start: migrate: the database differs from the models (nothing was changed; these are for you to decide):`+
		"\n\t"+`books.title: type is "text", should be "varchar(9)"`+"\n\t"+`books: primary key is "id", should be "isbn" (think)`)
}

func TestStatementError(t *testing.T) {
	t.Parallel()
	server := &pgconn.PgError{Severity: "ERROR", Code: "42501", Message: "permission denied"}
	err := error(&migrate.StatementError{Table: "books", SQL: "CREATE TABLE books (\n\tid bigint\n)", Err: server})
	require.EqualError(t, err, `migrate: table "books": ERROR: permission denied (SQLSTATE 42501) (nothing was changed; statement: CREATE TABLE books ( id bigint ))`)
	require.True(t, errors.Is(err, server))
}
