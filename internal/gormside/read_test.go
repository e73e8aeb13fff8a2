package gormside_test

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
	"gorm.io/gorm/schema"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/repotest"
	"github.com/gormango/gormango/txutil"
)

// shout is a type with a Scan method.
type shout string

func (s *shout) Scan(src any) error {
	if src == nil {
		*s = "<NULL>"
		return nil
	}
	*s = shout(strings.ToUpper(fmt.Sprint(src)))
	return nil
}

func (s shout) Value() (driver.Value, error) { return strings.ToLower(string(s)), nil }

type Stamped struct{ SeenAt *time.Time }

// widget has a column of every kind that a model may have.
type widget struct {
	ID        int64
	Name      string
	Small     int8
	Flag      bool
	Ratio     float32
	Price     decimal.Decimal `gorm:"type:numeric(10,2)"`
	Cost      float64         `gorm:"type:numeric(10,2)"`
	Key       uuid.UUID       `gorm:"type:uuid"`
	Raw       []byte
	Loud      shout
	Maybe     *int32
	Text      *string
	Tags      map[string]int `gorm:"serializer:json"`
	Unix      int64          `gorm:"serializer:unixtime;type:timestamptz"`
	Day       time.Time      `gorm:"type:date"`
	Hidden    string         `gorm:"->:false;<-"`
	Twice     int64          `gorm:"->;type:bigint GENERATED ALWAYS AS (id * 2) STORED"`
	Deleted   gorm.DeletedAt
	CreatedAt time.Time
	Stamped
	*WidgetMore
	Note string `gorm:"-"`
}

type WidgetMore struct{ More string }

func (w *widget) AfterFind(*gorm.DB) error { w.Note = "found " + w.Name; return nil }

// besideGORM opens a database, and GORM alone over its pool, which reads
// through database/sql.
func besideGORM(t *testing.T) (ours, theirs *gorm.DB) {
	t.Helper()
	url := repotest.URL(t)
	ours, err := gormango.Open(context.Background(), gormango.Config{URL: url})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, gormango.Close(ours)) })
	theirs, err = gorm.Open(postgres.New(postgres.Config{Conn: ours.ConnPool}), &gorm.Config{Logger: logger.Discard, QueryFields: true})
	require.NoError(t, err)
	return ours, theirs
}

