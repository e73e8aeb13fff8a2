//go:build !unix

package pgpool

import "net"

// unread reports false: the system has no way to look that does not wait.
func unread(net.Conn) bool { return false }
