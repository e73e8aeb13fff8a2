//go:build unix

package devpg

import "context"

// startLocal runs the installed PostgreSQL.
func startLocal(ctx context.Context, o Options) (*Server, error) {
	who, err := serverAccount()
	if err != nil {
		return nil, err
	}
	if o.Dir != "" {
		return startKept(ctx, who, o)
	}
	return startShared(ctx, who, o)
}

// hold returns the Server for a lease on a running server and creates the
// database. A failure releases the lease.
func hold(ctx context.Context, l *lease, port int, password string, o Options) (*Server, error) {
	if err := ensureDatabase(ctx, port, password, o.database()); err != nil {
		l.release()
		return nil, err
	}
	return &Server{url: serverURL(port, password, o.database()), release: l.release}, nil
}
