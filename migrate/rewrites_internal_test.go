package migrate

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestVolatileDefaults(t *testing.T) {
	t.Parallel()
	for _, sql := range []string{"gen_random_uuid()", "random() * 2", "nextval('x')", "clock_timestamp()", "my_own(1)", "uuidv7()"} {
		require.True(t, volatile(sql), sql)
	}
	for _, sql := range []string{"", "1", "'x'", "now()", "CURRENT_TIMESTAMP", "'{}'::jsonb", "now() + interval '1 day'", "(1 + 2)", "'1'::numeric(10, 2)",
		"'random()'", "ARRAY['a']::varchar(5)[]", "lower('X')", "current_setting('a.b')"} {
		require.False(t, volatile(sql), sql)
	}
}

func TestRewritesOfTypes(t *testing.T) {
	t.Parallel()
	for pair, want := range map[[2]string]bool{
		{"varchar(20)", "varchar(30)"}: false, {"varchar(20)", "text"}: false, {"text", "varchar"}: false, {"varchar(30)", "varchar(20)"}: true, {"text", "varchar(9)"}: true,
		{"numeric(10,2)", "numeric(14,2)"}: false, {"numeric(10,2)", "numeric"}: false, {"numeric(10,2)", "numeric(14,4)"}: true, {"numeric", "numeric(10,2)"}: true,
		{"numeric(10,2)", "numeric(9,2)"}: true, {"integer", "bigint"}: true, {"timestamp", "timestamptz"}: false, {"timestamptz(3)", "timestamptz"}: false,
		{"timestamptz", "timestamptz(3)"}: true, {"date", "timestamptz"}: true, {"int", "int4"}: false, {"cidr", "inet"}: false, {"inet", "cidr"}: true,
	} {
		require.Equal(t, want, rewrites(Column{Type: pair[0]}, Column{Type: pair[1]}), pair)
	}
	require.True(t, rewrites(Column{Type: "text"}, Column{Type: "text", Collation: `"C"`}), "its indexes are built again")
}
