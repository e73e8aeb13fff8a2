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

func TestSameLiteral(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		want, have string
		same       bool
	}{
		{"'web'", "'web'::text", true},
		{"'web'", "'shop'::text", false},
		{"'it''s'", "'it''s'::character varying", true},
		{"'a'", "('a'::text || 'b'::text)", false}, // not a literal
		{"18", "18", true},
		{"18", "19", false},
		{"-1", "'-1'::integer", true},
		{"-1", "(-1)", true},
		{"TRUE", "true", true},
		{"TRUE", "false", false},
		{"now()", "CURRENT_TIMESTAMP", false},
	} {
		require.Equal(t, c.same, sameLiteral(c.want, c.have), c)
	}
}

func TestWider(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		have, want string
		wider      bool
	}{
		{"character varying(200)", "varchar(300)", true},
		{"character varying(300)", "varchar(200)", false},
		{"character varying(200)", "text", true},
		{"character varying", "text", true},
		{"text", "character varying(20)", false},
		{"character varying(200)", "varchar", true},
		{"character(3)", "char(4)", false},
		{"numeric(10,2)", "numeric(12, 2)", true},
		{"numeric(10,2)", "decimal(12,3)", false},
		{"numeric(10,2)", "numeric(9,2)", false},
		{"numeric(10,2)", "numeric", true},
		{"numeric(10,0)", "numeric(12)", true},
		{"numeric", "numeric(10,2)", false},
		{"timestamp(3) with time zone", "timestamptz", true},
		{"timestamp(3) with time zone", "timestamptz(2)", false},
		{"timestamp(3) with time zone", "timestamp", false},
		{"integer", "bigint", false},
		{"bit varying(3)", "bit varying(4)", true},
		{"character varying(5)[]", "varchar(6)[]", false},
	} {
		require.Equal(t, c.wider, wider(c.have, c.want), c)
	}
}
