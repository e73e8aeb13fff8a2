package gormango

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/gormango/gormango/internal/pgpool"
)

// replicaConnectTimeout bounds connecting to a replica whose URL does not: reads wait for it before they
// go elsewhere.
const replicaConnectTimeout = 5 * time.Second

// replicaConfig is c for the server of Replicas[i]. What makes a session is as on the primary, whose
// configuration is given, where the replica's URL does not say otherwise; times are read in one zone
// everywhere.
func (c Config) replicaConfig(i int, primary *pgxpool.Config, of *link) (*pgxpool.Config, *link, error) {
	if c.Replicas[i] == "" {
		return nil, nil, fmt.Errorf("gormango: Config.Replicas[%d] is empty (leave it out, or set its URL)", i)
	}
	own := c
	own.URL, own.DirectURL, own.TimeZone = c.Replicas[i], "", nil // the zone is the primary's
	pc, l, err := own.poolConfig(fmt.Sprintf("Replicas[%d]", i), func(pc *pgxpool.Config) {
		params, like := pc.ConnConfig.RuntimeParams, primary.ConnConfig.RuntimeParams
		if own.ApplicationName == "" && params["application_name"] == "" {
			params["application_name"] = like["application_name"]
		}
		maps.DeleteFunc(params, func(name, _ string) bool { return strings.EqualFold(name, "timezone") })
		params["timezone"] = like["timezone"]
		for _, s := range of.settings {
			if params[s.name] == "" {
				params[s.name] = s.value
			}
		}
		if pc.ConnConfig.ConnectTimeout == 0 {
			pc.ConnConfig.ConnectTimeout = replicaConnectTimeout
		}
	})
	if err != nil {
		return nil, nil, err
	}
	then := pc.AfterConnect
	pc.AfterConnect = func(ctx context.Context, conn *pgx.Conn) error {
		// A replica that was promoted, or is none, refuses writes all the same. It is set here and not at
		// the start, where target_session_attrs=read-only would take any server then. A pooler's
		// connection may be another one for the next statement.
		if !l.pooled() {
			if _, err := conn.Exec(ctx, "SET default_transaction_read_only = on"); err != nil {
				return err
			}
		}
		return then(ctx, conn)
	}
	return pc, l, nil
}

// follow opens the pools of the replicas and has p's reads go there.
func (c Config) follow(ctx context.Context, p *pgpool.Pool, d *database) (err error) {
	if len(c.Replicas) == 0 {
		return nil
	}
	var pools []*pgpool.Pool
	defer func() {
		if err != nil {
			for _, pool := range pools {
				pool.Close()
			}
		}
	}()
	var names []string
	for i := range c.Replicas {
		pc, l, err := c.replicaConfig(i, d.config, d.link)
		if err != nil {
			return err
		}
		pool, err := pgxpool.NewWithConfig(ctx, pc)
		if err != nil {
			return replicaError(i, openError(pc.ConnConfig, err))
		}
		pools = append(pools, pgpool.New(pool, c.poolOptions(&translator{at: pc.ConnConfig, plain: d.errs.plain}, l)))
		names = append(names, strings.Join(addresses(pc.ConnConfig), ", "))
	}
	p.Follow(pools, names, pgpool.ReplicaOptions{Choose: c.choose(), Log: c.log})
	return nil
}

// greet pings the replicas, all at once. One that is out of reach is left to come back; one that answers
// and refuses will not by itself.
func greet(ctx context.Context, p *pgpool.Pool) error {
	errs := check(ctx, p)
	for i, err := range errs {
		var pgErr *pgconn.PgError
		if errors.As(err, &pgErr) && !IsRetryable(err) {
			return replicaError(i, err)
		}
	}
	return nil
}

// check asks each replica for an answer, all at once.
func check(ctx context.Context, p *pgpool.Pool) []error {
	replicas := p.Replicas()
	errs := make([]error, len(replicas))
	var wg sync.WaitGroup
	for i, r := range replicas {
		wg.Go(func() { errs[i] = r.Check(ctx) })
	}
	wg.Wait()
	return errs
}

// replicaError names the replica that err comes from.
func replicaError(i int, err error) error {
	if err == nil {
		return nil
	}
	return &connectError{fmt.Sprintf("gormango: Config.Replicas[%d]: %s", i, strings.TrimPrefix(err.Error(), "gormango: ")), err}
}
