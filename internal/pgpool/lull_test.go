package pgpool

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A lull ends by itself, begins again, and its timer is one.
func TestLull(t *testing.T) {
	t.Parallel()
	var l lull
	for range 3 {
		require.False(t, l.lasts.Load())
		begun := time.Now()
		l.begin()
		timer := l.timer
		for range 100 {
			l.begin()
		}
		require.Same(t, timer, l.timer)
		require.True(t, l.lasts.Load() || time.Since(begun) >= lullTime)
		require.Eventually(t, func() bool { return !l.lasts.Load() }, time.Minute, time.Millisecond)
		require.GreaterOrEqual(t, time.Since(begun), lullTime)
	}
}
