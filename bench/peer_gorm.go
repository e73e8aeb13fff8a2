package main

import (
	"context"
	"log/slog"

	"github.com/gormango/gormango"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
	"gorm.io/gorm/logger"
)

// byGorm is GORM with its classic methods.
type byGorm struct {
	none
	db    *gorm.DB
	tuned bool
	close func() error
}

// openGorm opens GORM as it is.
func openGorm(_ context.Context, url string, pool int) (Peer, error) {
	return gormPeer(url, pool, &gorm.Config{Logger: logger.Discard})
}

// openGormTuned opens GORM with the settings that its page on performance
// advises.
func openGormTuned(_ context.Context, url string, pool int) (Peer, error) {
	return gormPeer(url, pool, &gorm.Config{Logger: logger.Discard, SkipDefaultTransaction: true, PrepareStmt: true})
}

func gormPeer(url string, pool int, config *gorm.Config) (byGorm, error) {
	db, err := gorm.Open(postgres.Open(url), config)
	if err != nil {
		return byGorm{}, err
	}
	conns, err := db.DB()
	if err != nil {
		return byGorm{}, err
	}
	conns.SetMaxOpenConns(pool)
	conns.SetMaxIdleConns(pool)
	return byGorm{db: db, tuned: config.PrepareStmt, close: conns.Close}, nil
}

// openGormOnGormango opens plain GORM on a database of gormango.Open.
func openGormOnGormango(ctx context.Context, url string, pool int) (Peer, error) {
	db, err := gormango.Open(ctx, gormango.Config{URL: url, Models: modelsOf, Pool: gormango.Pool{Max: int32(pool)}, Logger: slog.New(slog.DiscardHandler)})
	return byGorm{db: db, close: func() error { return gormango.Close(db) }}, err
}

func (p byGorm) Close() error { return p.close() }

func (p byGorm) One(ctx context.Context, id int64) (any, error) {
	var it Item
	return &it, p.db.WithContext(ctx).Take(&it, id).Error
}

func (p byGorm) List(ctx context.Context, n int) (any, error) {
	var items []Item
	err := p.db.WithContext(ctx).Order("id").Limit(n).Find(&items).Error
	return items, err
}

func (p byGorm) Wide(ctx context.Context, n int) (any, error) {
	var wides []Wide
	err := p.db.WithContext(ctx).Order("id").Limit(n).Find(&wides).Error
	return wides, err
}

func (p byGorm) Join(ctx context.Context, city string) (any, error) {
	var tasks []Task
	err := p.db.WithContext(ctx).Joins("JOIN owners ON owners.id = tasks.owner_id").Where("owners.city = ?", city).Order("tasks.id").Find(&tasks).Error
	return tasks, err
}

func (p byGorm) Related(ctx context.Context, n int) (any, error) {
	var tasks []Task
	err := p.db.WithContext(ctx).InnerJoins("Owner").Order("tasks.id").Limit(n).Find(&tasks).Error
	return tasks, err
}

func (p byGorm) Prefetch(ctx context.Context, n int) (any, error) {
	var owners []Owner
	err := p.db.WithContext(ctx).Preload("Tasks").Order("id").Limit(n).Find(&owners).Error
	return owners, err
}

func (p byGorm) Count(ctx context.Context, city string) (n int64, err error) {
	err = p.db.WithContext(ctx).Model(&Owner{}).Where("city = ?", city).Count(&n).Error
	return n, err
}

func (p byGorm) Exists(ctx context.Context, city string) (bool, error) {
	var one int
	result := p.db.WithContext(ctx).Model(&Owner{}).Select("1").Where("city = ?", city).Limit(1).Find(&one)
	return result.RowsAffected > 0, result.Error
}

func (p byGorm) Groups(ctx context.Context, max int64) (any, error) {
	var groups []Group
	err := p.db.WithContext(ctx).Model(&Item{}).Select("stock, count(*) AS n, sum(price) AS total, max(made_at) AS newest").
		Where("id <= ?", max).Group("stock").Order("stock").Find(&groups).Error
	return groups, err
}

func (p byGorm) Insert(ctx context.Context, e *Entry) error {
	return p.db.WithContext(ctx).Create(e).Error
}

func (p byGorm) BulkInsert(ctx context.Context, es []*Entry) error {
	return p.db.WithContext(ctx).CreateInBatches(es, batchSize).Error
}

func (p byGorm) Update(ctx context.Context, e *Entry) error {
	return p.db.WithContext(ctx).Model(e).Select("Name", "Stock").Updates(e).Error
}

// BulkUpdate updates row by row in a transaction: GORM has no other way for
// rows with different values that never inserts. The tuned peer takes an upsert
// by key, which would insert rows that do not exist.
func (p byGorm) BulkUpdate(ctx context.Context, es []*Entry) error {
	if p.tuned {
		byKey := clause.OnConflict{Columns: []clause.Column{{Name: "id"}}, DoUpdates: clause.AssignmentColumns([]string{"name", "stock"})}
		return p.db.WithContext(ctx).Clauses(byKey).Create(es).Error
	}
	return p.db.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		for _, e := range es {
			if err := tx.Model(e).Select("Name", "Stock").Updates(e).Error; err != nil {
				return err
			}
		}
		return nil
	})
}

// onConflict is GORM's clause of the upsert.
var onConflict = clause.OnConflict{Columns: []clause.Column{{Name: "code"}}, DoUpdates: clause.AssignmentColumns([]string{"name", "stock", "price"})}

func (p byGorm) Upsert(ctx context.Context, es []*Entry) error {
	return p.db.WithContext(ctx).Clauses(onConflict).Create(es).Error
}

func (p byGorm) Delete(ctx context.Context, id int64) error {
	return p.db.WithContext(ctx).Delete(&Entry{}, id).Error
}

func (p byGorm) Transaction(ctx context.Context, e *Entry, name string, stock int32) (any, error) {
	var read Entry
	err := p.db.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		if err := tx.Create(e).Error; err != nil {
			return err
		}
		e.Name, e.Stock = name, stock
		if err := tx.Model(e).Select("Name", "Stock").Updates(e).Error; err != nil {
			return err
		}
		return tx.Take(&read, e.ID).Error
	})
	return &read, err
}

func (p byGorm) GetOrCreate(ctx context.Context, e *Entry) (any, error) {
	var read Entry
	return &read, p.db.WithContext(ctx).Where("code = ?", e.Code).Attrs(e).FirstOrCreate(&read).Error
}
