//go:build unix

package devpg

import (
	"os"
	"path/filepath"
	"strings"
	"time"
)

// templateAge is how long an unused template is kept, such as that of a version
// before an upgrade.
const templateAge = 30 * 24 * time.Hour

// sweep ends and removes servers without processes and watchers, after a loss
// of power or a killed watcher. It looks at all kinds of servers, since one
// left behind may be of another version than key's. The caller holds the lock,
// so that no server is being made. A failure is left to the next sweep.
func sweep(in place, key string, logf func(format string, args ...any)) {
	entries, err := os.ReadDir(in.dir)
	if err != nil {
		logf("devpg: look for servers left behind: %v", err)
		return
	}
	for _, entry := range entries {
		if !strings.HasPrefix(entry.Name(), in.prefix) {
			continue // another lock guards it
		}
		dir := filepath.Join(in.dir, entry.Name())
		var err error
		switch {
		case strings.Contains(entry.Name(), serverMark), strings.Contains(entry.Name(), privateMark):
			err = sweepServer(dir, logf)
		case strings.Contains(entry.Name(), newMark):
			err = os.RemoveAll(dir)
		case strings.HasSuffix(entry.Name(), templateMark) && entry.Name() != key+templateMark:
			if info, statErr := entry.Info(); statErr == nil && time.Since(info.ModTime()) > templateAge {
				err = os.RemoveAll(dir)
			}
		}
		if err != nil {
			logf("devpg: clean up %q: %v", dir, err)
		}
	}
}

// sweepServer ends and removes an abandoned generation.
func sweepServer(dir string, logf func(format string, args ...any)) error {
	data := filepath.Join(dir, "data")
	for _, pipe := range []string{alivePath(dir), closingPath(dir)} {
		state, err := probe(pipe)
		if err != nil {
			return err
		}
		switch state {
		case pipeWatched:
			return nil
		case pipeHeld:
			logf("devpg: %q is in use but lost its watcher: giving it another", dir)
			if pipe != alivePath(dir) {
				if err := os.Rename(pipe, alivePath(dir)); err != nil {
					return err
				}
			}
			l, err := watchPlan{run: dir, data: data, remove: dir, signals: stopThrowAway}.watch()
			if err != nil {
				return err
			}
			return l.release()
		}
	}
	logf("devpg: removing %q, which nothing uses any more", dir)
	stopNow(data)
	return os.RemoveAll(dir)
}
