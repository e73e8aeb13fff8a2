package sqltype_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/internal/sqltype"
)

func TestNames(t *testing.T) {
	t.Parallel()
	type name = sqltype.Name
	for text, want := range map[string]struct {
		parsed               name
		canonical, unlimited string
	}{
		"text":                         {name{"text", "", 0}, "text", "text"},
		"VARCHAR(20)":                  {name{"varchar", "20", 0}, "character varying", "varchar"},
		"numeric( 10, 2 )":             {name{"numeric", "10,2", 0}, "numeric", "numeric"},
		"decimal (5)":                  {name{"decimal", "5", 0}, "numeric", "decimal"},
		"int4":                         {name{"int4", "", 0}, "integer", "int4"},
		"bigserial":                    {name{"bigserial", "", 0}, "bigint", "bigserial"},
		"double  precision":            {name{"double precision", "", 0}, "double precision", "double precision"},
		"float(24)":                    {name{"float", "24", 0}, "real", "float"},
		"float(25)":                    {name{"float", "25", 0}, "double precision", "float"},
		"timestamp(3) with time zone":  {name{"timestamp with time zone", "3", 0}, "timestamp with time zone", "timestamp with time zone"},
		"timestamp(3)":                 {name{"timestamp", "3", 0}, "timestamp without time zone", "timestamp"},
		"timestamptz(3)":               {name{"timestamptz", "3", 0}, "timestamp with time zone", "timestamptz"},
		"time (6) without time zone":   {name{"time without time zone", "6", 0}, "time without time zone", "time without time zone"},
		"timetz":                       {name{"timetz", "", 0}, "time with time zone", "timetz"},
		"interval day to second(3)":    {name{"interval", "daytosecond3", 0}, "interval", "interval"},
		"interval(3)":                  {name{"interval", "3", 0}, "interval", "interval"},
		"char":                         {name{"char", "", 0}, "character", "bpchar"},
		"character(3)":                 {name{"character", "3", 0}, "character", "bpchar"},
		"character varying(3)":         {name{"character varying", "3", 0}, "character varying", "character varying"},
		`"char"`:                       {name{`"char"`, "", 0}, `"char"`, `"char"`},
		"bit(8)":                       {name{"bit", "8", 0}, "bit", "varbit"},
		"bit varying(8)":               {name{"bit varying", "8", 0}, "bit varying", "bit varying"},
		"text[]":                       {name{"text", "", 1}, "text[]", "text[]"},
		"varchar(20)[]":                {name{"varchar", "20", 1}, "character varying[]", "varchar[]"},
		"char(3)[]":                    {name{"char", "3", 1}, "character[]", "bpchar[]"},
		"int[3][3]":                    {name{"int", "", 2}, "integer[]", "int[][]"},
		"integer ARRAY":                {name{"integer", "", 1}, "integer[]", "integer[]"},
		"integer array[4]":             {name{"integer", "", 1}, "integer[]", "integer[]"},
		"timestamp(3)[]":               {name{"timestamp", "3", 1}, "timestamp without time zone[]", "timestamp[]"},
		"pg_catalog.int8":              {name{"int8", "", 0}, "bigint", "int8"},
		"geo.Point":                    {name{"geo.point", "", 0}, "geo.point", "geo.point"},
		`Shop."Mood (Type)"`:           {name{`shop."Mood (Type)"`, "", 0}, `shop."Mood (Type)"`, `shop."Mood (Type)"`},
		"geometry(Point, 4326)":        {name{"geometry", "point,4326", 0}, "geometry", "geometry"},
		"":                             {},
		" \tuuid\n":                    {name{"uuid", "", 0}, "uuid", "uuid"},
		"national character varying":   {name{"national character varying", "", 0}, "national character varying", "national character varying"},
		"timestamp without time zone ": {name{"timestamp without time zone", "", 0}, "timestamp without time zone", "timestamp without time zone"},
	} {
		require.Equal(t, want.parsed, sqltype.Parse(text), text)
		require.Equal(t, want.canonical, sqltype.Canonical(text), text)
		require.Equal(t, want.unlimited, sqltype.Unlimited(text), text)
	}
}

func TestElem(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"text[]": "text", "varchar(20)[]": "varchar(20)", "int[3] [4]": "int[3]", "integer ARRAY": "integer", "text": "", "[]": "", "array": "",
	} {
		elem, ok := sqltype.Elem(text)
		require.Equal(t, want, elem, text)
		require.Equal(t, want != "", ok, text)
	}
}

func TestLowerKeepsQuotes(t *testing.T) {
	t.Parallel()
	require.Equal(t, `shop."Mood"(3)`, sqltype.Lower(` Shop."Mood"(3) `))
}

func TestOfDriver(t *testing.T) {
	t.Parallel()
	require.Equal(t, "int8[]", sqltype.OfDriver("_int8"))
	require.Equal(t, "int8", sqltype.OfDriver("int8"))
}

var plainName = regexp.MustCompile(`^[^()\[\]"]+(\([^()\[\]"]*\))?[^()\[\]"]*(\[[0-9]*\])*$`)

// FuzzName checks that canonical and unlimited names are stable, and that arrays
// and their elements agree.
func FuzzName(f *testing.F) {
	for _, text := range []string{"timestamp(3) with time zone", "interval day to second(3)", `a."B c"[]`, "float(3)[]", "int array", "x(", `"`, "pg_catalog.char"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		n := sqltype.Parse(text)
		canonical, unlimited := sqltype.Canonical(text), sqltype.Unlimited(text)
		if strings.Contains(n.Base, "pg_catalog.") || strings.Contains(n.Base, " array") || strings.HasPrefix(n.Base, "interval ") {
			return // said twice
		}
		if got := sqltype.Canonical(canonical); got != canonical {
			t.Errorf("%q is %q, and that is %q", text, canonical, got)
		}
		if got := sqltype.Unlimited(unlimited); got != unlimited {
			t.Errorf("%q without limits is %q, and that is %q", text, unlimited, got)
		}
		if !plainName.MatchString(text) {
			return
		}
		if got := sqltype.Canonical(unlimited); got != canonical && n.Base != "float" && unlimited == n.Base {
			t.Errorf("%q is %q, and without limits %q", text, canonical, got)
		}
		if elem, ok := sqltype.Elem(text); ok && n.Dims == 0 {
			t.Errorf("%q has elements %q and no dimension", text, elem)
		}
	})
}

// The cast for a type rounds as the type does, and refuses no length.
func TestRounded(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"numeric(10,2)": "numeric(1000,2)", "decimal(10)": "numeric(1000,0)", "numeric(10, -2)": "numeric(1000,-2)", "numeric": "", "numeric(5,1)[]": "numeric(1000,1)[]",
		"float4": "float4", "float(10)": "float(10)", "float(30)": "", "timestamptz(3)": "timestamptz(3)", "timestamp": "", "interval(0)": "interval(0)", "text": "", "varchar(3)": "",
	} {
		require.Equal(t, want, sqltype.Rounded(text), text)
	}
}
