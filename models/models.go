// Package models holds what a model is made of: key mixins, Meta (ordering,
// indexes, constraints) and the checks that a model's Clean method runs before
// every write of a repository.
//
// A model is an ordinary GORM struct with GORM tags:
//
//	type Genre struct {
//		models.AutoKey
//		Name string `gorm:"size:120;uniqueIndex"`
//	}
//
//	func (Genre) Meta() models.Meta { return models.Meta{Ordering: []string{"name"}} }
//
//	func (g *Genre) Clean(ctx context.Context) error {
//		return models.Validate(models.Text("name", g.Name).NotBlank().MaxLength(120))
//	}
//
// What GORM's tags cannot say stands in Meta. The mixins have no hook methods,
// so two of them never hide each other's.
package models

import "context"

// AutoKey is a bigint primary key that the database counts up. The column is
// an identity column when package migrate made the table. A zero ID is left to
// the database when a row is created, and set from its answer.
type AutoKey struct {
	ID int64 `gorm:"primaryKey" json:"id"`
}

// Cleaner is a model that checks itself. Repositories call Clean in memory
// before every Create, Save and BulkCreate; an error it returns stops the write
// before anything is sent. It returns what Validate returns, or any error of
// its own. Plain GORM calls do not run it.
type Cleaner interface {
	Clean(ctx context.Context) error
}
