package valuematrix_test

import (
	"database/sql"
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgtype"
	"github.com/stretchr/testify/require"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/repotest"
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
	zone, err := time.LoadLocation("America/New_York")
	require.NoError(t, err)
	db := openTypes(t, []string{"CREATE DOMAIN walldom AS timestamp", "CREATE DOMAIN momentdom AS timestamptz", "CREATE DOMAIN daydom AS date", "CREATE DOMAIN wallsdom AS timestamp[]"}, gormango.Config{TimeZone: zone}, &dTimes{})
	for _, at := range []time.Time{time.Date(2026, 7, 1, 12, 0, 0, 5000, time.UTC), time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 7, 1, 9, 0, 0, 0, time.FixedZone("", 9*3600))} {
		for _, day := range []time.Time{time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 7, 1, 0, 30, 0, 0, time.FixedZone("", 2*3600))} {
			require.NoError(t, db.Exec("DELETE FROM d_times").Error)
			timesInAZone(t, db, at, day)
		}
	}
}

func timesInAZone(t *testing.T, db *gorm.DB, at, day time.Time) {
	t.Helper()
	ctx := t.Context()
	r := repo.New[dTimes](db)
	of := func() *dTimes {
		return &dTimes{A: &at, B: sql.NullTime{Time: at, Valid: true}, C: pgtype.Timestamp{Time: at, Valid: true}, D: at, E: pgtype.Timestamptz{Time: at, Valid: true}, F: day, G: pgtype.Date{Time: day, Valid: true}, H: []time.Time{at}, I: []time.Time{at}}
	}
	clock := "2026-07-01 08:00:00.000005"
	if at.Nanosecond() == 0 {
		clock = "2026-06-30 20:00:00"
	}
	want := fmt.Sprintf(`%[1]s|%[1]s|%[1]s|%[1]s-04|%[1]s-04|2026-07-01|2026-07-01|{"%[1]s"}|{"%[1]s"}`, clock)
	check := func(how string, err error) {
		t.Helper()
		require.NoError(t, err, how)
		var got []string
		require.NoError(t, db.Raw("SELECT DISTINCT concat_ws('|', a, b, c, d, e, f, g, h, i) FROM d_times").Scan(&got).Error)
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
	_, err = r.BulkUpdate(ctx, all, "a", "b", "c", "d", "e", "f", "g", "h", "i")
	check("BulkUpdate", err)
	check("upsert", r.OnConflict("id").Update("a", "b", "c", "d", "e", "f", "g", "h", "i").BulkCreate(ctx, all))
	_, err = r.AllRows().Update(ctx, r.Set("a", at), r.Set("c", pgtype.Timestamp{Time: at, Valid: true}), r.Set("f", day), r.Set("h", []time.Time{at}), r.Set("i", []time.Time{at}))
	check("Update", err)
	for name, v := range map[repo.Lookup[dTimes]]any{"a": at, "a__in": []time.Time{at}, "c": at, "c__in": []pgtype.Timestamp{{Time: at, Valid: true}},
		"d__in": []time.Time{at}, "f": day, "f__in": []time.Time{day}, "h": []time.Time{at}, "h__in": [][]time.Time{{at}}, "i": []time.Time{at}, "f__lte": day, "a__gte": at, "a__range": []time.Time{at, at}} {
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
	I []time.Time        `gorm:"type:walldom[]"`
}

type (
	aSpan  time.Duration
	dSpans struct {
		models.AutoKey
		A sql.Null[time.Duration] `gorm:"type:ivdom"`
		B *aSpan                  `gorm:"type:ivdom"`
	}
	dNumbers struct {
		models.AutoKey
		A *aSpan                  `gorm:"type:bigdom"`
		C sql.Null[time.Duration] `gorm:"type:bigdom"`
		D *int64                  `gorm:"type:bigdom"`
	}
)

func (*dNumbers) prepare() string { return "CREATE DOMAIN bigdom AS bigint" }

// A type of an application's that may be a duration is a number in a domain over
// a number, and is refused by one over an interval, as by an interval.
func TestNamedDurationsInDomains(t *testing.T) {
	t.Parallel()
	t.Run("number", func(t *testing.T) {
		t.Parallel()
		matrixOf(t, &dNumbers{}, &dNumbers{A: p(aSpan(7)), C: sql.Null[time.Duration]{V: 7, Valid: true}, D: p(int64(7))})
	})
	for name, open := range map[string]func() *gorm.DB{
		"Open": func() *gorm.DB {
			return openTypes(t, []string{"CREATE DOMAIN ivdom AS interval"}, gormango.Config{}, &dSpans{})
		},
		"gorm.Open": func() *gorm.DB {
			db, err := gorm.Open(postgres.Open(repotest.URL(t)), &gorm.Config{Logger: logger.Discard})
			require.NoError(t, err)
			pool, err := db.DB()
			require.NoError(t, err)
			t.Cleanup(func() { _ = pool.Close() })
			require.NoError(t, db.Exec("CREATE DOMAIN ivdom AS interval").Error)
			require.NoError(t, db.Exec("CREATE TABLE d_spans (id bigserial PRIMARY KEY, a ivdom, b ivdom)").Error)
			return db
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := open()
			for column, f := range map[repo.Name[dSpans]]func(*dSpans, time.Duration){
				"a": func(o *dSpans, d time.Duration) { o.A = sql.Null[time.Duration]{V: d, Valid: true} },
				"b": func(o *dSpans, d time.Duration) { o.B = (*aSpan)(&d) },
			} {
				refusedSpan(t, repo.New[dSpans](db), column, f)
			}
			var stored []string
			require.NoError(t, db.Raw("SELECT COALESCE(a::text, b::text) FROM d_spans WHERE COALESCE(a, b) IS NOT NULL").Scan(&stored).Error)
			require.Empty(t, stored)
		})
	}
}

// refusedSpan checks that each call refuses an hour in a column that holds
// intervals.
func refusedSpan(t *testing.T, r *repo.QuerySet[dSpans], column repo.Name[dSpans], set func(*dSpans, time.Duration)) {
	ctx, blank := t.Context(), &dSpans{}
	require.NoError(t, r.Create(ctx, blank))
	of := func(key int64) *dSpans {
		o := &dSpans{}
		o.ID = key
		set(o, time.Hour)
		return o
	}
	value := func() any {
		if o := of(0); column == "a" {
			return o.A
		} else {
			return o.B
		}
	}()
	for name, call := range map[string]func() error{
		"Create":     func() error { return r.Create(ctx, of(0)) },
		"BulkCreate": func() error { return r.BulkCreate(ctx, []*dSpans{of(0), of(0)}) },
		"COPY":       func() error { return r.BulkCreate(ctx, []*dSpans{of(0), of(0)}, repo.UseCopy()) },
		"BulkUpdate": func() error { _, err := r.BulkUpdate(ctx, []*dSpans{of(blank.ID)}, column); return err },
		"Save":       func() error { return r.Save(ctx, of(blank.ID)) },
		"Set":        func() error { _, err := r.AllRows().Update(ctx, r.Set(column, value)); return err },
		"upsert":     func() error { return r.OnConflict("id").Update(column).Create(ctx, of(blank.ID)) },
		"By":         func() error { _, err := r.By(column).GetOrCreate(ctx, of(0)); return err },
		"Filter":     func() error { _, err := r.Filter(repo.Lookup[dSpans](column), value).Count(ctx); return err },
		"in": func() error {
			_, err := r.Filter(repo.Lookup[dSpans](column)+"__in", []any{value}).Count(ctx)
			return err
		},
	} {
		if err := call(); !typed(err) {
			t.Errorf("%s of %s: %T %v", name, column, err, err)
		}
	}
}
