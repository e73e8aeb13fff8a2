package devpg

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
)

// external is a server that the environment names.
type external struct {
	from    string // the variables, for messages
	connect string // parsed by pgx; "" for the PG* variables alone
	correct string // what to do if it cannot be used
}

// externalServer returns the server of DATABASE_URL or else of libpq's
// variables. PGUSER or PGDATABASE alone name no server: they are often set for
// a local one.
func externalServer() (external, bool) {
	if url := os.Getenv("DATABASE_URL"); url != "" {
		return external{from: "DATABASE_URL", connect: url, correct: "write postgres://user:password@host:5432/database, special characters percent-encoded"}, true
	}
	for _, name := range []string{"PGHOST", "PGSERVICE"} {
		if os.Getenv(name) != "" {
			return external{from: name, correct: "correct it and the other PG* variables, as for psql"}, true
		}
	}
	return external{}, false
}

// use checks the server by connecting once.
func (e external) use(ctx context.Context, o Options) (*Server, error) {
	config, err := pgx.ParseConfig(e.connect)
	if err != nil {
		// The parser's own text may quote the part with the password.
		return nil, fmt.Errorf("devpg: %s cannot be parsed (%s)", e.from, e.correct)
	}
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("devpg: %s names host %q, port %d, database %q, user %q, which cannot be used (correct it, or unset it to let devpg start a server): %w",
			e.from, config.Host, config.Port, config.Database, config.User, err)
	}
	o.logf("devpg: using the server of %s, host %q, port %d, database %q", e.from, config.Host, config.Port, config.Database)
	_ = conn.Close(ctx) // the server has answered
	if e.connect == "" {
		if e.connect, err = resolvedURL(config); err != nil {
			return nil, err
		}
	}
	return &Server{url: e.connect, external: true}, nil
}

// resolvedURL returns the settings of the PG* variables, the service file and
// the password file as a URL, so that callers can change the database. It does
// not contain encryption: PGSSLMODE and similar variables still apply.
func resolvedURL(config *pgx.ConnConfig) (string, error) {
	if config.Host == "" {
		return "", errors.New("devpg: the PG* variables name no host (set PGHOST)")
	}
	hosts, ports := []string{config.Host}, []string{strconv.Itoa(int(config.Port))}
	for _, f := range config.Fallbacks { // the other hosts, and the same one without encryption
		port, known := strconv.Itoa(int(f.Port)), false
		for i := range hosts {
			known = known || hosts[i] == f.Host && ports[i] == port
		}
		if !known {
			hosts, ports = append(hosts, f.Host), append(ports, port)
		}
	}
	u := url.URL{Scheme: "postgres", User: url.User(config.User), Path: "/" + config.Database}
	if config.Password != "" {
		u.User = url.UserPassword(config.User, config.Password)
	}
	if len(hosts) == 1 && !strings.HasPrefix(config.Host, "/") && !strings.HasPrefix(config.Host, "@") {
		u.Host = net.JoinHostPort(hosts[0], ports[0])
	} else { // sockets, or several
		u.RawQuery = url.Values{"host": {strings.Join(hosts, ",")}, "port": {strings.Join(ports, ",")}}.Encode()
	}
	return u.String(), nil
}
