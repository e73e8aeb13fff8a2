package gormango_test

import (
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango"
)

func TestServerErrors(t *testing.T) {
	t.Parallel()
	_, db := open(t, gormango.Config{})
	require.NoError(t, db.Exec("CREATE TABLE notes (id int, short varchar(3)); ALTER TABLE notes ENABLE ROW LEVEL SECURITY; ALTER TABLE notes FORCE ROW LEVEL SECURITY").Error)

	var data *gormango.DataError
	for statement, want := range map[string]string{
		"SELECT 's3cret'::int":                         "gormango: invalid input syntax for type integer: … (SQLSTATE 22P02)",
		`SELECT 's3"cr"et'::int`:                       "gormango: invalid input syntax for type integer: … (SQLSTATE 22P02)",
		"SELECT '99999999999'::int":                    "gormango: value … is out of range for type integer (SQLSTATE 22003)",
		"SELECT '2024-13-45'::date":                    "gormango: date/time field value out of range: … (SQLSTATE 22008)",
		"SELECT 1/0":                                   "gormango: division by zero (SQLSTATE 22012)",
		"INSERT INTO notes (short) VALUES ('s3cret')":  "gormango: value too long for type character varying(3) (SQLSTATE 22001)",
		`SELECT '{"s3cret'::json`:                      "gormango: invalid input syntax for type json (SQLSTATE 22P02)",
		"SELECT to_date('s3cret', 'YYYY-MM-DD')::text": "gormango: invalid value … (SQLSTATE 22007)",
	} {
		err := db.Exec(statement).Error
		require.ErrorAs(t, err, &data, statement)
		require.EqualError(t, err, want)
		var pgErr *pgconn.PgError
		require.ErrorAs(t, err, &pgErr)
		require.Equal(t, pgErr.Message, data.Message)
		require.Equal(t, pgErr.Code, data.Code)
	}

	var syntax *gormango.SyntaxError
	err := db.Exec("SELECT nonsense").Error
	require.ErrorAs(t, err, &syntax)
	require.EqualError(t, err, `gormango: column "nonsense" does not exist (SQLSTATE 42703)`)
	require.ErrorIs(t, err, gorm.ErrInvalidField)
	err = db.Table("nowhere").Take(&map[string]any{}).Error
	require.ErrorAs(t, err, &syntax)
	require.EqualError(t, err, `gormango: relation "nowhere" does not exist (SQLSTATE 42P01)`)
	require.NotErrorIs(t, err, gorm.ErrInvalidField)
	require.ErrorAs(t, db.Exec("SELEC 1").Error, &syntax)

	var permission *gormango.PermissionError
	err = db.Transaction(func(tx *gorm.DB) error {
		if err := tx.Exec("SET LOCAL ROLE pg_read_all_settings").Error; err != nil {
			return err
		}
		return tx.Exec("SELECT * FROM notes").Error
	})
	require.ErrorAs(t, err, &permission)
	require.Contains(t, err.Error(), `gormango: permission denied for table notes (SQLSTATE 42501)`)
	require.NotErrorAs(t, err, &syntax)
}

// GORM's own errors come back with its own setting.
func TestErrorsOfTheDriver(t *testing.T) {
	t.Parallel()
	_, db := open(t, gormango.Config{GORM: func(c *gorm.Config) { c.TranslateError = false }})
	err := db.Exec("SELECT nonsense").Error
	_, ok := err.(*pgconn.PgError)
	require.True(t, ok, "%T", err)
}
