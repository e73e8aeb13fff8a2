package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const finished = `go: downloading something
{"Action":"start","Package":"p"}
{"Action":"output","Package":"p","Output":"before\n"}
{"Action":"run","Package":"p","Test":"TestB"}
{"Action":"output","Package":"p","Test":"TestB","Output":"b is wrong\n"}
{"Action":"run","Package":"p","Test":"TestB/sub"}
{"Action":"fail","Package":"p","Test":"TestB/sub"}
{"Action":"fail","Package":"p","Test":"TestB"}
{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Test":"TestA","Output":"a is fine\n"}
{"Action":"pause","Package":"p","Test":"TestA"}
{"Action":"cont","Package":"p","Test":"TestA"}
{"Action":"pass","Package":"p","Test":"TestA"}
{"Action":"run","Package":"p","Test":"TestC"}
{"Action":"skip","Package":"p","Test":"TestC"}
{"Action":"fail","Package":"p"}
`

func TestReadEvents(t *testing.T) {
	t.Parallel()
	r, err := readEvents(strings.NewReader(finished))
	require.NoError(t, err)
	require.False(t, r.broken())
	require.Equal(t, counts{pass: 1, skip: 1, fail: 1}, r.counts)
	require.Equal(t, counts{fail: 1}, r.subtests)
	require.Equal(t, []string{"TestA"}, r.passed)
	require.Equal(t, []string{"TestB"}, r.failed)

	var out strings.Builder
	r.print(&out, false)
	require.Equal(t, "b is wrong\nfailed: TestB\nGORM's suite: 1 pass, 1 skip, 1 fail (with subtests: 1 pass, 1 skip, 2 fail)\n", out.String())
	out.Reset()
	r.print(&out, true)
	require.Contains(t, out.String(), "a is fine\n")
	require.Contains(t, out.String(), "go: downloading something\n")
}

// A run that stopped half-way must not count as a good one.
func TestBroken(t *testing.T) {
	t.Parallel()
	const pass = `{"Action":"run","Test":"TestA"}` + "\n" + `{"Action":"pass","Test":"TestA"}` + "\n"
	for name, c := range map[string]struct {
		events string
		want   bool
	}{
		"whole":             {pass + `{"Action":"pass"}`, false},
		"nothing ran":       {`{"Action":"pass"}`, true},
		"no end":            {pass, true},
		"a test has no end": {pass + `{"Action":"run","Test":"TestB"}` + "\n" + `{"Action":"fail"}`, true},
		"panic of a test":   {pass + `{"Action":"output","Test":"TestA","Output":"panic: oh\n"}` + "\n" + `{"Action":"fail"}`, true},
		"panic elsewhere":   {pass + `{"Action":"output","Output":"panic: oh\n"}` + "\n" + `{"Action":"fail"}`, true},
		"did not compile":   {`{"ImportPath":"p","Action":"build-fail"}` + "\n" + `{"Action":"fail","FailedBuild":"p"}`, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := readEvents(strings.NewReader(c.events))
			require.NoError(t, err)
			require.Equal(t, c.want, r.broken())
		})
	}
}
