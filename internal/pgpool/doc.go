// Package pgpool puts GORM on top of a pgx pool.
//
// A [Pool] is GORM's connection pool. Statements without a result go straight
// to pgx; those that GORM wants a *sql.Rows for pass through a database/sql
// driver whose connections are empty shells, each taking a pgx connection for
// the length of one result. A transaction ([Tx]) owns one pgx connection, which
// all that runs in it shares: GORM, prepared statements of a GORM session, and
// native code through [Source.Do].
//
// A transaction travels in a context ([WithTx]). Every method looks there, so
// plain GORM calls with that context join it. What counts, in this order: a
// *gorm.DB that is a transaction itself, the transaction of the context, the
// pool.
//
// One connection carries one exchange at a time. Goroutines that share a
// transaction wait for each other's exchanges, but not for a result that other
// code is still reading: that is [ErrConnBusy] with the line which opened the
// result.
package pgpool
