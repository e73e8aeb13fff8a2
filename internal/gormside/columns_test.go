package gormside_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"
)

type city struct {
	ID   int64
	Name string
}

type firm struct {
	ID     int64
	Name   *string
	CityID *int64
	City   *city
	Gone   gorm.DeletedAt
}

type badge struct {
	ID     int64
	Code   string
	ClerkA int64
	ClerkB int64
}

type clerk struct {
	A      int64 `gorm:"primaryKey;autoIncrement:false"`
	B      int64 `gorm:"primaryKey;autoIncrement:false"`
	Name   string
	Note   *string
	FirmID *int64
	Firm   *firm
	HomeID int64
	Home   city
	BossA  *int64
	BossB  *int64
	Boss   *clerk `gorm:"foreignKey:BossA,BossB;references:A,B"`
	Badge  badge  `gorm:"foreignKey:ClerkA,ClerkB;references:A,B"`
	Found  string `gorm:"-"`
}

func (c *clerk) AfterFind(*gorm.DB) error { c.Found = "found " + c.Name; return nil }

// Rows of joins and of chosen columns are those of GORM's own driver, with the
// same SQL.
func TestGORMReadsColumnsTheSame(t *testing.T) {
	t.Parallel()
	ours, theirs := besideGORM(t)
	require.NoError(t, ours.AutoMigrate(&city{}, &firm{}, &clerk{}, &badge{}))
	for _, sql := range []string{
		"INSERT INTO cities (name) SELECT 'city ' || i FROM generate_series(1, 5) i",
		"INSERT INTO firms (name, city_id, gone) SELECT CASE WHEN i % 3 > 0 THEN 'firm ' || i END, nullif(i % 6, 0), CASE WHEN i = 7 THEN now() END FROM generate_series(1, 8) i",
		"INSERT INTO clerks (a, b, name, note, firm_id, home_id) SELECT i, -i, 'clerk ' || i, CASE WHEN i % 4 = 0 THEN 'note' END, nullif(i % 9, 0), 1 + i % 5 FROM generate_series(1, 60) i",
		"UPDATE clerks SET boss_a = a / 2, boss_b = -(a / 2) WHERE a > 1",
		"INSERT INTO badges (code, clerk_a, clerk_b) SELECT 'badge ' || i, i, -i FROM generate_series(1, 60, 2) i",
	} {
		require.NoError(t, ours.Exec(sql).Error)
	}
	all := func(how func(db *gorm.DB) *gorm.DB) func(db *gorm.DB) (any, *gorm.DB) {
		return func(db *gorm.DB) (any, *gorm.DB) {
			var list []clerk
			tx := how(db).Order("clerks.a").Find(&list)
			return list, tx
		}
	}
	for name, run := range map[string]func(db *gorm.DB) (any, *gorm.DB){
		"Joins":             all(func(db *gorm.DB) *gorm.DB { return db.Joins("Firm") }),
		"Joins of a struct": all(func(db *gorm.DB) *gorm.DB { return db.Joins("Home") }),
		"of a has one":      all(func(db *gorm.DB) *gorm.DB { return db.Joins("Badge") }),
		"of two columns":    all(func(db *gorm.DB) *gorm.DB { return db.Joins("Boss") }),
		"several":           all(func(db *gorm.DB) *gorm.DB { return db.Joins("Firm").Joins("Home").Joins("Boss").Joins("Badge") }),
		"nested":            all(func(db *gorm.DB) *gorm.DB { return db.Joins("Firm.City").Joins("Boss.Firm") }),
		"nested alone":      all(func(db *gorm.DB) *gorm.DB { return db.Joins("Boss.Boss.Firm") }),
		"InnerJoins":        all(func(db *gorm.DB) *gorm.DB { return db.InnerJoins("Firm").Limit(5) }),
		"a condition":       all(func(db *gorm.DB) *gorm.DB { return db.Joins("Firm", ours.Where("name IS NULL")) }),
		"raw": all(func(db *gorm.DB) *gorm.DB {
			return db.Joins("JOIN firms f ON f.id = clerks.firm_id AND f.name = ?", "firm 2")
		}),
		"raw and Joins":           all(func(db *gorm.DB) *gorm.DB { return db.Joins("JOIN firms f ON f.id = clerks.firm_id").Joins("Home") }),
		"Select":                  all(func(db *gorm.DB) *gorm.DB { return db.Select("a", "note") }),
		"Select of Go names":      all(func(db *gorm.DB) *gorm.DB { return db.Select("A", "Note", "FirmID") }),
		"Select of SQL":           all(func(db *gorm.DB) *gorm.DB { return db.Select("a, upper(name) AS name") }),
		"Select twice":            all(func(db *gorm.DB) *gorm.DB { return db.Select("a", "name", "name") }),
		"Select of nothing known": all(func(db *gorm.DB) *gorm.DB { return db.Select("a", "1 AS nope") }),
		"Select of a table":       all(func(db *gorm.DB) *gorm.DB { return db.Select("clerks.a", "clerks.note") }),
		"Select with Joins":       all(func(db *gorm.DB) *gorm.DB { return db.Select("a", "b", "name").Joins("Home") }),
		"Select within Joins":     all(func(db *gorm.DB) *gorm.DB { return db.Joins("Firm", ours.Select("id", "name")) }),
		"Joins without the key":   all(func(db *gorm.DB) *gorm.DB { return db.Joins("Firm", ours.Select("name")) }),
		"half of a key":           all(func(db *gorm.DB) *gorm.DB { return db.Joins("Boss", ours.Select("a", "name")) }),
		"Omit":                    all(func(db *gorm.DB) *gorm.DB { return db.Omit("note") }),
		"Omit within Joins":       all(func(db *gorm.DB) *gorm.DB { return db.Joins("Firm", ours.Omit("name")) }),
		"Distinct":                all(func(db *gorm.DB) *gorm.DB { return db.Distinct("a", "name") }),
		"Preload beside Joins":    all(func(db *gorm.DB) *gorm.DB { return db.Joins("Firm").Preload("Firm.City").Preload("Boss") }),
		"an error":                all(func(db *gorm.DB) *gorm.DB { return db.Joins("Firm").Where("no_column = 1") }),
		"pointers": func(db *gorm.DB) (any, *gorm.DB) {
			list := make([]*clerk, 2, 100)
			return &list, db.Joins("Firm").Order("clerks.a").Find(&list)
		},
		"First": func(db *gorm.DB) (any, *gorm.DB) { var c clerk; return &c, db.Joins("Firm").First(&c, "clerks.a = 9") },
		"Take into a used one": func(db *gorm.DB) (any, *gorm.DB) {
			c := clerk{Firm: &firm{ID: 99, Name: &[]string{"old"}[0]}, Home: city{Name: "old"}}
			return &c, db.Joins("Firm").Joins("Home").Take(&c, "clerks.a = 9")
		},
		"none": func(db *gorm.DB) (any, *gorm.DB) { var c clerk; return &c, db.Joins("Firm").First(&c, "clerks.a = 0") },
		"a part": func(db *gorm.DB) (any, *gorm.DB) {
			var c []struct{ Name string }
			return &c, db.Model(&clerk{}).Find(&c)
		},
		"Count": func(db *gorm.DB) (any, *gorm.DB) {
			var n int64
			return &n, db.Model(&clerk{}).Joins("Firm").Where(`"Firm"."name" IS NULL`).Count(&n)
		},
		"Pluck": func(db *gorm.DB) (any, *gorm.DB) {
			var names []string
			return &names, db.Model(&clerk{}).Joins("Firm").Order("a").Pluck("clerks.name", &names)
		},
	} {
		for range 2 { // the second time the shape is kept
			got, tx := run(ours)
			want, theirTx := run(theirs)
			require.Equal(t, want, got, name)
			require.Equal(t, theirTx.RowsAffected, tx.RowsAffected, name)
			require.Equal(t, fmt.Sprint(theirTx.Error), fmt.Sprint(tx.Error), name)
			require.Equal(t, theirTx.Statement.SQL.String(), tx.Statement.SQL.String(), name)
		}
	}
}

// Rows of joins do not go through database/sql. Not parallel: it counts
// allocations.
func TestGORMReadsColumnsByPlan(t *testing.T) {
	ours, _ := besideGORM(t)
	require.NoError(t, ours.AutoMigrate(&city{}, &firm{}, &clerk{}))
	require.NoError(t, ours.Create(&city{Name: "home"}).Error)
	require.NoError(t, ours.Exec("INSERT INTO clerks (a, b, name, home_id) SELECT i, i, 'clerk', 1 FROM generate_series(1, 200) i").Error)
	for name, how := range map[string]func() *gorm.DB{
		"Joins":  func() *gorm.DB { return ours.Joins("Firm").Joins("Home") },
		"raw":    func() *gorm.DB { return ours.Joins("LEFT JOIN firms ON firms.id = clerks.firm_id") },
		"Select": func() *gorm.DB { return ours.Select("a", "name") },
		"Omit":   func() *gorm.DB { return ours.Omit("note") },
	} {
		require.Less(t, testing.AllocsPerRun(5, func() {
			var list []clerk
			require.NoError(t, how().Session(&gorm.Session{SkipHooks: true}).Find(&list).Error)
			require.Len(t, list, 200)
		}), 200., name)
	}
}
