package rowcodec

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// A small buffer stays, a large one goes, and one that is reserved is empty.
func TestLargeBuffersAreFreed(t *testing.T) {
	t.Parallel()
	var p Params
	for size, stays := range map[int]bool{100: true, maxKept: true, maxKept + 1: false, maxShared + 1: false} {
		p = Params{}
		p.reserve(size)
		require.Empty(t, p.buf)
		require.GreaterOrEqual(t, cap(p.buf), size)
		p.buf = append(p.buf, "text"...)
		p.Reset()
		require.Equal(t, stays, p.buf != nil, size)
		require.Empty(t, p.buf)
	}
}
