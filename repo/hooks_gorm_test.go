package repo_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/gormango/gormango/repo"
)

// meddler's hooks change the statement in every way that GORM knows.
type meddler struct {
	ID        int64  `gorm:"primaryKey"`
	Name      string `gorm:"unique"`
	Count     int
	DeletedAt gorm.DeletedAt
	Do        func(tx *gorm.DB, hook string) error `gorm:"-"`
}

func (m *meddler) call(tx *gorm.DB, hook string) error {
	if m.Do == nil {
		return nil
	}
	return m.Do(tx, hook)
}

func (m *meddler) BeforeSave(tx *gorm.DB) error   { return m.call(tx, "BeforeSave") }
func (m *meddler) BeforeCreate(tx *gorm.DB) error { return m.call(tx, "BeforeCreate") }
func (m *meddler) BeforeUpdate(tx *gorm.DB) error { return m.call(tx, "BeforeUpdate") }
func (m *meddler) BeforeDelete(tx *gorm.DB) error { return m.call(tx, "BeforeDelete") }
func (m *meddler) AfterCreate(tx *gorm.DB) error  { return m.call(tx, "AfterCreate") }
func (m *meddler) AfterUpdate(tx *gorm.DB) error  { return m.call(tx, "AfterUpdate") }
func (m *meddler) AfterDelete(tx *gorm.DB) error  { return m.call(tx, "AfterDelete") }

// Each method of the Statement that a hook may call has the effect that it has
// under plain GORM: the rows of two databases are compared after the same
// steps.
func TestStatementMethodsInHooks(t *testing.T) {
	t.Parallel()
	on := func(want string, do func(tx *gorm.DB)) func(*gorm.DB, string) error {
		return func(tx *gorm.DB, hook string) error {
			if hook == want {
				do(tx)
			}
			return nil
		}
	}
	cases := map[string]struct {
		create, save, remove func(*gorm.DB, string) error
	}{
		"nothing":                 {},
		"SetColumn before create": {create: on("BeforeCreate", func(tx *gorm.DB) { tx.Statement.SetColumn("Count", 7) })},
		"SetColumn by its column": {create: on("BeforeSave", func(tx *gorm.DB) { tx.Statement.SetColumn("count", 8) })},
		"SetColumn before update": {save: on("BeforeUpdate", func(tx *gorm.DB) { tx.Statement.SetColumn("Count", 9) })},
		"Changed": {save: on("BeforeUpdate", func(tx *gorm.DB) {
			tx.Statement.SetColumn("Count", map[bool]int{true: 1, false: 2}[tx.Statement.Changed()])
		})},
		"AddClause on conflict": {create: on("BeforeCreate", func(tx *gorm.DB) { tx.Statement.AddClause(clause.OnConflict{DoNothing: true}) })},
		"AddClause on conflict, updates": {create: on("BeforeCreate", func(tx *gorm.DB) {
			tx.Statement.AddClause(clause.OnConflict{Columns: []clause.Column{{Name: "name"}}, DoUpdates: clause.AssignmentColumns([]string{"count"})})
		})},
		"AddClause where before update": {save: on("BeforeUpdate", func(tx *gorm.DB) {
			tx.Statement.AddClause(clause.Where{Exprs: []clause.Expression{clause.Eq{Column: "count", Value: 12345}}})
		})},
		"Unscoped before delete": {remove: on("BeforeDelete", func(tx *gorm.DB) { tx.Statement.Unscoped = true })},
		"its own statements": {create: on("AfterCreate", func(tx *gorm.DB) {
			tx.AddError(tx.Exec("UPDATE meddlers SET count = count + 100").Error)
		})},
		"AddError":              {create: on("BeforeCreate", func(tx *gorm.DB) { _ = tx.AddError(gorm.ErrInvalidData) })},
		"a column that is none": {create: on("BeforeCreate", func(tx *gorm.DB) { tx.Statement.SetColumn("Nope", 1) })},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx := context.Background()
			gorms, ours := openDB(t, &meddler{}), openDB(t, &meddler{})
			rows := repo.New[meddler](ours)
			run := func(db *gorm.DB, create, save func(*meddler) error, remove func(*meddler) error) (errs []bool, left []meddler) {
				require.NoError(t, db.Exec("INSERT INTO meddlers (name, count) VALUES ('taken', 1)").Error)
				for _, m := range []*meddler{{Name: "new", Count: 1, Do: c.create}, {Name: "taken", Count: 5, Do: c.create}} {
					errs = append(errs, create(m) != nil)
				}
				m := &meddler{Name: "saved", Count: 1}
				errs = append(errs, create(m) != nil)
				m.Do, m.Count, m.Name = c.save, 2, "renamed"
				errs = append(errs, save(m) != nil)
				m.Do = c.remove
				errs = append(errs, remove(m) != nil)
				require.NoError(t, db.Unscoped().Order("name").Find(&left).Error)
				for i := range left {
					left[i].ID, left[i].DeletedAt.Time = 0, left[i].DeletedAt.Time.Truncate(1<<62) // only whether it is set
				}
				return errs, left
			}
			wantErrs, want := run(gorms,
				func(m *meddler) error { return gorms.Create(m).Error },
				func(m *meddler) error { return gorms.Model(m).Select("*").Updates(m).Error },
				func(m *meddler) error { return gorms.Delete(m).Error })
			gotErrs, got := run(ours,
				func(m *meddler) error { return rows.Create(ctx, m) },
				func(m *meddler) error {
					err := rows.Save(ctx, m)
					if name == "AddClause where before update" {
						// GORM says nothing of a row that was not found; Save does.
						require.ErrorIs(t, err, repo.ErrDoesNotExist)
						err = nil
					}
					return err
				},
				func(m *meddler) error { _, err := rows.Delete(ctx, m); return err })
			require.Equal(t, wantErrs, gotErrs)
			require.Equal(t, want, got)
		})
	}
}
