package pgpool

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"time"

	"gorm.io/gorm"
)

// Foreign is a transaction of a database that does not stand on a [Pool]: its
// hooks, and its open blocks, which follow the rules of siblings.go as far as
// they are known. Plain GORM calls are not.
type Foreign struct {
	hooks hooks
	Root  *ForeignBlock
	own   bool // begun by [BeginForeign], which is who commits

	wire sync.Mutex // held for a statement: pgx's driver for database/sql is for one goroutine

	mu        sync.Mutex
	open      []*ForeignBlock // Root first
	blocks    int             // begun so far
	rollbacks int
	users     int // of [foreigns]
}

// ForeignBlock is a block of a [Foreign]: the transaction, or a savepoint.
type ForeignBlock struct {
	Name string // of the savepoint
	of   *Foreign
	mark mark

	parent *ForeignBlock
	where  trace
	by     goroutine
	inner  turns
	holds  bool

	// Guarded by of.mu.
	failed error
	guests []*ForeignBlock
}

// foreignWait bounds the wait of a block for a sibling.
const foreignWait = 30 * time.Second

// foreigns are the transactions with blocks, by GORM's connection: two *gorm.DB
// of one transaction share its blocks.
var foreigns = struct {
	sync.Mutex
	of map[gorm.ConnPool]*Foreign
}{of: map[gorm.ConnPool]*Foreign{}}

// BeginForeign returns the state of a transaction that the caller has begun and
// will commit. [Foreign.Leave] forgets it.
func BeginForeign(tx *gorm.DB) *Foreign { return enterForeign(tx, true) }

// AdoptForeign returns the state of a transaction that is known, or that GORM
// began, until as many calls of [Foreign.Leave].
func AdoptForeign(tx *gorm.DB) *Foreign { return enterForeign(tx, false) }

func enterForeign(tx *gorm.DB, own bool) *Foreign {
	foreigns.Lock()
	defer foreigns.Unlock()
	conn := foreignConn(tx)
	f := foreigns.of[conn]
	if f == nil {
		f = &Foreign{own: own}
		f.Root = &ForeignBlock{of: f, inner: newTurns()}
		f.open = []*ForeignBlock{f.Root}
		if conn != nil {
			foreigns.of[conn] = f
		}
	}
	f.users++
	return f
}

// Leave ends a use of f, the transaction of tx.
func (f *Foreign) Leave(tx *gorm.DB) {
	foreigns.Lock()
	defer foreigns.Unlock()
	if f.users--; f.users == 0 {
		delete(foreigns.of, foreignConn(tx))
	}
}

// foreignConn returns what tx is known by, nil for a connection of a plugin
// that cannot be compared.
func foreignConn(tx *gorm.DB) gorm.ConnPool {
	conn := tx.Statement.ConnPool
	if prepared, ok := conn.(*gorm.PreparedStmtTX); ok {
		conn = prepared.Tx
	}
	if !reflect.TypeOf(conn).Comparable() {
		return nil
	}
	return conn
}

// Own reports whether [BeginForeign] has made b's transaction, whose commit
// runs its hooks and can be refused.
func (b *ForeignBlock) Own() bool { return b.of.own }

// Of returns the transaction of b.
func (b *ForeignBlock) Of() *Foreign { return b.of }

// Begin returns a block inside of b, once it may begin. The caller makes its
// savepoint.
func (b *ForeignBlock) Begin(ctx context.Context) (*ForeignBlock, error) {
	f := b.of
	sp := &ForeignBlock{of: f, parent: b, by: current(), inner: newTurns()}
	sp.where.take(1)
	var err error
	if sp.holds, err = b.inner.take(ctx, foreignWait, sp.within, func() error { return busyBlock(&b.where) }); err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if !slices.Contains(f.open, b) {
		sp.leave()
		return nil, errEnded
	}
	f.blocks++
	sp.Name, sp.mark = fmt.Sprintf("gormango_block_%d", f.blocks), f.hooks.mark()
	f.open = append(f.open, sp)
	return sp, nil
}

func (b *ForeignBlock) within() bool {
	b.of.mu.Lock()
	defer b.of.mu.Unlock()
	return slices.ContainsFunc(b.parent.above(), func(o *ForeignBlock) bool { return o.by == b.by })
}

// above returns the blocks that are open above b. The lock is held.
func (b *ForeignBlock) above() []*ForeignBlock {
	return b.of.open[slices.Index(b.of.open, b)+1:]
}

func (b *ForeignBlock) leave() {
	if b.holds {
		b.holds = false
		<-b.parent.inner
	}
}

// Refusal returns why b cannot be kept.
func (b *ForeignBlock) Refusal() error {
	b.of.mu.Lock()
	defer b.of.mu.Unlock()
	switch above := b.above(); {
	case b.failed != nil:
		return b.failed
	case !slices.Contains(b.of.open, b):
		return errEnded
	case len(above) > 0:
		return busyBlock(&above[0].where)
	}
	return nil
}

