package migrate

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/internal/catalog"
)

func TestSameType(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text, name, have string
		same             bool
	}{
		{"varchar(20)", "character varying", "character varying(20)", true},
		{"varchar(20)", "character varying", "character varying(30)", false},
		{"varchar(20)", "character varying", "character varying", false},
		{"varchar", "character varying", "character varying(20)", false},
		{"varchar(20)[]", "character varying[]", "character varying(20)[]", true},
		{"decimal(10, 2)", "numeric", "numeric(10,2)", true},
		{"numeric(10)", "numeric", "numeric(10,0)", true},
		{"numeric(10)[]", "numeric[]", "numeric(10,0)[]", true},
		{"numeric(10)", "numeric", "numeric(10,2)", false},
		{"decimal", "numeric", "numeric(10,2)", false},
		{"char", "character", "character(1)", true},
		{"char(3)", "character", "character(3)", true},
		{"bpchar", "character", "character", true},
		{"bit", "bit", "bit(1)", true},
		{"float(20)", "real", "real", true},
		{"timestamptz(3)", "timestamp with time zone", "timestamp(3) with time zone", true},
		{"timestamptz", "timestamp with time zone", "timestamp(3) with time zone", false},
		{"interval(3)", "interval", "interval(3)", true},
		{"interval day to second", "interval", "interval day to second", true},
		{"geometry(Point,4326)", "geometry", "geometry(Point,4326)", true},
		{"text", "text", "text", true},
	} {
		got := sameType(c.text, catalog.Type{OID: 7, Name: c.name}, catalog.Column{TypeOID: 7, Type: c.have})
		require.Equal(t, c.same, got, c)
		require.False(t, sameType(c.text, catalog.Type{OID: 8, Name: c.name}, catalog.Column{TypeOID: 7, Type: c.have}), c)
	}
}

func TestDifferentDefault(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		want, typ, have string
		different       bool
	}{
		{"'web'", "text", "'web'::text", false},
		{"'web'", "text", "'shop'::text", true},
		{"'it''s'", "character varying(20)", "'it''s'::character varying", false},
		{"'a'", "text", "('a'::text || 'b'::text)", false}, // not a literal
		{"18", "bigint", "18", false},
		{"18", "bigint", "19", true},
		{"-1", "bigint", "'-1'::integer", false},
		{"-1", "bigint", "(-1)", false},
		{"true", "boolean", "true", false},
		{"TRUE", "boolean", "false", true},
		{"now()", "timestamp with time zone", "CURRENT_TIMESTAMP", false},
		{"1.50", "numeric(10,2)", "1.5", false},
		{"'{}'", "jsonb", "'{ }'::jsonb", false},
		{"'2020-01-01'", "date", "'2020-01-02'::date", false},
		{"", "text", "'x'::text", false},
		{"'x'", "text", "", true},
		{"now()", "timestamp with time zone", "", true},
	} {
		require.Equal(t, c.different, differentDefault(c.want, c.typ, c.have), c)
	}
}
