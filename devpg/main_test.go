//go:build unix

package devpg

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

// The test binary runs itself as a helper process, since most tests here are
// about the end of a process.
func TestMain(m *testing.M) {
	if os.Getenv("DEVPG_TEST_HELPER") != "" {
		helper()
		return
	}
	// The tests wait for servers to end more than they compute.
	flag.Parse()
	if err := flag.Set("test.parallel", "12"); err != nil {
		panic(err)
	}
	code := m.Run()
	if dir, err := testTemplate(); err == nil {
		os.RemoveAll(dir)
	}
	os.Exit(code)
}

// helper starts a server, prints its URL and executes the commands on standard
// input.
func helper() {
	if os.Getenv("DEVPG_TEST_PACKAGE") != "" {
		helpPackage()
	}
	if os.Getenv("DEVPG_TEST_PRIVATE") != "" {
		helpPrivate()
		return
	}
	s, err := Start(context.Background(), Options{Dir: os.Getenv("DEVPG_TEST_DIR"), Database: os.Getenv("DEVPG_TEST_DATABASE")})
	if err != nil {
		fmt.Println("error:", err)
		os.Exit(1)
	}
	if err := goleak.Find(); err != nil {
		fmt.Println("error: goroutines are left:", err)
		os.Exit(1)
	}
	fmt.Println(s.URL())
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		switch in.Text() {
		case "return":
			return
		case "exit":
			os.Exit(3)
		case "panic":
			go func() { panic("on purpose") }()
		case "close":
			if err := s.Close(); err != nil {
				panic(err)
			}
		}
	}
}

// helpPrivate starts a private server with a standby and waits.
func helpPrivate() {
	p, err := StartPrivate(context.Background(), PrivateOptions{})
	if err == nil {
		_, err = p.Standby(context.Background(), nil)
	}
	if err != nil {
		fmt.Println("error:", err)
		os.Exit(1)
	}
	fmt.Println(p.URL())
	_, _ = bufio.NewReader(os.Stdin).ReadString('\n')
}

// process is a running helper.
type process struct {
	t   *testing.T
	cmd *exec.Cmd
	in  interface{ Write([]byte) (int, error) }
	out *bufio.Reader
	url string
}

// spawn starts a helper in a process group of its own and waits for its URL.
// HOME is an empty directory and no server is named.
func spawn(t *testing.T, env ...string) *process {
	t.Helper()
	p := prepare(t, env...)
	p.start()
	p.ready()
	return p
}

func prepare(t *testing.T, env ...string) *process {
	t.Helper()
	program, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.Command(program)
	cmd.Env = append([]string{"DEVPG_TEST_HELPER=1", "HOME=" + t.TempDir(), "PATH=" + os.Getenv("PATH")}, env...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	in, err := cmd.StdinPipe()
	require.NoError(t, err)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	return &process{t: t, cmd: cmd, in: in, out: bufio.NewReader(out)}
}

func (p *process) start() {
	p.t.Helper()
	require.NoError(p.t, p.cmd.Start())
	p.t.Cleanup(func() {
		_ = p.cmd.Process.Kill()
		_ = p.cmd.Wait()
	})
}

func (p *process) ready() {
	p.t.Helper()
	line, err := p.out.ReadString('\n')
	require.NoError(p.t, err)
	p.url = strings.TrimSpace(line)
	require.Contains(p.t, p.url, "postgres://", "the helper could not start a server")
}

func (p *process) say(word string) {
	p.t.Helper()
	_, err := p.in.Write([]byte(word + "\n"))
	require.NoError(p.t, err)
}

func (p *process) kill(signal syscall.Signal) {
	p.t.Helper()
	require.NoError(p.t, p.cmd.Process.Signal(signal))
}

// workFolder returns a folder that the server's user can enter. At the end of
// the test it waits until the programs in it have ended by themselves.
func workFolder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "devpg")
	require.NoError(t, err)
	require.NoError(t, os.Chmod(dir, 0o755))
	dir, err = filepath.EvalSymlinks(dir)
	require.NoError(t, err)
	t.Cleanup(func() {
		waitGone(t, dir)
		require.NoError(t, os.RemoveAll(dir))
	})
	return dir
}

