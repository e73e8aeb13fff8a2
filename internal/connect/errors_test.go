package connect_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/repotest"
)

func TestOpenWithoutTLS(t *testing.T) {
	t.Parallel()
	// A server that refuses TLS answers one byte, N.
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = conn.Read(make([]byte, 8))
			_, _ = conn.Write([]byte("N"))
			_ = conn.Close()
		}
	}()
	t.Cleanup(func() { require.NoError(t, l.Close()); <-done })
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	_, err = gormango.Open(ctx, gormango.Config{URL: "postgres://ann:s3cret@" + l.Addr().String() + "/library?sslmode=require"})
	require.ErrorContains(t, err, `gormango: cannot open database "library" on `+l.Addr().String()+` as user "ann": `)
	require.ErrorContains(t, err, "refused TLS")
	require.NotContains(t, fmt.Sprintf("%+v", err), "s3cret")

	_, err = gormango.Open(ctx, gormango.Config{URL: "postgres://ann:s3cret@host/library?sslmode=verify-full&sslrootcert=/no/such/file"})
	require.ErrorContains(t, err, `gormango: Config.URL: failed to configure TLS: "/no/such/file": no such file or directory`)
	require.NotContains(t, err.Error(), "s3cret")
}

func TestOpenWithSeveralHosts(t *testing.T) {
	t.Parallel()
	direct := repotest.URL(t)
	u, err := url.Parse(direct)
	require.NoError(t, err)
	if u.Hostname() == "" {
		t.Skip("SKIPPED: the server is not reached by TCP")
	}
	host := u.Host
	u.Host = "127.0.0.1:1," + host
	_, db := open(t, gormango.Config{URL: withQuery(u, "target_session_attrs", "read-write")})
	require.Equal(t, "off", show(t, db, "SHOW transaction_read_only"))

	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	_, err = gormango.Open(ctx, gormango.Config{URL: withQuery(u, "target_session_attrs", "read-only")})
	require.ErrorContains(t, err, " on 127.0.0.1:1, "+host+" as user ")
	require.ErrorContains(t, err, "connection refused")
	require.ErrorContains(t, err, "read only")
	require.True(t, gormango.IsRetryable(err), "another host may be promoted or started")
	if password, set := u.User.Password(); set {
		require.NotContains(t, fmt.Sprintf("%+v", err), password)
	}
}

func withQuery(u *url.URL, name, value string) string {
	changed := *u
	q := changed.Query()
	q.Set(name, value)
	changed.RawQuery = q.Encode()
	return changed.String()
}

// A connection of later fails with the same text as Open's, typed.
func TestConnectLater(t *testing.T) {
	t.Parallel()
	u, err := url.Parse(repotest.URL(t))
	require.NoError(t, err)
	u.User = url.UserPassword("nobody_here", "s3cret")
	_, db := open(t, gormango.Config{URL: u.String(), Lazy: true})
	err = db.Exec("SELECT 1").Error
	require.Regexp(t, `^gormango: cannot open database ".*" on .* as user "nobody_here": .*\(SQLSTATE 28(000|P01)\)$`, err.Error())
	var permission *gormango.PermissionError
	require.ErrorAs(t, err, &permission)
	require.False(t, gormango.IsRetryable(err))
	require.NotContains(t, fmt.Sprintf("%+v %+v", err, errors.Unwrap(err)), "s3cret")
}
