package api

import (
	"gorm.io/gorm"

	"github.com/gormango/gormango/example_app/store"
	"github.com/gormango/gormango/repo"
)

func artists(db *gorm.DB) resource[store.Artist] {
	return resource[store.Artist]{
		db:       db,
		path:     "artists",
		key:      func(a *store.Artist) *int64 { return &a.ID },
		columns:  []repo.Name[store.Artist]{"name"},
		required: []repo.Name[store.Artist]{"name"},
		readonly: []repo.Name[store.Artist]{"lock_version"},
		version:  func(a *store.Artist) *int64 { return &a.LockVersion },
		filters:  []repo.Lookup[store.Artist]{"id", "id__in", "name", "name__exact", "name__icontains", "name__startswith"},
	}
}
