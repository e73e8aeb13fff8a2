// Package fn has Django's database functions as expressions of package repo:
// text, numbers, dates and times, comparison, JSON, window functions, further
// aggregates, full-text search and trigrams.
//
//	books.Annotate("month", fn.TruncMonth(repo.F("published_at"))).Filter("month__gte", from)
//
// A parameter of type repo.Operand is an expression: repo.F, a typed field,
// another function. A parameter of type any is an expression or a plain value,
// which is sent as an argument. The meaning of a function, its type and its
// treatment of NULL are Django's on PostgreSQL. A mistake, such as Left with no
// length, is an error of the chain that the expression joins, and so are
// arguments of incompatible types without repo.Expr.WithType.
//
// The functions run no queries.
package fn
