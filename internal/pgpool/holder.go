package pgpool

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// ErrPoolExhausted says that every connection of the pool is in use: after the time of an
// [AcquireTimeoutError], or at once where the wait could never end. The text names the lines that hold
// them. Nothing was sent.
var ErrPoolExhausted = errors.New("gormango: connection pool exhausted")

// holder is something that keeps a connection for longer than one statement: a transaction, an
// iteration, native code, an open result.
type holder struct {
	what  string
	where trace
	since time.Time
	// goroutine is set where the goroutine that took the connection is the one to give it back: it can
	// never get what it holds itself. 0 where any goroutine may.
	goroutine uint64
	live      func() bool // nil: always
}

// holders are those of one pool.
type holders struct {
	scoped atomic.Int32 // how many are bound to a goroutine
	mu     sync.Mutex
	all    map[*holder]struct{}
}

func (hs *holders) add(h *holder) {
	h.since = time.Now()
	if h.goroutine != 0 {
		hs.scoped.Add(1)
	}
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
	if _, ok := hs.all[h]; !ok {
		return
	}
	delete(hs.all, h)
	if h.goroutine != 0 {
		hs.scoped.Add(-1)
	}
}

// oldest returns the holders that keep matches, the longest ones first.
func (hs *holders) oldest(keep func(*holder) bool) []*holder {
	hs.mu.Lock()
	defer hs.mu.Unlock()
	var found []*holder
	for h := range hs.all {
		if keep == nil || keep(h) {
			found = append(found, h)
		}
	}
	slices.SortFunc(found, func(a, b *holder) int { return cmp.Or(a.since.Compare(b.since), strings.Compare(a.what, b.what)) })
	return found
}

// describe names the first few of hs for an error.
func describe(hs []*holder) string {
	const most = 3
	var b strings.Builder
	for i, h := range hs[:min(len(hs), most)] {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "%s at %s", h.what, h.where.String())
	}
	if more := len(hs) - most; more > 0 {
		fmt.Fprintf(&b, " and %d more", more)
	}
	return b.String()
}

// selfBlocked gives an error where a wait for a connection can never end: the goroutine that asks holds
// every connection of a small pool itself. It costs a look at a number while that is not so.
func (p *Pool) selfBlocked() error {
	if p.holders.scoped.Load() < p.max {
		return nil
	}
	me := goroutineID()
	own := p.holders.oldest(func(h *holder) bool {
		return me != 0 && h.goroutine == me && (h.live == nil || h.live())
	})
	if len(own) < int(p.max) {
		return nil
	}
	return fmt.Errorf("%w: this goroutine holds all %d of it and asks for another, which would wait for itself "+
		"(pass the context of the transaction, finish the loop first, or allow more connections); held by %s",
		ErrPoolExhausted, p.max, describe(own))
}

// smallPool is up to which size a pool knows who holds its connections. Telling goroutines apart costs
// some 15 µs, too much for each transaction of a pool that one goroutine hardly ever holds whole.
const smallPool = 2

// goroutine identifies the caller in a small pool; it is 0 elsewhere.
func (p *Pool) goroutine() uint64 {
	if p.max > smallPool {
		return 0
	}
	return goroutineID()
}

// goroutineID reads the number out of "goroutine 12 [running]:". Go has no other way to tell goroutines
// apart. 0, where the text is another one, only means that a wait of a goroutine for itself ends by
// timeout instead of at once.
func goroutineID() uint64 {
	var buf [40]byte
	text, ok := bytes.CutPrefix(buf[:runtime.Stack(buf[:], false)], []byte("goroutine "))
	if !ok {
		return 0
	}
	number, _, ok := bytes.Cut(text, []byte(" "))
	if !ok {
		return 0
	}
	id, err := strconv.ParseUint(string(number), 10, 64)
	if err != nil {
		return 0
	}
	return id
}
