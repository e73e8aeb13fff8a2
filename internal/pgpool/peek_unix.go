//go:build unix

package pgpool

import (
	"crypto/tls"
	"net"
	"syscall"
)

// unread reports whether something has come from the server that was not read:
// a message, or the end of the connection. It does not wait, also not for
// another reader: pgx's, which begins where a write takes long, holds the
// connection's lock of reads until something comes.
func unread(conn net.Conn) bool {
	if secure, ok := conn.(*tls.Conn); ok {
		conn = secure.NetConn()
	}
	file, ok := conn.(syscall.Conn)
	if !ok {
		return false
	}
	raw, err := file.SyscallConn()
	if err != nil {
		return false
	}
	came := false
	err = raw.Control(func(fd uintptr) {
		var first [1]byte
		_, _, err := syscall.Recvfrom(int(fd), first[:], syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
		// No byte is the end, and an error that of a broken connection.
		came = err != syscall.EAGAIN && err != syscall.EWOULDBLOCK && err != syscall.EINTR
	})
	return err == nil && came
}
