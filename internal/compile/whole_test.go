package compile_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/internal/compile"
)

func TestWhole(t *testing.T) {
	t.Parallel()
	st := &compile.Stmt{SQL: "UPDATE a SET b = $1", Args: []any{1}}
	whole := st.Whole(7)
	require.Equal(t, "WITH written AS (UPDATE a SET b = $1 RETURNING 1) SELECT count(*) / (count(*) = $2::bigint)::int FROM written", whole.SQL)
	require.Equal(t, []any{1, int64(7)}, whole.Args)
	st.SQL, st.Objects = "INSERT INTO a VALUES ($1) RETURNING id", []compile.Object{{}}
	require.Equal(t, "WITH written AS (INSERT INTO a VALUES ($1) RETURNING id) SELECT * FROM written WHERE (SELECT 1 / (count(*) = $2::bigint)::int FROM written) = 1", st.Whole(7).SQL)
	require.Equal(t, []any{1}, st.Args)
}
