package valuematrix_test

import (
	"database/sql"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgtype"
	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
)

type (
	dSpan struct {
		models.AutoKey
		A *time.Duration  `gorm:"type:ivdom"`
		B pgtype.Interval `gorm:"type:ivdom"`
	}
	dWall struct {
		models.AutoKey
		A *time.Time       `gorm:"type:walldom"`
		B sql.NullTime     `gorm:"type:walldom"`
		C pgtype.Timestamp `gorm:"type:walldom"`
	}
	dMoment struct {
		models.AutoKey
		A *time.Time         `gorm:"type:momentdom"`
		B sql.NullTime       `gorm:"type:momentdom"`
		C pgtype.Timestamptz `gorm:"type:momentdom"`
	}
	dDay struct {
		models.AutoKey
		A *time.Time   `gorm:"type:daydom"`
		B sql.NullTime `gorm:"type:daydom"`
		C pgtype.Date  `gorm:"type:daydom"`
	}
	dInts struct {
		models.AutoKey
		A []int32 `gorm:"type:intsdom"`
	}
	dTexts struct {
		models.AutoKey
		A []string `gorm:"type:textsdom"`
	}
	dFloats struct {
		models.AutoKey
		A *float64 `gorm:"type:floatdom"`
		B *float32 `gorm:"type:floatdom"`
	}
	dReals struct {
		models.AutoKey
		A *float32 `gorm:"type:realdom"`
	}
	dBools struct {
		models.AutoKey
		A *bool        `gorm:"type:booldom"`
		B sql.NullBool `gorm:"type:booldom"`
	}
	dBytes struct {
		models.AutoKey
		A []byte `gorm:"type:bytedom"`
	}
)

func (*dSpan) prepare() string   { return "CREATE DOMAIN ivdom AS interval" }
func (*dWall) prepare() string   { return "CREATE DOMAIN walldom AS timestamp" }
func (*dMoment) prepare() string { return "CREATE DOMAIN momentdom AS timestamptz" }
func (*dDay) prepare() string    { return "CREATE DOMAIN daydom AS date" }
func (*dInts) prepare() string   { return "CREATE DOMAIN intsdom AS integer[]" }
func (*dTexts) prepare() string  { return "CREATE DOMAIN textsdom AS text[]" }
func (*dFloats) prepare() string { return "CREATE DOMAIN floatdom AS double precision" }
func (*dReals) prepare() string  { return "CREATE DOMAIN realdom AS real" }
func (*dBools) prepare() string  { return "CREATE DOMAIN booldom AS boolean" }
func (*dBytes) prepare() string  { return "CREATE DOMAIN bytedom AS bytea" }

