package devpg

import (
	"os"
	"path/filepath"
	"strconv"
)

// minMemory is the free memory that data needs to be placed there: a test run
// of many packages uses some hundred megabytes, and containers often have 64
// MB.
const minMemory = 2 << 30

// memoryFolder returns the folder for throw-away data in memory, "" if there is
// none. Creating a database waits for the disk, which takes most of the time on
// a busy machine. A cache folder chosen by the user holds the data instead.
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
