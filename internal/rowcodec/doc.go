// Package rowcodec decodes PostgreSQL result rows into structs.
//
// A [Shape] says which struct field each result column fills; it holds the
// root object and the to-one objects that the same row carries. From a shape
// and the columns that the server describes, the package builds a program: for
// each column an offset in the struct and the code that reads its bytes. The
// program is kept in the shape, so a query that runs again builds nothing.
//
// int2, int4, int8, float4, float8, bool, text and its kin, bytea, uuid,
// timestamptz, timestamp and date have codes of their own. All other columns
// and field types (numeric among them) take a slower way that gives what
// database/sql, and so GORM, gives: a type with a Scan method sees the same
// value, a GORM serializer runs as GORM runs it, a number in a text column is
// converted. What database/sql cannot read, arrays or ranges, pgx reads. A
// codec that the application registered on its connection is always used.
//
// NULL leaves the zero value. [Collect] makes new structs, [ScanInto] fills
// an existing one.
package rowcodec
