package main

import (
	"context"
	"errors"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// byPgx is pgx by hand: statements as constants, rows.Scan into a slice of
// structs. It is the baseline.
type byPgx struct{ pool *pgxpool.Pool }

func openPgx(ctx context.Context, url string, pool int) (Peer, error) {
	p, err := openPool(ctx, url, pool)
	return byPgx{p}, err
}

// openPool opens a pool with as many connections as the other peers have.
func openPool(ctx context.Context, url string, pool int) (*pgxpool.Pool, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, err
	}
	config.MaxConns = int32(pool)
	return pgxpool.NewWithConfig(ctx, config)
}

func (p byPgx) Close() error {
	p.pool.Close()
	return nil
}

func (p byPgx) One(ctx context.Context, id int64) (any, error) {
	var it Item
	if err := p.pool.QueryRow(ctx, sqlOne, id).Scan(&it.ID, &it.Name, &it.Code, &it.Stock, &it.Price, &it.Active, &it.Note, &it.Token, &it.MadeAt, &it.SoldAt); err != nil {
		return nil, err
	}
	return &it, nil
}

func (p byPgx) List(ctx context.Context, n int) (any, error) {
	rows, err := p.pool.Query(ctx, sqlList, n)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var items []Item
	for rows.Next() {
		var it Item
		if err := rows.Scan(&it.ID, &it.Name, &it.Code, &it.Stock, &it.Price, &it.Active, &it.Note, &it.Token, &it.MadeAt, &it.SoldAt); err != nil {
			return nil, err
		}
		items = append(items, it)
	}
	return items, rows.Err()
}

func (p byPgx) Wide(ctx context.Context, n int) (any, error) {
	rows, err := p.pool.Query(ctx, sqlWide, n)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var wides []Wide
	for rows.Next() {
		var w Wide
		if err := rows.Scan(w.fields()...); err != nil {
			return nil, err
		}
		wides = append(wides, w)
	}
	return wides, rows.Err()
}

func (p byPgx) Join(ctx context.Context, city string) (any, error) {
	rows, err := p.pool.Query(ctx, sqlJoin, city)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var tasks []Task
	for rows.Next() {
		var t Task
		if err := rows.Scan(&t.ID, &t.OwnerID, &t.Title, &t.Position, &t.Done, &t.DueAt); err != nil {
			return nil, err
		}
		tasks = append(tasks, t)
	}
	return tasks, rows.Err()
}

func (p byPgx) Related(ctx context.Context, n int) (any, error) {
	rows, err := p.pool.Query(ctx, sqlRelated, n)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var tasks []Task
	for rows.Next() {
		var t Task
		var o Owner
		if err := rows.Scan(&t.ID, &t.OwnerID, &t.Title, &t.Position, &t.Done, &t.DueAt, &o.ID, &o.Name, &o.City, &o.MadeAt); err != nil {
			return nil, err
		}
		t.Owner = &o
		tasks = append(tasks, t)
	}
	return tasks, rows.Err()
}

