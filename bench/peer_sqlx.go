package main

import (
	"context"
	"database/sql"
	"errors"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jmoiron/sqlx"
)

// bySqlx is sqlx on pgx's driver for database/sql, with its named parameters
// for what is written.
type bySqlx struct {
	none
	db *sqlx.DB
}

func openSqlx(_ context.Context, url string, pool int) (Peer, error) {
	db, err := openStdlib(url, pool, pgx.QueryExecModeCacheStatement)
	if err != nil {
		return nil, err
	}
	return bySqlx{db: sqlx.NewDb(db, "pgx")}, nil
}

const (
	namedValues = "(:name, :code, :stock, :price, :active, :note, :token, :made_at, :sold_at)"
	namedInsert = "INSERT INTO entries (" + itemColumns + ") VALUES " + namedValues
	namedUpdate = "UPDATE entries SET name = :name, stock = :stock WHERE id = :id"
)

func (p bySqlx) Close() error { return p.db.Close() }

func (p bySqlx) One(ctx context.Context, id int64) (any, error) {
	var it Item
	return &it, p.db.GetContext(ctx, &it, sqlOne, id)
}

func (p bySqlx) List(ctx context.Context, n int) (any, error) {
	var items []Item
	err := p.db.SelectContext(ctx, &items, sqlList, n)
	return items, err
}

func (p bySqlx) Wide(ctx context.Context, n int) (any, error) {
	var wides []Wide
	err := p.db.SelectContext(ctx, &wides, sqlWide, n)
	return wides, err
}

func (p bySqlx) Join(ctx context.Context, city string) (any, error) {
	var tasks []Task
	err := p.db.SelectContext(ctx, &tasks, sqlJoin, city)
	return tasks, err
}

func (p bySqlx) Related(ctx context.Context, n int) (any, error) {
	var tasks []Task
	err := p.db.SelectContext(ctx, &tasks, sqlRelatedNamed, n)
	return tasks, err
}

func (p bySqlx) Prefetch(ctx context.Context, n int) (any, error) {
	var owners []Owner
	if err := p.db.SelectContext(ctx, &owners, sqlOwners, n); err != nil {
		return nil, err
	}
	ids, places := make([]int64, len(owners)), make(map[int64]int, len(owners))
	for i := range owners {
		ids[i], places[owners[i].ID] = owners[i].ID, i
	}
	var tasks []Task
	err := p.db.SelectContext(ctx, &tasks, sqlChildren, ids)
	for i := range tasks {
		o := &owners[places[tasks[i].OwnerID]]
		o.Tasks = append(o.Tasks, &tasks[i])
	}
	return owners, err
}

func (p bySqlx) Count(ctx context.Context, city string) (n int64, err error) {
	err = p.db.GetContext(ctx, &n, sqlCount, city)
	return n, err
}

func (p bySqlx) Exists(ctx context.Context, city string) (found bool, err error) {
	err = p.db.GetContext(ctx, &found, sqlExists, city)
	return found, err
}

func (p bySqlx) Groups(ctx context.Context, max int64) (any, error) {
	var groups []Group
	err := p.db.SelectContext(ctx, &groups, sqlGroups, max)
	return groups, err
}

func (p bySqlx) Insert(ctx context.Context, e *Entry) error {
	return p.insert(ctx, p.db, []*Entry{e}, "")
}

func (p bySqlx) BulkInsert(ctx context.Context, es []*Entry) error { return p.insertAll(ctx, es, "") }

func (p bySqlx) Upsert(ctx context.Context, es []*Entry) error {
	return p.insertAll(ctx, es, sqlOnConflict)
}

func (p bySqlx) insertAll(ctx context.Context, es []*Entry, conflict string) error {
	if len(es) <= batchSize {
		return p.insert(ctx, p.db, es, conflict)
	}
	return p.inTx(ctx, func(tx *sqlx.Tx) error {
		for batch := range slices.Chunk(es, batchSize) {
			if err := p.insert(ctx, tx, batch, conflict); err != nil {
				return err
			}
		}
		return nil
	})
}

// insert inserts entries by one statement of named parameters.
func (p bySqlx) insert(ctx context.Context, db sqlx.ExtContext, es []*Entry, conflict string) error {
	rows, err := sqlx.NamedQueryContext(ctx, db, namedInsert+conflict+" RETURNING id", es)
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
func (p bySqlx) inTx(ctx context.Context, fn func(tx *sqlx.Tx) error) error {
	tx, err := p.db.BeginTxx(ctx, nil)
	if err != nil {
		return err
	}
	if err := fn(tx); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

func (p bySqlx) Update(ctx context.Context, e *Entry) error {
	_, err := p.db.NamedExecContext(ctx, namedUpdate, e)
	return err
}

// BulkUpdate has no parameter of several rows in an UPDATE, so it sends arrays.
func (p bySqlx) BulkUpdate(ctx context.Context, es []*Entry) error {
	return bySQL{db: p.db.DB}.BulkUpdate(ctx, es)
}

func (p bySqlx) Delete(ctx context.Context, id int64) error {
	_, err := p.db.ExecContext(ctx, sqlDelete, id)
	return err
}

func (p bySqlx) Transaction(ctx context.Context, e *Entry, name string, stock int32) (any, error) {
	var read Entry
	err := p.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := p.insert(ctx, tx, []*Entry{e}, ""); err != nil {
			return err
		}
		e.Name, e.Stock = name, stock
		if _, err := tx.NamedExecContext(ctx, namedUpdate, e); err != nil {
			return err
		}
		return tx.GetContext(ctx, &read, sqlEntry, e.ID)
	})
	return &read, err
}

func (p bySqlx) GetOrCreate(ctx context.Context, e *Entry) (any, error) {
	var read Entry
	err := p.db.GetContext(ctx, &read, sqlByCode, e.Code)
	if errors.Is(err, sql.ErrNoRows) {
		return e, p.Insert(ctx, e)
	}
	return &read, err
}
