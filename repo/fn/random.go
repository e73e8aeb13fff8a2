package fn

import "github.com/gormango/gormango/repo"

// RandomUUID is a random UUID, another one for each row.
func RandomUUID() repo.Expr { return call("GEN_RANDOM_UUID", uuid) }

// Now is the time at which the statement began.
func Now() repo.Expr { return call("STATEMENT_TIMESTAMP", timestamp) }

// TransactionNow is the time at which the transaction began.
func TransactionNow() repo.Expr { return call("TRANSACTION_TIMESTAMP", timestamp) }
