package gormside_test

import (
	"context"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango"
)

// begins counts the transactions that begin.
type begins struct {
	mu sync.Mutex
	n  int
}

func (b *begins) TraceQueryStart(ctx context.Context, _ *pgx.Conn, data pgx.TraceQueryStartData) context.Context {
	if strings.HasPrefix(strings.ToLower(data.SQL), "begin") {
		b.mu.Lock()
		b.n++
		b.mu.Unlock()
	}
	return ctx
}

func (b *begins) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

func (b *begins) of(t testing.TB, call func() *gorm.DB) int {
	t.Helper()
	b.mu.Lock()
	before := b.n
	b.mu.Unlock()
	require.NoError(t, call().Error)
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.n - before
}

type shelf struct {
	ID    int64
	Name  string
	Tomes []tome
}

type tome struct {
	ID      int64
	ShelfID int64
	Title   string `gorm:"uniqueIndex"`
}

// saved has hooks of writes.
type saved struct {
	ID   int64
	Name string
}

func (*saved) AfterSave(*gorm.DB) error    { return nil }
func (*saved) BeforeDelete(*gorm.DB) error { return nil }

func openCounting(t *testing.T, cfg gormango.Config) (*begins, *gorm.DB) {
	t.Helper()
	b := &begins{}
	cfg.Tracer = b
	_, db := open(t, cfg)
	require.NoError(t, db.AutoMigrate(&shelf{}, &tome{}, &saved{}))
	return b, db
}

func TestDefaultTransactionOnlyWhereItMatters(t *testing.T) {
	t.Parallel()
	b, db := openCounting(t, gormango.Config{})
	full := &shelf{Name: "full", Tomes: []tome{{Title: "x"}}}
	for _, c := range []struct {
		name string
		want int
		call func() *gorm.DB
	}{
		{"one row", 0, func() *gorm.DB { return db.Create(&shelf{ID: 100, Name: "a"}) }},
		{"rows", 0, func() *gorm.DB { return db.Create([]*shelf{{Name: "a"}, {Name: "b"}}) }},
		{"relations", 1, func() *gorm.DB { return db.Create(full) }},
		{"relations in one of several", 1, func() *gorm.DB { return db.Create(&[]shelf{{Name: "a"}, {Tomes: []tome{{Title: "y"}}}}) }},
		{"batches", 1, func() *gorm.DB { return db.CreateInBatches([]*shelf{{Name: "a"}, {Name: "b"}}, 1) }},
		{"a map", 1, func() *gorm.DB { return db.Model(&shelf{}).Create(map[string]any{"name": "m"}) }},
		{"update of a column", 0, func() *gorm.DB { return db.Model(&shelf{}).Where("id = 100").Update("name", "u") }},
		{"updates by struct", 0, func() *gorm.DB { return db.Model(&shelf{ID: 100}).Updates(shelf{Name: "u"}) }},
		{"update of a loaded object with relations", 1, func() *gorm.DB { return db.Model(full).Update("name", "u") }},
		{"update with relations to set", 1, func() *gorm.DB { return db.Model(&shelf{ID: 100}).Updates(shelf{Tomes: []tome{{Title: "z"}}}) }},
		{"save", 0, func() *gorm.DB { return db.Save(&shelf{ID: 100, Name: "s"}) }},
		{"delete", 0, func() *gorm.DB { return db.Delete(&shelf{ID: 100}) }},
		{"delete with relations", 1, func() *gorm.DB { return db.Select("Tomes").Delete(full) }},
		{"create with a hook", 1, func() *gorm.DB { return db.Create(&saved{ID: 1}) }},
		{"update with a hook", 1, func() *gorm.DB { return db.Model(&saved{ID: 1}).Update("name", "u") }},
		{"delete with a hook", 1, func() *gorm.DB { return db.Delete(&saved{ID: 1}) }},
	} {
		require.Equal(t, c.want, b.of(t, c.call), c.name)
	}

	create := func() *gorm.DB { return db.Create(&shelf{Name: "p"}) }
	require.NoError(t, db.Callback().Create().After("gorm:create").Register("mine", func(*gorm.DB) {}))
	require.Equal(t, 1, b.of(t, create), "a plugin may write too")
	require.NoError(t, db.Callback().Create().Remove("mine"))
	require.NoError(t, db.Callback().Update().Replace("gorm:update", func(*gorm.DB) {}))
	require.Equal(t, 1, b.of(t, func() *gorm.DB { return db.Model(&shelf{ID: 1}).Update("name", "u") }), "replaced")
	require.Equal(t, 0, b.of(t, func() *gorm.DB { return db.Delete(&shelf{ID: 7}) }), "nobody changed deletes")
}

