// Package faultproxy is a TCP proxy for tests of network and server failures:
// lost answers, broken connections, a server that is down.
package faultproxy

import (
	"fmt"
	"io"
	"net"
	"sync"
	"sync/atomic"
)

// Proxy forwards TCP connections to a server, with failures on demand. It is
// safe for concurrent use.
type Proxy struct {
	listener net.Listener
	server   string

	armed  atomic.Int32 // number of answers still to be cut
	mute   atomic.Bool
	refuse atomic.Bool
	trips  atomic.Int64

	mu      sync.Mutex
	clients map[*net.TCPConn]struct{}
	done    sync.WaitGroup
}

// Start listens on a free port of 127.0.0.1 and forwards to server, a
// host:port.
func Start(server string) (*Proxy, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("faultproxy: %w", err)
	}
	p := &Proxy{listener: l, server: server, clients: map[*net.TCPConn]struct{}{}}
	p.done.Go(p.accept)
	return p, nil
}

// Addr returns the host:port of the proxy.
func (p *Proxy) Addr() string { return p.listener.Addr().String() }

// Close closes every connection and waits for the proxy's goroutines.
func (p *Proxy) Close() {
	_ = p.listener.Close()
	p.Cut()
	p.done.Wait()
}

// CutNextAnswer closes a connection instead of forwarding the server's next
// answer, so that the server has done its work and the client does not know.
// Each call counts for one answer.
func (p *Proxy) CutNextAnswer() { p.armed.Add(1) }

// Armed reports whether an answer is still to be cut.
func (p *Proxy) Armed() bool { return p.armed.Load() > 0 }

// Mute starts or stops discarding the server's answers while connections stay
// open.
func (p *Proxy) Mute(on bool) { p.mute.Store(on) }

// Refuse starts or stops closing new connections at once.
func (p *Proxy) Refuse(on bool) { p.refuse.Store(on) }

// RoundTrips returns how often a client has sent something and then waited for
// the answer, on all connections together. What a client sends while the
// server's answer has not begun belongs to the same round trip.
func (p *Proxy) RoundTrips() int64 { return p.trips.Load() }

// Cut resets every connection.
func (p *Proxy) Cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.clients {
		_ = c.SetLinger(0)
		_ = c.Close()
	}
}

func (p *Proxy) accept() {
	for {
		c, err := p.listener.Accept()
		if err != nil {
			return
		}
		client := c.(*net.TCPConn)
		if p.refuse.Load() {
			_ = client.Close()
			continue
		}
		p.mu.Lock()
		p.clients[client] = struct{}{}
		p.mu.Unlock()
		p.done.Go(func() {
			p.serve(client)
			p.mu.Lock()
			delete(p.clients, client)
			p.mu.Unlock()
		})
	}
}

func (p *Proxy) serve(client *net.TCPConn) {
	defer client.Close()
	server, err := net.Dial("tcp", p.server)
	if err != nil {
		return
	}
	defer server.Close()
	var asked atomic.Bool
	p.done.Go(func() {
		_, _ = io.Copy(server, noticing{client, func() {
			if !asked.Swap(true) {
				p.trips.Add(1)
			}
		}})
		_ = server.Close()
	})
	buf := make([]byte, 64<<10)
	for {
		n, err := server.Read(buf)
		if n > 0 {
			asked.Store(false)
		}
		if n > 0 && p.disarm() {
			return
		}
		if n > 0 && !p.mute.Load() {
			if _, err := client.Write(buf[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

func (p *Proxy) disarm() bool {
	for {
		n := p.armed.Load()
		if n == 0 {
			return false
		}
		if p.armed.CompareAndSwap(n, n-1) {
			return true
		}
	}
}

// noticing calls notice for each piece that it reads.
type noticing struct {
	io.Reader
	notice func()
}

// Read implements io.Reader.
func (r noticing) Read(buf []byte) (int, error) {
	n, err := r.Reader.Read(buf)
	if n > 0 {
		r.notice()
	}
	return n, err
}
