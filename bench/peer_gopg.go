package main

import (
	"context"

	"net/url"

	"github.com/go-pg/pg/v10"
)

// byGoPg is go-pg, which has a driver and a pool of its own and writes values
// into the statements.
type byGoPg struct {
	none
	db *pg.DB
}

// withoutTLS returns the URL with sslmode=disable unless it says otherwise:
// the drivers of bun and go-pg insist on TLS, and pgx on loopback does without.
func withoutTLS(server string) string {
	u, err := url.Parse(server)
	if err != nil {
		return server
	}
	query := u.Query()
	if query.Get("sslmode") == "" {
		query.Set("sslmode", "disable")
	}
	u.RawQuery = query.Encode()
	return u.String()
}

func openGoPg(_ context.Context, url string, pool int) (Peer, error) {
	options, err := pg.ParseURL(withoutTLS(url))
	if err != nil {
		return nil, err
	}
	options.PoolSize = pool
	return byGoPg{db: pg.Connect(options)}, nil
}

func (p byGoPg) Close() error { return p.db.Close() }

func (p byGoPg) One(ctx context.Context, id int64) (any, error) {
	it := &Item{ID: id}
	return it, p.db.ModelContext(ctx, it).WherePK().Select()
}

func (p byGoPg) List(ctx context.Context, n int) (any, error) {
	var items []Item
	err := p.db.ModelContext(ctx, &items).Order("id").Limit(n).Select()
	return items, err
}

func (p byGoPg) Wide(ctx context.Context, n int) (any, error) {
	var wides []Wide
	err := p.db.ModelContext(ctx, &wides).Order("id").Limit(n).Select()
	return wides, err
}

func (p byGoPg) Join(ctx context.Context, city string) (any, error) {
	var tasks []Task
	err := p.db.ModelContext(ctx, &tasks).Join("JOIN owners AS o ON o.id = task.owner_id").Where("o.city = ?", city).Order("task.id").Select()
	return tasks, err
}

func (p byGoPg) Related(ctx context.Context, n int) (any, error) {
	var tasks []Task
	err := p.db.ModelContext(ctx, &tasks).Relation("Owner").Order("task.id").Limit(n).Select()
	return tasks, err
}

func (p byGoPg) Prefetch(ctx context.Context, n int) (any, error) {
	var owners []Owner
	err := p.db.ModelContext(ctx, &owners).Relation("Tasks").Order("id").Limit(n).Select()
	return owners, err
}

func (p byGoPg) Count(ctx context.Context, city string) (int64, error) {
	n, err := p.db.ModelContext(ctx, (*Owner)(nil)).Where("city = ?", city).Count()
	return int64(n), err
}

func (p byGoPg) Exists(ctx context.Context, city string) (bool, error) {
	return p.db.ModelContext(ctx, (*Owner)(nil)).Where("city = ?", city).Exists()
}

func (p byGoPg) Groups(ctx context.Context, max int64) (any, error) {
	var groups []Group
	err := p.db.ModelContext(ctx, (*Item)(nil)).Column("stock").ColumnExpr("count(*) AS n").ColumnExpr("sum(price) AS total").ColumnExpr("max(made_at) AS newest").
		Where("id <= ?", max).Group("stock").Order("stock").Select(&groups)
	return groups, err
}

func (p byGoPg) Insert(ctx context.Context, e *Entry) error {
	_, err := p.db.ModelContext(ctx, e).Insert()
	return err
}

func (p byGoPg) BulkInsert(ctx context.Context, es []*Entry) error {
	_, err := p.db.ModelContext(ctx, &es).Insert()
	return err
}

func (p byGoPg) Update(ctx context.Context, e *Entry) error {
	_, err := p.db.ModelContext(ctx, e).Column("name", "stock").WherePK().Update()
	return err
}

func (p byGoPg) BulkUpdate(ctx context.Context, es []*Entry) error {
	_, err := p.db.ModelContext(ctx, &es).Column("name", "stock").WherePK().Update()
	return err
}

func (p byGoPg) Upsert(ctx context.Context, es []*Entry) error {
	_, err := p.db.ModelContext(ctx, &es).OnConflict("(code) DO UPDATE").Set("name = EXCLUDED.name").Set("stock = EXCLUDED.stock").Set("price = EXCLUDED.price").Returning("id").Insert()
	return err
}

func (p byGoPg) Delete(ctx context.Context, id int64) error {
	_, err := p.db.ModelContext(ctx, &Entry{ID: id}).WherePK().Delete()
	return err
}

func (p byGoPg) Transaction(ctx context.Context, e *Entry, name string, stock int32) (any, error) {
	read := new(Entry)
	err := p.db.RunInTransaction(ctx, func(tx *pg.Tx) error {
		if _, err := tx.ModelContext(ctx, e).Insert(); err != nil {
			return err
		}
		e.Name, e.Stock = name, stock
		if _, err := tx.ModelContext(ctx, e).Column("name", "stock").WherePK().Update(); err != nil {
			return err
		}
		read.ID = e.ID
		return tx.ModelContext(ctx, read).WherePK().Select()
	})
	return read, err
}

// GetOrCreate selects or inserts by go-pg's own call.
func (p byGoPg) GetOrCreate(ctx context.Context, e *Entry) (any, error) {
	_, err := p.db.ModelContext(ctx, e).Where("code = ?code").SelectOrInsert()
	return e, err
}
