package main

import (
	"testing"

	"github.com/gormango/gormango/repotest"
	"github.com/stretchr/testify/require"
)

// small is data for tests: the cases of 10,000 rows and more are left out.
var small = Size{Items: 1100, Owners: 100}

// Every peer returns the rows of the baseline in every case, and leaves its
// rows in the tables.
func TestPeersAgree(t *testing.T) {
	t.Parallel()
	ctx, url := t.Context(), repotest.URL(t)
	require.NoError(t, load(ctx, url, small))
	db, err := openPool(ctx, url, 2)
	require.NoError(t, err)
	t.Cleanup(db.Close)
	baseline, err := contenders[0].Open(ctx, url, 2)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, baseline.Close()) })
	others, err := pythonContenders(ctx, url)
	require.NoError(t, err)
	for _, c := range append(contenders[1:len(contenders):len(contenders)], others...) {
		peer, err := c.Open(ctx, url, 2)
		require.NoError(t, err, c.Name)
		t.Cleanup(func() { require.NoError(t, peer.Close()) })
		able := 0
		for _, work := range cases(small) {
			t.Run(c.Name+"/"+work.Name, func(t *testing.T) {
				can, err := check(ctx, db, work, []Contender{contenders[0], c}, []Peer{baseline, peer})
				require.NoError(t, err)
				if can[1] {
					able++
				}
			})
		}
		if _, missing := peer.(none); missing {
			t.Logf("%s is not there", c.Name)
			continue
		}
		require.Greater(t, able, 5, c.Name)
	}
}
