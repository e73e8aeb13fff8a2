package modelinfo

import "sync"

// memoSize is how many values a Memo holds at most.
const memoSize = 1024

// Memo holds values that other packages derive from the models of a database,
// by a hash of what they are derived from. Two things may have one hash, so a
// user compares what it loads. A full Memo drops any one value for a new one.
// The zero Memo is empty and ready for use; it is safe for concurrent use.
type Memo struct {
	mu     sync.RWMutex
	values map[uint64]any
}

// Load returns the value under a hash, nil if there is none.
func (m *Memo) Load(hash uint64) any {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.values[hash]
}

// Store puts a value under a hash, in place of an older one.
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
