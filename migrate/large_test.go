package migrate_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/longtest"
	"github.com/gormango/gormango/migrate"
	"github.com/gormango/gormango/repotest"
)

type plant struct {
	ID   int64
	Name string
}

type gauge1 struct {
	ID      int64
	Serial  string `gorm:"size:50"`
	Value   int
	PlantID *int64
}

func (gauge1) TableName() string { return "gauges" }

type gauge2 struct {
	ID      int64
	Serial  string `gorm:"size:60;unique"`
	Value   int    `gorm:"index;check:value_ok,value >= 0"`
	PlantID *int64
	Plant   *plant
	Token   string  `gorm:"type:uuid;not null;default:gen_random_uuid();uniqueIndex;renamed_from:-"`
	Loose   *string `gorm:"type:uuid;default:gen_random_uuid();renamed_from:-"`
	Note    string  `gorm:"not null;default:none;renamed_from:-"`
}

func (gauge2) TableName() string { return "gauges" }

// gauges fills a table that counts as large beyond a tenth of its rows: 3,000
// by default, 1,000,000 with GORMANGO_LONG=1.
func gauges(t testing.TB) (db *gorm.DB, next func() *gorm.DB, large int64) {
	t.Helper()
	return gaugesAt(t, repotest.URL(t))
}

func gaugesAt(t testing.TB, url string) (db *gorm.DB, next func() *gorm.DB, large int64) {
	t.Helper()
	open := databaseAt(t, url)
	db = open(&plant{}, &gauge1{})
	_, err := migrate.Auto(t.Context(), db)
	require.NoError(t, err)
	n := longtest.Size(3000, 1_000_000)
	run(t, db, `INSERT INTO plants (name) SELECT 'p' || i FROM generate_series(1, 10) i`,
		fmt.Sprintf(`INSERT INTO gauges (serial, value, plant_id) SELECT 's' || i, i, 1 + i %% 10 FROM generate_series(1, %d) i`, n))
	return db, func() *gorm.DB { return open(&plant{}, &gauge2{}) }, int64(n / 10)
}

var safeForms = []string{
	`ALTER TABLE "gauges" ALTER COLUMN "serial" TYPE varchar(60)`,
	`ALTER TABLE "gauges" ADD COLUMN IF NOT EXISTS "token" uuid`,
	`ALTER TABLE "gauges" ALTER COLUMN "token" SET DEFAULT gen_random_uuid()`,
	`UPDATE "gauges" SET "token" = DEFAULT WHERE "token" IS NULL`,
	`ALTER TABLE "gauges" DROP CONSTRAINT IF EXISTS "gormango token is not null"`,
	`ALTER TABLE "gauges" ADD CONSTRAINT "gormango token is not null" CHECK ("token" IS NOT NULL) NOT VALID`,
	`ALTER TABLE "gauges" VALIDATE CONSTRAINT "gormango token is not null"`,
	`ALTER TABLE "gauges" ALTER COLUMN "token" SET NOT NULL`,
	`ALTER TABLE "gauges" DROP CONSTRAINT "gormango token is not null"`,
	`ALTER TABLE "gauges" ADD COLUMN IF NOT EXISTS "loose" uuid`,
	`ALTER TABLE "gauges" ALTER COLUMN "loose" SET DEFAULT gen_random_uuid()`,
	`UPDATE "gauges" SET "loose" = DEFAULT WHERE "loose" IS NULL`,
	`ALTER TABLE "gauges" ADD COLUMN "note" text NOT NULL DEFAULT 'none'`,
	`CREATE UNIQUE INDEX CONCURRENTLY "uni_gauges_serial" ON "gauges" ("serial")`,
	`ALTER TABLE "gauges" ADD CONSTRAINT "uni_gauges_serial" UNIQUE USING INDEX "uni_gauges_serial"`,
	`ALTER TABLE "gauges" ADD CONSTRAINT "value_ok" CHECK (value >= 0) NOT VALID`,
	`ALTER TABLE "gauges" VALIDATE CONSTRAINT "value_ok"`,
	`CREATE INDEX CONCURRENTLY "idx_gauges_value" ON "gauges" ("value")`,
	`CREATE UNIQUE INDEX CONCURRENTLY "idx_gauges_token" ON "gauges" ("token")`,
	`CREATE INDEX CONCURRENTLY "idx_gauges_plant_id" ON "gauges" ("plant_id")`,
	`ALTER TABLE "gauges" ADD CONSTRAINT "fk_gauges_plant" FOREIGN KEY ("plant_id") REFERENCES "plants" ("id") NOT VALID`,
	`ALTER TABLE "gauges" VALIDATE CONSTRAINT "fk_gauges_plant"`,
}

