package migrate_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/migrate"
	"github.com/gormango/gormango/models"
)

type described struct {
	ID    int64
	Email string
	Name  string
	Tags  string `gorm:"type:text[]"`
	Place int
}

func (described) Meta() models.Meta {
	return models.Meta{
		Indexes: []models.Index{
			{Fields: []string{"name", "-place"}},
			{Name: "described_email", Expressions: []string{"lower(email)"}, Unique: true, Where: "email <> ''"},
			{Fields: []string{"tags"}, Method: "gin"},
			{Name: "described_prefix", Fields: []string{"name"}, Expressions: []string{"lower(email)"}, Opclasses: []string{"text_pattern_ops", "text_pattern_ops"}},
			{Name: "described_covering", Fields: []string{"place"}, Include: []string{"name", "email"}},
		},
		Constraints: []models.Constraint{
			{Check: "place >= 0"},
			{Unique: []string{"name", "place"}, Deferrable: "deferred"},
			{Name: "described_soon", Unique: []string{"place"}, Deferrable: "immediate"},
		},
	}
}

func TestMeta(t *testing.T) {
	t.Parallel()
	db := setup(t, &described{})
	report, err := migrate.Auto(t.Context(), db)
	require.NoError(t, err)
	require.Equal(t, []string{
		`CREATE INDEX "idx_describeds_name_place" ON "describeds" ("name", "place" DESC)`,
		`CREATE UNIQUE INDEX "described_email" ON "describeds" ((lower(email))) WHERE email <> ''`,
		`CREATE INDEX "idx_describeds_tags" ON "describeds" USING gin ("tags")`,
		`CREATE INDEX "described_prefix" ON "describeds" ("name" text_pattern_ops, (lower(email)) text_pattern_ops)`,
		`CREATE INDEX "described_covering" ON "describeds" ("place") INCLUDE ("name", "email")`,
	}, report.Statements[1:])
	require.Equal(t, []string{
		"chk_describeds_place_6765af11 CHECK ((place >= 0))",
		"described_soon UNIQUE (place) DEFERRABLE",
		"describeds_pkey PRIMARY KEY (id)",
		"uni_describeds_name_place UNIQUE (name, place) DEFERRABLE INITIALLY DEFERRED",
	}, names(t, db, `SELECT conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'describeds'::regclass AND contype <> 'n' ORDER BY 1`))

	report, err = migrate.Auto(t.Context(), db)
	require.NoError(t, err)
	require.Empty(t, report.Statements)
}

type fulltext struct {
	ID   int64
	Body string `gorm:"index:idx_body,class:FULLTEXT"`
}

type hidden struct {
	ID   int64
	Body string `gorm:"-:migration;index:idx_hidden"`
}

func TestTagsThatCannotBe(t *testing.T) {
	t.Parallel()
	require.Equal(t, `migrate: fulltext: index "idx_body": class "FULLTEXT" is not PostgreSQL's (choices are "unique")`, stateError(t, &fulltext{}))
	require.Equal(t, `migrate: hidden: index "idx_hidden": field Body is kept out of migrations`, stateError(t, &hidden{}))
}

type oneNull struct {
	ID   int64
	A, B string
}

func (oneNull) Meta() models.Meta {
	return models.Meta{
		Indexes:     []models.Index{{Name: "one_null_a", Fields: []string{"a"}, Unique: true, NullsNotDistinct: true}},
		Constraints: []models.Constraint{{Name: "one_null_b", Unique: []string{"b"}, NullsNotDistinct: true}},
	}
}

// PostgreSQL 14 does not have it, so the server is asked from version 15 on.
func TestMetaNullsNotDistinct(t *testing.T) {
	t.Parallel()
	table := state(t, &oneNull{}).Tables["one_nulls"]
	require.True(t, table.Indexes[0].NullsNotDistinct)
	require.Equal(t, `UNIQUE NULLS NOT DISTINCT ("b")`, table.Constraints[0].Definition)
	db := setup(t, &oneNull{})
	_, err := migrate.Auto(t.Context(), db)
	if names(t, db, `SHOW server_version_num`)[0] < "150000" {
		require.ErrorContains(t, err, "syntax error")
		return
	}
	require.NoError(t, err)
	run(t, db, `INSERT INTO one_nulls (b) VALUES ('x')`)
	require.Error(t, db.Exec(`INSERT INTO one_nulls (a, b) VALUES (NULL, 'y')`).Error)
	require.Error(t, db.Exec(`INSERT INTO one_nulls (a, b) VALUES ('x', 'x')`).Error)
}
