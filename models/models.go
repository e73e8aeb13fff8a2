// Package models holds the parts of a model: key mixins, Meta (ordering,
// indexes, constraints) and the checks for a model's Clean method, which
// repositories call before every write.
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
// Meta holds what GORM's tags cannot express. The mixins have no hook methods,
// so two of them never hide each other's.
package models

import "context"

// AutoKey is a bigint primary key that the database generates, an identity
// column in tables of package migrate. Creating an object with a zero ID sets
// the ID from the database.
type AutoKey struct {
	ID int64 `gorm:"primaryKey" json:"id"`
}

// Cleaner is a model that validates itself. Repositories call Clean in memory
// before every Create, Save and BulkCreate. An error stops the write before any
// statement is sent. Clean returns the result of Validate, or any other error.
// Plain GORM calls do not run it.
type Cleaner interface {
	Clean(ctx context.Context) error
}
