package gormside_test

import (
	"fmt"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

type parcel struct {
	ID      int64
	Code    string     `gorm:"unique"`
	State   string     `gorm:"default:new"`
	Serial  *int64     `gorm:"default:abs(-7)"`
	Token   *uuid.UUID `gorm:"type:uuid;default:NULL"`
	Weight  float64    `gorm:"default:1.5"`
	Shout   shout      `gorm:"default:upper('x')"`
	Twice   int64      `gorm:"->;type:bigint GENERATED ALWAYS AS (id * 2) STORED"`
	Created string     `gorm:"-"`
}

func (p *parcel) AfterCreate(*gorm.DB) error { p.Created = fmt.Sprint("created ", p.ID); return nil }

// ticket has no column that the database fills.
type ticket struct {
	Code string `gorm:"primaryKey"`
	Text string
}

// What a create sets in its objects is what GORM's own sets, by the same SQL.
func TestCreatesAreGORMs(t *testing.T) {
	t.Parallel()
	ours, theirs := besideGORM(t)
	require.NoError(t, ours.AutoMigrate(&parcel{}, &ticket{}))
	require.NoError(t, ours.Exec(`CREATE FUNCTION drop_row() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN CASE WHEN NEW.code = 'dropped' THEN NULL ELSE NEW END; END $$;
		CREATE TRIGGER drops BEFORE INSERT ON parcels FOR EACH ROW EXECUTE FUNCTION drop_row()`).Error)
	seven, token := int64(70), uuid.UUID{1}
	list := func() []parcel {
		return []parcel{{Code: "a"}, {Code: "b", State: "old", Serial: &seven, Token: &token}, {ID: 500, Code: "c", Weight: 2}}
	}
	byCode := clause.OnConflict{Columns: []clause.Column{{Name: "code"}}, DoUpdates: clause.AssignmentColumns([]string{"weight"})}
	for name, run := range map[string]func(db *gorm.DB) (any, *gorm.DB){
		"one":           func(db *gorm.DB) (any, *gorm.DB) { p := parcel{Code: "a"}; return &p, db.Create(&p) },
		"one with all":  func(db *gorm.DB) (any, *gorm.DB) { p := list()[1]; return &p, db.Create(&p) },
		"several":       func(db *gorm.DB) (any, *gorm.DB) { l := list(); return &l, db.Create(&l) },
		"pointers":      func(db *gorm.DB) (any, *gorm.DB) { l := []*parcel{{Code: "a"}, {Code: "b"}}; return l, db.Create(l) },
		"a nil pointer": func(db *gorm.DB) (any, *gorm.DB) { l := []*parcel{{Code: "a"}, nil}; return l, db.Create(l) },
		"none":          func(db *gorm.DB) (any, *gorm.DB) { var l []parcel; return &l, db.Create(&l) },
		"an array":      func(db *gorm.DB) (any, *gorm.DB) { l := [2]parcel{{Code: "a"}, {Code: "b"}}; return &l, db.Create(&l) },
		"in batches":    func(db *gorm.DB) (any, *gorm.DB) { l := list(); return &l, db.CreateInBatches(&l, 2) },
		"a map": func(db *gorm.DB) (any, *gorm.DB) {
			m := map[string]any{"code": "a"}
			return m, db.Model(&parcel{}).Create(m)
		},
		"a duplicate": func(db *gorm.DB) (any, *gorm.DB) { l := []parcel{{Code: "a"}, {Code: "a"}}; return &l, db.Create(&l) },
		"upsert": func(db *gorm.DB) (any, *gorm.DB) {
			db.Create(list())
			l := list()
			return &l, db.Clauses(byCode).Create(&l)
		},
		"or nothing": func(db *gorm.DB) (any, *gorm.DB) {
			l := list()
			db.Create(&parcel{Code: "b"})
			return &l, db.Clauses(clause.OnConflict{DoNothing: true}).Create(&l)
		},
		"update all": func(db *gorm.DB) (any, *gorm.DB) {
			l := list()
			return &l, db.Clauses(clause.OnConflict{UpdateAll: true}).Create(&l)
		},
		"Returning": func(db *gorm.DB) (any, *gorm.DB) {
			l := list()
			return &l, db.Clauses(clause.Returning{Columns: []clause.Column{{Name: "state"}, {Name: "twice"}}}).Create(&l)
		},
		"Returning all": func(db *gorm.DB) (any, *gorm.DB) { l := list(); return &l, db.Clauses(clause.Returning{}).Create(&l) },
		"Returning SQL": func(db *gorm.DB) (any, *gorm.DB) {
			l := list()
			return &l, db.Clauses(clause.Returning{Columns: []clause.Column{{Name: "upper(code) AS state", Raw: true}}}).Create(&l)
		},
		"Select": func(db *gorm.DB) (any, *gorm.DB) { l := list(); return &l, db.Select("code").Create(&l) },
		"Omit":   func(db *gorm.DB) (any, *gorm.DB) { l := list(); return &l, db.Omit("state").Create(&l) },
		"a dropped row": func(db *gorm.DB) (any, *gorm.DB) {
			l := []parcel{{Code: "dropped"}, {Code: "b"}}
			return &l, db.Create(&l)
		},
		"all dropped": func(db *gorm.DB) (any, *gorm.DB) { p := parcel{Code: "dropped"}; return &p, db.Create(&p) },
		"without hooks": func(db *gorm.DB) (any, *gorm.DB) {
			l := list()
			return &l, db.Session(&gorm.Session{SkipHooks: true}).Create(&l)
		},
		"prepared": func(db *gorm.DB) (any, *gorm.DB) {
			l := list()
			return &l, db.Session(&gorm.Session{PrepareStmt: true}).Create(&l)
		},
		"a dry run": func(db *gorm.DB) (any, *gorm.DB) {
			l := list()
			return &l, db.Session(&gorm.Session{DryRun: true}).Create(&l)
		},
		"without default": func(db *gorm.DB) (any, *gorm.DB) { l := []ticket{{Code: "a"}, {Code: "b"}}; return &l, db.Create(&l) },
		"Save":            func(db *gorm.DB) (any, *gorm.DB) { l := list(); return &l, db.Save(&l) },
		"FirstOrCreate": func(db *gorm.DB) (any, *gorm.DB) {
			var p parcel
			return &p, db.Where(parcel{Code: "z"}).FirstOrCreate(&p)
		},
		"in a transaction": func(db *gorm.DB) (any, *gorm.DB) {
			l := list()
			tx := db.Begin()
			created := tx.Create(&l)
			require.NoError(t, tx.Rollback().Error)
			return &l, created
		},
	} {
		var results [2]any
		var txs [2]*gorm.DB
		for i, db := range []*gorm.DB{ours, theirs} {
			require.NoError(t, ours.Exec("TRUNCATE parcels, tickets RESTART IDENTITY").Error)
			results[i], txs[i] = run(db.Session(&gorm.Session{}))
		}
		require.Equal(t, results[1], results[0], name)
		require.Equal(t, fmt.Sprint(txs[1].Error), fmt.Sprint(txs[0].Error), name)
		require.Equal(t, txs[1].RowsAffected, txs[0].RowsAffected, name)
		require.Equal(t, txs[1].Statement.SQL.String(), txs[0].Statement.SQL.String(), name)
		require.Equal(t, txs[1].DryRun, txs[0].DryRun, name)
	}
}

// What a create returns does not go through database/sql. Not parallel: it
// counts allocations.
func TestCreatesAreReadByPlan(t *testing.T) {
	ours, _ := besideGORM(t)
	require.NoError(t, ours.AutoMigrate(&parcel{}))
	texts := make([]string, 2000)
	for i := range texts {
		texts[i] = fmt.Sprint(i)
	}
	n := 0
	create := func() {
		list := make([]parcel, 100)
		for i := range list {
			list[i].Code = texts[n]
			n++
		}
		require.NoError(t, ours.Session(&gorm.Session{SkipHooks: true}).Create(&list).Error)
	}
	require.Less(t, testing.AllocsPerRun(5, create), 1200.)
}
