package gormango_test

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/repotest"
)

func TestOpenChecksItsConfig(t *testing.T) {
	t.Parallel()
	url := repotest.URL(t)
	for want, cfg := range map[string]gormango.Config{
		"gormango: Config.Pool.Max is negative (leave it zero for the default)":                       {Pool: gormango.Pool{Max: -1}},
		"gormango: a pool of 9 connections at least and 2 at most (raise Config.Pool.Max)":            {Pool: gormango.Pool{Min: 9, Max: 2}},
		`gormango: Config.TimeZone "Local" has no name that PostgreSQL knows (use time.LoadLocation)`: {TimeZone: time.Local},
		"gormango: Config.Pgx: mine": {Pgx: func(*pgxpool.Config) error { return errorString("mine") }},
	} {
		cfg.URL = url
		_, err := gormango.Open(context.Background(), cfg)
		require.EqualError(t, err, want)
	}
}

type errorString string

func (e errorString) Error() string { return string(e) }
