package main

import (
	"github.com/gormango/gormango/repo"
	"gorm.io/gorm"
)

// Model1 is a model; bench growth replaces this file by one with more of them,
// each of which belongs to the one before it.
type Model1 struct {
	ID   int64
	Name string `gorm:"not null"`
}

var all = []any{&Model1{}}

var writers = []writer{
	func(db *gorm.DB) error { _, _, err := repo.New[Model1](db).Filter("name", "a").SQL(); return err },
}
