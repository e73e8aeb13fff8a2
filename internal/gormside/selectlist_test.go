package gormside_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/repotest"
)

// rack has what a list of columns may stumble over: a soft delete, a word of
// SQL, a column with a quote.
type rack struct {
	ID      int64
	Name    string
	Order   int
	Odd     string `gorm:"column:o\"dd"`
	Deleted gorm.DeletedAt
}

type crate struct {
	ID   int64
	Name string
}

// TableName has the name of a schema.
func (crate) TableName() string { return "public.crates" }

// Queries that name their columns are, letter by letter, those of GORM, whose
// columns we do not write anew each time. Not parallel: it counts allocations.
func TestColumnsOfAQueryAreGORMs(t *testing.T) {
	ours, err := gormango.Open(context.Background(), gormango.Config{URL: repotest.URL(t), Models: []any{&rack{}}})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, gormango.Close(ours)) })
	theirs, err := gorm.Open(postgres.New(postgres.Config{Conn: ours.ConnPool}), &gorm.Config{QueryFields: true, DryRun: true})
	require.NoError(t, err)
	var n int64
	var names []string
	type part struct{ Name string }
	for name, run := range map[string]func(db *gorm.DB) *gorm.DB{
		"First":       func(db *gorm.DB) *gorm.DB { return db.First(&rack{}, 1) },
		"Take by key": func(db *gorm.DB) *gorm.DB { return db.Take(&rack{ID: 3}) },
		"Find":        func(db *gorm.DB) *gorm.DB { return db.Where("name = ?", "a").Limit(2).Find(&[]rack{}) },
		"pointers":    func(db *gorm.DB) *gorm.DB { return db.Order("id").Find(&[]*rack{}) },
		"unscoped":    func(db *gorm.DB) *gorm.DB { return db.Unscoped().Find(&[]rack{}) },
		"distinct":    func(db *gorm.DB) *gorm.DB { return db.Distinct().Find(&[]rack{}) },
		"alias":       func(db *gorm.DB) *gorm.DB { return db.Table("racks AS s").Find(&[]rack{}) },
		"other table": func(db *gorm.DB) *gorm.DB { return db.Table("old_racks").Find(&[]rack{}) },
		"same table":  func(db *gorm.DB) *gorm.DB { return db.Table("racks").Find(&[]rack{}) },
		"schema":      func(db *gorm.DB) *gorm.DB { return db.Find(&[]crate{}) },
		"smaller":     func(db *gorm.DB) *gorm.DB { return db.Model(&rack{}).Find(&[]part{}) },
		"map":         func(db *gorm.DB) *gorm.DB { return db.Model(&rack{}).Find(&[]map[string]any{}) },
		"Select":      func(db *gorm.DB) *gorm.DB { return db.Select("name").Find(&[]rack{}) },
		"Omit":        func(db *gorm.DB) *gorm.DB { return db.Omit("name").Find(&[]rack{}) },
		"Joins":       func(db *gorm.DB) *gorm.DB { return db.Joins("JOIN crates c ON c.id = racks.id").Find(&[]rack{}) },
		"FROM":        func(db *gorm.DB) *gorm.DB { return db.Clauses(clause.From{}).Find(&[]rack{}) },
		"locking":     func(db *gorm.DB) *gorm.DB { return db.Clauses(clause.Locking{Strength: "UPDATE"}).First(&rack{}) },
		"Count":       func(db *gorm.DB) *gorm.DB { return db.Model(&rack{}).Where("id > ?", 1).Count(&n) },
		"Pluck":       func(db *gorm.DB) *gorm.DB { return db.Model(&rack{}).Pluck("name", &names) },
		"star":        func(db *gorm.DB) *gorm.DB { return db.Session(&gorm.Session{QueryFields: false}).Find(&[]rack{}) },
		"subquery": func(db *gorm.DB) *gorm.DB {
			return db.Where("id IN (?)", db.Model(&crate{}).Select("id")).Find(&[]rack{})
		},
		"whole as sub": func(db *gorm.DB) *gorm.DB { return db.Table("(?) AS s", db.Model(&rack{})).Find(&[]rack{}) },
		"reused": func(db *gorm.DB) *gorm.DB {
			chain := db.Where("id > 0")
			chain.Find(&[]rack{})
			return chain.Find(&[]part{})
		},
		"hint": func(db *gorm.DB) *gorm.DB {
			db = db.Session(&gorm.Session{})
			db.Statement.Clauses["SELECT"] = clause.Clause{AfterNameExpression: clause.Expr{SQL: "/* hint */"}}
			return db.Find(&[]rack{})
		},
	} {
		text := func(db *gorm.DB) string {
			done := run(db)
			require.NoError(t, done.Error, name)
			return db.Dialector.Explain(done.Statement.SQL.String(), done.Statement.Vars...)
		}
		want := text(theirs.Session(&gorm.Session{}))
		for range 2 { // the second time from the cache
			require.Equal(t, want, text(ours.Session(&gorm.Session{DryRun: true})), name)
		}
	}
	allocs := func(db *gorm.DB, run func(db *gorm.DB)) float64 { return testing.AllocsPerRun(100, func() { run(db) }) }
	for _, run := range []func(db *gorm.DB){
		func(db *gorm.DB) { db.Take(&rack{ID: 3}) },
		func(db *gorm.DB) { db.Find(&[]rack{}) },
		func(db *gorm.DB) { db.Model(&rack{}).Count(&n) },
	} {
		require.Less(t, allocs(ours.Session(&gorm.Session{DryRun: true}), run), allocs(theirs, run))
	}
}

// A plugin before the query may change it still, and a name is quoted as GORM
// does.
func TestAPluginBeforeAQuery(t *testing.T) {
	t.Parallel()
	db, err := gormango.Open(context.Background(), gormango.Config{URL: repotest.URL(t)})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, gormango.Close(db)) })
	require.NoError(t, db.Callback().Query().Before("gorm:query").Register("tenant", func(db *gorm.DB) {
		db.Statement.AddClause(clause.Where{Exprs: []clause.Expression{clause.Eq{Column: "tenant", Value: 7}}})
	}))
	sql := db.Session(&gorm.Session{DryRun: true}).Find(&[]crate{}).Statement.SQL.String()
	require.Equal(t, `SELECT "crates"."id","crates"."name" FROM "public"."crates" WHERE "tenant" = $1`, sql)
	theirs := postgres.Dialector{Config: &postgres.Config{}}
	for _, name := range []string{"", "a", "A b", "a.b", `a"b`, `"a"`, `"a"."b"`, "ä", "a.*", "."} {
		ours, want := &gorm.Statement{DB: db}, &gorm.Statement{DB: db}
		db.Dialector.QuoteTo(ours, name)
		theirs.QuoteTo(want, name)
		require.Equal(t, want.SQL.String(), ours.SQL.String(), name)
	}
}
