package main

import (
	"time"

	"github.com/google/uuid"
)

// The models have the tags of every peer that reads structs, so that all fill
// the same types. Ent alone has generated types of its own.

// Item is the model that is read: ten columns of the usual types.
type Item struct {
	ID     int64      `gorm:"primaryKey" bun:",pk,autoincrement" pg:",pk" db:"id,pk,generated"`
	Name   string     `gorm:"not null" db:"name"`
	Code   string     `gorm:"not null" db:"code"`
	Stock  int32      `gorm:"not null" pg:",use_zero" db:"stock"`
	Price  float64    `gorm:"not null" pg:",use_zero" db:"price"`
	Active bool       `gorm:"not null" pg:",use_zero" db:"active"`
	Note   *string    `db:"note"`
	Token  uuid.UUID  `gorm:"type:uuid;not null" bun:"type:uuid" pg:"type:uuid" db:"token"`
	MadeAt time.Time  `gorm:"not null" db:"made_at"`
	SoldAt *time.Time `db:"sold_at"`
}

// Entry has the columns of Item and is the model that is written. Code is
// unique in its table.
type Entry Item

// Owner is the parent of ten tasks.
type Owner struct {
	ID     int64     `gorm:"primaryKey" bun:",pk,autoincrement" pg:",pk" db:"id"`
	Name   string    `gorm:"not null" db:"name"`
	City   string    `gorm:"not null" db:"city"`
	MadeAt time.Time `gorm:"not null" db:"made_at"`
	Tasks  []*Task   `bun:"rel:has-many,join:id=owner_id" pg:"rel:has-many" db:"-"`
}

// Task belongs to an owner.
type Task struct {
	ID       int64      `gorm:"primaryKey" bun:",pk,autoincrement" pg:",pk" db:"id"`
	OwnerID  int64      `gorm:"not null" db:"owner_id"`
	Title    string     `gorm:"not null" db:"title"`
	Position int32      `gorm:"not null" pg:",use_zero" db:"position"`
	Done     bool       `gorm:"not null" pg:",use_zero" db:"done"`
	DueAt    *time.Time `db:"due_at"`
	Owner    *Owner     `bun:"rel:belongs-to,join:owner_id=id" pg:"rel:has-one" db:"owner"`
}

// Group is a row of the aggregate: items by their stock.
type Group struct {
	Stock  int32     `db:"stock"`
	N      int64     `db:"n"`
	Total  float64   `db:"total"`
	Newest time.Time `db:"newest"`
}