// No reader and no writer of a large table waits longer than a statement waits
// for its lock, and no request fails.
func TestLargeTablesServe(t *testing.T) {
	t.Parallel()
	db, next, large := gauges(t)
	ctx, stop := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	var worst, requests atomic.Int64
	var failed atomic.Value
	for i := range 4 {
		wg.Go(func() {
			for n := 0; ctx.Err() == nil; n++ {
				start := time.Now()
				var err error
				switch i {
				case 0, 1:
					err = db.Exec(`SELECT value FROM gauges WHERE id = ?`, 1+n%1000).Error
				case 2:
					err = db.Exec(`UPDATE gauges SET value = value + 1 WHERE id = ?`, 1+n%1000).Error
				default:
					err = db.Exec(`INSERT INTO gauges (serial, value, plant_id) VALUES (?, 1, 1)`, fmt.Sprintf("new %d", n)).Error
				}
				if err != nil {
					failed.Store(err)
				}
				worst.Store(max(worst.Load(), int64(time.Since(start))))
				requests.Add(1)
				time.Sleep(time.Millisecond)
			}
		})
	}
	report, err := migrate.AutoLarge(t.Context(), next(), large)
	stop()
	wg.Wait()
	require.NoError(t, err)
	require.Nil(t, failed.Load())
	require.NotZero(t, requests.Load())
	require.Less(t, time.Duration(worst.Load()), 2100*time.Millisecond)
	t.Logf("%d requests, the slowest took %v", requests.Load(), time.Duration(worst.Load()))
	require.Equal(t, safeForms, report.Statements)
	require.Equal(t, []string{"0"}, names(t, db, `SELECT count(*)::text FROM gauges WHERE token IS NULL OR loose IS NULL`))
	requireWhole(t, db)
	requireSameAsNew(t, db)

	again, err := migrate.AutoLarge(t.Context(), next(), large)
	require.NoError(t, err)
	require.Empty(t, again.Statements)
}

// requireWhole requires that nothing is left half done.
func requireWhole(t *testing.T, db *gorm.DB) {
	t.Helper()
	require.Empty(t, names(t, db, `SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid
		UNION ALL SELECT conname FROM pg_constraint WHERE NOT convalidated`))
	require.Empty(t, names(t, db, `SELECT id FROM gormango_steps`))
}

// requireSameAsNew requires the tables that a new database has.
func requireSameAsNew(t *testing.T, db *gorm.DB) {
	t.Helper()
	fresh := setup(t, &plant{}, &gauge2{})
	_, err := migrate.Auto(t.Context(), fresh)
	require.NoError(t, err)
	require.Equal(t, contents(t, fresh), contents(t, db))
}

// A run that ends after any of its statements is finished by the next one.
func TestLargeTablesHeal(t *testing.T) {
	t.Parallel()
	for i, text := range append([]string{`AND ctid >= `}, safeForms...) {
		if longtest.Size(1, 0) == 1 && i%4 != 0 {
			continue
		}
		t.Run(text[:min(len(text), 60)], func(t *testing.T) {
			t.Parallel()
			db, next, large := gauges(t)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			_, err := migrate.AutoLarge(ctx, afterTrying(next(), text, cancel), large)
			require.ErrorIs(t, err, context.Canceled)
			_, err = migrate.AutoLarge(t.Context(), next(), large)
			require.NoError(t, err)
			require.Equal(t, []string{"0"}, names(t, db, `SELECT count(*)::text FROM gauges WHERE token IS NULL OR loose IS NULL`))
			requireWhole(t, db)
			requireSameAsNew(t, db)
		})
	}
}

