package devpg

import (
	"os"
	"path/filepath"
	"strconv"
)

// minMemory is how much must be free in memory for data to go there: a test
// run of many packages needs some hundred megabytes, and containers often
// have 64 MB.
const minMemory = 2 << 30

// memoryFolder is the folder for throw-away data in memory, "" when there is
// none. Creating a database waits for the disk, which on a busy machine is
// most of its time. A cache folder that somebody chose is where they want the
// data.
func memoryFolder(o Options) string {
	if o.memory != "" || o.cache != "" || os.Getenv("GORMANGO_CACHE") != "" {
		return o.memory
	}
	for _, base := range []string{"/dev/shm", os.TempDir()} {
		if _, size := inMemory(base); size < minMemory {
			continue
		}
		if dir, err := ownFolder(filepath.Join(base, "gormango-devpg-"+strconv.Itoa(os.Geteuid()))); err == nil {
			return dir
		}
	}
	return ""
}

// roomInMemory reports whether another server fits now.
func roomInMemory(dir string) bool {
	free, _ := inMemory(dir)
	return free >= minMemory
}
