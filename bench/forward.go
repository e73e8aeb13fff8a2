package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"time"
)

// forwarded starts this program again as a forwarder to the server of a URL,
// so that the forwarder's work is not among what the peers use, and returns the
// URL of the forwarder. It ends with ctx.
func forwarded(ctx context.Context, server string, latency time.Duration) (string, error) {
	u, err := url.Parse(server)
	if err != nil || u.Host == "" {
		return "", fmt.Errorf("bench: -latency needs the server as a URL with a host")
	}
	if u.Port() == "" {
		u.Host = net.JoinHostPort(u.Hostname(), "5432")
	}
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	cmd := exec.CommandContext(ctx, self, "forward", u.Host, latency.String())
	cmd.Stderr = os.Stderr
	// The forwarder ends when its input does: with this process, in any case.
	if _, err := cmd.StdinPipe(); err != nil {
		return "", err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return "", err
	}
	if err := cmd.Start(); err != nil {
		return "", err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return "", fmt.Errorf("bench: the forwarder has not started: %w", err)
	}
	u.Host = strings.TrimSpace(line)
	return u.String(), nil
}

// listenAndForward forwards to a server until standard input ends, and prints
// its own address first.
func listenAndForward(server string, latency time.Duration) error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println(l.Addr())
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	return forward(l, server, latency)
}

// forward forwards a listener's connections to a server. Each piece of data
// arrives latency later, in both directions; pieces on the way do not wait for
// each other.
func forward(l net.Listener, server string, latency time.Duration) error {
	for {
		client, err := l.Accept()
		if err != nil {
			return err
		}
		go func() {
			conn, err := net.Dial("tcp", server)
			if err != nil {
				_ = client.Close()
				return
			}
			go late(conn, client, latency)
			late(client, conn, latency)
		}()
	}
}

// late copies what it reads, later, until one side ends. Then it closes the
// other one.
func late(to, from net.Conn, latency time.Duration) {
	type piece struct {
		data []byte
		due  time.Time
	}
	pieces := make(chan piece, 1024)
	go func() {
		defer to.Close()
		for p := range pieces {
			time.Sleep(time.Until(p.due))
			if _, err := to.Write(p.data); err != nil {
				_ = from.Close() // ends the reader, which closes the channel
			}
		}
	}()
	defer close(pieces)
	for {
		buf := make([]byte, 64<<10)
		n, err := from.Read(buf)
		if n > 0 {
			pieces <- piece{buf[:n], time.Now().Add(latency)}
		}
		if err != nil {
			return
		}
	}
}
