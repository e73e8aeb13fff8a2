package main

import (
	"context"
	"database/sql"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"
	"github.com/uptrace/bun/driver/pgdriver"
)

// byBun is bun, on its own driver or on pgx's. It writes values into the
// statements, so its documentation advises the simple protocol for pgx.
type byBun struct {
	none
	db *bun.DB
}

func openBun(_ context.Context, url string, pool int) (Peer, error) {
	db := sql.OpenDB(pgdriver.NewConnector(pgdriver.WithDSN(withoutTLS(url))))
	db.SetMaxOpenConns(pool)
	db.SetMaxIdleConns(pool)
	return byBun{db: bun.NewDB(db, pgdialect.New())}, nil
}

func openBunPgx(_ context.Context, url string, pool int) (Peer, error) {
	db, err := openStdlib(url, pool, pgx.QueryExecModeSimpleProtocol)
	if err != nil {
		return nil, err
	}
	return byBun{db: bun.NewDB(db, pgdialect.New())}, nil
}

func (p byBun) Close() error { return p.db.Close() }

func (p byBun) One(ctx context.Context, id int64) (any, error) {
	it := &Item{ID: id}
	return it, p.db.NewSelect().Model(it).WherePK().Scan(ctx)
}

func (p byBun) List(ctx context.Context, n int) (any, error) {
	var items []Item
	err := p.db.NewSelect().Model(&items).Order("id").Limit(int64(n)).Scan(ctx)
	return items, err
}

func (p byBun) Wide(ctx context.Context, n int) (any, error) {
	var wides []Wide
	err := p.db.NewSelect().Model(&wides).Order("id").Limit(int64(n)).Scan(ctx)
	return wides, err
}

func (p byBun) Join(ctx context.Context, city string) (any, error) {
	var tasks []Task
	err := p.db.NewSelect().Model(&tasks).Join("JOIN owners AS o ON o.id = task.owner_id").Where("o.city = ?", city).Order("task.id").Scan(ctx)
	return tasks, err
}

func (p byBun) Related(ctx context.Context, n int) (any, error) {
	var tasks []Task
	err := p.db.NewSelect().Model(&tasks).Relation("Owner").Order("task.id").Limit(int64(n)).Scan(ctx)
	return tasks, err
}

func (p byBun) Prefetch(ctx context.Context, n int) (any, error) {
	var owners []Owner
	err := p.db.NewSelect().Model(&owners).Relation("Tasks").Order("id").Limit(int64(n)).Scan(ctx)
	return owners, err
}

func (p byBun) Count(ctx context.Context, city string) (int64, error) {
	n, err := p.db.NewSelect().Model((*Owner)(nil)).Where("city = ?", city).Count(ctx)
	return int64(n), err
}

func (p byBun) Exists(ctx context.Context, city string) (bool, error) {
	return p.db.NewSelect().Model((*Owner)(nil)).Where("city = ?", city).Exists(ctx)
}

func (p byBun) Groups(ctx context.Context, max int64) (any, error) {
	var groups []Group
	err := p.db.NewSelect().Model((*Item)(nil)).Column("stock").ColumnExpr("count(*) AS n").ColumnExpr("sum(price) AS total").ColumnExpr("max(made_at) AS newest").
		Where("id <= ?", max).Group("stock").Order("stock").Scan(ctx, &groups)
	return groups, err
}

func (p byBun) Insert(ctx context.Context, e *Entry) error {
	_, err := p.db.NewInsert().Model(e).Exec(ctx)
	return err
}

func (p byBun) BulkInsert(ctx context.Context, es []*Entry) error {
	_, err := p.db.NewInsert().Model(&es).Exec(ctx)
	return err
}

func (p byBun) Update(ctx context.Context, e *Entry) error {
	_, err := p.db.NewUpdate().Model(e).Column("name", "stock").WherePK().Exec(ctx)
	return err
}

func (p byBun) BulkUpdate(ctx context.Context, es []*Entry) error {
	_, err := p.db.NewUpdate().Model(&es).Column("name", "stock").Bulk().Exec(ctx)
	return err
}

func (p byBun) Upsert(ctx context.Context, es []*Entry) error {
	_, err := p.db.NewInsert().Model(&es).On("CONFLICT (code) DO UPDATE").Set("name = EXCLUDED.name").Set("stock = EXCLUDED.stock").Set("price = EXCLUDED.price").Returning("id").Exec(ctx)
	return err
}

func (p byBun) Delete(ctx context.Context, id int64) error {
	_, err := p.db.NewDelete().Model(&Entry{ID: id}).WherePK().Exec(ctx)
	return err
}

func (p byBun) Transaction(ctx context.Context, e *Entry, name string, stock int32) (any, error) {
	read := new(Entry)
	err := p.db.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewInsert().Model(e).Exec(ctx); err != nil {
			return err
		}
		e.Name, e.Stock = name, stock
		if _, err := tx.NewUpdate().Model(e).Column("name", "stock").WherePK().Exec(ctx); err != nil {
			return err
		}
		read.ID = e.ID
		return tx.NewSelect().Model(read).WherePK().Scan(ctx)
	})
	return read, err
}

func (p byBun) GetOrCreate(ctx context.Context, e *Entry) (any, error) {
	read := new(Entry)
	err := p.db.NewSelect().Model(read).Where("code = ?", e.Code).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return e, p.Insert(ctx, e)
	}
	return read, err
}
