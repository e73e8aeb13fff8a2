package main

import (
	"bytes"
	"regexp"
	"testing"
	"time"

	"github.com/gormango/gormango/repotest"
	"github.com/stretchr/testify/require"
)

// What was recorded is played again: reads, several round trips, COPY, and
// writes whose statements and keys differ from each other.
func TestFloors(t *testing.T) {
	t.Parallel()
	url := repotest.URL(t)
	require.NoError(t, load(t.Context(), url, small))
	chosen := regexp.MustCompile("^(10 rows|prefetch 100×10|insert one|bulk insert 100 |COPY 1,000|update one|transaction|delete)")
	var list []Case
	for _, c := range cases(small) {
		if chosen.MatchString(c.Name) {
			list = append(list, c)
		}
	}
	require.Greater(t, len(list), 6)
	var b bytes.Buffer
	require.NoError(t, compareFloors(t.Context(), &b, url, list, Plan{Rounds: 1, RoundTime: time.Millisecond, Goroutines: 1}))
	for _, c := range list {
		require.Regexp(t, `(?m)^\| `+regexp.QuoteMeta(c.Name)+` \| [0-9.]+µ?m?s \| \d+\.\d+ \| \d+\.\d+ \|$`, b.String())
	}
}

// A tape that the server refuses is an error.
func TestPlayerSeesErrors(t *testing.T) {
	t.Parallel()
	p, err := newPlayer(t.Context(), repotest.URL(t), nil)
	require.NoError(t, err)
	t.Cleanup(p.close)
	ask := func(sql string) tape {
		data := append([]byte{msgQuery, 0, 0, 0, byte(5 + len(sql))}, sql...)
		return tapeOf([][]byte{append(data, 0)})
	}
	require.NoError(t, p.play(ask("SELECT 1")))
	require.ErrorContains(t, p.play(ask("SELECT nothing")), "nothing")
}

// A piece ends where the server answers, but not within a message; before COPY
// has its rows the server is not ready.
func TestTapes(t *testing.T) {
	t.Parallel()
	sync, query, row, done := []byte{msgSync, 0, 0, 0, 4}, []byte{msgQuery, 0, 0, 0, 5, 0}, []byte{msgCopyData, 0, 0, 0, 5, 1}, []byte{msgCopyDone, 0, 0, 0, 4}
	r := recorder{parses: map[string][]byte{}}
	for _, part := range [][]byte{sync[:3], sync[3:], query, row, done, bytes.Repeat(sync, 2)} {
		r.sent(part)
		r.answer(nil)
	}
	require.Equal(t, tape{{sync, msgReady, 1}, {query, msgCopyIn, 1}, {row, msgReady, 0}, {done, msgReady, 1}, {bytes.Repeat(sync, 2), msgReady, 2}}, r.take())
	require.Empty(t, r.take())
}
