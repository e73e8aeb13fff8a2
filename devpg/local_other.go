//go:build !unix

package devpg

import (
	"context"
	"fmt"
)

// startLocal returns an error: leases and the watcher need Unix.
func startLocal(context.Context, Options) (*Server, error) {
	return nil, fmt.Errorf("%w: a server can be started on Linux and macOS only (set DATABASE_URL=postgres://user:password@host:5432/database)", ErrNotFound)
}
