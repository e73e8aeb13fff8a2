//go:build unix

package pgpool_test

import (
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/internal/pgpool"
)

// What has come is seen, and no reader of the connection is waited for: pgx
// reads in the background while a long write is under way.
func TestUnreadDoesNotWait(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	far, err := net.Dial("tcp", l.Addr().String())
	require.NoError(t, err)
	conn, err := l.Accept()
	require.NoError(t, err)
	require.False(t, pgpool.Unread(conn))
	read := make(chan error)
	go func() {
		_, err := conn.Read(make([]byte, 1))
		read <- err
	}()
	time.Sleep(50 * time.Millisecond)
	seen := make(chan bool)
	go func() { seen <- pgpool.Unread(conn) }()
	select {
	case came := <-seen:
		require.False(t, came)
	case <-time.After(10 * time.Second):
		t.Error("it waits for the reader")
	}
	_, err = far.Write([]byte("ab"))
	require.NoError(t, err)
	require.NoError(t, <-read)
	require.Eventually(t, func() bool { return pgpool.Unread(conn) }, 10*time.Second, time.Millisecond)
	_, err = conn.Read(make([]byte, 1))
	require.NoError(t, err)
	require.False(t, pgpool.Unread(conn))
	require.NoError(t, far.Close())
	require.Eventually(t, func() bool { return pgpool.Unread(conn) }, 10*time.Second, time.Millisecond, "the end is something")
	require.NoError(t, conn.Close())
	require.False(t, pgpool.Unread(conn))
}
