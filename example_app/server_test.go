package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/repotest"
)

// ask sends a request with headers (name, value, name, value …; Host too) and
// returns the answer, whose body is read.
func (p *process) ask(method, path, body string, headers ...string) (*http.Response, string) {
	p.t.Helper()
	req, err := http.NewRequestWithContext(p.t.Context(), method, p.url+path, strings.NewReader(body))
	require.NoError(p.t, err)
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
		if headers[i] == "Host" {
			req.Host = headers[i+1]
		}
	}
	resp, err := http.DefaultClient.Do(req)
	require.NoError(p.t, err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	require.NoError(p.t, err)
	return resp, string(text)
}

// The program answers for loopback names, its address and the names of -hosts:
// not for a name of another site that leads here.
func TestHostsOfTheProgram(t *testing.T) {
	t.Parallel()
	p := serving(t, nil, "-database-url", repotest.URL(t), "-hosts", "shop.example, www.shop.example")
	for _, path := range []string{"/api/customers", "/customers", "/sales.csv", "/static/site.css"} {
		for host, status := range map[string]int{
			"evil.example": 400, "evil.example:80": 400, "shop.example": 200, "www.shop.example": 200, "localhost:1": 200, "127.0.0.1": 200,
		} {
			resp, text := p.ask("GET", path, "", "Host", host)
			require.Equal(t, status, resp.StatusCode, "%s %s", host, path)
			if status == 400 {
				require.NotContains(t, text, "mail.example")
			}
		}
	}
	for _, path := range []string{"/livez", "/readyz"} {
		resp, _ := p.ask("GET", path, "", "Host", "10.1.2.3:8080")
		require.Equal(t, 200, resp.StatusCode, path)
	}
}

// What broke the shop in an attack: each costs it next to nothing, and the pages
// and the probes answer meanwhile.
func TestAttacks(t *testing.T) {
	t.Parallel()
	p := serving(t, nil, "-database-url", repotest.URL(t))
	lines := `{"customer_id":1,"lines":[` + strings.Repeat("{},", 349517) + `{}]}`
	for _, c := range []struct {
		method, path, body string
		status             int
		headers            []string
	}{
		{"POST", "/api/invoices", lines, 413, []string{"Content-Type", "application/json"}},
		{"POST", "/api/invoices", lines[:60_000], 400, []string{"Content-Type", "application/json"}},
		{"GET", "/api/tracks?unit_price=" + strings.Repeat("9", 60_000), "", 414, nil},
		{"GET", "/api/tracks?unit_price=" + strings.Repeat("9", 900_000), "", 431, nil},
		{"GET", "/tracks?q=" + strings.Repeat("9", 900_000), "", 431, nil},
		{"POST", "/api/genres", `{"name":"evil"}`, 415, []string{"Content-Type", "text/plain"}},
		{"POST", "/api/genres", `{"name":"evil"}`, 403, []string{"Content-Type", "text/plain", "Origin", "http://evil.example"}},
		{"POST", "/api/genres", `{"name":"evil"}`, 403, []string{"Content-Type", "application/json", "Sec-Fetch-Site", "cross-site"}},
		{"GET", "/api/tracks", "", 400, []string{"Host", "evil.example"}},
	} {
		var wg sync.WaitGroup
		for range 6 {
			wg.Go(func() {
				begin := time.Now()
				resp, text := p.ask(c.method, c.path, c.body, c.headers...)
				require.Equal(t, c.status, resp.StatusCode, "%s %.60s: %.200s", c.method, c.path, text)
				require.Less(t, len(text), 1000)
				require.Less(t, time.Since(begin), 10*time.Second, "%s %.60s", c.method, c.path)
			})
		}
		for _, path := range []string{"/livez", "/readyz", "/artists"} {
			resp, _ := p.ask("GET", path, "")
			require.Equal(t, 200, resp.StatusCode)
		}
		wg.Wait()
	}
	require.Equal(t, 5, p.count("/api/genres"))
}

// A statement ends in time, so that it does not keep a connection from others.
// The preparation of the database may take longer.
func TestTimeoutsOfTheSessions(t *testing.T) {
	t.Parallel()
	db, closeDB, err := openDatabase(t.Context(), repotest.URL(t), nil, t.Logf)
	require.NoError(t, err)
	defer closeDB()
	for name, want := range map[string]string{"statement_timeout": "15s", "lock_timeout": "5s", "idle_in_transaction_session_timeout": "1min"} {
		var got string
		require.NoError(t, db.Raw("SHOW "+name).Scan(&got).Error)
		require.Equal(t, want, got, name)
	}
	require.Less(t, statementTime, requestTime, "a statement ends before its request")
}

// A client that does not read its answers does not keep its connection.
func TestServerHasTimeouts(t *testing.T) {
	t.Parallel()
	s := newServer(http.NotFoundHandler())
	require.Positive(t, s.ReadHeaderTimeout)
	require.Positive(t, s.ReadTimeout)
	require.Positive(t, s.IdleTimeout)
	require.Greater(t, s.WriteTimeout, requestTime, "a request that takes its whole time can still be answered")

	s.WriteTimeout = 300 * time.Millisecond
	broken := make(chan error, 1)
	s.Handler = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for {
			if _, err := w.Write(make([]byte, 1<<20)); err != nil {
				broken <- err
				return
			}
		}
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	go s.Serve(listener)
	defer s.Close()
	conn, err := net.Dial("tcp", listener.Addr().String())
	require.NoError(t, err)
	defer conn.Close()
	_, err = fmt.Fprint(conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
	require.NoError(t, err)
	_, err = bufio.NewReader(conn).ReadString('\n')
	require.NoError(t, err)
	select {
	case <-broken:
	case <-time.After(30 * time.Second):
		t.Fatal("the answer is still being written")
	}
}

// A FIFO in place of a file does not keep the program from ending.
func TestFIFOAsFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.NoError(t, exec.Command("mkfifo", filepath.Join(dir, "genre.csv")).Run())
	p := launch(t, nil, "-addr", "127.0.0.1:0", "-database-url", "postgres://127.0.0.1:1/none", "-load", dir)
	_ = p.cmd.Process.Signal(syscall.SIGTERM) // it may have ended
	require.Equal(t, 1, p.wait())
}
