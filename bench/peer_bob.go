package main

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"

	"github.com/stephenafamo/bob"
	"github.com/stephenafamo/bob/dialect/psql"
	"github.com/stephenafamo/bob/dialect/psql/dialect"
	"github.com/stephenafamo/bob/dialect/psql/dm"
	"github.com/stephenafamo/bob/dialect/psql/im"
	"github.com/stephenafamo/bob/dialect/psql/sm"
	"github.com/stephenafamo/bob/dialect/psql/um"
	bobpgx "github.com/stephenafamo/bob/drivers/pgx"
	"github.com/stephenafamo/bob/expr"
	"github.com/stephenafamo/scan"
)

// byBob is bob on pgx's pool: its views for reads of models, its builders for
// the rest. Relations are read as its builders do without generated code.
type byBob struct {
	none
	db      bobpgx.Pool
	items   *psql.View[*Item, []*Item, expr.ColumnsExpr]
	entries *psql.View[*Entry, []*Entry, expr.ColumnsExpr]
	owners  *psql.View[*Owner, []*Owner, expr.ColumnsExpr]
	tasks   *psql.View[*Task, []*Task, expr.ColumnsExpr]
	wides   *psql.View[*Wide, []*Wide, expr.ColumnsExpr]
}

func openBob(ctx context.Context, url string, pool int) (Peer, error) {
	p, err := openPool(ctx, url, pool)
	if err != nil {
		return nil, err
	}
	return byBob{
		db:      bobpgx.NewPool(p),
		items:   bobView[Item]("items", itemList),
		entries: bobView[Entry]("entries", itemList),
		owners:  bobView[Owner]("owners", ownerList),
		tasks:   bobView[Task]("tasks", taskList),
		wides:   bobView[Wide]("wides", wideList),
	}, nil
}

// bobView returns the view of a table with a list of columns.
func bobView[T any](table, list string) *psql.View[*T, []*T, expr.ColumnsExpr] {
	return psql.NewView[*T]("", table, expr.NewColumnsExpr(strings.Split(list, ", ")...).WithParent(table))
}

func (p byBob) Close() error {
	p.db.Close()
	return nil
}

func (p byBob) One(ctx context.Context, id int64) (any, error) {
	return p.items.Query(sm.Where(psql.Quote("items", "id").EQ(psql.Arg(id)))).One(ctx, p.db)
}

func (p byBob) List(ctx context.Context, n int) (any, error) {
	return p.items.Query(sm.OrderBy(psql.Quote("items", "id")), sm.Limit(n)).All(ctx, p.db)
}

func (p byBob) Wide(ctx context.Context, n int) (any, error) {
	return p.wides.Query(sm.OrderBy(psql.Quote("wides", "id")), sm.Limit(n)).All(ctx, p.db)
}

func (p byBob) Join(ctx context.Context, city string) (any, error) {
	return p.tasks.Query(
		sm.InnerJoin("owners").OnEQ(psql.Quote("owners", "id"), psql.Quote("tasks", "owner_id")),
		sm.Where(psql.Quote("owners", "city").EQ(psql.Arg(city))),
		sm.OrderBy(psql.Quote("tasks", "id")),
	).All(ctx, p.db)
}

// ownerOfTask selects an owner's columns under the names that the mapper of
// Task knows.
var ownerOfTask = expr.NewColumnsExpr(strings.Split(ownerList, ", ")...).WithParent("owners").WithPrefix("owner.")

func (p byBob) Related(ctx context.Context, n int) (any, error) {
	return p.tasks.Query(
		sm.Columns(p.tasks.Columns, ownerOfTask),
		sm.InnerJoin("owners").OnEQ(psql.Quote("owners", "id"), psql.Quote("tasks", "owner_id")),
		sm.OrderBy(psql.Quote("tasks", "id")), sm.Limit(n),
	).All(ctx, p.db)
}

func (p byBob) Prefetch(ctx context.Context, n int) (any, error) {
	owners, err := p.owners.Query(sm.OrderBy(psql.Quote("owners", "id")), sm.Limit(n)).All(ctx, p.db)
	if err != nil {
		return nil, err
	}
	ids, places := make([]int64, len(owners)), make(map[int64]*Owner, len(owners))
	for i, o := range owners {
		ids[i], places[o.ID] = o.ID, o
	}
	tasks, err := p.tasks.Query(sm.Where(psql.Quote("tasks", "owner_id").EQ(psql.F("ANY", psql.Arg(ids))))).All(ctx, p.db)
	for _, t := range tasks {
		o := places[t.OwnerID]
		o.Tasks = append(o.Tasks, t)
	}
	return owners, err
}

