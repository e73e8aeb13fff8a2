package modelinfo

import (
	"strings"

	"github.com/gormango/gormango/internal/lookup"
)

// kinds are PostgreSQL's types by name, without length or precision.
var kinds = map[string]lookup.Kind{
	"text": lookup.Text, "varchar": lookup.Text, "char": lookup.Text, "bpchar": lookup.Text, "citext": lookup.Text, "name": lookup.Text,
	"character": lookup.Text, "character varying": lookup.Text,
	"smallint": lookup.Int, "integer": lookup.Int, "int": lookup.Int, "bigint": lookup.Int, "int2": lookup.Int, "int4": lookup.Int, "int8": lookup.Int,
	"smallserial": lookup.Int, "serial": lookup.Int, "bigserial": lookup.Int,
	"real": lookup.Float, "double precision": lookup.Float, "float4": lookup.Float, "float8": lookup.Float, "float": lookup.Float,
	"numeric": lookup.Decimal, "decimal": lookup.Decimal,
	"boolean": lookup.Bool, "bool": lookup.Bool,
	"timestamptz": lookup.Time, "timestamp": lookup.Time, "timestamp with time zone": lookup.Time, "timestamp without time zone": lookup.Time,
	"date": lookup.Date, "time": lookup.Clock, "time without time zone": lookup.Clock, "interval": lookup.Duration,
	"uuid": lookup.UUID, "json": lookup.JSON, "jsonb": lookup.JSON, "bytea": lookup.Bytes, "hstore": lookup.HStore,
	"tsvector": lookup.Vector, "tsquery": lookup.Search,
}

// ranges are PostgreSQL's range types and the types of their ends.
var ranges = map[string]string{"int4range": "integer", "int8range": "bigint", "numrange": "numeric", "tsrange": "timestamp", "tstzrange": "timestamptz", "daterange": "date"}

// TypeOf reads a type as GORM's dialect or the catalog writes it.
func TypeOf(sqlType string) lookup.Type {
	name := strings.ToLower(strings.TrimSpace(sqlType))
	if elem, ok := strings.CutSuffix(name, "[]"); ok {
		e := TypeOf(elem)
		return lookup.Type{Kind: lookup.Array, SQL: name, Elem: &e}
	}
	bare := name
	if from := strings.IndexByte(bare, '('); from >= 0 {
		rest := bare[from:]
		bare = strings.TrimSpace(bare[:from])
		if to := strings.IndexByte(rest, ')'); to >= 0 {
			bare = strings.TrimSpace(bare + rest[to+1:])
		}
	}
	t := lookup.Type{Kind: kinds[bare], SQL: name}
	if elem, ok := ranges[bare]; ok {
		e := TypeOf(elem)
		t.Kind, t.Elem = lookup.Range, &e
	}
	return t
}
