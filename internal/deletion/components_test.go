package deletion

import (
	"math/rand"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// Items are together exactly when they reach each other, and nothing comes
// before what it leads to.
func TestComponents(t *testing.T) {
	t.Parallel()
	for seed := range int64(300) {
		rnd := rand.New(rand.NewSource(seed))
		n := 1 + rnd.Intn(9)
		items, next := make([]int, n), make([][]int, n)
		reach := make([][]bool, n)
		for i := range n {
			items[i], reach[i] = i, make([]bool, n)
			reach[i][i] = true
			for range rnd.Intn(3) {
				to := rnd.Intn(n)
				next[i], reach[i][to] = append(next[i], to), true
			}
		}
		for k := range n {
			for i := range n {
				for j := range n {
					reach[i][j] = reach[i][j] || reach[i][k] && reach[k][j]
				}
			}
		}
		out := components(items, func(i int) []int { return next[i] })
		at := map[int]int{}
		for c, list := range out {
			for _, i := range list {
				at[i] = c
			}
		}
		require.Len(t, slices.Concat(out...), n, seed)
		for i := range n {
			for j := range n {
				require.Equal(t, reach[i][j] && reach[j][i], at[i] == at[j], seed)
				if reach[i][j] {
					require.LessOrEqual(t, at[j], at[i], seed)
				}
			}
		}
	}
}
