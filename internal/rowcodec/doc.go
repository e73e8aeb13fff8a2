// Package rowcodec decodes PostgreSQL result rows into structs.
//
// A [Shape] describes which struct field each result column fills. It holds the
// root object and the to-one objects of the same row. From a shape and the
// columns that the server describes, the package builds a program: for each
// column an offset in the struct and the code that decodes its bytes. The shape
// keeps the program, so a query that runs again builds nothing.
//
// int2, int4, int8, float4, float8, bool, text and its kin, bytea, uuid,
// timestamptz, timestamp and date have codes of their own. All other columns
// and field types (numeric among them) are slower and have the same result as
// in database/sql, and so in GORM: a type with a Scan method sees the same
// value, a GORM serializer runs as in GORM, a number in a text column is
// converted. Arrays and ranges, which database/sql cannot read, are read by
// pgx. A codec that the application registered on its connection takes
// precedence.
//
// NULL leaves the zero value, and embedded pointers nil if [Shape.KeepsNil].
// [CollectPointers] makes new structs, [ScanInto] fills an existing one.
package rowcodec
