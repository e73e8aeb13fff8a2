package main

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
)

// byCollect is pgx with its functions that collect rows: structs by the
// positions of their fields.
type byCollect struct {
	none
	byPgx byPgx
}

func openCollect(ctx context.Context, url string, pool int) (Peer, error) {
	p, err := openPool(ctx, url, pool)
	return byCollect{byPgx: byPgx{p}}, err
}

func (p byCollect) Close() error { return p.byPgx.Close() }

// collect returns the rows of a statement as pointers to structs.
func collect[T any](ctx context.Context, p byCollect, sql string, args ...any) ([]*T, error) {
	rows, err := p.byPgx.pool.Query(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToAddrOfStructByPos[T])
}

// collectOne returns the one row of a statement.
func collectOne[T any](ctx context.Context, p byCollect, sql string, args ...any) (*T, error) {
	rows, err := p.byPgx.pool.Query(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectExactlyOneRow(rows, pgx.RowToAddrOfStructByPos[T])
}

// collectValue returns the one value of a statement.
func collectValue[T any](ctx context.Context, p byCollect, sql string, args ...any) (v T, err error) {
	rows, err := p.byPgx.pool.Query(ctx, sql, args...)
	if err != nil {
		return v, err
	}
	return pgx.CollectExactlyOneRow(rows, pgx.RowTo[T])
}

// taskRow is Task without its relation, which is no column.
type taskRow struct {
	ID, OwnerID int64
	Title       string
	Position    int32
	Done        bool
	DueAt       *time.Time
}

func (p byCollect) One(ctx context.Context, id int64) (any, error) {
	return collectOne[Item](ctx, p, sqlOne, id)
}

func (p byCollect) List(ctx context.Context, n int) (any, error) {
	return collect[Item](ctx, p, sqlList, n)
}

func (p byCollect) Wide(ctx context.Context, n int) (any, error) {
	return collect[Wide](ctx, p, sqlWide, n)
}

func (p byCollect) Join(ctx context.Context, city string) (any, error) {
	return collect[taskRow](ctx, p, sqlJoin, city)
}

// Related collects by a function, as pgx's documentation shows for rows that
// are no flat struct.
func (p byCollect) Related(ctx context.Context, n int) (any, error) {
	rows, err := p.byPgx.pool.Query(ctx, sqlRelated, n)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (*Task, error) {
		t, o := new(Task), new(Owner)
		t.Owner = o
		return t, row.Scan(&t.ID, &t.OwnerID, &t.Title, &t.Position, &t.Done, &t.DueAt, &o.ID, &o.Name, &o.City, &o.MadeAt)
	})
}

func (p byCollect) Prefetch(ctx context.Context, n int) (any, error) {
	owners, err := collect[Owner](ctx, p, sqlOwners, n)
	if err != nil {
		return nil, err
	}
	ids, places := make([]int64, len(owners)), make(map[int64]*Owner, len(owners))
	for i, o := range owners {
		ids[i], places[o.ID] = o.ID, o
	}
	rows, err := p.byPgx.pool.Query(ctx, sqlChildren, ids)
	if err != nil {
		return nil, err
	}
	tasks, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (*Task, error) {
		t := new(Task)
		return t, row.Scan(&t.ID, &t.OwnerID, &t.Title, &t.Position, &t.Done, &t.DueAt)
	})
	for _, t := range tasks {
		o := places[t.OwnerID]
		o.Tasks = append(o.Tasks, t)
	}
	return owners, err
}

func (p byCollect) Count(ctx context.Context, city string) (int64, error) {
	return collectValue[int64](ctx, p, sqlCount, city)
}

func (p byCollect) Exists(ctx context.Context, city string) (bool, error) {
	return collectValue[bool](ctx, p, sqlExists, city)
}

func (p byCollect) Groups(ctx context.Context, max int64) (any, error) {
	return collect[Group](ctx, p, sqlGroups, max)
}

func (p byCollect) Insert(ctx context.Context, e *Entry) (err error) {
	e.ID, err = collectValue[int64](ctx, p, sqlInsert, e.values()...)
	return err
}

func (p byCollect) GetOrCreate(ctx context.Context, e *Entry) (any, error) {
	read, err := collectOne[Entry](ctx, p, sqlByCode, e.Code)
	if errors.Is(err, pgx.ErrNoRows) {
		return e, p.Insert(ctx, e)
	}
	return read, err
}
