package exec_test

import (
	"context"
	"reflect"
	"testing"
	"time"
	"unsafe"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/exec"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/query"
	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repotest"
)

// openForeign opens a database as GORM does by itself.
func openForeign(t *testing.T, url string) *gorm.DB {
	t.Helper()
	db, err := gorm.Open(postgres.Open(url), &gorm.Config{Logger: logger.Discard})
	require.NoError(t, err)
	t.Cleanup(func() {
		pool, err := db.DB()
		require.NoError(t, err)
		require.NoError(t, pool.Close())
		modelinfo.Remove(db)
	})
	return db
}

// A database that GORM opened by itself runs the same statements; the whole
// suite of package repo runs on one with -plain.
func TestForeignDatabase(t *testing.T) {
	t.Parallel()
	ctx, db := context.Background(), openForeign(t, repotest.URL(t))
	require.NoError(t, db.AutoMigrate(&row{}))
	m, err := modelinfo.Of(db).Model(reflect.TypeFor[row]())
	require.NoError(t, err)
	n, err := on(db).Exec(ctx, &compile.Stmt{SQL: "INSERT INTO rows (n) SELECT generate_series(1, $1::int)", Args: []any{25}})
	require.NoError(t, err)
	require.EqualValues(t, 25, n)
	rows, err := all[*row](ctx, on(db), selectAll(t, m), 0)
	require.NoError(t, err)
	require.Len(t, rows, 25)
	var sizes []int
	require.NoError(t, exec.Chunks(ctx, on(db), selectAll(t, m), 10, func(_ context.Context, chunk []unsafe.Pointer) bool { sizes = append(sizes, len(chunk)); return true }))
	require.Equal(t, []int{10, 10, 5}, sizes)
	counted, err := compile.Count(query.New(m))
	require.NoError(t, err)
	count, err := exec.Count(ctx, on(db), counted)
	require.NoError(t, err)
	require.EqualValues(t, 25, count)
	one := &row{}
	require.NoError(t, exec.Row(ctx, on(db), oneN(m, 7), one))
	require.Equal(t, 7, one.N)
	require.ErrorIs(t, exec.Row(ctx, on(db), oneN(m, 99), one), pgx.ErrNoRows)
}

// sample has a column of each sort that is read in a way of its own.
type sample struct {
	models.AutoKey
	Text    string
	Note    *string
	Small   int16
	Whole   int32
	Counter uint64
	Single  float32         `gorm:"type:real"`
	Double  float64         `gorm:"type:double precision"`
	Exact   decimal.Decimal `gorm:"type:numeric"`
	Ok      bool
	Raw     []byte
	UID     uuid.UUID          `gorm:"type:uuid"`
	At      time.Time          `gorm:"type:timestamptz"`
	Wall    time.Time          `gorm:"type:timestamp"`
	Day     *time.Time         `gorm:"type:date"`
	Clock   string             `gorm:"type:time without time zone"`
	JSON    map[string]any     `gorm:"type:jsonb;serializer:json"`
	Tags    []string           `gorm:"type:text[]"`
	Rest    struct{ A, B int } `gorm:"embedded;embeddedPrefix:rest_"`
}

// Rows of a database that GORM opened fill structs, maps and values as those of
// one that gormango opened.
func TestForeignRowsEqualNativeRows(t *testing.T) {
	t.Parallel()
	ctx, url := context.Background(), repotest.URL(t)
	own, err := gormango.Open(ctx, gormango.Config{URL: url, Models: []any{&sample{}}, GORM: func(c *gorm.Config) { c.Logger = logger.Discard }})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, gormango.Close(own)) })
	require.NoError(t, own.AutoMigrate(&sample{}))
	require.NoError(t, own.Exec(`INSERT INTO samples (text, note, small, whole, counter, single, double, exact, ok, raw, uid, at, wall, day, clock, json, tags, rest_a, rest_b) VALUES
		('a', NULL, -7, 8, 9, 0.1, 'infinity', 12.340, true, '\x00ff', '6ba7b810-9dad-11d1-80b4-00c04fd430c8', '2024-02-29 12:00:00.123456+05', '2024-02-29 12:00', '1999-12-31', '23:59:01.5', '{"a": [1, null]}', '{x,"y z"}', 1, 2),
		('', 'n', 0, 0, 0, -1.5, 1e300, -0.00001, false, '', '00000000-0000-0000-0000-000000000000', '0001-01-01 00:00:00+00', '2024-06-30 00:00', NULL, '00:00', 'null', '{}', 0, 0),
		(NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)`).Error)
	theirs := openForeign(t, url)
	read := func(db *gorm.DB) (objects []*sample, rows []map[string]any) {
		m, err := modelinfo.Of(db).Model(reflect.TypeFor[sample]())
		require.NoError(t, err)
		objects, err = all[*sample](ctx, on(db), selectAll(t, m), 0)
		require.NoError(t, err)
		st := &compile.Stmt{SQL: `SELECT *, 1::oid, '1 day'::interval, '[1,2)'::int4range, 'infinity'::date, '{1,NULL}'::int[], '{"a":1}'::json, 'x'::"char" FROM samples ORDER BY id`}
		rows, err = exec.Read(ctx, on(db), st, exec.RawReader[map[string]any](db))
		require.NoError(t, err)
		for i := range objects { // in the zone of the program; a database of ours is in that of its sessions
			objects[i].At = objects[i].At.UTC()
			if at, ok := rows[i]["at"].(time.Time); ok {
				rows[i]["at"] = at.UTC()
			}
		}
		return objects, rows
	}
	wantObjects, wantRows := read(own)
	objects, rows := read(theirs)
	require.Len(t, objects, 3)
	require.Equal(t, wantObjects, objects)
	require.Equal(t, wantRows, rows)
}