// Fail has b refuse to be kept.
func (b *ForeignBlock) Fail(why error) {
	b.of.mu.Lock()
	defer b.of.mu.Unlock()
	if b.failed == nil {
		b.failed = fmt.Errorf("gormango: the block must roll back, a block inside it without a savepoint failed (return its error): %w", why)
	}
}

// Released notes that the savepoint of b was released.
func (b *ForeignBlock) Released() {
	b.of.mu.Lock()
	defer b.of.mu.Unlock()
	b.end()
	b.parent.visit()
}

// end forgets b and the blocks above it, which it returns. The lock is held.
func (b *ForeignBlock) end() []*ForeignBlock {
	i := slices.Index(b.of.open, b)
	if i < 0 {
		return nil
	}
	gone := slices.Clone(b.of.open[i:])
	b.of.open = b.of.open[:i]
	for _, o := range gone {
		o.leave()
	}
	return gone
}

// visit makes b a guest of the blocks above it. The lock is held.
func (b *ForeignBlock) visit() {
	for _, o := range b.above() {
		if !slices.Contains(o.guests, b) {
			o.guests = append(o.guests, b)
		}
	}
}

// OnCommit registers fn for [ForeignBlock.Committed].
func (b *ForeignBlock) OnCommit(fn func(ctx context.Context) error) {
	b.of.mu.Lock()
	defer b.of.mu.Unlock()
	b.of.hooks.onCommit(b.fate(), fn)
}

// OnRollback registers fn for the rollback of b.
func (b *ForeignBlock) OnRollback(fn func()) {
	b.of.mu.Lock()
	defer b.of.mu.Unlock()
	b.of.hooks.onRollback(b.fate(), fn)
}

// Committed runs what waits for the commit of b's transaction, up to the first
// error.
func (b *ForeignBlock) Committed(ctx context.Context) error { return b.of.hooks.committed(ctx) }

// fate is that of a session, for a callback of b. The
// lock is held.
func (b *ForeignBlock) fate() fate {
	depth, above, by := slices.Index(b.of.open, b), b.above(), current()
	if slices.ContainsFunc(above, func(o *ForeignBlock) bool { return o.by != by }) {
		b.visit()
		return fate{depth, by}
	}
	return fate{depth + len(above), by}
}

// errForeignGuest fails a block whose writes a rollback has undone.
var errForeignGuest = errors.New("gormango: the block must roll back, what it wrote while a block inside it was open was rolled back with that (write with the context of the inner block, or when it has ended)")

// RolledBack notes that b was rolled back, or could not be for err, and runs
// its hooks. It reports whether a transaction that the caller does not commit
// must be spoilt.
func (b *ForeignBlock) RolledBack(err error) (spoil bool) {
	f := b.of
	f.mu.Lock()
	f.rollbacks++
	depth := slices.Index(f.open, b)
	for _, gone := range b.end() {
		for _, g := range gone.guests {
			if slices.Contains(f.open, g) && g.failed == nil {
				g.failed = errForeignGuest
			}
		}
	}
	if err != nil && b.parent != nil && b.parent.failed == nil {
		b.parent.failed = fmt.Errorf("gormango: the transaction cannot be saved, its savepoint could not be rolled back: %w", err)
	}
	undo := func() {} // a block around b was rolled back before
	if depth >= 0 {
		undo = f.hooks.drop(b.mark, within(depth))
	}
	spoil = !f.own && f.Root.failed != nil
	f.mu.Unlock()
	undo()
	return spoil
}

// Run runs a statement of b, up to its last row; reads says that it leaves
// nothing behind. A nil b only runs it.
func (b *ForeignBlock) Run(reads bool, run func() error) error {
	if b == nil {
		return run()
	}
	f := b.of
	f.wire.Lock()
	defer f.wire.Unlock()
	if reads {
		return run()
	}
	f.mu.Lock()
	b.visit()
	before := f.rollbacks
	f.mu.Unlock()
	err := run()
	f.mu.Lock()
	defer f.mu.Unlock()
	b.visit()
	if err == nil && f.rollbacks != before && len(f.open) > 0 && b.failed == nil {
		b.failed = errForeignGuest // perhaps it was inside of what was rolled back
	}
	return err
}

// WithForeign returns a context that carries tx, a transaction of a database
// that does not stand on a [Pool], and the block in it, which may be nil.
// Repositories find it there; GORM's own calls do not. It runs no query.
func WithForeign(ctx context.Context, tx *gorm.DB, block *ForeignBlock) context.Context {
	return context.WithValue(ctx, txKey{}, &link{foreign: tx, block: block, next: links(ctx)})
}

// ForeignOf returns the transaction that ctx carries for db, a database that
// does not stand on a [Pool], and its block; nil if there is none. Sessions of
// one gorm.Open share their callback manager, by which databases are
// distinguished.
func ForeignOf(ctx context.Context, db *gorm.DB) (*gorm.DB, *ForeignBlock) {
	for l := links(ctx); l != nil; l = l.next {
		if l.foreign != nil && l.foreign.Callback() == db.Callback() {
			return l.foreign, l.block
		}
	}
	return nil, nil
}
