package sqltype_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/internal/sqltype"
)

func TestCheck(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"text", "numeric(10,2)", "numeric( 10 , -2 )", "text[]", "int[3][]", "integer ARRAY", "integer array[4]", "pg_catalog.int4", "double precision",
		"timestamp(3) with time zone", "time (6) without time zone[]", "TIMESTAMP WITH TIME ZONE", "interval day to second(3)", "interval second (2)", "interval(3)", `"OrderStatus"`, `"OrderStatus"[]`,
		`"My Shop"."Mood ""Type"""`, `shop."Mood"(3)[]`, "geometry(Point, 4326)", "character varying(5) []", "bit varying(5)", "größe", " uuid ", "national character varying(3)", `"char"`} {
		require.NoError(t, sqltype.Check(text), text)
	}
	for _, text := range []string{"", " ", "text UNION SELECT name", "boolean OR true", "text; drop", "text --", "text/**/", "numeric(", "numeric()", "numeric(1", "numeric(1,)", "text[", "text]", "text[a]",
		"5", "text)", "(text)", "text text", "text with time zone", "a.b.c.d", "a.", ".a", `"a`, `""`, `"a"b`, `"a" with time zone`, "pg_catalog.time with time zone", "numeric(1)(2)",
		"text::int", "text\x00", "\"a\x00b\"", "text'", "text COLLATE \"C\"", "int array array", "text[] text", "timestamp(3) with (3) time zone", "interval day to year", "t\xffext", "text 'a'"} {
		require.Error(t, sqltype.Check(text), text)
	}
}

// FuzzCheck checks that what is a name of a type stays one in its canonical
// form, and holds nothing that ends it.
func FuzzCheck(f *testing.F) {
	for _, text := range []string{"timestamp(3) with time zone", "interval day to second(3)", `a."B c"[]`, "int array", "x(", `"`, "text UNION SELECT 1"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if sqltype.Check(text) != nil {
			return
		}
		require.NoError(t, sqltype.Check(sqltype.Unlimited(text)), text)
	})
}
