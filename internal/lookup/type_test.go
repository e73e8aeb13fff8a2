package lookup_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/internal/lookup"
)

func TestTypeOf(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]lookup.Type{
		"varchar(20)":                 {Kind: lookup.Text, SQL: "varchar(20)"},
		" INT4 ":                      {Kind: lookup.Int, SQL: "int4"},
		"bigserial":                   {Kind: lookup.Int, SQL: "bigserial"},
		"numeric(10, 2)":              {Kind: lookup.Decimal, SQL: "numeric(10, 2)"},
		"timestamp(3) with time zone": {Kind: lookup.Time, SQL: "timestamp(3) with time zone"},
		"time(3)":                     {Kind: lookup.Clock, SQL: "time(3)"},
		"interval hour":               {Kind: lookup.Duration, SQL: "interval hour"},
		`"Mood"`:                      {SQL: `"Mood"`},
		"int8range":                   {Kind: lookup.Range, SQL: "int8range", Elem: &lookup.Type{Kind: lookup.Int, SQL: "bigint"}},
		"varchar(5)[]":                {Kind: lookup.Array, SQL: "varchar(5)[]", Elem: &lookup.Type{Kind: lookup.Text, SQL: "varchar(5)"}},
		"date[3]":                     {Kind: lookup.Array, SQL: "date[3]", Elem: &lookup.Type{Kind: lookup.Date, SQL: "date"}},
	} {
		require.Equal(t, want, lookup.TypeOf(name), name)
	}
}

func TestInstant(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{
		"timestamptz": true, "timestamptz(3)": true, "timestamp with time zone": true, "timestamp(3) with time zone": true,
		"timestamp": false, "timestamp(3)": false, "timestamp(3) without time zone": false, "date": false, "time": false,
	} {
		require.Equal(t, want, lookup.TypeOf(name).Instant(), name)
	}
}

func TestRangeOf(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"smallint": "int4range integer", "int4": "int4range integer", "int8": "int8range int8", "real": "numrange numeric", "numeric(5,2)": "numrange numeric(5,2)",
		"date": "daterange date", "timestamptz(3)": "tstzrange timestamptz(3)", "timestamp": "tsrange timestamp", "timestamp(3) with time zone": "tstzrange timestamp(3) with time zone",
	} {
		r := lookup.RangeOf(lookup.TypeOf(name))
		require.Equal(t, want, r.SQL+" "+r.Elem.SQL, name)
	}
}

func TestComparable(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{"bigint": true, "text": true, "char(8)": true, "numeric(10,2)": true, "uuid": true, "timestamptz": true, "bytea": true,
		"timestamp": false, "timestamp(3)[]": false, "bigint[]": true, "citext": false, "citext[]": false, "interval": false, "time": false, "jsonb": false, "mail": false, "inet": false} {
		require.Equal(t, want, lookup.TypeOf(name).Comparable(), name)
	}
}
