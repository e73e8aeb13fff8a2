package compat

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango/repo"
)

// Person has GORM's own mixin, whose DeletedAt hides deleted rows.
type Person struct {
	gorm.Model
	Name string `gorm:"not null"`
	Pets []Pet
}

type Pet struct {
	gorm.Model
	Name     string `gorm:"not null"`
	PersonID uint   `gorm:"not null"`
	Person   *Person
}

// found returns the names that repositories and plain GORM see, which must
// agree.
func found(t *testing.T, db *gorm.DB) []string {
	t.Helper()
	ctx := context.Background()
	var names, ours []string
	require.NoError(t, db.WithContext(ctx).Model(&Person{}).Order("id").Pluck("name", &names).Error)
	list, err := repo.New[Person](db).OrderBy("id").All(ctx)
	require.NoError(t, err)
	for _, p := range list {
		ours = append(ours, p.Name)
	}
	require.Equal(t, names, ours)
	return names
}

func TestGormModelThroughRepositories(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	db := ours(t, &Person{}, &Pet{})
	require.NoError(t, db.AutoMigrate(&Person{}, &Pet{}))
	people, pets := repo.New[Person](db), repo.New[Pet](db)
	start := time.Now().Add(-time.Second)

	ann, bob, cid := &Person{Name: "Ann"}, &Person{Name: "Bob"}, &Person{Name: "Cid"}
	require.NoError(t, people.Create(ctx, ann))
	require.NoError(t, db.Create(bob).Error)
	require.NoError(t, people.BulkCreate(ctx, []*Person{cid}))
	for _, p := range []*Person{ann, bob, cid} {
		require.NotZero(t, p.ID)
		require.True(t, p.CreatedAt.After(start), "%s: %v", p.Name, p.CreatedAt)
		require.Equal(t, p.CreatedAt, p.UpdatedAt, p.Name)
		var row Person
		require.NoError(t, db.First(&row, p.ID).Error)
		require.Equal(t, *p, row, "the object is its row")
	}
	require.Equal(t, []string{"Ann", "Bob", "Cid"}, found(t, db))

	before := ann.UpdatedAt
	ann.Name = "Anna"
	require.NoError(t, people.Save(ctx, ann))
	require.True(t, ann.UpdatedAt.After(before))
	require.NoError(t, db.Model(bob).Update("name", "Bert").Error)
	require.Equal(t, []string{"Anna", "Bert", "Cid"}, found(t, db))

	require.NoError(t, pets.Create(ctx, &Pet{Name: "Rex", PersonID: ann.ID}))
	require.NoError(t, db.Create(&Pet{Name: "Tom", PersonID: bob.ID}).Error)
	rex, err := pets.Filter("person__name", "Anna").SelectRelated("person").Get(ctx)
	require.NoError(t, err)
	require.Equal(t, "Anna", rex.Person.Name)

	_, err = people.Delete(ctx, cid)
	require.NoError(t, err)
	require.NoError(t, db.Delete(bob).Error)
	require.Equal(t, []string{"Anna"}, found(t, db))
	var all int64
	require.NoError(t, db.Unscoped().Model(&Person{}).Count(&all).Error)
	require.EqualValues(t, 3, all, "the rows are still there")
}

// The same calls of plain GORM leave the same rows in both databases.
func TestGormModelThroughGORM(t *testing.T) {
	t.Parallel()
	rows := map[string][]string{}
	for name, db := range both(t, &Person{}, &Pet{}) {
		require.NoError(t, db.Create(&Person{Name: "Ann", Pets: []Pet{{Name: "Rex"}, {Name: "Tom"}}}).Error)
		require.NoError(t, db.CreateInBatches([]*Person{{Name: "Bob"}, {Name: "Cid"}, {Name: "Dan"}}, 2).Error)
		var ann Person
		require.NoError(t, db.Preload("Pets").First(&ann, "name = ?", "Ann").Error)
		ann.Pets[0].Name = "Max"
		require.NoError(t, db.Session(&gorm.Session{FullSaveAssociations: true}).Save(&ann).Error)
		require.NoError(t, db.Model(&ann).Association("Pets").Append(&Pet{Name: "Kim"}))
		require.NoError(t, db.Where("name = ?", "Bob").Delete(&Person{}).Error)
		require.NoError(t, db.Unscoped().Where("name = ?", "Cid").Delete(&Person{}).Error)
		require.ErrorIs(t, db.First(&Person{}, "name = ?", "Bob").Error, gorm.ErrRecordNotFound)
		require.NoError(t, db.Where(Person{Name: "Eve"}).FirstOrCreate(&Person{}).Error)
		err := db.Transaction(func(tx *gorm.DB) error {
			if err := tx.Create(&Person{Name: "nobody"}).Error; err != nil {
				return err
			}
			return tx.Transaction(func(tx *gorm.DB) error { return gorm.ErrInvalidData })
		})
		require.ErrorIs(t, err, gorm.ErrInvalidData)
		rows[name] = append(
			lines(t, db, "SELECT id, name, deleted_at IS NULL FROM people ORDER BY id"),
			lines(t, db, "SELECT id, name, person_id, deleted_at IS NULL FROM pets ORDER BY id")...)
	}
	require.Equal(t, rows["plain"], rows["ours"])
	require.Contains(t, rows["ours"], "(1,Ann,t)")
}
