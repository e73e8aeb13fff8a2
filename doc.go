// Package gormango is an ORM layer in Django's manner for GORM on PostgreSQL.
//
// [Open] returns an ordinary *gorm.DB over one pgx pool:
//
//	cfg, err := gormango.FromEnv()
//	…
//	cfg.Models = []any{&Author{}, &Book{}}
//	db, err := gormango.Open(ctx, cfg)
//	…
//	defer gormango.Close(db)
//
// Transactions travel in the context: package txutil opens a block, and
// repositories, plain GORM calls with that context and [Native] code inside it
// share one connection and one transaction.
//
// An error of the database has a type: a violated constraint is an
// [IntegrityError], which errors.Is also finds as GORM's sentinel.
package gormango
