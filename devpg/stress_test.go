//go:build unix

package devpg

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/internal/longtest"
)

// TestManyPackages simulates a large test run: 30 processes at a time, half of
// them killed at random times, sometimes a watcher or the server too. No
// process sees another's rows, and in the end nothing is left.
func TestManyPackages(t *testing.T) {
	longtest.Only(t, "takes minutes")
	t.Run("self", func(t *testing.T) { manyPackages(t, nil) })
	t.Run("nobody", func(t *testing.T) {
		if os.Geteuid() != 0 {
			t.Skip("only root can become another user")
		}
		nobody, err := lookupAccount("nobody")
		require.NoError(t, err)
		manyPackages(t, &nobody)
	})
}

func manyPackages(t *testing.T, who *account) {
	dir := workFolder(t)
	program := filepath.Join(dir, "helper")
	self, err := os.Executable()
	require.NoError(t, err)
	require.NoError(t, exec.Command("cp", self, program).Run())
	root := filepath.Join(dir, "cache")
	require.NoError(t, os.Mkdir(root, 0o755))
	if who != nil {
		require.NoError(t, who.chown(root))
	}
	const packages, rounds = 30, 4
	var mu sync.Mutex
	var done, killed, crashed int
	var strange []string
	var wg sync.WaitGroup
	for range packages {
		wg.Go(func() {
			for range rounds {
				p := prepare(t, "GORMANGO_CACHE="+root, "DEVPG_TEST_PACKAGE=1")
				p.cmd.Path, p.cmd.Args[0], p.cmd.Dir = program, program, "/"
				if who != nil {
					p.cmd.SysProcAttr.Credential = who.cred
				}
				if err := p.cmd.Start(); err != nil {
					t.Error(err)
					return
				}
				victim := rand.IntN(2) == 0
				if victim {
					time.AfterFunc(time.Duration(rand.IntN(3000))*time.Millisecond, func() { _ = p.cmd.Process.Kill() })
				}
				line, _ := p.out.ReadString('\n')
				err := p.cmd.Wait()
				mu.Lock()
				switch {
				case line == "ok\n":
					done++
				case victim && err != nil && line == "":
					killed++
				default:
					strange = append(strange, fmt.Sprintf("%q: %v", line, err))
				}
				mu.Unlock()
			}
		})
	}
	// Watchers are killed as well. The next start replaces them.
	stop := make(chan struct{})
	var killer sync.WaitGroup
	killer.Go(func() {
		for {
			select {
			case <-stop:
				return
			case <-time.After(2 * time.Second):
				for _, line := range processes(root) {
					var pid int
					if _, err := fmt.Sscan(line, &pid); err == nil && strings.Contains(line, watcherMarkInPs) && rand.IntN(4) == 0 {
						_ = syscall.Kill(pid, syscall.SIGKILL)
						crashed++
					}
				}
			}
		}
	})
	wg.Wait()
	close(stop)
	killer.Wait()
	require.Empty(t, strange)
	// The next start replaces a watcher that was killed at the very end.
	p := prepare(t, "GORMANGO_CACHE="+root, "DEVPG_TEST_PACKAGE=1")
	p.cmd.Path, p.cmd.Args[0], p.cmd.Dir = program, program, "/"
	if who != nil {
		p.cmd.SysProcAttr.Credential = who.cred
	}
	p.start()
	line, _ := p.out.ReadString('\n')
	require.Equal(t, "ok\n", line)
	begin := time.Now()
	waitGone(t, root)
	t.Logf("%d processes: %d ended well, %d were killed, %d watchers killed; all gone after %.1f s", packages*rounds, done, killed, crashed, time.Since(begin).Seconds())
}

// helpPackage acts as the tests of a package: it writes and reads a few
// databases for a while.
func helpPackage() {
	err := func() error {
		ctx := context.Background()
		s, err := Start(ctx, Options{})
		if err != nil {
			return err
		}
		admin, err := pgx.Connect(ctx, s.URL())
		if err != nil {
			return err
		}
		defer admin.Close(ctx)
		for range 3 {
			name := "db_" + newPassword()
			if _, err := admin.Exec(ctx, "CREATE DATABASE "+name); err != nil {
				return err
			}
			config := admin.Config().Copy()
			config.Database = name
			conn, err := pgx.ConnectConfig(ctx, config)
			if err != nil {
				return err
			}
			if _, err := conn.Exec(ctx, "CREATE TABLE row (of text)"); err != nil {
				return err
			}
			for i := range 20 {
				if _, err := conn.Exec(ctx, "INSERT INTO row VALUES ($1)", name); err != nil {
					return err
				}
				var all, mine int
				if err := conn.QueryRow(ctx, "SELECT count(*), count(*) FILTER (WHERE of = $1) FROM row", name).Scan(&all, &mine); err != nil {
					return err
				}
				if all != i+1 || mine != all {
					return fmt.Errorf("%d rows, %d of them mine, after %d", all, mine, i+1)
				}
				time.Sleep(10 * time.Millisecond)
			}
			if err := conn.Close(ctx); err != nil {
				return err
			}
			if _, err := admin.Exec(ctx, "DROP DATABASE "+name); err != nil {
				return err
			}
		}
		return nil
	}()
	if err != nil {
		fmt.Println("error:", err)
		os.Exit(1)
	}
	fmt.Println("ok")
	os.Exit(0) // without closing, as a test binary
}
