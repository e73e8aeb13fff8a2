package gormango

import (
	"errors"
	"fmt"
	"strings"

	"gorm.io/driver/postgres"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/gormango/gormango/internal/pgpool"
)

// dialect is GORM's PostgreSQL dialect with savepoints whose errors are not lost.
type dialect struct {
	*postgres.Dialector
	of   *database
	lean bool // no default transaction where it cannot matter
}

func newDialect(p *pgpool.Pool, of *database, lean bool) gorm.Dialector {
	return dialect{&postgres.Dialector{Config: &postgres.Config{Conn: p}}, of, lean}
}

// Initialize implements gorm.Dialector. GORM calls it before it starts plugins.
func (d dialect) Initialize(db *gorm.DB) error {
	if err := d.Dialector.Initialize(db); err != nil {
		return err
	}
	const name = "gormango:session"
	if err := errors.Join(
		db.Callback().Raw().Before("gorm:raw").Register(name, d.of.refuseSession),
		db.Callback().Row().Before("gorm:row").Register(name, d.of.refuseSession),
		db.Callback().Query().Before("gorm:query").Register(name, d.of.refuseSession),
		db.Callback().Row().After("gorm:row").Register("gormango:scanned", keepScanned),
	); err != nil {
		return err
	}
	if err := keepTransaction(db, d.of.pool); err != nil {
		return err
	}
	// Before the transactions, which remember the callbacks as they are then.
	if err := pgpool.GuardHooks(db); err != nil {
		return err
	}
	if err := replaceQuery(db); err != nil {
		return err
	}
	// Around that, which writes the SQL that tells raw statements.
	if len(d.of.pool.Replicas()) > 0 {
		if err := routeReads(db); err != nil {
			return err
		}
	}
	var err error
	d.of.txs, err = replaceTransactions(db, d.lean, d.of.link.txSettings)
	return err
}

// Migrator implements gorm.Dialector. What it reads of the catalog decides about changes, so it reads on
// the primary.
func (d dialect) Migrator(db *gorm.DB) gorm.Migrator {
	if len(d.of.pool.Replicas()) > 0 {
		db = db.WithContext(pgpool.OnPrimary(db.Statement.Context))
	}
	return d.Dialector.Migrator(db)
}

// Translate implements gorm.ErrorTranslator. The pool has translated every error already.
func (dialect) Translate(err error) error { return err }

// QuoteTo implements gorm.Dialector. Most names need no look at each letter.
func (d dialect) QuoteTo(w clause.Writer, name string) {
	if name == "" || d.WithoutQuotingCheck || strings.IndexByte(name, '.') >= 0 || strings.IndexByte(name, '"') >= 0 {
		d.Dialector.QuoteTo(w, name)
		return
	}
	_ = w.WriteByte('"')
	_, _ = w.WriteString(name)
	_ = w.WriteByte('"')
}

// Explain is for logs. Without values the statement stays as it is.
func (d dialect) Explain(sql string, vars ...any) string {
	if len(vars) == 0 {
		return sql
	}
	if both, ok := vars[0].(withAndWithout); ok {
		return sql + separator + d.Explain(sql, both...)
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
