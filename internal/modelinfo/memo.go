package modelinfo

import (
	"sync"
	"sync/atomic"
)

// memoSize is the greatest number of values in a Memo.
const memoSize = 1024

// Memo holds values that other packages derive from models, by a hash of their
// source. Two sources may have the same hash, so the caller must compare what
// it loads. A full Memo drops an arbitrary value for a new one. The zero Memo
// is empty and ready for use. It is safe for concurrent use.
type Memo struct {
	mu     sync.RWMutex
	values map[uint64]any

	found, missed atomic.Int64
}

// Found counts a use of a value that was loaded.
func (m *Memo) Found() { m.found.Add(1) }

// Missed counts a value that a caller makes since there is none.
func (m *Memo) Missed() { m.missed.Add(1) }

// Counts returns what Found and Missed have counted, and how many values there
// are.
func (m *Memo) Counts() (found, missed int64, values int) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.found.Load(), m.missed.Load(), len(m.values)
}

// Load returns the value stored under a hash, nil if there is none.
func (m *Memo) Load(hash uint64) any {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.values[hash]
}

// Store stores a value under a hash, replacing an older one.
func (m *Memo) Store(hash uint64, value any) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.values == nil {
		m.values = map[uint64]any{}
	}
	if _, ok := m.values[hash]; !ok && len(m.values) >= memoSize {
		for other := range m.values {
			delete(m.values, other)
			break
		}
	}
	m.values[hash] = value
}
