package pgpool

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// ErrPoolExhausted says that every connection of the pool was in use during the
// time of an [AcquireTimeoutError]. The text names the lines that hold them.
// Nothing was sent.
var ErrPoolExhausted = errors.New("gormango: connection pool exhausted")

// holder is something that keeps a connection for longer than one statement: a
// transaction, an iteration, native code, an open result.
type holder struct {
	what  string
	where trace
	since time.Time
}

// holders are those of one pool.
type holders struct {
	mu  sync.Mutex
	all map[*holder]struct{}
}

func (hs *holders) add(h *holder) {
	h.since = time.Now()
	hs.mu.Lock()
	defer hs.mu.Unlock()
	if hs.all == nil {
		hs.all = map[*holder]struct{}{}
	}
	hs.all[h] = struct{}{}
}

func (hs *holders) remove(h *holder) {
	hs.mu.Lock()
	defer hs.mu.Unlock()
	delete(hs.all, h)
}

// String names the few oldest holders.
func (hs *holders) String() string {
	hs.mu.Lock()
	all := slices.Collect(maps.Keys(hs.all))
	hs.mu.Unlock()
	slices.SortFunc(all, func(a, b *holder) int { return cmp.Or(a.since.Compare(b.since), strings.Compare(a.what, b.what)) })
	const most = 3
	var named []string
	for _, h := range all[:min(len(all), most)] {
		named = append(named, h.what+" at "+h.where.String())
	}
	text := strings.Join(named, ", ")
	if more := len(all) - most; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}
