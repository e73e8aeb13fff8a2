package connect_test

import (
	"cmp"
	"errors"
	"net/url"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/repo/fn"
	"github.com/gormango/gormango/repotest"
)

type clock struct {
	ID        int64
	At        time.Time
	Plain     time.Time `gorm:"type:timestamp"`
	CreatedAt time.Time
}

func TestTimeZone(t *testing.T) {
	t.Parallel()
	berlin, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	for name, c := range map[string]struct {
		cfg  gormango.Config
		url  string
		want *time.Location
	}{
		"default":         {gormango.Config{}, "", time.UTC},
		"Config":          {gormango.Config{TimeZone: berlin}, "", berlin},
		"URL":             {gormango.Config{}, "TimeZone=Europe/Berlin", berlin},
		"Config over URL": {gormango.Config{TimeZone: time.UTC}, "TimeZone=Europe/Berlin", time.UTC},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			u, err := url.Parse(repotest.URL(t))
			require.NoError(t, err)
			if c.url != "" {
				u.RawQuery = c.url + "&" + u.RawQuery
			}
			c.cfg.URL = u.String()
			ctx, db := open(t, c.cfg)
			require.Equal(t, c.want.String(), show(t, db, "SHOW timezone"))
			require.NoError(t, db.AutoMigrate(&clock{}))
			at := time.Date(2024, 7, 1, 12, 0, 0, 123456000, c.want)
			saved := clock{At: at, Plain: at}
			require.NoError(t, db.Create(&saved).Error)
			var got clock
			require.NoError(t, db.First(&got).Error)
			require.Equal(t, at, got.At)
			require.Equal(t, at, got.Plain)
			require.True(t, saved.CreatedAt.Equal(got.CreatedAt), "the struct equals the row")
			require.Equal(t, time.UTC, saved.CreatedAt.Location())
			require.NoError(t, gormango.Native(ctx, db, func(conn *pgx.Conn) error {
				var native time.Time
				var list []time.Time
				err := conn.QueryRow(ctx, "SELECT at, ARRAY[at] FROM clocks").Scan(&native, &list)
				require.Equal(t, at, native)
				require.Equal(t, []time.Time{at}, list)
				return err
			}))
		})
	}
}

