package tutorial_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/stretchr/testify/require"
)

// site is the address of the server in the pages.
const site = "127.0.0.1:8000"

// A server is a program that runs while the reader goes on.
type server struct {
	cmd     *exec.Cmd
	address string
}

// run returns what a command of a page prints, with times left out.
func (r *reader) run(line string) string {
	switch {
	case strings.HasPrefix(line, "go mod init "), strings.HasPrefix(line, "go get github.com/gormango/"):
		return "" // newReader has made the module
	case strings.HasPrefix(line, "go install github.com/gormango/gormango/cmd/gormango@"):
		r.install()
		return ""
	case line == "go run ./cmd/site":
		return r.serve()
	case strings.HasPrefix(line, "curl "):
		return r.request(line)
	}
	return r.shell(line)
}

var program = regexp.MustCompile(`^go run \./cmd/(\w+)`)

// shell runs a command. A program is linked again only if its files have
// changed.
func (r *reader) shell(line string) string {
	line = program.ReplaceAllString(line, "go build -o bin-$1 ./cmd/$1 && ./bin-$1")
	c := exec.Command("sh", "-c", line)
	c.Dir, c.Env = r.dir, r.env
	var errs strings.Builder
	c.Stderr = &errs
	out, err := c.Output()
	if err != nil {
		r.t.Logf("%s: %v: %s", line, err, errs.String())
	}
	text := times.ReplaceAllString(string(out), "(2026-11-30 12:00:00)")
	return seconds.ReplaceAllString(text, "0.10s")
}

var (
	times   = regexp.MustCompile(`\(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\)`)
	seconds = regexp.MustCompile(`\b\d+\.\d+s\b|\(cached\)`)
)

// install builds the program gormango of this checkout.
func (r *reader) install() {
	c := exec.Command("go", "build", "-o", filepath.Join(r.dir, "bin", "gormango"), ".")
	c.Dir = "../../cmd/gormango"
	text, err := c.CombinedOutput()
	require.NoError(r.t, err, "%s", text)
	r.env = append(r.env, "PATH="+filepath.Join(r.dir, "bin")+string(os.PathListSeparator)+os.Getenv("PATH"))
}

// serve starts the site on a free port, in place of the one before, and returns
// its first line.
func (r *reader) serve() string {
	r.stop()
	build := exec.Command("go", "build", "-o", "bin-site", "./cmd/site")
	build.Dir, build.Env = r.dir, r.env
	text, err := build.CombinedOutput()
	require.NoError(r.t, err, "%s", text)

	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(r.t, err)
	address := l.Addr().String()
	require.NoError(r.t, l.Close())
	s := &server{cmd: exec.Command("./bin-site"), address: address}
	s.cmd.Dir, s.cmd.Env = r.dir, append(r.env, "ADDR="+address)
	out, err := s.cmd.StdoutPipe()
	require.NoError(r.t, err)
	require.NoError(r.t, s.cmd.Start())
	r.server = s
	first := make([]byte, 1000)
	n, err := out.Read(first)
	require.NoError(r.t, err)
	for range 100 {
		if c, err := net.Dial("tcp", address); err == nil {
			require.NoError(r.t, c.Close())
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	return strings.ReplaceAll(string(first[:n]), address, site)
}

// stop ends the server.
func (r *reader) stop() {
	if r.server != nil {
		_ = r.server.cmd.Process.Kill()
		_ = r.server.cmd.Wait()
		r.server = nil
	}
}

var word = regexp.MustCompile(`'[^']*'|\S+`)

// request does what curl does with the options of the pages: -s, -d, -X, and -w,
// which prints the status on a line of its own.
func (r *reader) request(line string) string {
	require.NotNil(r.t, r.server, "no server runs: %s", line)
	method, url, body, kind, status := "", "", "", "application/x-www-form-urlencoded", false
	words := word.FindAllString(line, -1)[1:]
	for i := 0; i < len(words); i++ {
		switch words[i] {
		case "-s":
		case "-w":
			i++
			require.Equal(r.t, `'%{http_code}\n'`, words[i])
			status = true
		case "-X":
			i++
			method = words[i]
		case "-d":
			i++
			body = strings.Trim(words[i], "'")
		case "-H":
			i++
			kind = strings.TrimPrefix(strings.Trim(words[i], "'"), "Content-Type: ")
		default:
			require.Empty(r.t, url, line)
			url = strings.Trim(words[i], "'")
		}
	}
	if method == "" {
		method = http.MethodGet
		if body != "" {
			method = http.MethodPost
		}
	}
	url = "http://" + strings.Replace(strings.TrimPrefix(url, "http://"), site, r.server.address, 1)
	req, err := http.NewRequestWithContext(r.t.Context(), method, url, strings.NewReader(body))
	require.NoError(r.t, err)
	req.Header.Set("Content-Type", kind)
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(req)
	require.NoError(r.t, err)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	require.NoError(r.t, err)
	out := string(text)
	if status {
		out += fmt.Sprintln(res.StatusCode)
	}
	return out
}
