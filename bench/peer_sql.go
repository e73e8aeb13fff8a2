package main

import (
	"context"
	"database/sql"
	"errors"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// bySQL is database/sql by hand, on pgx's driver.
type bySQL struct {
	none
	db *sql.DB
}

func openSQL(_ context.Context, url string, pool int) (Peer, error) {
	db, err := openStdlib(url, pool, pgx.QueryExecModeCacheStatement)
	return bySQL{db: db}, err
}

// openStdlib opens a database of database/sql on pgx's driver.
func openStdlib(url string, pool int, mode pgx.QueryExecMode) (*sql.DB, error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, err
	}
	config.DefaultQueryExecMode = mode
	db := stdlib.OpenDB(*config)
	db.SetMaxOpenConns(pool)
	db.SetMaxIdleConns(pool)
	return db, nil
}

func (p bySQL) Close() error { return p.db.Close() }

func (p bySQL) One(ctx context.Context, id int64) (any, error) {
	var it Item
	return &it, p.db.QueryRowContext(ctx, sqlOne, id).Scan(&it.ID, &it.Name, &it.Code, &it.Stock, &it.Price, &it.Active, &it.Note, &it.Token, &it.MadeAt, &it.SoldAt)
}

func (p bySQL) List(ctx context.Context, n int) (any, error) {
	rows, err := p.db.QueryContext(ctx, sqlList, n)
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

func (p bySQL) Wide(ctx context.Context, n int) (any, error) {
	rows, err := p.db.QueryContext(ctx, sqlWide, n)
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

func (p bySQL) Join(ctx context.Context, city string) (any, error) {
	rows, err := p.db.QueryContext(ctx, sqlJoin, city)
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

func (p bySQL) Related(ctx context.Context, n int) (any, error) {
	rows, err := p.db.QueryContext(ctx, sqlRelated, n)
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

func (p bySQL) Prefetch(ctx context.Context, n int) (any, error) {
	rows, err := p.db.QueryContext(ctx, sqlOwners, n)
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
	children, err := p.db.QueryContext(ctx, sqlChildren, ids)
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

func (p bySQL) Count(ctx context.Context, city string) (n int64, err error) {
	err = p.db.QueryRowContext(ctx, sqlCount, city).Scan(&n)
	return n, err
}

func (p bySQL) Exists(ctx context.Context, city string) (found bool, err error) {
	err = p.db.QueryRowContext(ctx, sqlExists, city).Scan(&found)
	return found, err
}

func (p bySQL) Groups(ctx context.Context, max int64) (any, error) {
	rows, err := p.db.QueryContext(ctx, sqlGroups, max)
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

func (p bySQL) Insert(ctx context.Context, e *Entry) error {
	return p.db.QueryRowContext(ctx, sqlInsert, e.Name, e.Code, e.Stock, e.Price, e.Active, e.Note, e.Token, e.MadeAt, e.SoldAt).Scan(&e.ID)
}

func (p bySQL) BulkInsert(ctx context.Context, es []*Entry) error { return p.insertAll(ctx, es, "") }

func (p bySQL) Upsert(ctx context.Context, es []*Entry) error {
	return p.insertAll(ctx, es, sqlOnConflict)
}

func (p bySQL) insertAll(ctx context.Context, es []*Entry, conflict string) error {
	if len(es) <= batchSize {
		return sqlInsertOf(ctx, p.db, es, conflict)
	}
	return p.inTx(ctx, func(tx *sql.Tx) error {
		for batch := range slices.Chunk(es, batchSize) {
			if err := sqlInsertOf(ctx, tx, batch, conflict); err != nil {
				return err
			}
		}
		return nil
	})
}

// sqlInsertOf inserts entries by one statement and sets their keys.
func sqlInsertOf(ctx context.Context, db interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}, es []*Entry, conflict string) error {
	rows, err := db.QueryContext(ctx, multiValues(len(es), conflict), multiValueArgs(es)...)
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

// inTx runs fn in a transaction.
func (p bySQL) inTx(ctx context.Context, fn func(tx *sql.Tx) error) error {
	tx, err := p.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := fn(tx); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

func (p bySQL) Update(ctx context.Context, e *Entry) error {
	_, err := p.db.ExecContext(ctx, sqlUpdate, e.Name, e.Stock, e.ID)
	return err
}

func (p bySQL) BulkUpdate(ctx context.Context, es []*Entry) error {
	ids, names, stocks := make([]int64, len(es)), make([]string, len(es)), make([]int32, len(es))
	for i, e := range es {
		ids[i], names[i], stocks[i] = e.ID, e.Name, e.Stock
	}
	_, err := p.db.ExecContext(ctx, sqlBulkUpdate, ids, names, stocks)
	return err
}

func (p bySQL) Delete(ctx context.Context, id int64) error {
	_, err := p.db.ExecContext(ctx, sqlDelete, id)
	return err
}

func (p bySQL) Transaction(ctx context.Context, e *Entry, name string, stock int32) (any, error) {
	var read Entry
	err := p.inTx(ctx, func(tx *sql.Tx) error {
		if err := tx.QueryRowContext(ctx, sqlInsert, e.Name, e.Code, e.Stock, e.Price, e.Active, e.Note, e.Token, e.MadeAt, e.SoldAt).Scan(&e.ID); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, sqlUpdate, name, stock, e.ID); err != nil {
			return err
		}
		return tx.QueryRowContext(ctx, sqlEntry, e.ID).Scan((*Item)(&read).fields()...)
	})
	return &read, err
}

func (p bySQL) GetOrCreate(ctx context.Context, e *Entry) (any, error) {
	var read Entry
	err := p.db.QueryRowContext(ctx, sqlByCode, e.Code).Scan((*Item)(&read).fields()...)
	if errors.Is(err, sql.ErrNoRows) {
		return e, p.Insert(ctx, e)
	}
	return &read, err
}