func (p byBob) Count(ctx context.Context, city string) (int64, error) {
	return p.owners.Query(sm.Where(psql.Quote("owners", "city").EQ(psql.Arg(city)))).Count(ctx, p.db)
}

func (p byBob) Exists(ctx context.Context, city string) (bool, error) {
	return p.owners.Query(sm.Where(psql.Quote("owners", "city").EQ(psql.Arg(city)))).Exists(ctx, p.db)
}

func (p byBob) Groups(ctx context.Context, max int64) (any, error) {
	return bob.All(ctx, p.db, psql.Select(
		sm.Columns("stock", "count(*) AS n", "sum(price) AS total", "max(made_at) AS newest"),
		sm.From("items"), sm.Where(psql.Quote("id").LTE(psql.Arg(max))), sm.GroupBy("stock"), sm.OrderBy("stock"),
	), scan.StructMapper[Group]())
}

// bobInsert inserts entries by one statement and sets their keys.
func bobInsert(ctx context.Context, db bob.Executor, es []*Entry, mods ...bob.Mod[*dialect.InsertQuery]) error {
	q := psql.Insert(im.Into("entries", "name", "code", "stock", "price", "active", "note", "token", "made_at", "sold_at"), im.Returning("id"))
	for _, e := range es {
		q.Apply(im.Values(psql.Arg(e.values()...)))
	}
	q.Apply(mods...)
	ids, err := bob.All(ctx, db, q, scan.SingleColumnMapper[int64])
	for i, id := range ids {
		es[i].ID = id
	}
	return err
}

func (p byBob) Insert(ctx context.Context, e *Entry) error { return bobInsert(ctx, p.db, []*Entry{e}) }

func (p byBob) BulkInsert(ctx context.Context, es []*Entry) error {
	if len(es) <= batchSize {
		return bobInsert(ctx, p.db, es)
	}
	return p.inTx(ctx, func(tx bobpgx.Tx) error {
		for batch := range slices.Chunk(es, batchSize) {
			if err := bobInsert(ctx, tx, batch); err != nil {
				return err
			}
		}
		return nil
	})
}

func (p byBob) Upsert(ctx context.Context, es []*Entry) error {
	return bobInsert(ctx, p.db, es, im.OnConflict("code").DoUpdate(im.SetExcluded("name", "stock", "price")))
}

// inTx runs fn in a transaction.
func (p byBob) inTx(ctx context.Context, fn func(tx bobpgx.Tx) error) error {
	tx, err := p.db.Begin(ctx)
	if err != nil {
		return err
	}
	if err := fn(tx); err != nil {
		return errors.Join(err, tx.Rollback(ctx))
	}
	return tx.Commit(ctx)
}

// bobUpdate writes the name and the stock of an entry.
func bobUpdate(ctx context.Context, db bob.Executor, id int64, name string, stock int32) error {
	_, err := bob.Exec(ctx, db, psql.Update(um.Table("entries"), um.SetCol("name").ToArg(name), um.SetCol("stock").ToArg(stock), um.Where(psql.Quote("id").EQ(psql.Arg(id)))))
	return err
}

func (p byBob) Update(ctx context.Context, e *Entry) error {
	return bobUpdate(ctx, p.db, e.ID, e.Name, e.Stock)
}

func (p byBob) Delete(ctx context.Context, id int64) error {
	_, err := bob.Exec(ctx, p.db, psql.Delete(dm.From("entries"), dm.Where(psql.Quote("id").EQ(psql.Arg(id)))))
	return err
}

func (p byBob) Transaction(ctx context.Context, e *Entry, name string, stock int32) (read any, err error) {
	err = p.inTx(ctx, func(tx bobpgx.Tx) error {
		if err := bobInsert(ctx, tx, []*Entry{e}); err != nil {
			return err
		}
		if err := bobUpdate(ctx, tx, e.ID, name, stock); err != nil {
			return err
		}
		read, err = p.entries.Query(sm.Where(psql.Quote("entries", "id").EQ(psql.Arg(e.ID)))).One(ctx, tx)
		return err
	})
	return read, err
}

func (p byBob) GetOrCreate(ctx context.Context, e *Entry) (any, error) {
	read, err := p.entries.Query(sm.Where(psql.Quote("entries", "code").EQ(psql.Arg(e.Code)))).One(ctx, p.db)
	if errors.Is(err, sql.ErrNoRows) {
		return e, p.Insert(ctx, e)
	}
	return read, err
}
