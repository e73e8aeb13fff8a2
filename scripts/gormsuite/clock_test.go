package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestClockTests(t *testing.T) {
	t.Parallel()
	const events = `{"Action":"run","Test":"TestLoadingExpired"}
{"Action":"fail","Test":"TestLoadingExpired"}
{"Action":"run","Test":"TestOther"}
{"Action":"fail","Test":"TestOther"}
`
	r, err := readEvents(strings.NewReader(events))
	require.NoError(t, err)
	require.Empty(t, r.failedClockTests(), "the run has no end")

	r, err = readEvents(strings.NewReader(events + `{"Action":"fail"}`))
	require.NoError(t, err)
	require.Equal(t, []string{"TestLoadingExpired"}, r.failedClockTests(), "not the others")
	r.passAfterAll("TestLoadingExpired")
	require.Equal(t, counts{pass: 1, fail: 1}, r.counts)
	require.Equal(t, []string{"TestOther"}, r.failed)
	require.Equal(t, []string{"TestLoadingExpired"}, r.passed)
	require.Empty(t, r.failedClockTests())
}
