package repotest

import (
	"context"
	"log/slog"
	"os"
	"strings"
	"sync"
	"testing"
)

// statementMessage is the message of the records of statements.
const statementMessage = "gormango: statement"

// testLog writes records to the log of a test, until it ends.
type testLog struct {
	mu sync.Mutex
	t  testing.TB
}

func (l *testLog) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.t = nil
}

func (l *testLog) write(r slog.Record) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.t == nil {
		return // a connection that ends after the test
	}
	var b strings.Builder
	b.WriteString(r.Level.String() + " " + r.Message)
	r.Attrs(func(a slog.Attr) bool {
		b.WriteString(" " + a.String())
		return true
	})
	l.t.Log(b.String())
}

// processLog returns the logger of a database that no single test has.
func processLog() *slog.Logger { return slog.New(processHandler{}) }

// processHandler is that of slog.Default at the time of each record, for
// warnings alone: at other levels each statement would be written.
type processHandler struct{}

func (processHandler) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn && slog.Default().Enabled(ctx, level)
}

func (processHandler) Handle(ctx context.Context, r slog.Record) error {
	return slog.Default().Handler().Handle(ctx, r)
}

func (h processHandler) WithAttrs([]slog.Attr) slog.Handler { return h }

func (h processHandler) WithGroup(string) slog.Handler { return h }

// statementsWanted reports whether tests log each statement.
func statementsWanted() bool { return os.Getenv("GORMANGO_TEST_SQL") == "1" }

// handler passes statements on to the counter of their context, and all else to
// another handler or the log of a test.
type handler struct {
	next slog.Handler // nil: log
	log  *testLog
}

// observer returns the logger of a database. The records go to that of the
// caller, if there is one.
func observer(given *slog.Logger, log *testLog) *slog.Logger {
	h := handler{log: log}
	if given != nil {
		h.next = given.Handler()
	}
	return slog.New(h)
}

// Enabled implements slog.Handler.
func (h handler) Enabled(ctx context.Context, level slog.Level) bool {
	return level == slog.LevelInfo && counterOf(ctx) != nil || h.passes(ctx, level)
}

// passes reports whether records of a level go on. Statements come at Info
// here, see observed, and are passed to another handler at Debug, as ever.
func (h handler) passes(ctx context.Context, level slog.Level) bool {
	if h.next != nil {
		return h.next.Enabled(ctx, level) || level == slog.LevelInfo && h.next.Enabled(ctx, slog.LevelDebug)
	}
	return level >= slog.LevelWarn || statementsWanted() && level >= slog.LevelInfo
}

// Handle implements slog.Handler.
func (h handler) Handle(ctx context.Context, r slog.Record) error {
	statement := r.Message == statementMessage
	if c := counterOf(ctx); c != nil && statement {
		c.add(r)
	}
	if h.next == nil {
		if h.passes(ctx, r.Level) {
			h.log.write(r)
		}
		return nil
	}
	if statement {
		r.Level = slog.LevelDebug
	}
	if !h.next.Enabled(ctx, r.Level) {
		return nil
	}
	return h.next.Handle(ctx, r)
}

// WithAttrs implements slog.Handler.
func (h handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	if h.next != nil {
		h.next = h.next.WithAttrs(attrs)
	}
	return h
}

// WithGroup implements slog.Handler.
func (h handler) WithGroup(name string) slog.Handler {
	if h.next != nil {
		h.next = h.next.WithGroup(name)
	}
	return h
}
