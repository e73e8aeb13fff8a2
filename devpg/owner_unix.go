//go:build unix

package devpg

import (
	"os"
	"syscall"
)

// ownedBy reports whether the file belongs to the user.
func ownedBy(info os.FileInfo, uid int) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == uid
}

// writable reports whether this process may create files in dir.
func writable(dir string) bool {
	const write, execute = 2, 1 // W_OK and X_OK of access(2)
	return syscall.Access(dir, write|execute) == nil
}
