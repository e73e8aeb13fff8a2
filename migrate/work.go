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
	var there bool
	if err := tx.Raw(`SELECT pg_catalog.to_regclass(?::text) IS NOT NULL`, stepsName(s.Home)).Scan(&there).Error; err != nil {
		return nil, fmt.Errorf("migrate: read the steps: %w", err)
	}
	if !there {
		return nil, nil
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

// createSteps creates the table of steps if it does not exist.
func createSteps(tx *gorm.DB, home string) error {
	var there bool
	if err := tx.Raw(`SELECT pg_catalog.to_regclass(?::text) IS NOT NULL`, stepsName(home)).Scan(&there).Error; err != nil {
		return fmt.Errorf("migrate: look for the table of steps: %w", err)
	}
	if there {
		return nil
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
