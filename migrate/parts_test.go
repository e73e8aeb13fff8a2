package migrate_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/migrate"
)

func TestIndexThatWasNeverFinished(t *testing.T) {
	t.Parallel()
	db := setup(t, &shelf{})
	_, err := migrate.Auto(t.Context(), db)
	require.NoError(t, err)
	run(t, db, `DROP INDEX idx_shelves_label`, `INSERT INTO shelves (label) VALUES ('a'), ('a')`)
	require.Error(t, db.Exec(`CREATE UNIQUE INDEX CONCURRENTLY idx_shelves_label ON shelves (label)`).Error)

	// The rows that made the build fail are in the way of the next one too.
	_, err = migrate.Auto(t.Context(), db)
	require.ErrorContains(t, err, `index "idx_shelves_label": rows that are there violate it, mend them first`)
	run(t, db, `DELETE FROM shelves`)
	report, err := migrate.Auto(t.Context(), db)
	require.NoError(t, err)
	require.Equal(t, []string{`DROP INDEX "idx_shelves_label"`, `CREATE UNIQUE INDEX "idx_shelves_label" ON "shelves" ("label")`}, report.Statements)
	require.Equal(t, []string{"index idx_shelves_label"}, report.Healed)
}

type expressed struct {
	ID    int64
	Name  string `gorm:"index:idx_expr,expression:lower(name)"`
	Other string `gorm:"index:idx_mixed,priority:1"`
	More  string `gorm:"index:idx_mixed,priority:2,expression:upper(more)"`
}

func TestIndexesOfExpressions(t *testing.T) {
	t.Parallel()
	db := setup(t, &expressed{})
	_, err := migrate.Auto(t.Context(), db)
	require.NoError(t, err)
	run(t, db, `DROP INDEX idx_mixed`, `CREATE INDEX idx_mixed ON expresseds (other, more)`)
	_, err = migrate.Auto(t.Context(), db)
	require.ErrorContains(t, err, `expresseds.idx_mixed: index is "CREATE INDEX idx_mixed ON public.expresseds USING btree (other, more)", should be`)
	run(t, db, `DROP INDEX idx_mixed`, `CREATE INDEX idx_mixed ON expresseds (other, lower(more))`)
	_, err = migrate.Auto(t.Context(), db)
	require.ErrorContains(t, err, `(other, lower(more))", should be "CREATE INDEX \"idx_mixed\" ON \"expresseds\" (\"other\", upper(more))"`)
	run(t, db, `DROP INDEX idx_mixed`, `CREATE INDEX mine ON expresseds (other, upper(more))`)
	report, err := migrate.Auto(t.Context(), db)
	require.NoError(t, err, "it is the same index under another name")
	require.Empty(t, report.Statements)
	require.Empty(t, report.Extra)
}

type keyed struct {
	A string `gorm:"primaryKey"`
	B string `gorm:"primaryKey"`
}

type lead struct {
	ID         int64
	KeyB, KeyA string
	Keyed      keyed `gorm:"foreignKey:KeyA,KeyB;references:A,B"`
}

func TestForeignKeysInAnotherOrder(t *testing.T) {
	t.Parallel()
	db := setup(t, &lead{})
	_, err := migrate.Auto(t.Context(), db)
	require.NoError(t, err)
	for change, same := range map[string]bool{
		"FOREIGN KEY (key_b, key_a) REFERENCES keyeds (b, a)": true,
		"FOREIGN KEY (key_a, key_b) REFERENCES keyeds (a, b)": true,
	} {
		run(t, db, `ALTER TABLE leads DROP CONSTRAINT fk_leads_keyed`, `ALTER TABLE leads ADD CONSTRAINT fk_leads_keyed `+change)
		_, err = migrate.Auto(t.Context(), db)
		require.Equal(t, same, err == nil, err)
	}
	run(t, db, `ALTER TABLE leads DROP CONSTRAINT fk_leads_keyed`,
		`ALTER TABLE leads ADD CONSTRAINT fk_leads_keyed FOREIGN KEY (key_b, key_a) REFERENCES keyeds (a, b)`)
	_, err = migrate.Auto(t.Context(), db)
	require.ErrorContains(t, err, `leads.fk_leads_keyed: foreign key is "FOREIGN KEY (key_b, key_a) REFERENCES keyeds(a, b)", should be `)
}

type actions struct {
	ID      int64
	ShelfID *int64
	Shelf   *shelf `gorm:"constraint:OnDelete:SET NULL,OnUpdate:RESTRICT"`
}

func TestForeignKeyActions(t *testing.T) {
	t.Parallel()
	db := setup(t, &actions{})
	_, err := migrate.Auto(t.Context(), db)
	require.NoError(t, err)
	for action, same := range map[string]bool{
		"ON DELETE SET NULL ON UPDATE RESTRICT": true, "ON DELETE SET NULL": false, "ON DELETE CASCADE ON UPDATE RESTRICT": false,
		"ON DELETE SET DEFAULT ON UPDATE RESTRICT": false, "ON DELETE RESTRICT ON UPDATE RESTRICT": false, "": false,
	} {
		run(t, db, `ALTER TABLE actions DROP CONSTRAINT fk_actions_shelf`,
			`ALTER TABLE actions ADD CONSTRAINT fk_actions_shelf FOREIGN KEY (shelf_id) REFERENCES shelves `+action)
		_, err = migrate.Auto(t.Context(), db)
		require.Equal(t, same, err == nil, "%s: %v", action, err)
	}
}