func (p byPgx) Prefetch(ctx context.Context, n int) (any, error) {
	rows, err := p.pool.Query(ctx, sqlOwners, n)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var owners []Owner
	for rows.Next() {
		var o Owner
		if err := rows.Scan(&o.ID, &o.Name, &o.City, &o.MadeAt); err != nil {
			return nil, err
		}
		owners = append(owners, o)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	ids, places := make([]int64, len(owners)), make(map[int64]int, len(owners))
	for i := range owners {
		ids[i], places[owners[i].ID] = owners[i].ID, i
	}
	children, err := p.pool.Query(ctx, sqlChildren, ids)
	if err != nil {
		return nil, err
	}
	defer children.Close()
	for children.Next() {
		var t Task
		if err := children.Scan(&t.ID, &t.OwnerID, &t.Title, &t.Position, &t.Done, &t.DueAt); err != nil {
			return nil, err
		}
		o := &owners[places[t.OwnerID]]
		o.Tasks = append(o.Tasks, &t)
	}
	return owners, children.Err()
}

func (p byPgx) Count(ctx context.Context, city string) (n int64, err error) {
	err = p.pool.QueryRow(ctx, sqlCount, city).Scan(&n)
	return n, err
}

func (p byPgx) Exists(ctx context.Context, city string) (found bool, err error) {
	err = p.pool.QueryRow(ctx, sqlExists, city).Scan(&found)
	return found, err
}

func (p byPgx) Groups(ctx context.Context, max int64) (any, error) {
	rows, err := p.pool.Query(ctx, sqlGroups, max)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var groups []Group
	for rows.Next() {
		var g Group
		if err := rows.Scan(&g.Stock, &g.N, &g.Total, &g.Newest); err != nil {
			return nil, err
		}
		groups = append(groups, g)
	}
	return groups, rows.Err()
}

func (p byPgx) Insert(ctx context.Context, e *Entry) error {
	return p.pool.QueryRow(ctx, sqlInsert, e.Name, e.Code, e.Stock, e.Price, e.Active, e.Note, e.Token, e.MadeAt, e.SoldAt).Scan(&e.ID)
}

func (p byPgx) BulkInsert(ctx context.Context, es []*Entry) error { return p.insertAll(ctx, es, "") }

func (p byPgx) Upsert(ctx context.Context, es []*Entry) error {
	return p.insertAll(ctx, es, sqlOnConflict)
}

// insertAll inserts by statements with a parameter for each value, in one
// transaction if there are several.
func (p byPgx) insertAll(ctx context.Context, es []*Entry, conflict string) error {
	if len(es) <= batchSize {
		return pgxInsert(ctx, p.pool, es, conflict)
	}
	return pgx.BeginFunc(ctx, p.pool, func(tx pgx.Tx) error {
		for batch := range slices.Chunk(es, batchSize) {
			if err := pgxInsert(ctx, tx, batch, conflict); err != nil {
				return err
			}
		}
		return nil
	})
}

// pgxInsert inserts entries by one statement and sets their keys.
func pgxInsert(ctx context.Context, db interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}, es []*Entry, conflict string) error {
	rows, err := db.Query(ctx, multiValues(len(es), conflict), multiValueArgs(es)...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for i := 0; rows.Next(); i++ {
		if err := rows.Scan(&es[i].ID); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (p byPgx) Copy(ctx context.Context, es []*Entry) error {
	_, err := p.pool.CopyFrom(ctx, pgx.Identifier{"entries"},
		[]string{"name", "code", "stock", "price", "active", "note", "token", "made_at", "sold_at"},
		pgx.CopyFromSlice(len(es), func(i int) ([]any, error) { return es[i].values(), nil }))
	return err
}

func (p byPgx) Update(ctx context.Context, e *Entry) error {
	_, err := p.pool.Exec(ctx, sqlUpdate, e.Name, e.Stock, e.ID)
	return err
}

func (p byPgx) BulkUpdate(ctx context.Context, es []*Entry) error {
	ids, names, stocks := make([]int64, len(es)), make([]string, len(es)), make([]int32, len(es))
	for i, e := range es {
		ids[i], names[i], stocks[i] = e.ID, e.Name, e.Stock
	}
	_, err := p.pool.Exec(ctx, sqlBulkUpdate, ids, names, stocks)
	return err
}

func (p byPgx) Delete(ctx context.Context, id int64) error {
	_, err := p.pool.Exec(ctx, sqlDelete, id)
	return err
}

func (p byPgx) Transaction(ctx context.Context, e *Entry, name string, stock int32) (any, error) {
	var read Entry
	err := pgx.BeginFunc(ctx, p.pool, func(tx pgx.Tx) error {
		if err := tx.QueryRow(ctx, sqlInsert, e.Name, e.Code, e.Stock, e.Price, e.Active, e.Note, e.Token, e.MadeAt, e.SoldAt).Scan(&e.ID); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, sqlUpdate, name, stock, e.ID); err != nil {
			return err
		}
		return tx.QueryRow(ctx, sqlEntry, e.ID).Scan((*Item)(&read).fields()...)
	})
	return &read, err
}

func (p byPgx) GetOrCreate(ctx context.Context, e *Entry) (any, error) {
	var read Entry
	err := p.pool.QueryRow(ctx, sqlByCode, e.Code).Scan((*Item)(&read).fields()...)
	if errors.Is(err, pgx.ErrNoRows) {
		return e, p.Insert(ctx, e)
	}
	return &read, err
}
