package api

import (
	"gorm.io/gorm"

	"github.com/gormango/gormango/example_app/store"
	"github.com/gormango/gormango/repo"
)

func playlists(db *gorm.DB) resource[store.Playlist] {
	return resource[store.Playlist]{
		db:       db,
		path:     "playlists",
		key:      func(p *store.Playlist) *int64 { return &p.ID },
		columns:  []repo.Name[store.Playlist]{"name"},
		required: []repo.Name[store.Playlist]{"name"},
		readonly: []repo.Name[store.Playlist]{"lock_version"},
		version:  func(p *store.Playlist) *int64 { return &p.LockVersion },
		filters:  []repo.Lookup[store.Playlist]{"id", "id__in", "name", "name__exact", "name__icontains", "name__startswith"},
	}
}
