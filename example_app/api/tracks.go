package api

import (
	"gorm.io/gorm"

	"github.com/gormango/gormango/example_app/store"
	"github.com/gormango/gormango/repo"
)

func tracks(db *gorm.DB) resource[store.Track] {
	return resource[store.Track]{
		db:   db,
		path: "tracks",
		key:  func(t *store.Track) *int64 { return &t.ID },
		columns: []repo.Name[store.Track]{
			"name", "album_id", "media_type_id", "genre_id", "composer", "milliseconds", "bytes", "unit_price",
		},
		required: []repo.Name[store.Track]{"name", "media_type_id", "milliseconds", "unit_price"},
		readonly: []repo.Name[store.Track]{"lock_version"},
		version:  func(t *store.Track) *int64 { return &t.LockVersion },
		filters: []repo.Lookup[store.Track]{
			"id", "id__in", "name", "name__exact", "name__icontains", "name__startswith",
			"album", "album_id", "album__isnull", "album__title", "album__title__icontains",
			"album__artist", "album__artist__name", "album__artist__name__icontains",
			"media_type", "media_type_id", "genre", "genre_id", "genre__isnull", "genre__name", "genre__name__icontains",
			"composer__icontains", "milliseconds__gt", "milliseconds__gte", "milliseconds__lt", "milliseconds__lte",
			"unit_price", "unit_price__gte", "unit_price__lte",
		},
	}
}
