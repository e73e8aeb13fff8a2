package compat

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/repotest"
)

// Cases that GORM cannot handle with named columns work with Select("*"), or
// without QueryFields.
func TestQueryFields(t *testing.T) {
	t.Parallel()
	set := func(to bool) *gorm.DB {
		db, err := gormango.Open(context.Background(), gormango.Config{
			URL: repotest.URL(t), GORM: func(c *gorm.Config) { c.QueryFields = to },
		})
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, gormango.Close(db)) })
		require.NoError(t, db.AutoMigrate(&Person{}, &Pet{}))
		require.NoError(t, db.Create(&Person{Name: "Ann", Pets: []Pet{{Name: "Rex"}, {Name: "Tom"}}}).Error)
		return db
	}
	names := func(db *gorm.DB) *gorm.DB {
		return db.Table("(?) AS p", db.Model(&Person{}).Select("name", "deleted_at"))
	}
	pets := func(db *gorm.DB) (Person, error) {
		return gorm.G[Person](db).Preload("Pets", func(b gorm.PreloadBuilder) error { b.LimitPerRecord(1); return nil }).First(context.Background())
	}
	var list []Person

	named := set(true)
	require.ErrorContains(t, names(named).Find(&list).Error, "42703")
	require.NoError(t, names(named).Select("*").Find(&list).Error)
	require.Len(t, list, 1)
	_, err := pets(named)
	require.ErrorContains(t, err, "42P01")

	back := set(false)
	require.NoError(t, names(back).Find(&list).Error)
	require.Len(t, list, 1)
	ann, err := pets(back)
	require.NoError(t, err)
	require.Len(t, ann.Pets, 1)
}
