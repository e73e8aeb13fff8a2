package gormango_test

import (
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/repotest"
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

	require.NoError(t, db.Exec("CREATE TABLE once (id int PRIMARY KEY)").Error)
	err := db.Exec("INSERT INTO once VALUES (1), (1) ON CONFLICT (id) DO UPDATE SET id = EXCLUDED.id").Error
	require.ErrorAs(t, err, &data)
	require.Equal(t, "21000", data.Code)

	var limit *gormango.LimitError
	deep := strings.Repeat("[", 50_000) + strings.Repeat("]", 50_000)
	for statement, code := range map[string]string{
		"SELECT '" + deep + "'::jsonb":                                      "54001",
		"SELECT 1" + strings.Repeat("+1", 50_000):                           "54001",
		"SELECT concat(1" + strings.Repeat(",1", 200) + ")":                 "54023",
		"CREATE TABLE wide (" + strings.Repeat("x int, ", 2_000) + "y int)": "54011",
	} {
		err := db.Exec(statement).Error
		require.ErrorAs(t, err, &limit, code)
		require.Equal(t, code, limit.Code)
		require.ErrorIs(t, err, gormango.ErrTooLarge)
		require.ErrorIs(t, err, repo.ErrTooLarge)
		var pgErr *pgconn.PgError
		require.ErrorAs(t, err, &pgErr)
	}

	var syntax *gormango.SyntaxError
	err = db.Exec("SELECT nonsense").Error
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

type unsent struct {
	ID    int64
	Small int64     `gorm:"type:integer"`
	Big   uint64    `gorm:"type:bigint"`
	Nums  []int64   `gorm:"type:integer[]"`
	Day   time.Time `gorm:"type:date"`
	At    time.Time
}

// What the driver cannot write is a DataError whose text has no value, for
// every way in, on databases that GORM opened too.
func TestValuesThatWereNotSent(t *testing.T) {
	t.Parallel()
	ctx, db := open(t, gormango.Config{Models: []any{&unsent{}}})
	require.NoError(t, db.AutoMigrate(&unsent{}))
	plain, err := gorm.Open(postgres.Open(repotest.URL(t)), &gorm.Config{Logger: logger.Discard})
	require.NoError(t, err)
	sqlDB, err := plain.DB()
	require.NoError(t, err)
	t.Cleanup(func() { sqlDB.Close() })
	require.NoError(t, plain.AutoMigrate(&unsent{}))
	type secret struct{ S3CRET string }
	for name, db := range map[string]*gorm.DB{"Open": db, "GORM": plain} {
		rows := repo.New[unsent](db)
		now := time.Now()
		for what, c := range map[string]struct {
			code string
			err  error
		}{
			"an integer":     {"22003", rows.Create(ctx, &unsent{Small: 7_654_321_987, At: now, Day: now})},
			"a uint64":       {"22003", rows.Create(ctx, &unsent{Big: 1<<64 - 1, At: now, Day: now})},
			"an element":     {"22003", rows.Create(ctx, &unsent{Nums: []int64{7_654_321_987}, At: now, Day: now})},
			"bulk":           {"22003", rows.BulkCreate(ctx, []*unsent{{Small: 7_654_321_987, At: now, Day: now}})},
			"plain GORM":     {"22003", gormango.Translate(db, db.WithContext(ctx).Create(&unsent{Small: 7_654_321_987, At: now, Day: now}).Error)},
			"another type":   {"22000", gormango.Translate(db, db.WithContext(ctx).Exec("SELECT $1::int", secret{"S3CRET"}).Error)},
			"a slice of any": {"22", gormango.Translate(db, db.WithContext(ctx).Exec("SELECT $1::int[]", []any{"S3CRET format for x (OID 3"}).Error)},
		} {
			var data *gormango.DataError
			require.ErrorAs(t, c.err, &data, "%s %s", name, what)
			require.True(t, strings.HasPrefix(data.Code, c.code), "%s %s: %v", name, what, c.err)
			require.NotRegexp(t, "7654321987|7.654|18446744073709551615|0xffff|S3CRET", c.err.Error(), what)
		}
		if name == "Open" {
			for what, err := range map[string]error{
				"COPY":            rows.BulkCreate(ctx, []*unsent{{Small: 7_654_321_987, At: now, Day: now}}, repo.UseCopy()),
				"a time":          rows.Create(ctx, &unsent{At: time.Unix(1<<60, 0), Day: now}),
				"a date":          rows.Create(ctx, &unsent{At: now, Day: time.Unix(1<<60, 0)}),
				"plain GORM time": db.Create(&unsent{At: time.Unix(1<<60, 0), Day: now}).Error,
			} {
				var data *gormango.DataError
				require.ErrorAs(t, err, &data, what)
				require.NotContains(t, err.Error(), "7654321987", what)
			}
		}
	}
}
