package devpg

import "syscall"

// tmpfsMagic is the type of a file system in memory, from linux/magic.h.
const tmpfsMagic = 0x01021994

// inMemory returns the free bytes and the size of a file system in memory, 0
// for any other.
func inMemory(dir string) (free, size uint64) {
	var stat syscall.Statfs_t
	if syscall.Statfs(dir, &stat) != nil || stat.Type != tmpfsMagic {
		return 0, 0
	}
	return stat.Bavail * uint64(stat.Bsize), stat.Blocks * uint64(stat.Bsize)
}
