package migrate_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/migrate"
	"github.com/gormango/gormango/models"
)

type parcel1 struct {
	ID    int64
	State string `gorm:"type:parcel_state;not null;default:sent"`
	At    time.Time
}

func (parcel1) TableName() string { return "parcels" }

type parcel2 struct {
	ID    int64
	State string `gorm:"type:parcel_state;not null;default:lost"`
	At    time.Time
}

func (parcel2) TableName() string { return "parcels" }

// Auto creates what is declared among the models, adds values to enums, and
// replaces views.
func TestAutoDeclarations(t *testing.T) {
	t.Parallel()
	db := setup(t)
	view := func(text string) migrate.SQLObject {
		return migrate.SQLObject{Kind: "view", Name: "sent_parcels", Create: "CREATE VIEW sent_parcels AS SELECT " + text + " FROM parcels"}
	}
	states := func(values ...string) migrate.Enum { return migrate.Enum{Name: "parcel_state", Values: values} }
	run := func(models ...any) []string {
		report, err := migrate.Auto(t.Context(), db, models...)
		require.NoError(t, err)
		again, err := migrate.Auto(t.Context(), db, models...)
		require.NoError(t, err)
		require.Empty(t, again.Statements)
		return report.Statements
	}
	first := run(states("sent", "here"), &parcel1{}, view("id"))
	require.Equal(t, `CREATE TYPE "parcel_state" AS ENUM ('sent', 'here')`, first[0])
	require.Equal(t, `CREATE VIEW sent_parcels AS SELECT id FROM parcels`, first[len(first)-1])
	require.Equal(t, []string{
		`ALTER TYPE "parcel_state" ADD VALUE 'lost' BEFORE 'here'`,
		`ALTER TABLE "parcels" ALTER COLUMN "state" SET DEFAULT 'lost'`,
		`DROP VIEW "sent_parcels"`,
		`CREATE VIEW sent_parcels AS SELECT id, at FROM parcels`,
	}, run(states("sent", "lost", "here"), &parcel2{}, view("id, at")))

	_, err := migrate.Auto(t.Context(), db, states("here", "lost"), &parcel2{}, view("id, at"))
	require.ErrorIs(t, err, migrate.ErrPending)
	require.ErrorContains(t, err, `enum is "sent, lost, here", should be "here, lost"`)
}

type reading1 struct {
	ID int64     `gorm:"primaryKey"`
	At time.Time `gorm:"primaryKey"`
}

func (reading1) TableName() string { return "readings" }

func (reading1) Meta() models.Meta {
	return models.Meta{Comment: "of all gauges", PartitionBy: "RANGE (at)", Partitions: []models.Partition{
		{Name: "readings_2025", Values: "FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')"}}}
}

type reading2 reading1

func (reading2) TableName() string { return "readings" }

func (reading2) Meta() models.Meta {
	m := reading1{}.Meta()
	m.Partitions = append(m.Partitions, models.Partition{Name: "readings_2026", Values: "FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')"})
	m.Comment = "of some gauges"
	return m
}

type reading3 struct {
	ID int64     `gorm:"primaryKey"`
	At time.Time `gorm:"primaryKey"`
}

func (reading3) TableName() string { return "plain_readings" }

func TestAutoPartitions(t *testing.T) {
	t.Parallel()
	db := setup(t)
	_, err := migrate.Auto(t.Context(), db, &reading1{}, &reading3{})
	require.NoError(t, err)
	report, err := migrate.Auto(t.Context(), db, &reading2{})
	require.NoError(t, err)
	require.Len(t, report.Statements, 2)
	require.Equal(t, []string{"readings_2025", "readings_2026", "of some gauges"},
		names(t, db, `SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'readings'::regclass UNION ALL SELECT obj_description('readings'::regclass)`))

	run(t, db, `DROP TABLE readings`, `ALTER TABLE plain_readings RENAME TO readings`)
	_, err = migrate.Auto(t.Context(), db, &reading2{})
	require.ErrorContains(t, err, `readings: table is "one table", should be "PARTITION BY RANGE (at)"`)
}