// Rows that do not go through database/sql are those of GORM's own driver,
// value for value.
func TestGORMReadsTheSameWithoutDatabaseSQL(t *testing.T) {
	t.Parallel()
	ours, theirs := besideGORM(t)
	require.NoError(t, ours.AutoMigrate(&widget{}))
	three, text := int32(3), "text"
	now := time.Date(2026, 11, 22, 10, 0, 0, 123456000, time.UTC)
	for i := range 150 {
		w := &widget{Name: fmt.Sprint("w", i), Small: int8(i % 100), Flag: i%2 == 0, Ratio: float32(i) / 3, Price: decimal.New(int64(i), -2), Cost: float64(i) / 4,
			Key: uuid.UUID{1: byte(i)}, Raw: []byte{byte(i), 0}, Loud: "hey", Tags: map[string]int{"a": i}, Unix: now.Unix(), Day: now.Truncate(24 * time.Hour),
			Hidden: "secret", CreatedAt: now, Stamped: Stamped{&now}, WidgetMore: &WidgetMore{"more"}}
		if i%3 == 0 {
			w.Maybe, w.Text = &three, &text
		}
		require.NoError(t, ours.Create(w).Error)
	}
	require.NoError(t, ours.Exec(`UPDATE widgets SET name = NULL, small = NULL, flag = NULL, ratio = NULL, price = DEFAULT, cost = NULL, raw = NULL, loud = NULL,
		tags = NULL, unix = NULL, day = NULL, seen_at = NULL, more = NULL, created_at = NULL WHERE id % 7 = 0`).Error)
	require.NoError(t, ours.Delete(&widget{}, 20).Error)

	type answer struct {
		Got      any
		Affected int64
		Err      string
	}
	ask := func(db *gorm.DB, run func(db *gorm.DB) (any, *gorm.DB)) answer {
		got, tx := run(db)
		a := answer{Got: got, Affected: tx.RowsAffected}
		if tx.Error != nil {
			a.Err = tx.Error.Error()
		}
		return a
	}
	full := func() []widget {
		s := make([]widget, 3, 200)
		for i := range s[:cap(s)] {
			s[:cap(s)][i] = widget{ID: -1, Name: "old", Hidden: "old", Note: "old", Text: &text, Maybe: &three, Small: 9, Flag: true, Ratio: 2, Cost: 2,
				Raw: []byte("old"), Loud: "old", Tags: map[string]int{"old": 1}, Unix: 9, Day: now, CreatedAt: now, Stamped: Stamped{&now}, Deleted: gorm.DeletedAt{Time: now, Valid: true}}
		}
		return s
	}
	for name, run := range map[string]func(db *gorm.DB) (any, *gorm.DB){
		"Find structs":     func(db *gorm.DB) (any, *gorm.DB) { var s []widget; tx := db.Order("id").Find(&s); return s, tx },
		"Find pointers":    func(db *gorm.DB) (any, *gorm.DB) { var s []*widget; tx := db.Order("id").Find(&s); return s, tx },
		"into used room":   func(db *gorm.DB) (any, *gorm.DB) { s := full(); tx := db.Order("id").Limit(5).Find(&s); return s, tx },
		"nothing":          func(db *gorm.DB) (any, *gorm.DB) { var s []widget; tx := db.Where("id < 0").Find(&s); return s, tx },
		"First":            func(db *gorm.DB) (any, *gorm.DB) { var w widget; tx := db.First(&w, 8); return w, tx },
		"First over NULLs": func(db *gorm.DB) (any, *gorm.DB) { w := full()[0]; w.ID = 0; tx := db.First(&w, 7); return w, tx },
		"Take by key":      func(db *gorm.DB) (any, *gorm.DB) { w := widget{ID: 9}; tx := db.Take(&w); return w, tx },
		"Last":             func(db *gorm.DB) (any, *gorm.DB) { var w *widget; tx := db.Last(&w); return w, tx },
		"none":             func(db *gorm.DB) (any, *gorm.DB) { w := widget{Name: "kept"}; tx := db.First(&w, -1); return w, tx },
		"hidden":           func(db *gorm.DB) (any, *gorm.DB) { var w widget; tx := db.First(&w, 20); return w, tx },
		"unscoped":         func(db *gorm.DB) (any, *gorm.DB) { var w widget; tx := db.Unscoped().First(&w, 20); return w, tx },
		"array": func(db *gorm.DB) (any, *gorm.DB) {
			var s [2]widget
			tx := db.Order("id").Limit(2).Find(&s)
			return s, tx
		},
		"maps": func(db *gorm.DB) (any, *gorm.DB) {
			var s []map[string]any
			tx := db.Model(&widget{}).Select("id", "name").Order("id").Find(&s)
			return s, tx
		},
		"Count": func(db *gorm.DB) (any, *gorm.DB) {
			var n int64
			tx := db.Model(&widget{}).Where("id < 50").Count(&n)
			return n, tx
		},
		"Count of groups": func(db *gorm.DB) (any, *gorm.DB) {
			var n int64
			tx := db.Model(&widget{}).Group("small").Count(&n)
			return n, tx
		},
		"Count distinct": func(db *gorm.DB) (any, *gorm.DB) {
			var n int64
			tx := db.Model(&widget{}).Distinct("small").Count(&n)
			return n, tx
		},
		"in a transaction": func(db *gorm.DB) (any, *gorm.DB) {
			var s []widget
			tx := db.Begin()
			defer tx.Rollback()
			require.NoError(t, tx.Model(&widget{}).Where("id = 1").Update("name", "changed").Error)
			return s, tx.Order("id").Limit(3).Find(&s)
		},
		"in batches": func(db *gorm.DB) (any, *gorm.DB) {
			var all, s []widget
			tx := db.FindInBatches(&s, 40, func(*gorm.DB, int) error { all = append(all, s...); return nil })
			return all, tx
		},
		"an error of the server": func(db *gorm.DB) (any, *gorm.DB) {
			var w widget
			tx := db.Where("1 / (id - id) = 1").First(&w)
			return w, tx
		},
		"wrong SQL": func(db *gorm.DB) (any, *gorm.DB) {
			var s []widget
			tx := db.Where("nonsense").Find(&s)
			return s == nil, tx
		},
	} {
		ours, theirs := ask(ours, run), ask(theirs, run)
		require.Equal(t, theirs, ours, name)
	}
}

