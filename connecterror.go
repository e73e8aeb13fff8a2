package gormango

import (
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// connectError has a text of its own and keeps the cause for errors.As.
type connectError struct {
	text string
	err  error
}

// Error implements error.
func (e *connectError) Error() string { return e.text }

// Unwrap returns the cause.
func (e *connectError) Unwrap() error { return e.err }

// openError says which database could not be opened. The password is not in it.
func openError(c *pgx.ConnConfig, err error) error {
	var connect *pgconn.ConnectError
	if errors.As(err, &connect) && connect.Config != nil {
		c = &pgx.ConnConfig{Config: *connect.Config} // a hook may have changed it
	}
	hosts := addresses(c)
	where := fmt.Sprintf("gormango: cannot open database %q on %s as user %q", c.Database, strings.Join(hosts, ", "), c.User)
	var pgErr *pgconn.PgError
	if errors.As(err, &pgErr) {
		cause := err
		if typed := serverError(pgErr, err); typed != nil {
			cause = typed
		}
		if len(hosts) == 1 {
			// pgx repeats host and user around each answer of the server.
			return &connectError{fmt.Sprintf("%s: %s (SQLSTATE %s)", where, pgErr.Message, pgErr.Code), cause}
		}
		return &connectError{where + ": " + lines(err, connect), cause}
	}
	return &connectError{where + ": " + lines(err, connect), err}
}

// addresses are the hosts of c, each once.
func addresses(c *pgx.ConnConfig) []string {
	hosts := []string{address(c.Host, c.Port)}
	for _, f := range c.Fallbacks {
		if a := address(f.Host, f.Port); !slices.Contains(hosts, a) {
			hosts = append(hosts, a)
		}
	}
	return hosts
}

// lines is the text of err in one line, each attempt once: pgx tries a host with TLS and without.
func lines(err error, connect *pgconn.ConnectError) string {
	if connect != nil && connect.Unwrap() != nil {
		err = connect.Unwrap()
	}
	var once []string
	for line := range strings.Lines(err.Error()) {
		if line = strings.TrimSpace(line); line != "" && !slices.Contains(once, line) {
			once = append(once, line)
		}
	}
	return strings.Join(once, "; ")
}

func address(host string, port uint16) string {
	if strings.HasPrefix(host, "/") {
		return fmt.Sprintf("%s/.s.PGSQL.%d", host, port)
	}
	return net.JoinHostPort(host, strconv.Itoa(int(port)))
}