// testTemplate returns a folder with a cache that has a template, and with a
// kept directory, since initdb is slow.
var testTemplate = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "devpg-template")
	if err != nil {
		return "", err
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		return "", err
	}
	for _, o := range []Options{{cache: dir}, {Dir: filepath.Join(dir, "kept")}} {
		s, err := startLocal(context.Background(), o)
		if err != nil {
			return "", err
		}
		if err := s.Close(); err != nil {
			return "", err
		}
	}
	for deadline := time.Now().Add(15 * time.Second); len(processes(dir)) > 0 && time.Now().Before(deadline); {
		time.Sleep(waitStep)
	}
	return dir, nil
})

// cache returns a cache folder with nothing but the template.
func cache(t *testing.T) string {
	t.Helper()
	return filepath.Dir(fromTemplate(t, "devpg"))
}

// keptDir returns a kept directory that has been used once.
func keptDir(t *testing.T) string {
	t.Helper()
	return fromTemplate(t, "kept")
}

func fromTemplate(t *testing.T, name string) string {
	t.Helper()
	template, err := testTemplate()
	require.NoError(t, err)
	dir := workFolder(t)
	out, err := exec.Command("cp", "-Rp", filepath.Join(template, name), dir).CombinedOutput()
	require.NoError(t, err, string(out))
	return filepath.Join(dir, name)
}

// processes lists the servers, watchers and other processes that name a folder.
func processes(dir string) []string {
	var found []string
	if runtime.GOOS == "linux" { // much cheaper than ps
		entries, err := os.ReadDir("/proc")
		if err != nil {
			panic(err)
		}
		for _, entry := range entries {
			if pid, err := strconv.Atoi(entry.Name()); err == nil {
				if line := commandLine(pid); strings.Contains(line, dir+"/") {
					found = append(found, fmt.Sprint(pid, " ", line))
				}
			}
		}
		return found
	}
	out, err := exec.Command("ps", "axww", "-o", "pid=,args=").Output()
	if err != nil {
		panic(err)
	}
	for line := range strings.Lines(string(out)) {
		if strings.Contains(line, dir+"/") {
			found = append(found, strings.TrimSpace(line))
		}
	}
	return found
}

// processOf returns the process number of the server or the watcher.
func processOf(t *testing.T, dir, mark string) int {
	t.Helper()
	var found int
	// A process that was just started has no command line for a moment.
	require.Eventually(t, func() bool {
		for _, line := range processes(dir) {
			if strings.Contains(line, mark) {
				pid, err := strconv.Atoi(strings.Fields(line)[0])
				found = pid
				return err == nil
			}
		}
		return false
	}, waitLong, waitStep, "no process %q in %q", mark, dir)
	return found
}

// killHard kills a process and waits until it is gone.
func killHard(t *testing.T, pid int) {
	t.Helper()
	require.NoError(t, syscall.Kill(pid, syscall.SIGKILL))
	require.Eventually(t, func() bool { return !alive(pid) }, waitLong, time.Millisecond)
}

const (
	serverMarkInPs  = "/postgres -D"
	watcherMarkInPs = "gormango-devpg-watch"
)

// waitGone waits for the package's promise: within 15 seconds nothing of the
// folder runs, and no throw-away data is left.
func waitGone(t *testing.T, dir string) {
	t.Helper()
	var left []string
	require.Eventually(t, func() bool {
		left = append(processes(dir), servers(t, dir)...)
		return len(left) == 0
	}, 15*time.Second, 250*time.Millisecond, "still there: %v", &left)
}

// servers lists the generations in a cache folder.
func servers(t *testing.T, dir string) []string {
	t.Helper()
	var found []string
	for _, mark := range []string{serverMark, privateMark} {
		some, err := filepath.Glob(filepath.Join(dir, "devpg", "*"+mark+"*"))
		require.NoError(t, err)
		found = append(found, some...)
	}
	return found
}

func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close(context.Background()) })
	return conn
}

// ping reports whether the server answers.
func ping(url string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	return conn.Close(ctx)
}

// start is Start without DATABASE_URL, in this process.
func start(t *testing.T, o Options) *Server {
	t.Helper()
	s, err := startLocal(t.Context(), o)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

const (
	waitLong = 10 * time.Second
	waitStep = 50 * time.Millisecond
)

func timeout(t *testing.T, d time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeout(t.Context(), d)
}