// A column that another process adds in steps, while a run makes its plan, is no
// difference that a person must decide.
func TestPlanBesideTheStepsOfAnotherProcess(t *testing.T) {
	t.Parallel()
	db, next, large := gauges(t)
	report, err := migrate.AutoLarge(t.Context(), afterTrying(next(), `n.nspname = 'public' AND c.relname = 'gormango_steps'`, func() {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		_, err := migrate.AutoLarge(ctx, afterTrying(next(), `AND ctid >= `, cancel), large)
		require.ErrorIs(t, err, context.Canceled)
		require.Equal(t, []string{"auto: fill gauges.token"}, names(t, db, `SELECT id FROM gormango_steps`))
	}), large)
	require.NoError(t, err)
	require.NotEmpty(t, report.Healed)
	requireWhole(t, db)
	requireSameAsNew(t, db)
}

// An index that a killed build left invalid is built anew.
func TestLargeTablesHealIndexes(t *testing.T) {
	t.Parallel()
	db, next, large := gauges(t)
	run(t, db, `INSERT INTO gauges (serial, value) VALUES ('s1', 1)`)
	require.Error(t, db.Exec(`CREATE UNIQUE INDEX CONCURRENTLY uni_gauges_serial ON gauges (serial)`).Error)
	_, err := migrate.AutoLarge(t.Context(), next(), large)
	require.ErrorContains(t, err, "rows that are there violate it, mend them first")
	require.Empty(t, names(t, db, `SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid`), "the failed build is gone")
	require.Error(t, db.Exec(`CREATE UNIQUE INDEX CONCURRENTLY uni_gauges_serial ON gauges (serial)`).Error)
	run(t, db, `DELETE FROM gauges WHERE serial = 's1'`)
	report, err := migrate.AutoLarge(t.Context(), next(), large)
	require.NoError(t, err)
	require.Contains(t, report.Healed, "index uni_gauges_serial")
	requireWhole(t, db)
	requireSameAsNew(t, db)
}

type gauge3 struct {
	ID      int64
	Serial  string `gorm:"size:50"`
	Value   int
	PlantID *int64
	Double  int `gorm:"generated:value * 2;renamed_from:-"`
}

func (gauge3) TableName() string { return "gauges" }

func TestLargeTablesWithoutASafeForm(t *testing.T) {
	t.Parallel()
	db, next, large := gauges(t)
	run(t, db, `ANALYZE gauges`)
	before := contents(t, db)
	_, err := migrate.AutoLarge(t.Context(), db, large, &gauge3{})
	require.ErrorIs(t, err, migrate.ErrPending)
	n := longtest.Size(3000, 1_000_000)
	require.ErrorContains(t, err, fmt.Sprintf(`gauges.double: column is "not changed, the table has about %d rows"`, n))
	require.ErrorContains(t, err, "it would be locked while all of them are read or written")

	err = next().Transaction(func(tx *gorm.DB) error {
		_, err := migrate.AutoLarge(t.Context(), tx, large, &plant{}, &gauge2{})
		return err
	})
	require.ErrorIs(t, err, migrate.ErrPending)
	require.ErrorContains(t, err, "call Auto outside of a transaction")
	require.Equal(t, before, contents(t, db))
}

// The second start waits for no lock, not even of the table of states.
func TestSecondStartBehindLocks(t *testing.T) {
	t.Parallel()
	url := repotest.URL(t)
	db := open(t, url, zoo...)
	_, err := migrate.Auto(t.Context(), db)
	require.NoError(t, err)
	hold := plain(t, url).Begin()
	defer hold.Rollback()
	all := names(t, db, `SELECT format('%I', tablename) FROM pg_tables WHERE schemaname = 'public'`)
	require.NoError(t, hold.Exec(`LOCK TABLE `+strings.Join(all, ", ")+` IN ACCESS EXCLUSIVE MODE`).Error)
	counted, s := recorded(db)
	start := time.Now()
	report, err := migrate.Auto(t.Context(), counted)
	require.NoError(t, err)
	require.Less(t, time.Since(start), time.Second)
	require.Zero(t, report.Waited)
	require.Len(t, s.list, 1)

	// What has changed needs a look at the tables, which ends too.
	hold.Rollback()
	run(t, db, `ALTER TABLE notes DROP text`)
	hold = plain(t, url).Begin()
	defer hold.Rollback()
	require.NoError(t, hold.Exec(`LOCK TABLE defaulteds IN ACCESS EXCLUSIVE MODE`).Error)
	_, err = migrate.AutoWithin(t.Context(), db, 20*time.Millisecond, 100*time.Millisecond)
	require.ErrorIs(t, err, migrate.ErrBusy)
}
