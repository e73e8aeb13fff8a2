package api

import (
	"gorm.io/gorm"

	"github.com/gormango/gormango/example_app/store"
	"github.com/gormango/gormango/repo"
)

func albums(db *gorm.DB) resource[store.Album] {
	return resource[store.Album]{
		db:       db,
		path:     "albums",
		key:      func(a *store.Album) *int64 { return &a.ID },
		columns:  []repo.Name[store.Album]{"title", "artist_id"},
		required: []repo.Name[store.Album]{"title", "artist_id"},
		readonly: []repo.Name[store.Album]{"lock_version"},
		version:  func(a *store.Album) *int64 { return &a.LockVersion },
		filters: []repo.Lookup[store.Album]{
			"id", "id__in", "title", "title__exact", "title__icontains", "title__startswith",
			"artist", "artist_id", "artist__name", "artist__name__icontains",
		},
	}
}
