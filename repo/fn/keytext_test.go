package fn_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/repo/fn"
)

// A key that no text of PostgreSQL holds is a mistake of the call.
func TestKeysThatAreNoText(t *testing.T) {
	t.Parallel()
	for _, key := range []string{"a\x00b", "\xff"} {
		for _, e := range []repo.Expr{fn.Key(repo.F("data"), key), fn.KeyText(repo.F("data"), "a", key)} {
			require.ErrorContains(t, e.Node().Err, "UTF-8")
		}
	}
}