// TestDomains writes, finds and reads values in domains over types of which the
// driver does not know that they are the base.
func TestDomains(t *testing.T) {
	t.Parallel()
	east := time.FixedZone("", 2*3600)
	at := time.Date(2026, 3, 1, 14, 0, 0, 123456000, east)
	run := func(name string, f func(t *testing.T)) { t.Run(name, func(t *testing.T) { t.Parallel(); f(t) }) }
	run("interval", func(t *testing.T) {
		of := func(d time.Duration) *dSpan {
			return &dSpan{A: &d, B: pgtype.Interval{Microseconds: d.Microseconds(), Valid: true}}
		}
		matrixOf(t, &dSpan{}, of(0), of(time.Hour), of(-36*time.Hour-time.Microsecond))
	})
	run("timestamp", func(t *testing.T) {
		of := func(at time.Time) *dWall {
			return &dWall{A: &at, B: sql.NullTime{Time: at, Valid: true}, C: pgtype.Timestamp{Time: at, Valid: true}}
		}
		matrixOf(t, &dWall{}, of(at))
	})
	run("timestamptz", func(t *testing.T) {
		of := func(at time.Time) *dMoment {
			return &dMoment{A: &at, B: sql.NullTime{Time: at, Valid: true}, C: pgtype.Timestamptz{Time: at, Valid: true}}
		}
		matrixOf(t, &dMoment{}, of(at))
	})
	run("date", func(t *testing.T) {
		of := func(at time.Time) *dDay {
			return &dDay{A: &at, B: sql.NullTime{Time: at, Valid: true}, C: pgtype.Date{Time: at, Valid: true}}
		}
		matrixOf(t, &dDay{}, of(at.UTC().Truncate(24*time.Hour)))
	})
	run("floats", func(t *testing.T) {
		matrixOf(t, &dFloats{}, &dFloats{A: p(0.5), B: p(float32(0.5))})
		matrixOf(t, &dReals{A: p(float32(0.1))})
	})
	run("bools", func(t *testing.T) {
		matrixOf(t, &dBools{}, &dBools{A: p(true), B: sql.NullBool{Bool: true, Valid: true}})
	})
	run("bytes", func(t *testing.T) { matrixOf(t, &dBytes{}, &dBytes{A: []byte{0, 255, '\\'}}) })
	run("ints", func(t *testing.T) { matrixOf(t, &dInts{}, &dInts{A: []int32{1, 2}}, &dInts{A: []int32{}}) })
	run("texts", func(t *testing.T) { matrixOf(t, &dTexts{}, &dTexts{A: []string{"a", `b",{}\`, "NULL", ""}}) })
}

// Times on domains are the clocks of Config.TimeZone in every call, and days
// stay.
func TestDomainsOverTimesInAZone(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	zone, err := time.LoadLocation("America/New_York")
	require.NoError(t, err)
	db := openTypes(t, []string{"CREATE DOMAIN walldom AS timestamp", "CREATE DOMAIN momentdom AS timestamptz", "CREATE DOMAIN daydom AS date", "CREATE DOMAIN wallsdom AS timestamp[]"}, gormango.Config{TimeZone: zone}, &dTimes{})
	r := repo.New[dTimes](db)
	at := time.Date(2026, 7, 1, 12, 0, 0, 5000, time.UTC)
	day := time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)
	of := func() *dTimes {
		return &dTimes{A: &at, B: sql.NullTime{Time: at, Valid: true}, C: pgtype.Timestamp{Time: at, Valid: true}, D: at, E: pgtype.Timestamptz{Time: at, Valid: true}, F: day, G: pgtype.Date{Time: day, Valid: true}, H: []time.Time{at}}
	}
	want := "2026-07-01 08:00:00.000005|2026-07-01 08:00:00.000005|2026-07-01 08:00:00.000005|2026-07-01 08:00:00.000005-04|2026-07-01 08:00:00.000005-04|2026-07-01|2026-07-01|{\"2026-07-01 08:00:00.000005\"}"
	check := func(how string, err error) {
		t.Helper()
		require.NoError(t, err, how)
		var got []string
		require.NoError(t, db.Raw("SELECT DISTINCT concat_ws('|', a, b, c, d, e, f, g, h) FROM d_times").Scan(&got).Error)
		require.Equal(t, []string{want}, got, how)
	}
	check("Create", r.Create(ctx, of()))
	check("BulkCreate", r.BulkCreate(ctx, []*dTimes{of(), of()}))
	check("COPY", r.BulkCreate(ctx, []*dTimes{of(), of()}, repo.UseCopy()))
	all, err := r.All(ctx)
	require.NoError(t, err)
	for _, o := range all {
		check("Save", r.Save(ctx, o))
	}
	_, err = r.BulkUpdate(ctx, all, "a", "b", "c", "d", "e", "f", "g", "h")
	check("BulkUpdate", err)
	check("upsert", r.OnConflict("id").Update("a", "b", "c", "d", "e", "f", "g", "h").BulkCreate(ctx, all))
	_, err = r.AllRows().Update(ctx, r.Set("a", at), r.Set("c", pgtype.Timestamp{Time: at, Valid: true}), r.Set("f", day), r.Set("h", []time.Time{at}))
	check("Update", err)
	for name, v := range map[repo.Lookup[dTimes]]any{"a": at, "a__in": []time.Time{at}, "c": at, "c__in": []pgtype.Timestamp{{Time: at, Valid: true}},
		"d__in": []time.Time{at}, "f": day, "f__in": []time.Time{day}, "h": []time.Time{at}, "h__in": [][]time.Time{{at}}} {
		n, err := r.Filter(name, v).Count(ctx)
		require.NoError(t, err, name)
		require.EqualValues(t, len(all), n, name)
	}
}

type dTimes struct {
	models.AutoKey
	A *time.Time         `gorm:"type:walldom"`
	B sql.NullTime       `gorm:"type:walldom"`
	C pgtype.Timestamp   `gorm:"type:walldom"`
	D time.Time          `gorm:"type:momentdom"`
	E pgtype.Timestamptz `gorm:"type:momentdom"`
	F time.Time          `gorm:"type:daydom"`
	G pgtype.Date        `gorm:"type:daydom"`
	H []time.Time        `gorm:"type:wallsdom"`
}
