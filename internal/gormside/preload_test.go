package gormside_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
	"gorm.io/gorm/logger"
)

type bay struct {
	ID     int64
	Code   string `gorm:"unique"`
	Number int32  `gorm:"unique"`
	RoomID *int64
	Room   *room
	Home   int64
	In     room      `gorm:"foreignKey:Home"`
	Tomes  []volume  `gorm:"foreignKey:Place;references:Number"`
	Links  []*volume `gorm:"foreignKey:BayID"`
	Named  []volume  `gorm:"foreignKey:BayCode;references:Code"`
	Label  label
	Extra  *label   `gorm:"foreignKey:ExtraID"`
	Marks  []mark   `gorm:"polymorphic:Owner"`
	Topics []*topic `gorm:"many2many:bay_topics"`
	Places
}

type Places struct {
	SpareID *uint32
	Spare   *room
}

type room struct {
	ID     int64
	Name   string
	Gone   gorm.DeletedAt
	Spares []bay  `gorm:"foreignKey:SpareID"`
	Found  string `gorm:"-"`
}

func (r *room) AfterFind(*gorm.DB) error { r.Found = "found " + r.Name; return nil }

type volume struct {
	ID      int64
	Title   string
	Place   int64
	BayID   *int64
	Bay     *bay
	BayCode string
}

type label struct {
	ID      int64
	Text    string
	BayID   int64
	ExtraID *int64
}

type mark struct {
	ID        int64
	OwnerID   int64
	OwnerType string
}

type topic struct {
	ID   int64
	Name string
}

// Preloads deal out the same objects as GORM's own, by the same statements.
func TestPreloadsAreGORMs(t *testing.T) {
	t.Parallel()
	ours, theirs := besideGORM(t)
	ours.DisableForeignKeyConstraintWhenMigrating = true
	require.NoError(t, ours.AutoMigrate(&room{}, &bay{}, &volume{}, &label{}, &mark{}, &topic{}))
	for _, sql := range []string{
		"INSERT INTO rooms (name, gone) SELECT 'room ' || i, CASE WHEN i = 3 THEN now() END FROM generate_series(1, 5) i",
		"INSERT INTO bays (code, number, room_id, home, spare_id) SELECT 'c' || i, 100 + i, nullif(1 + i % 4, 4), 1 + i % 5, nullif(i % 3, 0) FROM generate_series(1, 40) i",
		"INSERT INTO volumes (title, place, bay_id, bay_code) SELECT 'volume ' || i, 101 + i % 30, nullif(1 + i % 20, 20), 'c' || (1 + i % 10) FROM generate_series(1, 200) i",
		"INSERT INTO labels (text, bay_id, extra_id) SELECT 'label ' || i, 1 + i % 25, nullif(1 + i % 9, 3) FROM generate_series(1, 30) i",
		"INSERT INTO marks (owner_id, owner_type) SELECT 1 + i % 10, 'bays' FROM generate_series(1, 30) i",
		"INSERT INTO topics (name) SELECT 'topic ' || i FROM generate_series(1, 3) i",
		"INSERT INTO bay_topics (bay_id, topic_id) SELECT i, 1 + i % 3 FROM generate_series(1, 10) i",
	} {
		require.NoError(t, ours.Exec(sql).Error)
	}
	all := func(how func(db *gorm.DB) *gorm.DB) func(db *gorm.DB) (any, *gorm.DB) {
		return func(db *gorm.DB) (any, *gorm.DB) {
			var list []bay
			tx := how(db).Order("bays.id").Find(&list)
			return list, tx
		}
	}
	ordered := func(db *gorm.DB) *gorm.DB { return db.Order("id DESC") }
	for name, run := range map[string]func(db *gorm.DB) (any, *gorm.DB){
		"belongs to":      all(func(db *gorm.DB) *gorm.DB { return db.Preload("Room") }),
		"a struct":        all(func(db *gorm.DB) *gorm.DB { return db.Preload("In") }),
		"has many":        all(func(db *gorm.DB) *gorm.DB { return db.Preload("Tomes", ordered) }),
		"pointers":        all(func(db *gorm.DB) *gorm.DB { return db.Preload("Links", ordered) }),
		"by a text":       all(func(db *gorm.DB) *gorm.DB { return db.Preload("Named", ordered) }),
		"has one":         all(func(db *gorm.DB) *gorm.DB { return db.Preload("Label", ordered).Preload("Extra", ordered) }),
		"polymorphic":     all(func(db *gorm.DB) *gorm.DB { return db.Preload("Marks", ordered) }),
		"many to many":    all(func(db *gorm.DB) *gorm.DB { return db.Preload("Topics", ordered) }),
		"embedded":        all(func(db *gorm.DB) *gorm.DB { return db.Preload("Spare") }),
		"all":             all(func(db *gorm.DB) *gorm.DB { return db.Preload(clause.Associations) }),
		"nested":          all(func(db *gorm.DB) *gorm.DB { return db.Preload("Links", ordered).Preload("Links.Bay.Room") }),
		"nested alone":    all(func(db *gorm.DB) *gorm.DB { return db.Preload("Room.Spares.Tomes", "id < ?", 50) }),
		"a condition":     all(func(db *gorm.DB) *gorm.DB { return db.Preload("Tomes", "title LIKE ?", "%7") }),
		"both conditions": all(func(db *gorm.DB) *gorm.DB { return db.Preload("Tomes", "title LIKE ?", "%7", ordered) }),
		"unscoped":        all(func(db *gorm.DB) *gorm.DB { return db.Unscoped().Preload("Room") }),
		"without hooks":   all(func(db *gorm.DB) *gorm.DB { return db.Session(&gorm.Session{SkipHooks: true}).Preload("Room") }),
		"beside Joins":    all(func(db *gorm.DB) *gorm.DB { return db.Joins("Room").Preload("Room.Spares").Preload("Links") }),
		"another's rows": all(func(db *gorm.DB) *gorm.DB {
			return db.Limit(1).Preload("Links", func(db *gorm.DB) *gorm.DB { return db.Or("id = 5") })
		}),
		"no such relation":  all(func(db *gorm.DB) *gorm.DB { return db.Preload("Nope") }),
		"no such column":    all(func(db *gorm.DB) *gorm.DB { return db.Preload("Room", "nope = 1") }),
		"nothing":           all(func(db *gorm.DB) *gorm.DB { return db.Where("id < 0").Preload("Room").Preload("Tomes") }),
		"without their key": all(func(db *gorm.DB) *gorm.DB { return db.Select("id").Preload("Room").Preload("Links", ordered) }),
		"a list of pointers": func(db *gorm.DB) (any, *gorm.DB) {
			list := []*bay{{Code: "old", Tomes: []volume{{Title: "old"}}}}
			return &list, db.Order("id").Preload("Tomes", ordered).Find(&list)
		},
		"First": func(db *gorm.DB) (any, *gorm.DB) {
			var s bay
			return &s, db.Preload("Tomes", ordered).Preload("Room").Preload("In").First(&s, 2)
		},
		"First over old values": func(db *gorm.DB) (any, *gorm.DB) {
			s := bay{ID: 40, Tomes: []volume{{Title: "old"}}, Room: &room{Name: "old"}, In: room{Name: "old"}}
			return &s, db.Preload("Tomes").Preload("Room").Preload("In").First(&s)
		},
		"an array": func(db *gorm.DB) (any, *gorm.DB) {
			var list [2]bay
			return &list, db.Order("id").Limit(2).Preload("Links", ordered).Find(&list)
		},
		"in batches": func(db *gorm.DB) (any, *gorm.DB) {
			var list, got []bay
			tx := db.Preload("Links", ordered).FindInBatches(&list, 7, func(*gorm.DB, int) error { got = append(got, list...); return nil })
			return got, tx
		},
	} {
		var texts [2][]string
		got, tx := run(ours.Session(&gorm.Session{Logger: lines{&texts[0]}}))
		want, theirTx := run(theirs.Session(&gorm.Session{Logger: lines{&texts[1]}}))
		if name == "another's rows" { // GORM's error shows the row
			require.ErrorContains(t, tx.Error, "failed to assign association Links of bay")
			require.ErrorContains(t, theirTx.Error, "failed to assign association")
			continue
		}
		require.Equal(t, want, got, name)
		require.Equal(t, fmt.Sprint(theirTx.Error), fmt.Sprint(tx.Error), name)
		require.Equal(t, theirTx.RowsAffected, tx.RowsAffected, name)
		require.ElementsMatch(t, texts[1], texts[0], name)
	}
}

