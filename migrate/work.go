package migrate

import (
	"fmt"

	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/catalog"
)

// statePassed is the state of a step that was left out on a new database. The
// others are those of the history.
const statePassed = "passed"

// stepRow is a row of the table of steps.
type stepRow struct {
	name, state, gone string
}

// The names of Auto's own work begin with this text.
const workPrefix = "auto: "

func fillWork(table, column string) string   { return workPrefix + "fill " + table + "." + column }
func validateWork(table, name string) string { return workPrefix + "validate " + table + "." + name }

// stepsName returns the quoted name of the table of steps.
func stepsName(home string) string { return quoteTable(home + "." + stepsTable) }

// readSteps returns the rows of the table of steps, none if it does not exist.
func readSteps(tx *gorm.DB, s *catalog.Start) ([]stepRow, error) {
	if s.Home == "" {
		return nil, nil
	}
	if there, err := hasSteps(tx, s.Home); err != nil || !there {
		return nil, err
	}
	rows, err := tx.Raw(`SELECT "id", "state", coalesce("gone", '') FROM ` + stepsName(s.Home)).Rows()
	if err != nil {
		return nil, fmt.Errorf("migrate: read the steps: %w", err)
	}
	defer rows.Close()
	var out []stepRow
	for rows.Next() {
		var r stepRow
		if err := rows.Scan(&r.name, &r.state, &r.gone); err != nil {
			return nil, fmt.Errorf("migrate: read the steps: %w", err)
		}
		out = append(out, r)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("migrate: read the steps: %w", err)
	}
	return out, nil
}

// hasSteps reports whether the table of steps exists. to_regclass could miss
// one that another process has created since the transaction began: it reads a
// cache, which the server renews when it locks a relation, as pg_class here.
func hasSteps(tx *gorm.DB, home string) (there bool, err error) {
	if err := tx.Raw(`SELECT EXISTS (SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
		WHERE n.nspname = ? AND c.relname = ?)`, home, stepsTable).Scan(&there).Error; err != nil {
		return false, fmt.Errorf("migrate: look for the table of steps: %w", err)
	}
	return there, nil
}

// createSteps creates the table of steps if it does not exist.
func createSteps(tx *gorm.DB, home string) error {
	if there, err := hasSteps(tx, home); err != nil || there {
		return err
	}
	if err := tx.Exec(`CREATE TABLE ` + stepsName(home) + ` (
	"id" text PRIMARY KEY,
	"state" text NOT NULL,
	"gone" text,
	"cursor" jsonb,
	"at" timestamptz NOT NULL DEFAULT now(),
	"took" interval,
	"by" text NOT NULL DEFAULT session_user
)`).Error; err != nil {
		return fmt.Errorf("migrate: create the table of steps: %w", err)
	}
	return nil
}

// begin remembers that work has begun. It reports false if it was known before.
func begin(tx *gorm.DB, home, name string) (bool, error) {
	r := tx.Exec(`INSERT INTO `+stepsName(home)+` ("id", "state") VALUES (?, ?) ON CONFLICT ("id") DO NOTHING`, name, stateRunning)
	if r.Error != nil {
		return false, fmt.Errorf("migrate: remember %q: %w", name, r.Error)
	}
	return r.RowsAffected == 1, nil
}

// forget removes finished work.
func forget(tx *gorm.DB, home, name string) error {
	if err := tx.Exec(`DELETE FROM `+stepsName(home)+` WHERE "id" = ?`, name).Error; err != nil {
		return fmt.Errorf("migrate: forget %q: %w", name, err)
	}
	return nil
}

// unfinished returns the names of work that was begun and not finished.
func unfinished(rows []stepRow) map[string]bool {
	work := map[string]bool{}
	for _, r := range rows {
		if r.state == stateRunning {
			work[r.name] = true
		}
	}
	return work
}
