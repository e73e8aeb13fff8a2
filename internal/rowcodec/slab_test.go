package rowcodec

import (
	"reflect"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
)

// The values of a slab are distinct and zero, and survive garbage collections
// while they are in use.
func TestSlab(t *testing.T) {
	t.Parallel()
	type node struct {
		next *node
		n    int
	}
	for _, want := range []int{0, 1, 2, 5, chunkRows, 10 * chunkRows} {
		s := slab{typ: reflect.TypeFor[node]()}
		var head *node
		for i := range 200 {
			n := (*node)(s.take(want))
			require.Zero(t, *n)
			n.next, n.n = head, i
			head = n
			if i%50 == 0 {
				runtime.GC()
			}
		}
		for i := 199; i >= 0; i, head = i-1, head.next {
			require.Equal(t, i, head.n)
		}
		require.Nil(t, head)
	}
}
