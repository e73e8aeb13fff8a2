package api

import (
	"gorm.io/gorm"

	"github.com/gormango/gormango/example_app/store"
	"github.com/gormango/gormango/repo"
)

func mediaTypes(db *gorm.DB) resource[store.MediaType] {
	return resource[store.MediaType]{
		db:       db,
		path:     "media-types",
		key:      func(m *store.MediaType) *int64 { return &m.ID },
		columns:  []repo.Name[store.MediaType]{"name"},
		required: []repo.Name[store.MediaType]{"name"},
		filters:  []repo.Lookup[store.MediaType]{"id", "id__in", "name", "name__exact", "name__icontains", "name__startswith"},
	}
}
