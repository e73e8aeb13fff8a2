package devpg

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
)

// DataDir returns the folder for the kept data of an application on this
// machine, for this user: a value for [Options.Dir]. Start creates it.
//
//	root            /var/lib/gormango/<name>, for PostgreSQL's user cannot enter /root
//	macOS           ~/Library/Application Support/gormango/<name>
//	other Unix      $XDG_DATA_HOME/gormango/<name>, by default ~/.local/share/gormango/<name>
//	without a home  /var/tmp/gormango-data-<uid>/<name>
//
// The name must be usable as the name of one folder.
func DataDir(name string) (string, error) {
	if name == "" || name[0] == '.' || strings.ContainsAny(name, `/\:`+"\x00") {
		return "", fmt.Errorf("devpg: %q does not name an application (use letters, digits, - and _)", name)
	}
	if os.Geteuid() == 0 {
		return filepath.Join("/var/lib/gormango", name), nil
	}
	if base := homeData(); base != "" {
		return filepath.Join(base, "gormango", name), nil
	}
	// Every user can write to /var/tmp, so the folder is made and checked right
	// away.
	base, err := ownFolder(filepath.Join("/var/tmp", "gormango-data-"+strconv.Itoa(os.Geteuid())))
	if err != nil {
		return "", err
	}
	return filepath.Join(base, name), nil
}

// homeData returns the folder for applications' data in the home directory, ""
// if there is no writable home.
func homeData() string {
	if runtime.GOOS == "windows" {
		dir, _ := os.UserCacheDir() // %LocalAppData%, "" with an error
		return dir
	}
	if dir := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(dir) {
		return dir
	}
	home, err := os.UserHomeDir()
	if err != nil || !writable(home) {
		return ""
	}
	if runtime.GOOS == "darwin" {
		return filepath.Join(home, "Library", "Application Support")
	}
	return filepath.Join(home, ".local", "share")
}

// cacheFolder returns the folder of throw-away servers: override, else
// $GORMANGO_CACHE/devpg, else one for the user.
func cacheFolder(override string) (string, error) {
	if override == "" {
		override = os.Getenv("GORMANGO_CACHE")
	}
	if override != "" {
		dir, err := filepath.Abs(override)
		if err != nil {
			return "", fmt.Errorf("devpg: GORMANGO_CACHE=%q: %w", override, err)
		}
		return ownFolder(filepath.Join(dir, "devpg"))
	}
	uid := strconv.Itoa(os.Geteuid())
	shared := []string{filepath.Join(os.TempDir(), "gormango-devpg-"+uid)}
	if os.Geteuid() == 0 {
		shared = append([]string{"/var/tmp/gormango-devpg-0"}, shared...)
	} else if dir, err := os.UserCacheDir(); err == nil {
		if dir, err = ownFolder(filepath.Join(dir, "gormango", "devpg")); err == nil {
			return dir, nil
		}
	}
	var err error
	for _, dir := range shared {
		if dir, err = ownFolder(dir); err == nil {
			return dir, nil
		}
	}
	return "", fmt.Errorf("%w (set GORMANGO_CACHE to a folder that can be written to)", err)
}

// ownFolder makes the folder if needed and checks that it belongs to this user
// and that no other user can write to it. Its parent may be writable for every
// user.
func ownFolder(dir string) (string, error) {
	mode := os.FileMode(0o700)
	if os.Geteuid() == 0 {
		mode = 0o755 // the server runs as another user
	}
	if err := os.MkdirAll(filepath.Dir(dir), mode); err != nil {
		return "", fmt.Errorf("devpg: make the folder for %q: %w", dir, err)
	}
	err := os.Mkdir(dir, mode)
	if err == nil {
		err = os.Chmod(dir, mode) // in case of a narrow umask
	}
	if err != nil && !os.IsExist(err) {
		return "", fmt.Errorf("devpg: make the folder %q: %w", dir, err)
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return "", fmt.Errorf("devpg: look at %q: %w", dir, err)
	}
	switch {
	case !info.IsDir():
		return "", fmt.Errorf("devpg: %q is not a directory (remove it or choose another)", dir)
	case !ownedBy(info, os.Geteuid()):
		return "", fmt.Errorf("devpg: %q belongs to another user (choose another directory)", dir)
	case runtime.GOOS != "windows" && info.Mode().Perm()&0o022 != 0:
		return "", fmt.Errorf("devpg: %q can be written to by other users (chmod go-w it, or choose another directory)", dir)
	}
	return dir, nil
}
