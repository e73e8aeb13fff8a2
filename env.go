package gormango

import (
	"errors"
	"os"
)

// FromEnv returns the Config that the environment describes: DATABASE_URL, else
// libpq's PG* variables when PGHOST, PGSERVICE or PGDATABASE is set. The size
// of the pool comes from the URL's pool_max_conns and its like. FromEnv does
// not connect; the caller adds Models and opens.
func FromEnv() (Config, error) {
	if url := os.Getenv("DATABASE_URL"); url != "" {
		return Config{URL: url}, nil
	}
	for _, name := range []string{"PGHOST", "PGSERVICE", "PGDATABASE"} {
		if os.Getenv(name) != "" {
			// A URL that says nothing: everything comes from the PG* variables when it is
			// opened.
			return Config{URL: "postgres://"}, nil
		}
	}
	return Config{}, errors.New("gormango: the environment names no database (set DATABASE_URL, or PGHOST, PGDATABASE and PGUSER as for psql)")
}
