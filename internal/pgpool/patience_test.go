package pgpool

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Who only looks whether the context is over starts no timer; who waits does,
// and gets the parent's end too.
func TestPatience(t *testing.T) {
	t.Parallel()
	parent, cancel := context.WithCancel(context.Background())
	defer cancel()
	c := &patience{Context: parent, timeout: time.Millisecond}
	select {
	case <-c.Done():
		t.Fatal("over at once")
	default:
	}
	require.Nil(t, c.timed)
	require.False(t, c.over())
	<-c.Done()
	require.True(t, c.over())
	require.ErrorIs(t, c.Err(), context.DeadlineExceeded)
	require.NoError(t, parent.Err())
	c.stop()

	c = &patience{Context: parent, timeout: time.Hour}
	_ = c.Done()
	until, ok := c.Deadline()
	require.True(t, ok)
	require.Greater(t, time.Until(until), time.Minute)
	cancel()
	<-c.Done()
	require.ErrorIs(t, c.Err(), context.Canceled)
	c.stop()

	c = &patience{Context: context.Background(), timeout: time.Hour}
	_ = c.Done()
	c.stop()
	<-c.Done() // a wait after the end ends at once
}
