package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"slices"
	"sync"

	"github.com/jackc/pgx/v5/pgconn"
)

// tape is what a client has sent: pieces, each of which it wrote before it
// waited for an answer.
type tape []piece

// piece is one of them. After it the server sends ends messages of the kind.
type piece struct {
	data []byte
	kind byte
	ends int
}

// The kinds of messages that are looked at.
const (
	msgParse, msgSync, msgQuery, msgCopyData, msgCopyDone = 'P', 'S', 'Q', 'd', 'c'
	msgReady, msgCopyIn, msgError                         = 'Z', 'G', 'E'
)

// messages calls fn with each message of data, and its kind.
func messages(data []byte, fn func(kind byte, message []byte)) {
	for len(data) >= 5 {
		n := 1 + int(binary.BigEndian.Uint32(data[1:]))
		if n > len(data) {
			return
		}
		fn(data[0], data[:n])
		data = data[n:]
	}
}

// tapeOf returns the tape of pieces.
func tapeOf(pieces [][]byte) tape {
	t := make(tape, len(pieces))
	for i, data := range pieces {
		p := piece{data: data, kind: msgReady}
		if data[0] == msgQuery && i+1 < len(pieces) && (pieces[i+1][0] == msgCopyData || pieces[i+1][0] == msgCopyDone) {
			p.kind, p.ends = msgCopyIn, 1 // the server is ready when it has the rows
		} else {
			messages(data, func(kind byte, _ []byte) {
				if kind == msgSync || kind == msgQuery || kind == msgCopyDone {
					p.ends++
				}
			})
		}
		t[i] = p
	}
	return t
}

// recorder forwards connections to a server and keeps what their clients send.
type recorder struct {
	listener net.Listener
	server   string

	mu       sync.Mutex
	pieces   [][]byte
	answered bool              // since the last piece
	parses   map[string][]byte // by the message
}

// startRecorder returns a recorder in front of the server of a URL, and its own
// URL.
func startRecorder(_ context.Context, server string) (*recorder, string, error) {
	u, err := url.Parse(server)
	if err != nil || u.Host == "" {
		return nil, "", errors.New("bench: floor needs the server as a URL with a host")
	}
	if u.Port() == "" {
		u.Host = net.JoinHostPort(u.Hostname(), "5432")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, "", err
	}
	r := &recorder{listener: l, server: u.Host, parses: map[string][]byte{}}
	go r.accept()
	u.Host = l.Addr().String()
	return r, u.String(), nil
}

func (r *recorder) close() { _ = r.listener.Close() }

func (r *recorder) accept() {
	for {
		client, err := r.listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", r.server)
		if err != nil {
			_ = client.Close()
			continue
		}
		go r.copy(client, server, r.answer)
		go r.copy(server, client, r.sent)
	}
}

// copy copies until one side ends, and shows each part to fn before.
func (*recorder) copy(to, from net.Conn, fn func(data []byte)) {
	defer to.Close()
	buf := make([]byte, 64<<10)
	for {
		n, err := from.Read(buf)
		if n > 0 {
			fn(buf[:n])
			if _, err := to.Write(buf[:n]); err != nil {
				_ = from.Close()
				return
			}
		}
		if err != nil {
			return
		}
	}
}

func (r *recorder) sent(data []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if last := len(r.pieces) - 1; last < 0 || r.answered && whole(r.pieces[last]) {
		r.pieces = append(r.pieces, slices.Clone(data))
	} else {
		r.pieces[last] = append(r.pieces[last], data...)
	}
	r.answered = false
}

// whole reports whether data ends with a message. The first ones of a
// connection have no kind.
func whole(data []byte) bool {
	if data[0] == 0 {
		return true
	}
	n := 0
	messages(data, func(_ byte, message []byte) { n += len(message) })
	return n == len(data)
}

func (r *recorder) answer([]byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answered = true
}

// take returns what was sent since the last call. No statement may be running.
func (r *recorder) take() tape {
	r.mu.Lock()
	defer r.mu.Unlock()
	pieces := r.pieces
	r.pieces, r.answered = nil, false
	for _, data := range pieces {
		messages(data, func(kind byte, message []byte) {
			if kind == msgParse && message[5] != 0 { // it has a name
				r.parses[string(message)] = message
			}
		})
	}
	return tapeOf(pieces)
}

// prepared returns the messages that prepared the statements.
func (r *recorder) prepared() (all [][]byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, message := range r.parses {
		all = append(all, message)
	}
	return all
}

// player plays tapes on a connection.
type player struct {
	conn net.Conn
	in   *bufio.Reader
}

// newPlayer connects and prepares statements.
func newPlayer(ctx context.Context, server string, parses [][]byte) (*player, error) {
	conn, err := pgconn.Connect(ctx, server)
	if err != nil {
		return nil, err
	}
	raw, err := conn.Hijack()
	if err != nil {
		return nil, err
	}
	p := &player{raw.Conn, bufio.NewReaderSize(raw.Conn, 64<<10)}
	sync := []byte{msgSync, 0, 0, 0, 4}
	if err := p.play(tape{{bytes.Join(append(parses, sync), nil), msgReady, 1}}); err != nil {
		p.close()
		return nil, err
	}
	return p, nil
}

func (p *player) close() { _ = p.conn.Close() }

// play sends a tape and reads the answers.
func (p *player) play(t tape) error {
	for _, each := range t {
		if _, err := p.conn.Write(each.data); err != nil {
			return err
		}
		for left := each.ends; left > 0; {
			kind, err := p.skip()
			if err != nil {
				return err
			}
			if kind == each.kind {
				left--
			}
		}
	}
	return nil
}

// skip reads a message and returns its kind. A message of the server's error is
// an error.
func (p *player) skip() (kind byte, err error) {
	head, err := p.in.Peek(5)
	if err != nil {
		return 0, err
	}
	kind = head[0]
	n := 1 + int(binary.BigEndian.Uint32(head[1:]))
	if kind == msgError {
		text := make([]byte, n)
		_, err := io.ReadFull(p.in, text)
		return kind, errors.Join(fmt.Errorf("bench: the server refuses the tape: %q", text), err)
	}
	_, err = p.in.Discard(n)
	return kind, err
}
