package api

import (
	"gorm.io/gorm"

	"github.com/gormango/gormango/example_app/store"
	"github.com/gormango/gormango/repo"
)

func genres(db *gorm.DB) resource[store.Genre] {
	return resource[store.Genre]{
		db:       db,
		path:     "genres",
		key:      func(g *store.Genre) *int64 { return &g.ID },
		columns:  []repo.Name[store.Genre]{"name"},
		required: []repo.Name[store.Genre]{"name"},
		filters:  []repo.Lookup[store.Genre]{"id", "id__in", "name", "name__exact", "name__icontains", "name__startswith"},
	}
}
