//go:build unix

package devpg

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// grace is how long a server outlives its last lease, in seconds, so that the
// next test binary of a run can use it.
const grace = 3

// watchScript is the program of the watcher. Descriptor 4 is the read end of
// the pipe whose write ends are the leases. "read" fails at the end of file,
// which means that no lease is left, and succeeds for the line that every
// newcomer writes.
//
// The pipe is renamed before the decision, so that no process can join after
// it. If a newcomer opened it just before, "read" gets its line, at once or as
// soon as it is written, and the pipe gets its name back.
//
// The arguments after the fourth are signals, sent one each second until the
// server is gone. The script checks that the process is this server, since its
// number may belong to another one after a crash. (/proc separates the
// arguments by zeros, which the shell drops.)
const watchScript = `
run=$1 data=$2 grace=$3 remove=$4
shift 4
while :; do
	while read -r _ <&4; do :; done
	sleep "$grace"
	mv "$run/alive" "$run/closing" || break
	read -r _ <&4 || break
	mv "$run/closing" "$run/alive" || break
done
for signal; do
	pid=
	read -r pid <"$data/postmaster.pid" || break
	case $(cat "/proc/$pid/cmdline" || ps -ww -o command= -p "$pid") in
	*postgres*-D*"$data"-p* | *postgres*-D*"$data"\ -p*) kill -s "$signal" "$pid" ;;
	*) break ;;
	esac
	sleep 1
done
rm -rf "$remove"
`

// watchPlan is the plan of a watcher for the time after the last lease.
type watchPlan struct {
	run     string   // holds the pipe
	data    string   // the server's data directory
	remove  string   // removed in the end
	signals []string // one each second until the server is gone
}

// stopThrowAway makes no checkpoint, stopKept begins with an orderly shutdown.
// Both end at most 15 seconds after the last lease.
var (
	stopThrowAway = strings.Fields("QUIT QUIT QUIT QUIT QUIT QUIT KILL")
	stopKept      = strings.Fields("INT INT INT INT INT INT QUIT QUIT KILL")
)

// watch makes the pipe if needed, starts a watcher on it and returns a lease.
// The caller holds the lock and knows that there is no other watcher.
func (p watchPlan) watch() (*lease, error) {
	pipe := alivePath(p.run)
	if err := syscall.Mkfifo(pipe, 0o600); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("devpg: make the pipe %q: %w", pipe, err)
	}
	reader, err := openPipe(pipe, syscall.O_RDONLY)
	if err != nil {
		return nil, fmt.Errorf("devpg: open the pipe %q: %w", pipe, err)
	}
	// The shell's "read" needs a blocking descriptor.
	if err := syscall.SetNonblock(reader, false); err != nil {
		syscall.Close(reader)
		return nil, fmt.Errorf("devpg: set up the pipe %q: %w", pipe, err)
	}
	file := os.NewFile(uintptr(reader), pipe)
	defer file.Close()
	writer, err := openPipe(pipe, syscall.O_WRONLY)
	if err != nil {
		return nil, fmt.Errorf("devpg: open the pipe %q: %w", pipe, err)
	}
	l := &lease{fd: writer}
	args := append([]string{"/bin/sh", "-c", watchScript, "gormango-devpg-watch", p.run, p.data, strconv.Itoa(grace), p.remove}, p.signals...)
	if _, err := launch(account{}, nil, file, args...); err != nil {
		l.release()
		return nil, fmt.Errorf("devpg: start the watcher: %w", err)
	}
	return l, nil
}

// launchScript starts a program in the background and prints its number. The
// program begins with these signals ignored. A server sets up its own.
const launchScript = `trap '' INT HUP TERM QUIT; "$@" 3>&- </dev/null & echo "$!" >&3`

// launch starts a program that outlives this process, in a session of its own,
// which Ctrl-C does not reach. log is its standard output and error, /dev/null
// if nil: a program that waits for the end of our output must not wait for it.
// extra is its descriptor 4. A shell in between is its parent, so that this
// process needs no goroutine to wait and has no zombie.
func launch(who account, log, extra *os.File, argv ...string) (pid int, err error) {
	r, w, err := os.Pipe()
	if err != nil {
		return 0, err
	}
	defer r.Close()
	cmd := exec.Command("/bin/sh", append([]string{"-c", launchScript, "sh"}, argv...)...)
	cmd.Dir = "/"
	cmd.Env = serverEnv()
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Credential: who.cred}
	if log != nil {
		cmd.Stdout, cmd.Stderr = log, log
	}
	cmd.ExtraFiles = make([]*os.File, max(2, highestDescriptor()-2)) // a nil is closed in the child
	cmd.ExtraFiles[0], cmd.ExtraFiles[1] = w, extra
	err = cmd.Run()
	w.Close()
	if err != nil {
		return 0, who.explain(err)
	}
	line, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		return 0, fmt.Errorf("read the process number: %w", err)
	}
	return strconv.Atoi(strings.TrimSpace(line))
}

// highestDescriptor returns the highest open descriptor of this process. Its
// own are not inherited, but it may have inherited some, such as a pipe of make
// or of a CI runner, whose reader must not wait for the server.
func highestDescriptor() int {
	entries, err := os.ReadDir("/dev/fd")
	if err != nil {
		return 2
	}
	highest := 2
	for _, entry := range entries {
		if n, err := strconv.Atoi(entry.Name()); err == nil {
			highest = max(highest, n)
		}
	}
	return highest
}

func alivePath(run string) string   { return filepath.Join(run, "alive") }
func closingPath(run string) string { return filepath.Join(run, "closing") }
