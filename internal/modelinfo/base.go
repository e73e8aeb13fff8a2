package modelinfo

import "time"

// Base is the type whose values a column's are: that of a domain, or the
// column's own. It is zero where the catalog does not have the column's type.
type Base struct {
	Name string
	OID  uint32
}

// Base returns the type whose values those of the field's type are; known is
// false where the catalog has not been asked.
func (f *Field) Base() (b Base, known bool) {
	v, known := f.Model.DB.bases.Load(f.Cast)
	if known {
		b = v.(Base)
	}
	return b, known
}

// SetBase stores what the catalog says of the field's type.
func (f *Field) SetBase(b Base) { f.Model.DB.bases.Store(f.Cast, b) }

// BaseSQL is a query for the Base of the type that its parameter names, of no
// row where there is no such type.
const BaseSQL = `WITH RECURSIVE base AS (
	SELECT t.oid, t.typbasetype, t.typelem, t.typcategory, 0 AS n FROM pg_type t WHERE t.oid = to_regtype($1)
	UNION ALL
	SELECT t.oid, t.typbasetype, t.typelem, t.typcategory, n + 1 FROM base b JOIN pg_type t ON t.oid = b.typbasetype
), elem AS (
	SELECT t.oid, t.typbasetype, t.typarray, 0 AS n FROM (SELECT * FROM base ORDER BY n DESC LIMIT 1) b JOIN pg_type t ON t.oid = b.typelem WHERE b.typcategory = 'A'
	UNION ALL
	SELECT t.oid, t.typbasetype, t.typarray, n + 1 FROM elem e JOIN pg_type t ON t.oid = e.typbasetype
), found AS (
	SELECT COALESCE((SELECT typarray FROM elem ORDER BY n DESC LIMIT 1), (SELECT oid FROM base ORDER BY n DESC LIMIT 1)) AS oid
)
SELECT format_type(oid, NULL), oid::bigint FROM found WHERE oid IS NOT NULL`

// Clocks returns the location whose clocks columns of type timestamp hold, nil
// if it is not known.
func (r *Registry) Clocks() *time.Location {
	if !r.zoned {
		return nil
	}
	return r.zone
}
