package main

import (
	"context"
	"log/slog"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/txutil"
	"gorm.io/gorm"
)

// models are the models for gormango.Open.
var modelsOf = []any{&Item{}, &Entry{}, &Owner{}, &Task{}, &Wide{}}

// byGormango is gormango's repositories, made once; each call makes its chain.
type byGormango struct {
	db      *gorm.DB
	items   *repo.Repository[Item]
	entries *repo.Repository[Entry]
	owners  *repo.Repository[Owner]
	tasks   *repo.Repository[Task]
	wides   *repo.Repository[Wide]
}

func openGormango(ctx context.Context, url string, pool int) (Peer, error) {
	db, err := gormango.Open(ctx, gormango.Config{URL: url, Models: modelsOf, Pool: gormango.Pool{Max: int32(pool)}, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, err
	}
	return &byGormango{db, repo.New[Item](db), repo.New[Entry](db), repo.New[Owner](db), repo.New[Task](db), repo.New[Wide](db)}, nil
}

func (p *byGormango) Close() error { return gormango.Close(p.db) }

func (p *byGormango) One(ctx context.Context, id int64) (any, error) { return p.items.ByPK(ctx, id) }

func (p *byGormango) List(ctx context.Context, n int) (any, error) {
	return p.items.OrderBy("id").Limit(n).All(ctx)
}

func (p *byGormango) Wide(ctx context.Context, n int) (any, error) {
	return p.wides.OrderBy("id").Limit(n).All(ctx)
}

func (p *byGormango) Join(ctx context.Context, city string) (any, error) {
	return p.tasks.Filter("owner__city", city).OrderBy("id").All(ctx)
}

func (p *byGormango) Related(ctx context.Context, n int) (any, error) {
	return p.tasks.SelectRelated("owner").OrderBy("id").Limit(n).All(ctx)
}

func (p *byGormango) Prefetch(ctx context.Context, n int) (any, error) {
	return p.owners.PrefetchRelated("tasks").OrderBy("id").Limit(n).All(ctx)
}

func (p *byGormango) Count(ctx context.Context, city string) (int64, error) {
	return p.owners.Filter("city", city).Count(ctx)
}

func (p *byGormango) Exists(ctx context.Context, city string) (bool, error) {
	return p.owners.Filter("city", city).Exists(ctx)
}

func (p *byGormango) Groups(ctx context.Context, max int64) (any, error) {
	return repo.Values[Group](ctx, p.items.Filter("id__lte", max).GroupBy("stock").
		Annotate("n", repo.CountAll()).Annotate("total", repo.Sum(repo.F("price"))).Annotate("newest", repo.Max(repo.F("made_at"))).
		OrderBy("stock"))
}

func (p *byGormango) Insert(ctx context.Context, e *Entry) error { return p.entries.Create(ctx, e) }

func (p *byGormango) BulkInsert(ctx context.Context, es []*Entry) error {
	return p.entries.BulkCreate(ctx, es)
}

func (p *byGormango) Copy(ctx context.Context, es []*Entry) error {
	return p.entries.BulkCreate(ctx, es, repo.UseCopy())
}

func (p *byGormango) Update(ctx context.Context, e *Entry) error {
	return p.entries.Save(ctx, e, "name", "stock")
}

func (p *byGormango) BulkUpdate(ctx context.Context, es []*Entry) error {
	_, err := p.entries.BulkUpdate(ctx, es, "name", "stock")
	return err
}

func (p *byGormango) Upsert(ctx context.Context, es []*Entry) error {
	return p.entries.OnConflict("code").Update("name", "stock", "price").BulkCreate(ctx, es)
}

func (p *byGormango) Delete(ctx context.Context, id int64) error {
	_, err := p.entries.Delete(ctx, &Entry{ID: id})
	return err
}

func (p *byGormango) Transaction(ctx context.Context, e *Entry, name string, stock int32) (read any, err error) {
	err = txutil.Atomic(ctx, p.db, func(ctx context.Context) error {
		if err := p.entries.Create(ctx, e); err != nil {
			return err
		}
		e.Name, e.Stock = name, stock
		if err := p.entries.Save(ctx, e, "name", "stock"); err != nil {
			return err
		}
		read, err = p.entries.ByPK(ctx, e.ID)
		return err
	})
	return read, err
}

func (p *byGormango) GetOrCreate(ctx context.Context, e *Entry) (any, error) {
	_, err := p.entries.By("code").GetOrCreate(ctx, e)
	return e, err
}
