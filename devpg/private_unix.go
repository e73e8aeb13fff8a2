//go:build unix

package devpg

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// privateSettings keep a commit through every end of the server, though not of
// the machine, and let a standby that was stopped for a while follow again.
var privateSettings = map[string]string{
	"fsync": "off", "jit": "off", "max_connections": "100", "shared_buffers": "64MB", "dynamic_shared_memory_type": "mmap",
	"wal_level": "replica", "max_wal_senders": "10", "wal_keep_size": "256MB",
}

// privateServer controls a generation of its own.
type privateServer struct {
	generations generations
	generation  generation
	cluster     cluster
	settings    map[string]string
	database    string
	password    string
}

func startPrivate(ctx context.Context, o PrivateOptions) (*Private, error) {
	who, err := serverAccount()
	if err != nil {
		return nil, err
	}
	shared := Options{Database: o.Database, Logf: o.Logf, cache: o.cache, memory: o.memory}
	g, err := newGenerations(ctx, who, shared)
	if err != nil {
		return nil, err
	}
	settings := maps.Clone(privateSettings)
	maps.Copy(settings, o.Settings)
	s := &privateServer{generations: g, settings: settings, database: shared.database()}
	return s.begin(ctx, g.copyTemplate)
}

// begin makes a generation, fills its data by fill, and starts it.
func (s *privateServer) begin(ctx context.Context, fill func(ctx context.Context, dir string) (password string, err error)) (_ *Private, err error) {
	if s.generation, err = s.prepare(ctx); err != nil {
		return nil, err
	}
	var list []string
	for _, name := range slices.Sorted(maps.Keys(s.settings)) {
		list = append(list, name+"="+s.settings[name])
	}
	if s.cluster, s.password, err = s.generations.begin(ctx, s.generation, list, fill); err != nil {
		return nil, err
	}
	if err := ensureDatabase(ctx, s.cluster.port, s.password, s.database); err != nil {
		s.generation.lease.release()
		return nil, err
	}
	return &Private{url: serverURL(s.cluster.port, s.password, s.database), control: s}, nil
}

// prepare makes the generation under the lock that sweeps need. A generation
// with a watcher is left alone by them.
func (s *privateServer) prepare(ctx context.Context) (generation, error) {
	unlock, err := lock(ctx, filepath.Join(s.generations.cache, "lock"))
	if err != nil {
		return generation{}, err
	}
	defer unlock()
	s.generations.sweep()
	return s.generations.prepare(ctx, privateMark)
}

func (s *privateServer) start(ctx context.Context) error {
	if _, live := livePostmaster(s.cluster.data); live {
		return nil
	}
	_, err := s.cluster.start(ctx)
	return err
}

func (s *privateServer) stop(ctx context.Context, mode StopMode) error {
	signal, ok := map[StopMode]syscall.Signal{StopFast: syscall.SIGINT, StopImmediate: syscall.SIGQUIT, StopKill: syscall.SIGKILL}[mode]
	if !ok {
		return fmt.Errorf("devpg: there is no stop mode %d", mode)
	}
	pm, live := livePostmaster(s.cluster.data)
	if !live {
		return nil
	}
	var children []int
	if mode == StopKill {
		// A backend outlives its parent until it notices. A stopped parent starts no
		// further children.
		if err := syscall.Kill(pm.pid, syscall.SIGSTOP); err != nil && !errors.Is(err, syscall.ESRCH) {
			return fmt.Errorf("devpg: stop the private server: %w", err)
		}
		var err error
		if children, err = childrenOf(ctx, pm.pid); err != nil {
			return errors.Join(fmt.Errorf("devpg: list the private server's processes: %w", err), syscall.Kill(pm.pid, syscall.SIGCONT))
		}
	}
	if err := syscall.Kill(pm.pid, signal); err != nil && !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("devpg: stop the private server: %w", err)
	}
	for live || slices.ContainsFunc(children, alive) {
		if err := pause(ctx, 5*time.Millisecond); err != nil {
			return fmt.Errorf("devpg: wait for the private server to end: %w", err)
		}
		_, live = livePostmaster(s.cluster.data)
	}
	return nil
}

func (s *privateServer) kill(ctx context.Context, pid int) error {
	pm, live := livePostmaster(s.cluster.data)
	if !live {
		return errors.New("devpg: the private server does not run")
	}
	if children, err := childrenOf(ctx, pm.pid); err != nil || !slices.Contains(children, pid) {
		return fmt.Errorf("devpg: process %d is not one of the private server's", pid)
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		return fmt.Errorf("devpg: kill process %d: %w", pid, err)
	}
	return nil
}

// childrenOf returns the numbers of a process's children, in no order.
func childrenOf(ctx context.Context, parent int) ([]int, error) {
	var table []string // a process per line: its number, that of its parent
	if runtime.GOOS == "linux" {
		files, err := filepath.Glob("/proc/[0-9]*/stat")
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				continue // it has ended
			}
			// The format is "17 (name) S 1 ...", where the name may contain anything.
			line := string(text)
			if words := strings.Fields(line[strings.LastIndexByte(line, ')')+1:]); len(words) > 1 {
				table = append(table, filepath.Base(filepath.Dir(file))+" "+words[1])
			}
		}
	} else {
		out, err := exec.CommandContext(ctx, "ps", "-A", "-o", "pid=,ppid=").Output()
		if err != nil {
			return nil, err
		}
		table = strings.Split(string(out), "\n")
	}
	var children []int
	for _, line := range table {
		words := strings.Fields(line)
		if len(words) != 2 || words[1] != strconv.Itoa(parent) {
			continue
		}
		pid, err := strconv.Atoi(words[0])
		if err != nil {
			return nil, err
		}
		children = append(children, pid)
	}
	return children, nil
}

func (s *privateServer) promote(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, serverURL(s.cluster.port, s.password, adminDatabase))
	if err != nil {
		return fmt.Errorf("devpg: connect to promote the standby: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	var done bool
	if err := conn.QueryRow(ctx, "SELECT pg_promote(true, 60)").Scan(&done); err != nil {
		return fmt.Errorf("devpg: promote the standby: %w", err)
	}
	if !done {
		return errors.New("devpg: promote the standby: it was not done after a minute")
	}
	return nil
}

func (s *privateServer) standby(ctx context.Context, settings map[string]string) (*Private, error) {
	all := maps.Clone(s.settings)
	maps.Copy(all, settings)
	follower := &privateServer{generations: s.generations, settings: all, database: s.database}
	return follower.begin(ctx, func(ctx context.Context, dir string) (string, error) {
		if err := writePassword(dir, s.password); err != nil {
			return "", err
		}
		data := filepath.Join(dir, "data")
		if err := makeData(s.generations.who, data); err != nil {
			return "", fmt.Errorf("devpg: make the data directory: %w", err)
		}
		program := s.generations.installation.program("pg_basebackup")
		if !isProgram(program) {
			return "", fmt.Errorf("devpg: there is no %q to make a standby with (install PostgreSQL's client programs)", program)
		}
		cmd := s.generations.who.command(ctx, program, "-D", data, "-R", "-X", "stream", "-c", "fast", "-N",
			"-h", "127.0.0.1", "-p", strconv.Itoa(s.cluster.port), "-U", adminUser, "--no-password")
		cmd.Env = append(cmd.Env, "PGPASSWORD="+s.password) // other users can see arguments
		out, err := cmd.CombinedOutput()
		return s.password, s.generations.who.failed(ctx, "copy the primary", "pg_basebackup", out, err)
	})
}

func (s *privateServer) remove() error { return s.generation.lease.release() }
