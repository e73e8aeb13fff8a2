// Package fn has the database functions that Django has, as expressions of
// package repo: text, numbers, dates and times, comparison, JSON, window
// functions, the aggregates beside Count and its kin, full-text search and
// trigrams.
//
//	books.Annotate("month", fn.TruncMonth(repo.F("published_at"))).Filter("month__gte", from)
//
// A function takes expressions where it computes (repo.Operand: repo.F, a typed
// field, another function) and either expressions or plain values where its
// parameter is any; plain values are sent as arguments. Its meaning, its type
// and what it makes of NULL are Django's on PostgreSQL. A mistake, such as Left
// with no length, is an error of the chain that the expression joins, and so
// are arguments whose types do not go together without repo.Expr.WithType.
//
// Nothing here asks the database anything by itself.
package fn
