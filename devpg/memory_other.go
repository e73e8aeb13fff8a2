//go:build !linux

package devpg

// inMemory returns 0: other systems have no common file system in memory.
func inMemory(string) (free, size uint64) { return 0, 0 }
