// Package gormside is what GORM is taught when it runs on a pool of ours: its
// PostgreSQL dialect, and callbacks that stand before, after and around GORM's
// own. callbacks.go lists all of them in their order.
//
// GORM's reads are taken over in read.go.
package gormside

import (
	"fmt"
	"strings"

	"gorm.io/driver/postgres"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/gormango/gormango/internal/pgpool"
)

// Options are the settings of a [Dialect].
type Options struct {
	// Lean leaves out GORM's transaction around a write that is one statement.
	Lean bool

	// TxSettings returns the SQL that goes with each BEGIN, which a write
	// without a transaction would miss.
	TxSettings func() string

	// Refuse returns an error for a raw statement that must not be sent.
	Refuse func(sql string) error
}

// Dialect is GORM's PostgreSQL dialect on a pool of ours. It serves one
// database.
type Dialect struct {
	*postgres.Dialector
	pool         *pgpool.Pool
	refuse       func(sql string) error
	reads        reads
	transactions []*defaultTransaction
}

// New returns the dialect of a database on p.
func New(p *pgpool.Pool, opts Options) *Dialect {
	return &Dialect{
		Dialector:    &postgres.Dialector{Config: &postgres.Config{Conn: p}},
		pool:         p,
		refuse:       opts.Refuse,
		transactions: defaultTransactions(opts.Lean, opts.TxSettings),
	}
}

// Initialize implements gorm.Dialector. GORM calls it before it starts plugins.
func (d *Dialect) Initialize(db *gorm.DB) error {
	if err := d.Dialector.Initialize(db); err != nil {
		return err
	}
	if err := register(db, d.registrations()); err != nil {
		return err
	}
	callbacks := db.Callback()
	for i, p := range []any{callbacks.Create(), callbacks.Update(), callbacks.Delete()} {
		d.transactions[i].plugins.start(p)
	}
	return nil
}

// Migrator implements gorm.Dialector. What it reads of the catalog decides
// about changes, so it reads on the primary.
func (d *Dialect) Migrator(db *gorm.DB) gorm.Migrator {
	if len(d.pool.Replicas()) > 0 {
		db = db.WithContext(pgpool.OnPrimary(db.Statement.Context))
	}
	return migrator{d.Dialector.Migrator(db).(postgres.Migrator)}
}

// Translate implements gorm.ErrorTranslator. The pool has translated every
// error before.
func (*Dialect) Translate(err error) error { return err }

// QuoteTo implements gorm.Dialector. Most names need no look at each letter.
func (d *Dialect) QuoteTo(w clause.Writer, name string) {
	if name == "" || d.WithoutQuotingCheck || strings.IndexByte(name, '.') >= 0 || strings.IndexByte(name, '"') >= 0 {
		d.Dialector.QuoteTo(w, name)
		return
	}
	_ = w.WriteByte('"')
	_, _ = w.WriteString(name)
	_ = w.WriteByte('"')
}

// Explain implements gorm.Dialector, for logs. A statement without values stays
// as it is.
func (d *Dialect) Explain(sql string, vars ...any) string {
	if len(vars) == 0 {
		return sql
	}
	if both, ok := vars[0].(withAndWithout); ok {
		return sql + separator + d.Explain(sql, both...)
	}
	return d.Dialector.Explain(sql, vars...)
}

// SavePoint implements gorm.SavePointerDialectorInterface. Unlike GORM's, it
// returns the error of the statement.
func (*Dialect) SavePoint(db *gorm.DB, name string) error {
	t, err := transaction(db)
	if err != nil {
		return err
	}
	return t.SavePoint(db.Statement.Context, name)
}

// RollbackTo implements gorm.SavePointerDialectorInterface. Unlike GORM's, it
// returns the error of the statement.
func (*Dialect) RollbackTo(db *gorm.DB, name string) error {
	t, err := transaction(db)
	if err != nil {
		return err
	}
	return t.RollbackTo(db.Statement.Context, name)
}

func transaction(db *gorm.DB) (*pgpool.Tx, error) {
	if t := pgpool.TxOf(db.Statement.Context, db); t != nil {
		return t, nil
	}
	return nil, fmt.Errorf("gormango: savepoint outside a transaction: %w", gorm.ErrInvalidTransaction)
}

// refuseSession fails raw statements that d refuses.
func (d *Dialect) refuseSession(db *gorm.DB) {
	if db.Error == nil && db.Statement.SQL.Len() > 0 {
		_ = db.AddError(d.refuse(db.Statement.SQL.String()))
	}
}
