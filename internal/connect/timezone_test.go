package connect_test

import (
	"net/url"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango"
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
