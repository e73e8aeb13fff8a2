// Package signal holds the functions of an application that are called when
// objects of a model are written, deleted or linked.
package signal

import (
	"context"
	"slices"
	"sync"
)

// Kind is the kind of a signal.
type Kind uint8

// The kinds of signals, Django's.
const (
	PreSave Kind = iota
	PostSave
	PreDelete
	PostDelete
	LinksChanged
)

// Receiver handles an event of the kind it was registered for. Its error
// becomes the error of the write.
type Receiver func(ctx context.Context, event any) error

type key struct {
	kind   Kind
	sender any // a reflect.Type of a struct, or the name of a table between
}

// Board holds the receivers of a database. The zero value has none.
type Board struct {
	mu        sync.RWMutex
	receivers map[key][]*Receiver
}

// On registers a receiver for a sender: the struct type of a model, or the name
// of a table of links. stop removes it.
func (b *Board) On(kind Kind, sender any, fn Receiver) (stop func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.receivers == nil {
		b.receivers = map[key][]*Receiver{}
	}
	k, r := key{kind, sender}, &fn
	b.receivers[k] = append(slices.Clip(b.receivers[k]), r) // a copy: Send may be reading the old one
	return func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		var left []*Receiver
		for _, x := range b.receivers[k] {
			if x != r {
				left = append(left, x)
			}
		}
		b.receivers[k] = left
	}
}

// Any reports whether there is a receiver.
func (b *Board) Any(kind Kind, sender any) bool {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return len(b.receivers[key{kind, sender}]) > 0
}

// Send calls the receivers in the order they were registered and stops at the
// first error.
func (b *Board) Send(ctx context.Context, kind Kind, sender any, event any) error {
	b.mu.RLock()
	list := b.receivers[key{kind, sender}]
	b.mu.RUnlock()
	for _, r := range list {
		if err := (*r)(ctx, event); err != nil {
			return err
		}
	}
	return nil
}