func TestDefaultTransactionStaysOutside(t *testing.T) {
	t.Parallel()
	_, db := open(t, gormango.Config{})
	require.NoError(t, db.AutoMigrate(&shelf{}, &tome{}))
	require.Error(t, db.Create(&shelf{Name: "a", Tomes: []tome{{Title: "x"}, {Title: "x"}}}).Error)
	var n int64
	require.NoError(t, db.Model(&shelf{}).Count(&n).Error)
	require.Zero(t, n)
}

// plugin is one that GORM starts while it opens.
type plugin struct{}

func (plugin) Name() string { return "mine" }

func (plugin) Initialize(db *gorm.DB) error {
	return db.Callback().Create().After("gorm:create").Register("mine", func(*gorm.DB) {})
}

func TestDefaultTransactionOfGORM(t *testing.T) {
	t.Parallel()
	create := func(db *gorm.DB) func() *gorm.DB {
		return func() *gorm.DB { return db.Create(&shelf{Name: "a"}) }
	}
	b, db := openCounting(t, gormango.Config{GORM: func(c *gorm.Config) { c.SkipDefaultTransaction = false }})
	require.Equal(t, 1, b.of(t, create(db)), "set back")

	b, db = openCounting(t, gormango.Config{})
	skip := db.Session(&gorm.Session{SkipDefaultTransaction: true})
	require.Equal(t, 0, b.of(t, func() *gorm.DB { return skip.Create(&shelf{Tomes: []tome{{Title: "x"}}}) }), "GORM's meaning, in a session")

	shared := map[string]gorm.Plugin{"mine": plugin{}}
	for range 2 {
		b, db = openCounting(t, gormango.Config{GORM: func(c *gorm.Config) { c.Plugins = shared }})
		require.Equal(t, 1, b.of(t, create(db)), "a plugin of Config.GORM")
	}
	require.Len(t, shared, 1)

	b, db = openCounting(t, gormango.Config{Pooler: gormango.Transaction, StatementTimeout: time.Minute})
	require.Equal(t, 1, b.of(t, create(db)), "else the timeout would not hold")
}

// Callbacks of plugins are found by a name inside of GORM. Where GORM has
// renamed it, every write has its transaction.
func TestGORMNamesItsCallbacks(t *testing.T) {
	t.Parallel()
	_, db := open(t, gormango.Config{})
	fns := reflect.ValueOf(db.Callback().Create()).Elem().FieldByName("fns")
	require.True(t, fns.IsValid())
	require.Equal(t, "[]func(*gorm.DB)", fns.Type().String())
	require.GreaterOrEqual(t, fns.Len(), 7)
}

// BenchmarkCreate shows what GORM's transaction around one statement costs.
func BenchmarkCreate(b *testing.B) {
	for _, c := range []struct {
		name string
		skip bool
	}{{"one statement", true}, {"in GORM's transaction", false}} {
		b.Run(c.name, func(b *testing.B) {
			_, db := open(b, gormango.Config{GORM: func(gc *gorm.Config) { gc.SkipDefaultTransaction = c.skip }})
			require.NoError(b, db.AutoMigrate(&shelf{}))
			for b.Loop() {
				require.NoError(b, db.Create(&shelf{Name: "a"}).Error)
			}
		})
	}
}
