package manage

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/spf13/cobra"
	"gorm.io/gorm"

	"github.com/gormango/gormango"
)

func dbshell(p *program) *cobra.Command {
	return &cobra.Command{
		Use:   "dbshell [-- psql arguments]",
		Short: "Run psql on the database",
		Args:  cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.with(cmd.Context(), func(db *gorm.DB) error {
				var env []string
				if err := gormango.Native(cmd.Context(), db, func(conn *pgx.Conn) error {
					env = psqlEnvironment(conn.Config())
					return nil
				}); err != nil {
					return fmt.Errorf("dbshell: %w", err)
				}
				return p.psql(cmd.Context(), env, args)
			})
		},
	}
}

func (p *program) psql(ctx context.Context, env, args []string) error {
	path, err := exec.LookPath("psql")
	if err != nil {
		return fmt.Errorf("dbshell: %w (install PostgreSQL's client)", err)
	}
	c := exec.CommandContext(ctx, path, args...)
	c.Env = append(os.Environ(), env...)
	c.Stdin, c.Stdout, c.Stderr = p.In, p.Out, p.Err
	if err := c.Run(); err != nil {
		return fmt.Errorf("dbshell: psql: %w", err)
	}
	return nil
}

// psqlEnvironment returns a connection as variables of libpq. Other users of
// the machine cannot read these, as they can a command line.
func psqlEnvironment(c *pgx.ConnConfig) []string {
	env := []string{
		"PGHOST=" + c.Host, "PGPORT=" + strconv.Itoa(int(c.Port)),
		"PGDATABASE=" + c.Database, "PGUSER=" + c.User,
	}
	if c.Password != "" {
		env = append(env, "PGPASSWORD="+c.Password)
	}
	// pgx keeps no sslmode. What the URL says about TLS stands in it alone.
	tls := map[string]string{}
	if u, err := url.Parse(c.ConnString()); err == nil {
		for _, name := range []string{"sslmode", "sslrootcert", "sslcert", "sslkey"} {
			if v := u.Query().Get(name); v != "" {
				tls[name] = v
			}
		}
	}
	if tls["sslmode"] == "" && os.Getenv("PGSSLMODE") == "" && c.TLSConfig == nil {
		tls["sslmode"] = "disable"
	}
	for _, name := range []string{"sslmode", "sslrootcert", "sslcert", "sslkey"} {
		if v := tls[name]; v != "" {
			env = append(env, "PG"+strings.ToUpper(name)+"="+v)
		}
	}
	return env
}
