package gormango_test

import (
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango"
)

func TestIntegrityError(t *testing.T) {
	t.Parallel()
	_, db := open(t, gormango.Config{})
	require.NoError(t, db.Exec(`
		CREATE EXTENSION IF NOT EXISTS btree_gist;
		CREATE TABLE parents (id bigint PRIMARY KEY, "Odd, name" text, UNIQUE (id, "Odd, name"));
		CREATE TABLE genres (
			id bigint, name text CONSTRAINT uni_genres_name UNIQUE, size int NOT NULL DEFAULT 1 CONSTRAINT positive CHECK (size > 0),
			parent_id bigint CONSTRAINT fk_parent REFERENCES parents ON DELETE RESTRICT, room int, day daterange,
			CONSTRAINT pair UNIQUE (id, name), CONSTRAINT no_overlap EXCLUDE USING gist (room WITH =, day WITH &&));
		CREATE UNIQUE INDEX lowered ON genres (lower(name), id);
		INSERT INTO parents VALUES (1, 'a');
		INSERT INTO genres (id, name, parent_id, room, day) VALUES (1, 's3cret', 1, 1, '[2024-01-01,2024-02-01)');`).Error)
	for statement, want := range map[string]struct {
		kind    gormango.IntegrityKind
		is      error
		text    string
		columns []string
	}{
		"INSERT INTO genres (name) VALUES ('s3cret')": {
			gormango.Unique, gorm.ErrDuplicatedKey,
			`gormango: unique violation of "uni_genres_name" on genres (name)`, []string{"name"},
		},
		"INSERT INTO genres (id, name) VALUES (1, 'S3cret')": {
			gormango.Unique, gorm.ErrDuplicatedKey,
			`gormango: unique violation of "lowered" on genres (lower(name), id)`, []string{"lower(name)", "id"},
		},
		`INSERT INTO parents VALUES (1, 'a')`: {
			gormango.Unique, gorm.ErrDuplicatedKey,
			`gormango: unique violation of "parents_pkey" on parents (id)`, []string{"id"},
		},
		"INSERT INTO genres (parent_id) VALUES (99)": {
			gormango.ForeignKey, gorm.ErrForeignKeyViolated,
			`gormango: foreign key violation of "fk_parent" on genres (parent_id)`, []string{"parent_id"},
		},
		"DELETE FROM parents": {
			gormango.ForeignKey, gorm.ErrForeignKeyViolated,
			`gormango: foreign key violation of "fk_parent" on genres`, nil,
		},
		"INSERT INTO genres (size) VALUES (NULL)": {gormango.NotNull, nil, `gormango: not null violation on genres (size)`, []string{"size"}},
		"INSERT INTO genres (size) VALUES (-1)": {
			gormango.Check, gorm.ErrCheckConstraintViolated,
			`gormango: check violation of "positive" on genres`, nil,
		},
		"INSERT INTO genres (room, day) VALUES (1, '[2024-01-15,2024-01-16)')": {
			gormango.Exclusion, nil,
			`gormango: exclusion violation of "no_overlap" on genres (room, day)`, []string{"room", "day"},
		},
		"DO $$ BEGIN RAISE integrity_constraint_violation USING MESSAGE = 'mine'; END $$": {"", nil, "gormango: integrity violation", nil},
	} {
		err := db.Exec(statement).Error
		var got *gormango.IntegrityError
		require.ErrorAs(t, err, &got, statement)
		require.Equal(t, want.kind, got.Kind, statement)
		require.EqualError(t, got, want.text)
		require.Equal(t, want.columns, got.Columns, statement)
		if want.is != nil {
			require.ErrorIs(t, err, want.is)
		} else {
			require.NotErrorIs(t, err, gorm.ErrDuplicatedKey)
		}
		var pgErr *pgconn.PgError
		require.ErrorAs(t, err, &pgErr)
		require.Equal(t, "23", pgErr.Code[:2])
	}
	require.NotErrorIs(t, db.Exec("SELECT nonsense").Error, &gormango.IntegrityError{})
}

type genre struct {
	ID   int64
	Name string `gorm:"uniqueIndex:by_name_and_shop"`
	Shop string `gorm:"uniqueIndex:by_name_and_shop"`
}

func TestIntegrityErrorColumnsOfModel(t *testing.T) {
	t.Parallel()
	_, db := open(t, gormango.Config{Models: []any{&genre{}}})
	require.NoError(t, db.AutoMigrate(&genre{}))
	require.NoError(t, db.Create(&genre{Name: "a", Shop: "b"}).Error)
	var got *gormango.IntegrityError
	require.ErrorAs(t, db.Create(&genre{Name: "a", Shop: "b"}).Error, &got)
	require.Equal(t, []string{"name", "shop"}, got.Columns)
}
