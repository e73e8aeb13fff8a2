package main

import (
	"context"
	"errors"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
	"gorm.io/gorm/logger"
)

// byGormG is GORM's generic interface, gorm.G.
type byGormG struct{ byGorm }

func openGormG(_ context.Context, url string, pool int) (Peer, error) {
	p, err := gormPeer(url, pool, &gorm.Config{Logger: logger.Discard})
	return byGormG{p}, err
}

func (p byGormG) One(ctx context.Context, id int64) (any, error) {
	it, err := gorm.G[Item](p.db).Where("id = ?", id).Take(ctx)
	return &it, err
}

func (p byGormG) List(ctx context.Context, n int) (any, error) {
	return gorm.G[Item](p.db).Order("id").Limit(n).Find(ctx)
}

func (p byGormG) Wide(ctx context.Context, n int) (any, error) {
	return gorm.G[Wide](p.db).Order("id").Limit(n).Find(ctx)
}

func (p byGormG) Join(ctx context.Context, city string) (any, error) {
	return gorm.G[Task](p.db).Joins(clause.InnerJoin.Association("Owner"), func(db gorm.JoinBuilder, joined, _ clause.Table) error {
		db.Where("?.city = ?", joined, city).Omit("ID", "Name", "City", "MadeAt")
		return nil
	}).Order("tasks.id").Find(ctx)
}

func (p byGormG) Related(ctx context.Context, n int) (any, error) {
	return gorm.G[Task](p.db).Joins(clause.InnerJoin.Association("Owner"), nil).Order("tasks.id").Limit(n).Find(ctx)
}

func (p byGormG) Prefetch(ctx context.Context, n int) (any, error) {
	return gorm.G[Owner](p.db).Preload("Tasks", nil).Order("id").Limit(n).Find(ctx)
}

func (p byGormG) Count(ctx context.Context, city string) (int64, error) {
	return gorm.G[Owner](p.db).Where("city = ?", city).Count(ctx, "*")
}

func (p byGormG) Exists(ctx context.Context, city string) (bool, error) {
	_, err := gorm.G[Owner](p.db).Select("id").Where("city = ?", city).Take(ctx)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return false, nil
	}
	return err == nil, err
}

func (p byGormG) Groups(ctx context.Context, max int64) (any, error) {
	var groups []Group
	err := gorm.G[Item](p.db).Select("stock, count(*) AS n, sum(price) AS total, max(made_at) AS newest").
		Where("id <= ?", max).Group("stock").Order("stock").Scan(ctx, &groups)
	return groups, err
}

func (p byGormG) Insert(ctx context.Context, e *Entry) error {
	return gorm.G[Entry](p.db).Create(ctx, e)
}

// BulkInsert passes values, as gorm.G asks for, and copies the keys.
func (p byGormG) BulkInsert(ctx context.Context, es []*Entry) error {
	list := make([]Entry, len(es))
	for i, e := range es {
		list[i] = *e
	}
	err := gorm.G[Entry](p.db).CreateInBatches(ctx, &list, batchSize)
	for i, e := range es {
		e.ID = list[i].ID
	}
	return err
}

func (p byGormG) Update(ctx context.Context, e *Entry) error {
	_, err := gorm.G[Entry](p.db).Where("id = ?", e.ID).Select("Name", "Stock").Updates(ctx, *e)
	return err
}

func (p byGormG) BulkUpdate(ctx context.Context, es []*Entry) error {
	return p.db.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		for _, e := range es {
			if err := (byGormG{byGorm{db: tx}}).Update(ctx, e); err != nil {
				return err
			}
		}
		return nil
	})
}

func (p byGormG) Upsert(ctx context.Context, es []*Entry) error {
	list := make([]Entry, len(es))
	for i, e := range es {
		list[i] = *e
	}
	err := gorm.G[Entry](p.db, onConflict).CreateInBatches(ctx, &list, batchSize)
	for i, e := range es {
		e.ID = list[i].ID
	}
	return err
}

func (p byGormG) Delete(ctx context.Context, id int64) error {
	_, err := gorm.G[Entry](p.db).Where("id = ?", id).Delete(ctx)
	return err
}

func (p byGormG) Transaction(ctx context.Context, e *Entry, name string, stock int32) (any, error) {
	var read Entry
	err := p.db.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		in := byGormG{byGorm{db: tx}}
		if err := in.Insert(ctx, e); err != nil {
			return err
		}
		e.Name, e.Stock = name, stock
		if err := in.Update(ctx, e); err != nil {
			return err
		}
		var err error
		read, err = gorm.G[Entry](tx).Where("id = ?", e.ID).Take(ctx)
		return err
	})
	return &read, err
}

func (p byGormG) GetOrCreate(ctx context.Context, e *Entry) (any, error) {
	read, err := gorm.G[Entry](p.db).Where("code = ?", e.Code).Take(ctx)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return e, p.Insert(ctx, e)
	}
	return &read, err
}
