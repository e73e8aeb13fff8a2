package sqltext

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestHeads(t *testing.T) {
	t.Parallel()
	for sql, want := range map[string]string{
		"":                          "",
		" ; ;":                      "",
		"set x = 1":                 "SET X",
		"SELECT 1; set  local x=1;": "SELECT|SET LOCAL X",
		"-- a;\n/* b; /* c; */ */ Rollback/**/to sp":                                  "ROLLBACK TO SP",
		"INSERT INTO t VALUES (';', \"a;b\", $$;$$, $x$;COMMIT;$x$, E'\\';'); COMMIT": "INSERT INTO T VALUES|COMMIT",
		"CREATE RULE r AS ON INSERT TO t DO (SELECT 1; COMMIT); RESET ALL":            "CREATE RULE R AS|RESET ALL",
		"CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; END":                  "CREATE FUNCTION F",
		"(SELECT 1) UNION SELECT 2":                                                   "SELECT",
	} {
		var got []string
		for head := range Heads(sql) {
			got = append(got, strings.Join(head, " "))
		}
		require.Equal(t, want, strings.Join(got, "|"), sql)
	}
	require.Len(t, slices.Collect(Heads("SET a = 1; SET b = 2")), 2)
	for range Heads("a; b") {
		break
	}
}
