package main

import (
	"context"

	"github.com/georgysavva/scany/v2/pgxscan"
)

// byScany is scany on pgx's pool: it scans into structs by the names of
// columns. Statements that return nothing are pgx's own.
type byScany struct {
	none
	byPgx byPgx
}

func openScany(ctx context.Context, url string, pool int) (Peer, error) {
	p, err := openPool(ctx, url, pool)
	return byScany{byPgx: byPgx{p}}, err
}

func (p byScany) Close() error { return p.byPgx.Close() }

func (p byScany) One(ctx context.Context, id int64) (any, error) {
	var it Item
	return &it, pgxscan.Get(ctx, p.byPgx.pool, &it, sqlOne, id)
}

func (p byScany) List(ctx context.Context, n int) (any, error) {
	var items []*Item
	err := pgxscan.Select(ctx, p.byPgx.pool, &items, sqlList, n)
	return items, err
}

func (p byScany) Wide(ctx context.Context, n int) (any, error) {
	var wides []*Wide
	err := pgxscan.Select(ctx, p.byPgx.pool, &wides, sqlWide, n)
	return wides, err
}

func (p byScany) Join(ctx context.Context, city string) (any, error) {
	var tasks []*Task
	err := pgxscan.Select(ctx, p.byPgx.pool, &tasks, sqlJoin, city)
	return tasks, err
}

func (p byScany) Related(ctx context.Context, n int) (any, error) {
	var tasks []*Task
	err := pgxscan.Select(ctx, p.byPgx.pool, &tasks, sqlRelatedNamed, n)
	return tasks, err
}

func (p byScany) Prefetch(ctx context.Context, n int) (any, error) {
	var owners []*Owner
	if err := pgxscan.Select(ctx, p.byPgx.pool, &owners, sqlOwners, n); err != nil {
		return nil, err
	}
	ids, places := make([]int64, len(owners)), make(map[int64]*Owner, len(owners))
	for i, o := range owners {
		ids[i], places[o.ID] = o.ID, o
	}
	var tasks []*Task
	err := pgxscan.Select(ctx, p.byPgx.pool, &tasks, sqlChildren, ids)
	for _, t := range tasks {
		o := places[t.OwnerID]
		o.Tasks = append(o.Tasks, t)
	}
	return owners, err
}

func (p byScany) Count(ctx context.Context, city string) (n int64, err error) {
	err = pgxscan.Get(ctx, p.byPgx.pool, &n, sqlCount, city)
	return n, err
}

func (p byScany) Exists(ctx context.Context, city string) (found bool, err error) {
	err = pgxscan.Get(ctx, p.byPgx.pool, &found, sqlExists, city)
	return found, err
}

func (p byScany) Groups(ctx context.Context, max int64) (any, error) {
	var groups []*Group
	err := pgxscan.Select(ctx, p.byPgx.pool, &groups, sqlGroups, max)
	return groups, err
}

func (p byScany) Insert(ctx context.Context, e *Entry) error {
	return pgxscan.Get(ctx, p.byPgx.pool, &e.ID, sqlInsert, e.values()...)
}

func (p byScany) GetOrCreate(ctx context.Context, e *Entry) (any, error) {
	var read Entry
	err := pgxscan.Get(ctx, p.byPgx.pool, &read, sqlByCode, e.Code)
	if pgxscan.NotFound(err) {
		return e, p.Insert(ctx, e)
	}
	return &read, err
}
