package sqltext_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/internal/sqltext"
)

func TestParseExclude(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]struct {
		elements []sqltext.Excluded
		where    string
	}{
		"USING gist (room WITH =, during WITH &&)": {[]sqltext.Excluded{{"room", "="}, {"during", "&&"}}, ""},
		`(a WITH =)`: {[]sqltext.Excluded{{"a", "="}}, ""},
		`USING gist ((a + 1) WITH =, "b,c" gist_text_ops WITH OPERATOR(pg_catalog.=)) where (not "x")`: {[]sqltext.Excluded{{"(a + 1)", "="}, {`"b,c"`, "OPERATOR(pg_catalog.=)"}}, `(not "x")`},
		`USING gist (tstzrange(a, b, '[)') WITH &&, s.f (x) opc (n = 1) WITH =) INCLUDE (z) WITH (fillfactor = 70) WHERE (a > (1))`: {
			[]sqltext.Excluded{{"tstzrange(a, b, '[)')", "&&"}, {"s.f (x)", "="}}, "(a > (1))"},
		`USING btree (a COLLATE "C" text_ops WITH =)`: {[]sqltext.Excluded{{`a COLLATE "C"`, "="}}, ""},
	} {
		elements, where, ok := sqltext.ParseExclude(text)
		require.True(t, ok, text)
		require.Equal(t, want.elements, elements, text)
		require.Equal(t, want.where, where, text)
	}
	for _, text := range []string{"", "USING gist", "(a)", "(a WITH)", "(WITH =)", "(a WITH =", "(a WITH =) WHERE x"} {
		_, _, ok := sqltext.ParseExclude(text)
		require.False(t, ok, text)
	}
}