// Dealing out rows allocates less than an object for each of them. Not
// parallel: it counts allocations.
func TestPreloadsAllocateLittle(t *testing.T) {
	ours, _ := besideGORM(t)
	ours.DisableForeignKeyConstraintWhenMigrating = true
	require.NoError(t, ours.AutoMigrate(&room{}, &bay{}, &volume{}))
	require.NoError(t, ours.Exec("INSERT INTO rooms (name) VALUES ('a')").Error)
	require.NoError(t, ours.Exec("INSERT INTO bays (code, number, home) SELECT i, i, 1 FROM generate_series(1, 10) i").Error)
	require.NoError(t, ours.Exec("INSERT INTO volumes (title, place, bay_id, bay_code) SELECT '', 1, 1 + i % 10, '1' FROM generate_series(1, 1000) i").Error)
	require.Less(t, testing.AllocsPerRun(5, func() {
		var list []bay
		require.NoError(t, ours.Preload("Links").Find(&list).Error)
		require.Len(t, list[9].Links, 100)
	}), 500.)
}

// lines is a logger that keeps the statements.
type lines struct{ to *[]string }

func (l lines) LogMode(logger.LogLevel) logger.Interface { return l }

func (lines) Info(context.Context, string, ...any) {}

func (lines) Warn(context.Context, string, ...any) {}

func (lines) Error(context.Context, string, ...any) {}

func (l lines) Trace(_ context.Context, _ time.Time, fc func() (string, int64), _ error) {
	sql, rows := fc()
	*l.to = append(*l.to, fmt.Sprint(sql, " -- ", rows))
}
