package main

import (
	"context"
	"errors"
	"slices"

	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"
	"github.com/gormango/gormango/bench/ent"
	"github.com/gormango/gormango/bench/ent/entry"
	"github.com/gormango/gormango/bench/ent/item"
	"github.com/gormango/gormango/bench/ent/owner"
	"github.com/gormango/gormango/bench/ent/task"
	"github.com/jackc/pgx/v5"
)

// byEnt is ent on pgx's driver for database/sql. It reads and writes types of
// its own, so what is written is copied into its builders.
type byEnt struct {
	none
	client *ent.Client
}

func openEnt(_ context.Context, url string, pool int) (Peer, error) {
	db, err := openStdlib(url, pool, pgx.QueryExecModeCacheStatement)
	if err != nil {
		return nil, err
	}
	return byEnt{client: ent.NewClient(ent.Driver(entsql.OpenDB(dialect.Postgres, db)))}, nil
}

func (p byEnt) Close() error { return p.client.Close() }

func (p byEnt) One(ctx context.Context, id int64) (any, error) { return p.client.Item.Get(ctx, id) }

func (p byEnt) List(ctx context.Context, n int) (any, error) {
	return p.client.Item.Query().Order(item.ByID()).Limit(n).All(ctx)
}

func (p byEnt) Join(ctx context.Context, city string) (any, error) {
	return p.client.Task.Query().Where(task.HasOwnerWith(owner.City(city))).Order(task.ByID()).All(ctx)
}

func (p byEnt) Related(ctx context.Context, n int) (any, error) {
	return p.client.Task.Query().WithOwner().Order(task.ByID()).Limit(n).All(ctx)
}

func (p byEnt) Prefetch(ctx context.Context, n int) (any, error) {
	return p.client.Owner.Query().WithTasks().Order(owner.ByID()).Limit(n).All(ctx)
}

func (p byEnt) Count(ctx context.Context, city string) (int64, error) {
	n, err := p.client.Owner.Query().Where(owner.City(city)).Count(ctx)
	return int64(n), err
}

func (p byEnt) Exists(ctx context.Context, city string) (bool, error) {
	return p.client.Owner.Query().Where(owner.City(city)).Exist(ctx)
}

func (p byEnt) Groups(ctx context.Context, max int64) (any, error) {
	var groups []Group
	err := p.client.Item.Query().Where(item.IDLTE(max)).Order(item.ByStock()).GroupBy(item.FieldStock).
		Aggregate(ent.As(ent.Count(), "n"), ent.As(ent.Sum(item.FieldPrice), "total"), ent.As(ent.Max(item.FieldMadeAt), "newest")).Scan(ctx, &groups)
	return groups, err
}

// set copies an entry into a builder.
func set(c *ent.EntryCreate, e *Entry) *ent.EntryCreate {
	return c.SetName(e.Name).SetCode(e.Code).SetStock(e.Stock).SetPrice(e.Price).SetActive(e.Active).
		SetNillableNote(e.Note).SetToken(e.Token).SetMadeAt(e.MadeAt).SetNillableSoldAt(e.SoldAt)
}

// insert inserts an entry and sets its key.
func insert(ctx context.Context, client *ent.EntryClient, e *Entry) error {
	created, err := set(client.Create(), e).Save(ctx)
	if err == nil {
		e.ID = created.ID
	}
	return err
}

// bulk saves a builder of many entries and sets their keys.
func bulk(ctx context.Context, b *ent.EntryCreateBulk, es []*Entry) error {
	created, err := b.Save(ctx)
	for i, c := range created {
		es[i].ID = c.ID
	}
	return err
}

func (p byEnt) Insert(ctx context.Context, e *Entry) error { return insert(ctx, p.client.Entry, e) }

func (p byEnt) BulkInsert(ctx context.Context, es []*Entry) error {
	if len(es) <= batchSize {
		return bulk(ctx, builders(p.client.Entry, es), es)
	}
	return p.inTx(ctx, func(tx *ent.Tx) error {
		for batch := range slices.Chunk(es, batchSize) {
			if err := bulk(ctx, builders(tx.Entry, batch), batch); err != nil {
				return err
			}
		}
		return nil
	})
}

// builders returns a builder that inserts entries by one statement.
func builders(client *ent.EntryClient, es []*Entry) *ent.EntryCreateBulk {
	return client.MapCreateBulk(es, func(c *ent.EntryCreate, i int) { set(c, es[i]) })
}

// inTx runs fn in a transaction.
func (p byEnt) inTx(ctx context.Context, fn func(tx *ent.Tx) error) error {
	tx, err := p.client.Tx(ctx)
	if err != nil {
		return err
	}
	if err := fn(tx); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

// Update takes the builder of many rows: that of one row reads the row again,
// in a transaction.
func (p byEnt) Update(ctx context.Context, e *Entry) error {
	return p.client.Entry.Update().Where(entry.ID(e.ID)).SetName(e.Name).SetStock(e.Stock).Exec(ctx)
}

// BulkUpdate is an upsert by key, ent's only way to write different values by
// one statement. It would insert rows that do not exist.
func (p byEnt) BulkUpdate(ctx context.Context, es []*Entry) error {
	return p.client.Entry.MapCreateBulk(es, func(c *ent.EntryCreate, i int) { set(c, es[i]).SetID(es[i].ID) }).
		OnConflictColumns(entry.FieldID).Update(func(u *ent.EntryUpsert) { u.UpdateName().UpdateStock() }).Exec(ctx)
}

func (p byEnt) Upsert(ctx context.Context, es []*Entry) error {
	b := builders(p.client.Entry, es)
	b.OnConflictColumns(entry.FieldCode).Update(func(u *ent.EntryUpsert) { u.UpdateName().UpdateStock().UpdatePrice() })
	return bulk(ctx, b, es)
}

func (p byEnt) Delete(ctx context.Context, id int64) error {
	return p.client.Entry.DeleteOneID(id).Exec(ctx)
}

func (p byEnt) Transaction(ctx context.Context, e *Entry, name string, stock int32) (read any, err error) {
	err = p.inTx(ctx, func(tx *ent.Tx) error {
		if err := insert(ctx, tx.Entry, e); err != nil {
			return err
		}
		if err := tx.Entry.Update().Where(entry.ID(e.ID)).SetName(name).SetStock(stock).Exec(ctx); err != nil {
			return err
		}
		read, err = tx.Entry.Get(ctx, e.ID)
		return err
	})
	return read, err
}

func (p byEnt) GetOrCreate(ctx context.Context, e *Entry) (any, error) {
	read, err := p.client.Entry.Query().Where(entry.Code(e.Code)).Only(ctx)
	if ent.IsNotFound(err) {
		return e, p.Insert(ctx, e)
	}
	return read, err
}