// A serializer of the application's may run statements in the transaction that
// is being read from.
type asking struct{}

func (asking) Scan(ctx context.Context, f *schema.Field, dst reflect.Value, v any) error {
	return f.Set(ctx, dst, fmt.Sprint(v, "!"))
}

func (asking) Value(_ context.Context, _ *schema.Field, _ reflect.Value, v any) (any, error) {
	return v, nil
}

func init() { schema.RegisterSerializer("gormread_asking", asking{}) }

type asked struct {
	ID   int64
	Name string `gorm:"serializer:gormread_asking"`
}

func TestSerializersOfTheApplicationAreLeftToGORM(t *testing.T) {
	t.Parallel()
	ctx, db := open(t, gormango.Config{URL: repotest.URL(t)})
	require.NoError(t, db.AutoMigrate(&asked{}))
	require.NoError(t, db.Exec("INSERT INTO askeds (name) VALUES ('a'), ('b')").Error)
	var all []asked
	require.NoError(t, db.WithContext(ctx).Order("id").Find(&all).Error)
	require.Equal(t, []asked{{1, "a!"}, {2, "b!"}}, all)
}

func TestReadsWithoutDatabaseSQLEndWithTheirContext(t *testing.T) {
	t.Parallel()
	ctx, db := open(t, gormango.Config{URL: repotest.URL(t), Pool: gormango.Pool{Max: 1}})
	require.NoError(t, db.AutoMigrate(&crate{}))
	require.NoError(t, db.Exec("INSERT INTO crates (name) SELECT 'c' FROM generate_series(1, 3)").Error)
	slow, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
	defer cancel()
	err := db.WithContext(slow).Where("pg_sleep(20) IS NOT NULL").Find(&[]crate{}).Error
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.NoError(t, db.WithContext(ctx).First(&crate{}).Error, "the only connection is there again")

	var n int64
	require.NoError(t, db.WithContext(ctx).Model(&crate{}).Count(&n).Error)
	require.EqualValues(t, 3, n)
	err = txutil.Atomic(ctx, db, func(ctx context.Context) error {
		rows, err := db.WithContext(ctx).Model(&crate{}).Rows()
		require.NoError(t, err)
		defer rows.Close()
		require.True(t, rows.Next())
		return db.WithContext(ctx).First(&crate{}).Error
	})
	require.ErrorIs(t, err, gormango.ErrConnBusy, "as a query through database/sql")
}

var errGrumpy = errors.New("grumpy")

// grumpy has a value that cannot be read.
type grumpy struct {
	ID   int64
	Name grump
}
type grump string

func (*grump) Scan(any) error                { return errGrumpy }
func (g grump) Value() (driver.Value, error) { return string(g), nil }

func TestAValueThatCannotBeReadIsTheError(t *testing.T) {
	t.Parallel()
	ctx, db := open(t, gormango.Config{URL: repotest.URL(t), Pool: gormango.Pool{Max: 1}})
	require.NoError(t, db.AutoMigrate(&grumpy{}))
	require.NoError(t, db.Create(&grumpy{Name: "x"}).Error)
	for range 3 {
		err := db.WithContext(ctx).Find(&[]grumpy{}).Error
		require.ErrorIs(t, err, errGrumpy)
		require.ErrorContains(t, err, `"name"`)
		require.ErrorIs(t, db.WithContext(ctx).First(&grumpy{}).Error, errGrumpy)
	}
}

// Not parallel: it counts allocations.
func TestReadingManyRowsAllocatesLittle(t *testing.T) {
	ours, theirs := besideGORM(t)
	ours.Logger = logger.Discard
	require.NoError(t, ours.AutoMigrate(&crate{}))
	require.NoError(t, ours.Exec("INSERT INTO crates (name) SELECT 'crate ' || g FROM generate_series(1, 300) g").Error)
	count := func(db *gorm.DB) float64 {
		return testing.AllocsPerRun(20, func() { require.NoError(t, db.Find(&[]crate{}).Error) })
	}
	require.Less(t, count(ours), count(theirs)/3, "database/sql is not between")
}