// A zone that only Go knows has the same clocks in the server: a moment is
// found by its own hour and day, and comes back from a column without a zone.
func TestTimesOfEveryZone(t *testing.T) {
	t.Parallel()
	tokyo, err := time.LoadLocation("Asia/Tokyo")
	require.NoError(t, err)
	berlin, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	moments := []time.Time{
		time.Date(2026, 1, 1, 23, 30, 0, 0, time.UTC),
		time.Date(2026, 3, 1, 14, 0, 0, 123456000, time.FixedZone("", 2*3600)),
		time.Date(2026, 7, 1, 0, 15, 0, 0, berlin),
		time.Date(1969, 12, 31, 23, 59, 59, 0, time.FixedZone("UTC-8", -8*3600)),
		time.Date(2026, 10, 25, 12, 0, 0, 0, tokyo),
	}
	for _, zone := range []*time.Location{
		time.UTC, tokyo, berlin, time.FixedZone("UTC+2", 2*3600), time.FixedZone("", -(3*3600 + 1800)), time.FixedZone("Europe/Berlin", 3600),
	} {
		t.Run(zone.String(), func(t *testing.T) {
			t.Parallel()
			ctx, db := open(t, gormango.Config{URL: repotest.URL(t), TimeZone: zone, Models: []any{&clock{}}})
			require.NoError(t, db.AutoMigrate(&clock{}))
			clocks := repo.New[clock](db)
			for _, at := range moments {
				for write, fn := range map[string]func(*clock) error{
					"Create":     func(c *clock) error { return clocks.Create(ctx, c) },
					"BulkCreate": func(c *clock) error { return clocks.BulkCreate(ctx, []*clock{c}) },
					"COPY":       func(c *clock) error { return clocks.BulkCreate(ctx, []*clock{c}, repo.UseCopy()) },
					"plain GORM": func(c *clock) error { return db.WithContext(ctx).Create(c).Error },
					"plain Save": func(c *clock) error { return db.WithContext(ctx).Save(c).Error },
					"GORM update": func(c *clock) error {
						c.Plain = time.Time{}
						require.NoError(t, clocks.Create(ctx, c))
						return db.Model(c).Update("plain", at).Error
					},
					"Update": func(c *clock) error {
						_, err := clocks.AllRows().Update(ctx, clocks.Set("at", at), clocks.Set("plain", at))
						return errors.Join(clocks.Create(ctx, c), err)
					},
				} {
					_, err := clocks.AllRows().Delete(ctx)
					require.NoError(t, err)
					require.NoError(t, fn(&clock{At: at, Plain: at}), write)
					got, err := clocks.Get(ctx)
					require.NoError(t, err)
					require.True(t, got.Plain.Equal(at), "%s: %v is read as %v", write, at, got.Plain)
					require.True(t, got.At.Equal(at), write)
					require.True(t, got.CreatedAt.Equal(got.CreatedAt.Truncate(time.Microsecond)))
					var plain clock
					require.NoError(t, db.First(&plain).Error)
					require.True(t, plain.Plain.Equal(at), write)
					local := got.At
					for text, value := range map[repo.Lookup[clock]]any{
						"plain": at.UTC(), "plain__lte": at.In(time.FixedZone("", -8*3600)), "plain__gte": at.In(tokyo), "at": at.In(tokyo), "plain__in": []time.Time{at.In(tokyo)},
						"at__hour": local.Hour(), "at__date": local, "plain__hour": local.Hour(), "plain__date": local, "plain__year": local.Year(), "at__day": local.Day(),
						"plain__range": []time.Time{at.UTC(), at.In(tokyo)},
					} {
						n, err := clocks.Filter(text, value).Count(ctx)
						require.NoError(t, err)
						require.Equal(t, int64(1), n, "%s: %s %v", write, text, value)
					}
					days, err := repo.Datetimes(ctx, clocks, "at", "day", zone)
					require.NoError(t, err)
					require.Equal(t, []string{local.Format(time.DateOnly)}, []string{days[0].Format(time.DateOnly)})
					for _, elsewhere := range []*time.Location{nil, zone, time.UTC, tokyo, berlin, time.FixedZone("UTC-5", -5*3600)} {
						checkParts(t, clocks, at, elsewhere, zone)
					}
				}
			}
		})
	}
}

// checkParts checks that the parts of a time and its beginnings are those of
// the moment in a zone, nil for the database's, whether or not the column has a
// zone.
func checkParts(t *testing.T, clocks *repo.QuerySet[clock], at time.Time, zone, own *time.Location) {
	t.Helper()
	ctx := t.Context()
	there := at.In(cmp.Or(zone, own))
	y, m, d := there.Date()
	begin := map[string]time.Time{
		"year": time.Date(y, 1, 1, 0, 0, 0, 0, there.Location()), "day": time.Date(y, m, d, 0, 0, 0, 0, there.Location()),
		"hour": time.Date(y, m, d, there.Hour(), 0, 0, 0, there.Location()), "second": there.Truncate(time.Second),
	}
	for _, column := range []repo.Ref{"at", "plain"} {
		for kind, want := range begin {
			got, err := repo.Datetimes(ctx, clocks, repo.Name[clock](column), kind, zone)
			require.NoError(t, err)
			require.Len(t, got, 1)
			require.True(t, got[0].Equal(want), "%s %s in %v: %v, not %v", column, kind, zone, got[0], want)
			n, err := clocks.Annotate("x", fn.Trunc(repo.F(column), kind, fn.In(zone))).Filter("x", want).Count(ctx)
			require.NoError(t, err)
			require.EqualValues(t, 1, n, "%s %s in %v", column, kind, zone)
		}
		for kind, want := range map[string]int{"year": y, "month": int(m), "day": d, "hour": there.Hour(), "minute": there.Minute()} {
			n, err := clocks.Annotate("x", fn.Extract(repo.F(column), kind, fn.In(zone))).Filter("x", want).Count(ctx)
			require.NoError(t, err)
			require.EqualValues(t, 1, n, "%s %s in %v", column, kind, zone)
		}
		n, err := clocks.Annotate("x", fn.TruncDate(repo.F(column), fn.In(zone))).Annotate("y", fn.TruncTime(repo.F(column), fn.In(zone))).
			Filter("x", there).Filter("y", there).Count(ctx)
		require.NoError(t, err)
		require.EqualValues(t, 1, n, "%s in %v", column, zone)
	}
}
