package gormango

import (
	"fmt"

	"gorm.io/driver/postgres"
	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/pgpool"
)

// dialect is GORM's PostgreSQL dialect with savepoints whose errors are not lost.
type dialect struct{ *postgres.Dialector }

func newDialect(p *pgpool.Pool) gorm.Dialector {
	return dialect{&postgres.Dialector{Config: &postgres.Config{Conn: p}}}
}

// Explain is for logs. Without values the statement stays as it is.
func (d dialect) Explain(sql string, vars ...any) string {
	if len(vars) == 0 {
		return sql
	}
	return d.Dialector.Explain(sql, vars...)
}

// SavePoint implements gorm.SavePointerDialectorInterface.
func (dialect) SavePoint(db *gorm.DB, name string) error {
	t, err := transaction(db)
	if err != nil {
		return err
	}
	return t.SavePoint(db.Statement.Context, name)
}

// RollbackTo implements gorm.SavePointerDialectorInterface.
func (dialect) RollbackTo(db *gorm.DB, name string) error {
	t, err := transaction(db)
	if err != nil {
		return err
	}
	return t.RollbackTo(db.Statement.Context, name)
}

func transaction(db *gorm.DB) (*pgpool.Tx, error) {
	if source, ok := pgpool.Of(db); ok {
		if t := source.Tx(db.Statement.Context); t != nil {
			return t, nil
		}
	}
	return nil, fmt.Errorf("gormango: savepoint outside a transaction: %w", gorm.ErrInvalidTransaction)
}
