package main

import (
	"context"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5"
)

// statements counts the statements that pgx sends to the server.
type statements struct {
	mu     sync.Mutex
	list   []string
	paused bool
	write  bool
}

// TraceQueryStart records a statement.
func (s *statements) TraceQueryStart(ctx context.Context, _ *pgx.Conn, d pgx.TraceQueryStartData) context.Context {
	s.add(d.SQL)
	return ctx
}

// TraceQueryEnd does nothing.
func (*statements) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// TraceBatchStart does nothing: each statement of a batch counts.
func (*statements) TraceBatchStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceBatchStartData) context.Context {
	return ctx
}

// TraceBatchQuery records a statement of a batch.
func (s *statements) TraceBatchQuery(_ context.Context, _ *pgx.Conn, d pgx.TraceBatchQueryData) {
	s.add(d.SQL)
}

// TraceBatchEnd does nothing.
func (*statements) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData) {}

// TraceCopyFromStart records a COPY.
func (s *statements) TraceCopyFromStart(ctx context.Context, _ *pgx.Conn, d pgx.TraceCopyFromStartData) context.Context {
	s.add("COPY " + d.TableName.Sanitize())
	return ctx
}

// TraceCopyFromEnd does nothing.
func (*statements) TraceCopyFromEnd(context.Context, *pgx.Conn, pgx.TraceCopyFromEndData) {}

func (s *statements) add(sql string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	word, _, _ := strings.Cut(strings.TrimSpace(sql), " ")
	switch word = strings.ToUpper(strings.Trim(word, "-;")); word {
	case "BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "":
		return
	case "SELECT":
	default:
		s.write = true
	}
	if !s.paused {
		s.list = append(s.list, sql)
	}
}

// start forgets the statements.
func (s *statements) start() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.list, s.write = nil, false
}

// wrote reports whether anything but SELECT was sent since the start.
func (s *statements) wrote() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.write
}

// mark returns the number of statements so far.
func (s *statements) mark() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.list)
}

// since returns the statements after a mark.
func (s *statements) since(mark int) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string{}, s.list[mark:]...)
}

// pause stops the count of statements until resume is called.
func (s *statements) pause() (resume func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	was := s.paused
	s.paused = true
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.paused = was
	}
}
