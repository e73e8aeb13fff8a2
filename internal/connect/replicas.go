package connect

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/gormango/gormango/internal/pgpool"
)

// replicaConnectTimeout bounds connecting to a replica whose URL does not:
// reads wait for it before they go elsewhere.
const replicaConnectTimeout = 5 * time.Second

// replica returns the server of Replicas[i]. Its sessions are like those of s,
// the primary, where its URL does not say otherwise; times are read in one zone
// everywhere.
func (s *Server) replica(i int) (*Server, error) {
	c := s.from
	if c.Replicas[i] == "" {
		return nil, fmt.Errorf("gormango: Config.Replicas[%d] is empty (leave it out, or set its URL)", i)
	}
	c.URL, c.DirectURL, c.TimeZone = c.Replicas[i], "", nil // the zone is the primary's
	r, err := c.server(fmt.Sprintf("Replicas[%d]", i), func(pc *pgxpool.Config) {
		params, like := pc.ConnConfig.RuntimeParams, s.config.ConnConfig.RuntimeParams
		if c.ApplicationName == "" && params["application_name"] == "" {
			params["application_name"] = like["application_name"]
		}
		maps.DeleteFunc(params, func(name, _ string) bool { return strings.EqualFold(name, "timezone") })
		params["timezone"] = like["timezone"]
		for _, set := range s.link.settings {
			if params[set.name] == "" {
				params[set.name] = set.value
			}
		}
		if pc.ConnConfig.ConnectTimeout == 0 {
			pc.ConnConfig.ConnectTimeout = replicaConnectTimeout
		}
	})
	if err != nil {
		return nil, err
	}
	then := r.config.AfterConnect
	r.config.AfterConnect = func(ctx context.Context, conn *pgx.Conn) error {
		// A replica that was promoted, or is none, refuses writes all the same. It is
		// set here and not at the start, where target_session_attrs=read-only would
		// take any server then. A pooler's connection may be another one for the next
		// statement.
		if !r.link.pooled() {
			if _, err := conn.Exec(ctx, "SET default_transaction_read_only = on"); err != nil {
				return err
			}
		}
		return then(ctx, conn)
	}
	return r, nil
}

// follow opens the pools of the replicas, to which reads of s go from then on.
func (s *Server) follow(ctx context.Context) (err error) {
	if len(s.from.Replicas) == 0 {
		return nil
	}
	var pools []*pgpool.Pool
	defer func() {
		if err != nil {
			for _, pool := range pools {
				_ = pool.Close() // nothing has used it
			}
		}
	}()
	var names []string
	for i := range s.from.Replicas {
		r, err := s.replica(i)
		if err != nil {
			return err
		}
		if err := r.open(ctx, false); err != nil {
			return replicaError(i, err)
		}
		pools = append(pools, r.Pool)
		names = append(names, strings.Join(addresses(&r.config.ConnConfig.Config), ", "))
	}
	s.Pool.Follow(pools, names, pgpool.ReplicaOptions{Choose: s.from.Choose, Log: s.from.Log})
	return nil
}

// CheckReplicas asks each replica of p for an answer, all at once. Each error
// names its replica.
func CheckReplicas(ctx context.Context, p *pgpool.Pool) []error {
	replicas := p.Replicas()
	errs := make([]error, len(replicas))
	var wg sync.WaitGroup
	for i, r := range replicas {
		wg.Go(func() {
			if err := r.Check(ctx); err != nil {
				errs[i] = replicaError(i, err)
			}
		})
	}
	wg.Wait()
	return errs
}

// replicaError returns err with the name of the replica that it comes from.
func replicaError(i int, err error) error {
	return &connectError{fmt.Sprintf("gormango: Config.Replicas[%d]: %s", i, strings.TrimPrefix(err.Error(), "gormango: ")), err}
}
