package connect

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// connectError is an error of connecting, with a text of its own.
type connectError struct {
	text string
	err  error
}

// Error implements error.
func (e *connectError) Error() string { return e.text }

// Unwrap returns the cause.
func (e *connectError) Unwrap() error { return e.err }

// Explain returns err, which came from connecting with c, with a text that says
// which database could not be opened. The password is not in it. serverError is
// that of [Config].
func Explain(c *pgconn.Config, err error, serverError func(*pgconn.PgError, error) error) error {
	if _, explained := errors.AsType[*connectError](err); explained {
		return err
	}
	connect, failed := errors.AsType[*pgconn.ConnectError](err)
	if failed {
		c = connect.Config // a hook may have changed it
	}
	hosts := addresses(c)
	where := fmt.Sprintf("gormango: cannot open database %q on %s as user %q", c.Database, strings.Join(hosts, ", "), c.User)
	text, cause := where+": "+lines(err, connect), err
	if pgErr, ok := errors.AsType[*pgconn.PgError](err); ok {
		cause = cmp.Or(serverError(pgErr, err), err)
		if len(hosts) == 1 {
			// pgx repeats host and user around each answer of the server.
			text = fmt.Sprintf("%s: %s (SQLSTATE %s)", where, pgErr.Message, pgErr.Code)
		}
	}
	return &connectError{text, cause}
}

// explain is [Explain] for a connection of s's pool.
func (s *Server) explain(err error) error {
	return Explain(&s.config.ConnConfig.Config, err, s.from.ServerError)
}

// addresses returns the hosts of c, each once.
func addresses(c *pgconn.Config) []string {
	hosts := []string{address(c.Host, c.Port)}
	for _, f := range c.Fallbacks {
		if a := address(f.Host, f.Port); !slices.Contains(hosts, a) {
			hosts = append(hosts, a)
		}
	}
	return hosts
}

// lines returns the text of err in one line, each attempt once: pgx tries a
// host with TLS and without.
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

// urlError returns an error for the URL in a field of gormango.Config that pgx
// refuses with err. It leaves out the URL, which pgx masks only as far as it
// understands it, and the causes that quote parts of it.
func urlError(field string, err error) error {
	const form = "its form is postgres://user:password@host:5432/name, with special characters of the password as %XX"
	reason := ""
	if i := strings.LastIndex(err.Error(), "`: "); i >= 0 {
		reason = err.Error()[i+len("`: "):]
	}
	for _, known := range []string{
		"failed to parse as URL", "failed to parse as keyword/value", "failed to read service", "invalid port",
		"failed to configure TLS", "invalid sslcertmode", "invalid connect_timeout", "unknown target_session_attrs value",
		"cannot parse pool_", "pool_max_conns too small", "could not match", "unknown channel_binding value",
	} {
		if strings.HasPrefix(reason, known) {
			if known == "cannot parse pool_" {
				known, _, _ = strings.Cut(reason, " (")
			}
			if file, ok := errors.AsType[*fs.PathError](err); ok { // of a certificate or the like
				known += fmt.Sprintf(": %q: %v", file.Path, file.Err)
			}
			return fmt.Errorf("gormango: Config.%s: %s (%s)", field, known, form)
		}
	}
	return fmt.Errorf("gormango: Config.%s is not valid (%s)", field, form)
}
