package fn

import "github.com/gormango/gormango/repo"

// RandomUUID returns a random UUID for each row.
func RandomUUID() repo.Expr { return call("GEN_RANDOM_UUID", uuid) }

// Now returns the time at which the statement began.
func Now() repo.Expr { return call("STATEMENT_TIMESTAMP", timestamp) }

// TransactionNow returns the time at which the transaction began.
func TransactionNow() repo.Expr { return call("TRANSACTION_TIMESTAMP", timestamp) }
