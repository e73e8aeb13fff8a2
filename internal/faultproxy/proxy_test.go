package faultproxy_test

import (
	"bufio"
	"io"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/gormango/gormango/internal/faultproxy"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// echo starts a server that answers each line and sends it to got.
func echo(t *testing.T) (addr string, got chan string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = l.Close() })
	got = make(chan string, 10)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				for in := bufio.NewReader(c); ; {
					line, err := in.ReadString('\n')
					if err != nil {
						return
					}
					got <- line
					_, _ = io.WriteString(c, line)
				}
			}()
		}
	}()
	return l.Addr().String(), got
}

func TestProxy(t *testing.T) {
	server, got := echo(t)
	p, err := faultproxy.Start(server)
	require.NoError(t, err)
	defer p.Close()
	patience := 20 * time.Second
	dial := func() (ask func() error) {
		c, err := net.Dial("tcp", p.Addr())
		require.NoError(t, err)
		t.Cleanup(func() { _ = c.Close() })
		in := bufio.NewReader(c)
		return func() error {
			if _, err := io.WriteString(c, "line\n"); err != nil {
				return err
			}
			_ = c.SetReadDeadline(time.Now().Add(patience))
			_, err := in.ReadString('\n')
			return err
		}
	}
	ask := dial()
	require.NoError(t, ask())
	require.Equal(t, "line\n", <-got)

	p.CutNextAnswer()
	require.True(t, p.Armed())
	require.Error(t, ask())
	require.Equal(t, "line\n", <-got, "the server has got the request")
	require.False(t, p.Armed())

	ask = dial()
	require.NoError(t, ask())
	<-got
	p.Mute(true)
	var timeout net.Error
	patience = 200 * time.Millisecond
	require.ErrorAs(t, ask(), &timeout)
	require.True(t, timeout.Timeout(), "open and silent")
	patience = 20 * time.Second
	<-got
	p.Mute(false)
	require.NoError(t, ask())
	<-got

	p.Cut()
	require.Error(t, ask())
	p.Refuse(true)
	ask = dial()
	require.Error(t, ask())
	p.Refuse(false)
	ask = dial()
	require.NoError(t, ask())
	<-got

	before := p.RoundTrips()
	require.NoError(t, ask())
	require.NoError(t, ask())
	require.EqualValues(t, 2, p.RoundTrips()-before)
}
