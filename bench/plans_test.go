package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/gormango/gormango/repotest"
	"github.com/stretchr/testify/require"
)

// The setting decides which plan the server makes; a status that is a constant
// of the statement, as that of an index of the model, leaves it no choice.
func TestPlans(t *testing.T) {
	t.Parallel()
	list, err := planWays(t.Context(), repotest.URL(t), 20_000)
	for _, w := range list {
		t.Cleanup(w.close)
	}
	require.NoError(t, err)
	var b bytes.Buffer
	require.NoError(t, comparePlans(t.Context(), &b, list, 10, 1))
	require.Equal(t, 2+len(list), strings.Count(b.String(), "\n"))
	for name, used := range map[string]string{"force_custom_plan`, it does not": "0 / 11", "force_generic_plan`, it does not": "11 / 0", "Raw": "11 / 0", "auto`, the model declares the index": "11 / 0"} {
		require.Regexp(t, "(?m)^.*"+name+".* [|] "+used+" [|].*$", b.String())
	}
}
