package rowcodec

import (
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
)

// ResultFormats returns the result formats to request: pass it as the first
// argument of a pgx query. Types with a code in this package come in binary,
// all others as text, which a Scan method of a GORM model expects. The package
// decodes pgx's own choice of formats too, but a Scan method of an interval or
// a range then sees pgx's text, not the server's.
//
// The map is shared: do not change it.
func ResultFormats() pgx.QueryResultFormatsByOID { return resultFormats }

var resultFormats = func() pgx.QueryResultFormatsByOID {
	formats := pgx.QueryResultFormatsByOID{}
	for oid, h := range binaryForms {
		// A numeric has no code: Scan methods expect its text.
		if h != howNumeric {
			formats[oid] = pgtype.BinaryFormatCode
		}
	}
	return formats
}()
