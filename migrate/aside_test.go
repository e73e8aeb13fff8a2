package migrate_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/migrate"
)

type meter1 struct {
	ID    int64
	Value int `gorm:"index:idx_meters_value"`
	Other int `gorm:"index:idx_meters_other"`
}

func (meter1) TableName() string { return "meters" }

type meter2 struct {
	ID    int64
	Value int `gorm:"index:idx_meters_value"`
	Other int `gorm:"index:idx_meters_value;index:idx_meters_other,where:other > 5"`
}

func (meter2) TableName() string { return "meters" }

// The old index of a large table serves until the new one is built, whenever
// the process is killed, and nothing is left of it then.
func TestAlterKeepsTheOldIndex(t *testing.T) {
	t.Parallel()
	steps := []migrate.Step{migrate.Alter("meters", "idx_meters_value"), migrate.Alter("meters", "idx_meters_other")}
	const valid = `SELECT indexname || ' ' || (SELECT indisvalid FROM pg_index WHERE indexrelid = indexname::regclass) FROM pg_indexes WHERE tablename = 'meters' ORDER BY 1`
	for _, stop := range []string{"", `CREATE INDEX CONCURRENTLY "idx_meters_value"`, `CREATE INDEX CONCURRENTLY "idx_meters_other"`, "DROP INDEX CONCURRENTLY"} {
		t.Run(stop, func(t *testing.T) {
			t.Parallel()
			open := database(t)
			db := open(&meter1{})
			_, err := migrate.Auto(t.Context(), db)
			require.NoError(t, err)
			run(t, db, `INSERT INTO meters (value, other) SELECT i, i FROM generate_series(1, 500) i`, `ANALYZE meters`)
			next := open(&meter2{})
			if stop != "" {
				ctx, cancel := context.WithCancel(t.Context())
				_, err = migrate.RunLarge(ctx, afterTrying(next, stop, cancel), 100, steps...)
				require.Error(t, err)
				require.Contains(t, fmt.Sprint(names(t, db, valid)), "idx_meters_other", "one of the two names")
			}
			report, err := migrate.RunLarge(t.Context(), open(&meter2{}), 100, steps...)
			require.NoError(t, err)
			require.Equal(t, []string{"idx_meters_other true", "idx_meters_value true", "meters_pkey true"}, names(t, db, valid))
			require.Equal(t, []string{"0"}, names(t, db, `SELECT count(*)::text FROM gormango_steps WHERE state = 'running'`))
			require.Empty(t, report.Extra)
			if stop == "" {
				require.Equal(t, []string{
					`ALTER INDEX "idx_meters_value" RENAME TO "idx_meters_value_replaced"`,
					`ALTER INDEX "idx_meters_other" RENAME TO "idx_meters_other_replaced"`,
					`CREATE INDEX CONCURRENTLY "idx_meters_value" ON "meters" ("value", "other")`,
					`CREATE INDEX CONCURRENTLY "idx_meters_other" ON "meters" ("other") WHERE other > 5`,
					`DROP INDEX CONCURRENTLY IF EXISTS "idx_meters_other_replaced"`,
					`DROP INDEX CONCURRENTLY IF EXISTS "idx_meters_value_replaced"`,
				}, report.Statements)
				require.Empty(t, report.Healed)
			}
			report, err = migrate.RunLarge(t.Context(), open(&meter2{}), 100, steps...)
			require.NoError(t, err)
			require.Empty(t, report.Statements)
		})
	}
}
