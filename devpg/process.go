//go:build unix

package devpg

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// postmaster is the content of a server's postmaster.pid.
type postmaster struct {
	pid   int
	port  int
	ready bool
}

// readPostmaster reads the file postmaster.pid, which may be stale. A starting
// server writes it step by step.
func readPostmaster(data string) (postmaster, bool) {
	text, err := os.ReadFile(filepath.Join(data, "postmaster.pid"))
	if err != nil {
		return postmaster{}, false
	}
	lines := strings.Split(string(text), "\n")
	pid, err := strconv.Atoi(strings.TrimSpace(lines[0]))
	if err != nil || pid <= 0 {
		return postmaster{}, false
	}
	pm := postmaster{pid: pid}
	if len(lines) > 3 {
		pm.port, _ = strconv.Atoi(strings.TrimSpace(lines[3])) // 0 is not ready
	}
	pm.ready = pm.port != 0 && len(lines) > 7 && strings.TrimSpace(lines[7]) == "ready"
	return pm, true
}

// livePostmaster reads postmaster.pid and checks that its process is a server
// with this data directory: after a crash the number may belong to any other
// process.
func livePostmaster(data string) (postmaster, bool) {
	pm, ok := readPostmaster(data)
	return pm, ok && isPostmaster(pm.pid, data)
}

func isPostmaster(pid int, data string) bool {
	line := commandLine(pid) + " "
	return strings.Contains(line, "postgres") && strings.Contains(line, " -D "+data+" ")
}

// alive reports whether a process exists and is not a zombie. Zombies stay if
// the first process of a container does not collect them.
func alive(pid int) bool {
	if errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
		return false
	}
	if runtime.GOOS != "linux" {
		return true
	}
	text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, syscall.ESRCH)
	}
	// The format is "17 (name) S ...", where the name may contain anything.
	_, state, _ := strings.Cut(string(text[max(0, bytes.LastIndexByte(text, ')')):]), " ")
	return !strings.HasPrefix(state, "Z") && !strings.HasPrefix(state, "X")
}

// commandLine returns a process's program and arguments, "" if it is gone, a
// zombie, or in an exec. It does not use the working directory, which a root
// without the right to trace, as in containers, cannot read of another user's
// process.
func commandLine(pid int) string {
	if runtime.GOOS == "linux" {
		text, _ := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/cmdline") // nothing of a process that is gone
		return strings.TrimSuffix(strings.ReplaceAll(string(text), "\x00", " "), " ")
	}
	out, _ := exec.Command("ps", "-ww", "-o", "command=", "-p", strconv.Itoa(pid)).Output() // nothing of a process that is gone
	return strings.TrimSpace(string(out))
}

// stopNow ends the server of a data directory without a shutdown checkpoint,
// and kills it if it does not react. It returns after the server has ended.
func stopNow(data string) {
	for second := range 8 {
		pm, ok := livePostmaster(data)
		if !ok {
			return
		}
		signal := syscall.SIGQUIT
		if second >= 6 {
			signal = syscall.SIGKILL
		}
		_ = syscall.Kill(pm.pid, signal) // it may be gone, which is the aim
		for range 50 {
			if !isPostmaster(pm.pid, data) {
				return
			}
			time.Sleep(20 * time.Millisecond)
		}
	}
}
