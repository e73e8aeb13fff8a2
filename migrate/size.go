package migrate

import (
	"encoding/json"
	"fmt"

	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/catalog"
	"github.com/gormango/gormango/internal/pgpool"
)

// measure sets the numbers of rows of large tables, and adds a difference for
// each change that no statement makes without stopping the application.
func (p *plan) measure(tx *gorm.DB, a *starter, have *catalog.Catalog) error {
	sizes := map[string]int64{}
	for i := range p.changes {
		c := &p.changes[i]
		t := have.Tables[c.table]
		if t == nil || c.of == nil {
			continue
		}
		// The copy of the table hides the table of the search path.
		table := quoteTable(t.Schema + "." + catalog.Split(c.table).Table)
		if _, ok := sizes[c.table]; !ok {
			n, err := estimate(tx, table)
			if err != nil {
				return err
			}
			sizes[c.table] = n
		}
		if col, ok := c.part.(Column); ok && c.adds && col.needsFill() {
			rows, err := hasRows(tx, table)
			if err != nil {
				return err
			}
			if rows {
				p.differ(Difference{Table: c.table, Name: c.name, Kind: "column", Is: "missing", Should: col.definition(),
					Hint: "the table has rows: give the column a default, or let it be NULL, fill it, and set NOT NULL"})
				continue
			}
		}
		if n := sizes[c.table]; n > a.limits.rows || c.resumed {
			c.rows = max(n, 1)
		}
		if c.rows == 0 || c.weight == brief {
			continue
		}
		hint := ""
		switch {
		case t.Kind == "p" || !c.hasSafeForm(t):
			hint = "it would be locked while all of them are read or written: change it by hand at a quiet time"
		case inside(a.db):
			hint = "call Auto outside of a transaction"
		case connections(a.db) == 1:
			hint = "the pool has one connection and this takes two"
		}
		if hint != "" {
			p.differ(Difference{Table: c.table, Name: c.name, Kind: c.what, Is: "not changed, the table has " + rowsText(c.rows), Should: c.sql, Hint: hint})
		}
	}
	return nil
}

// estimate returns the planner's idea of the number of rows.
func estimate(tx *gorm.DB, table string) (int64, error) {
	var text string
	if err := tx.Raw("EXPLAIN (FORMAT JSON) SELECT FROM " + table).Row().Scan(&text); err != nil {
		return 0, fmt.Errorf("migrate: table %s: estimate its rows: %w", table, err)
	}
	var plans []struct {
		Plan struct {
			Rows float64 `json:"Plan Rows"`
		}
	}
	if err := json.Unmarshal([]byte(text), &plans); err != nil || len(plans) == 0 {
		return 0, fmt.Errorf("migrate: table %s: estimate its rows: the server's answer is no plan", table)
	}
	return int64(plans[0].Plan.Rows), nil
}

func hasRows(tx *gorm.DB, table string) (rows bool, err error) {
	if err := tx.Raw("SELECT EXISTS (SELECT FROM " + table + ")").Scan(&rows).Error; err != nil {
		return false, fmt.Errorf("migrate: table %s: look for rows: %w", table, err)
	}
	return rows, nil
}

// inside reports whether db or its context carries a transaction.
func inside(db *gorm.DB) bool {
	if pgpool.TxOf(db.Statement.Context, db) != nil {
		return true
	}
	if _, ok := pgpool.Of(db); ok {
		return false
	}
	_, ok := db.Statement.ConnPool.(gorm.TxCommitter)
	return ok
}

// connections returns the greatest number of connections of a pool, 0 without a
// limit.
func connections(db *gorm.DB) int {
	if s, ok := pgpool.Of(db); ok {
		return int(s.Pool().Pgx().Config().MaxConns)
	}
	if pool, err := db.DB(); err == nil {
		return pool.Stats().MaxOpenConnections
	}
	return 0
}
