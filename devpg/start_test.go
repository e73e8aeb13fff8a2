//go:build unix

package devpg

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/internal/longtest"
)

func TestServerEndsWithItsStarter(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(p *process){
		"return":         func(p *process) { p.say("return") },
		"os.Exit":        func(p *process) { p.say("exit") },
		"panic":          func(p *process) { p.say("panic") },
		"SIGKILL":        func(p *process) { p.kill(syscall.SIGKILL) },
		"SIGTERM":        func(p *process) { p.kill(syscall.SIGTERM) },
		"Ctrl-C":         func(p *process) { require.NoError(p.t, syscall.Kill(-p.cmd.Process.Pid, syscall.SIGINT)) },
		"Close, staying": func(p *process) { p.say("close") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := cache(t)
			p := spawn(t, "GORMANGO_CACHE="+dir)
			require.NoError(t, ping(p.url))
			processOf(t, dir, serverMarkInPs)
			end(p)
			waitGone(t, dir)
			require.Error(t, ping(p.url))
		})
	}
}

func TestSecondClientKeepsItsServer(t *testing.T) {
	t.Parallel()
	dir := cache(t)
	first, second := spawn(t, "GORMANGO_CACHE="+dir), spawn(t, "GORMANGO_CACHE="+dir)
	require.Equal(t, first.url, second.url)
	first.kill(syscall.SIGKILL)
	time.Sleep(grace*time.Second + 2*time.Second)
	require.NoError(t, ping(second.url))
	second.kill(syscall.SIGKILL)
	waitGone(t, dir)
}

func TestColdStartsAtOnceShareOneServer(t *testing.T) {
	t.Parallel()
	dir := workFolder(t) // without a template
	helpers := make([]*process, 8)
	for i := range helpers {
		helpers[i] = prepare(t, "GORMANGO_CACHE="+dir)
		helpers[i].start()
	}
	for _, p := range helpers {
		p.ready()
		require.Equal(t, helpers[0].url, p.url)
	}
	require.Len(t, servers(t, dir), 1)
	for _, p := range helpers {
		p.kill(syscall.SIGKILL)
	}
	waitGone(t, dir)
}

func TestSuccessorWithinTheGraceFindsTheServer(t *testing.T) {
	t.Parallel()
	dir := cache(t)
	first := spawn(t, "GORMANGO_CACHE="+dir)
	first.say("return")
	require.NoError(t, first.cmd.Wait())
	second := spawn(t, "GORMANGO_CACHE="+dir)
	require.Equal(t, first.url, second.url)
	time.Sleep(grace*time.Second + 2*time.Second)
	require.NoError(t, ping(second.url))
}

// A program that captures another's output, as "go test" does, waits until
// every process that inherited it has ended. The server must not inherit it.
func TestOutputIsNotHeldOpen(t *testing.T) {
	t.Parallel()
	dir := cache(t)
	p := prepare(t, "GORMANGO_CACHE="+dir)
	var stderr strings.Builder
	p.cmd.Stderr = &stderr // a pipe that Wait reads to its end
	// The starter itself inherits two more.
	r, w, err := os.Pipe()
	require.NoError(t, err)
	defer r.Close()
	p.cmd.ExtraFiles = append(make([]*os.File, 20), w)
	p.cmd.ExtraFiles[0] = w
	p.start()
	require.NoError(t, w.Close())
	p.ready()
	p.say("return")
	_, err = io.ReadAll(p.out)
	require.NoError(t, err)
	_, err = io.ReadAll(r)
	require.NoError(t, err)
	require.NoError(t, p.cmd.Wait())
	require.NoError(t, ping(p.url), "the output ended before the server did")
}

// Each Start in a process has a lease of its own.
func TestStartsInOneProcess(t *testing.T) {
	t.Parallel()
	dir := cache(t)
	var wg sync.WaitGroup
	opened := make([]*Server, 4)
	for i := range opened {
		wg.Go(func() {
			s, err := startLocal(t.Context(), Options{cache: dir})
			if err == nil {
				opened[i] = s
			}
		})
	}
	wg.Wait()
	for _, s := range opened {
		require.NotNil(t, s)
		require.False(t, s.External())
		require.Equal(t, opened[0].URL(), s.URL())
	}
	for _, s := range opened[1:] {
		require.NoError(t, s.Close())
		require.NoError(t, s.Close(), "a second Close does nothing")
	}
	time.Sleep(grace*time.Second + 2*time.Second)
	require.NoError(t, ping(opened[0].URL()))
	require.NoError(t, opened[0].Close())
	waitGone(t, dir)
}

// An ordinary user with an empty home needs nothing else.
func TestPlainUser(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("runs as a plain user anyway; as root this test becomes the user nobody")
	}
	nobody, err := lookupAccount("nobody")
	require.NoError(t, err)
	dir := workFolder(t)
	// The test binary is in a folder that is closed to other users.
	program := filepath.Join(dir, "helper")
	self, err := os.Executable()
	require.NoError(t, err)
	out, err := exec.Command("cp", self, program).CombinedOutput()
	require.NoError(t, err, string(out))
	folder := func(name string) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.Mkdir(path, 0o700))
		require.NoError(t, nobody.chown(path))
		return path
	}
	home, temp, data := folder("home"), folder("temp"), folder("data")
	for name, env := range map[string][]string{
		"empty home": {"HOME=" + home},
		"no home":    {"HOME=/nonexistent", "TMPDIR=" + temp},
		"kept":       {"HOME=" + home, "DEVPG_TEST_DIR=" + filepath.Join(data, "kept")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			helper := func() *process {
				p := prepare(t, env...)
				p.cmd.Path, p.cmd.Args[0], p.cmd.Dir = program, program, "/"
				p.cmd.Env = append(p.cmd.Env[:1:1], append([]string{"PATH=" + os.Getenv("PATH")}, env...)...)
				p.cmd.SysProcAttr.Credential = nobody.cred
				p.start()
				return p
			}
			first, second := helper(), helper()
			first.ready()
			second.ready()
			require.Equal(t, first.url, second.url)
			require.NoError(t, ping(first.url))
			first.kill(syscall.SIGKILL)
			second.say("return")
		})
	}
}

func TestStartCanceled(t *testing.T) {
	t.Parallel()
	// In the middle of initdb. With GORMANGO_LONG=1 before and after it too.
	moments := []time.Duration{150 * time.Millisecond, 30 * time.Millisecond, 400 * time.Millisecond}
	for _, after := range moments[:longtest.Size(1, 3)] {
		for name, kept := range map[string]bool{"throw-away": false, "kept": true} {
			t.Run(name+" after "+after.String(), func(t *testing.T) {
				t.Parallel()
				dir := workFolder(t)
				o := Options{cache: dir}
				if kept {
					o.Dir = filepath.Join(dir, "kept")
				}
				ctx, cancel := timeout(t, after)
				defer cancel()
				if s, err := startLocal(ctx, o); err == nil { // the machine was faster
					require.NoError(t, s.Close())
				} else {
					require.ErrorIs(t, err, ctx.Err())
				}
				waitGone(t, dir)
				start(t, o) // the next start succeeds
			})
		}
	}
}
