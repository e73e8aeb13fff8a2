package devpg

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// useExternal checks the server that DATABASE_URL names by connecting once.
func useExternal(ctx context.Context, url string, o Options) (*Server, error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		// The parser's own text may quote the part that holds the password.
		return nil, errors.New("devpg: DATABASE_URL cannot be parsed (write postgres://user:password@host:5432/database, special characters percent-encoded)")
	}
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("devpg: DATABASE_URL names host %q, port %d, database %q, user %q, which cannot be used (correct it, or unset it to let devpg start a server): %w",
			config.Host, config.Port, config.Database, config.User, err)
	}
	o.logf("devpg: using the server of DATABASE_URL, host %q, port %d, database %q", config.Host, config.Port, config.Database)
	_ = conn.Close(ctx) // it has answered, which is all that was asked
	return &Server{url: url, external: true}, nil
}
