package main

import (
	"bufio"
	"context"
	"fmt"
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

// forward forwards connections to a server and prints its own address. Each
// piece of data arrives latency later, in both directions; pieces on the way
// do not wait for each other.
func forward(server string, latency time.Duration) error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println(l.Addr())
	for {
		client, err := l.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer client.Close()
			conn, err := net.Dial("tcp", server)
			if err != nil {
				return
			}
			defer conn.Close()
			go late(conn, client, latency)
			late(client, conn, latency)
		}()
	}
}

// late copies what it reads, later, until one side ends.
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
				_ = from.Close()
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
