package api

import (
	"gorm.io/gorm"

	"github.com/gormango/gormango/example_app/store"
	"github.com/gormango/gormango/repo"
)

func customers(db *gorm.DB) resource[store.Customer] {
	return resource[store.Customer]{
		db:   db,
		path: "customers",
		key:  func(c *store.Customer) *int64 { return &c.ID },
		columns: []repo.Name[store.Customer]{
			"first_name", "last_name", "company", "address", "city", "state", "country", "postal_code",
			"phone", "fax", "email", "support_rep_id",
		},
		required: []repo.Name[store.Customer]{"first_name", "last_name", "email"},
		readonly: []repo.Name[store.Customer]{"lock_version"},
		version:  func(c *store.Customer) *int64 { return &c.LockVersion },
		filters: []repo.Lookup[store.Customer]{
			"id", "id__in",
			"first_name", "first_name__exact", "first_name__icontains", "first_name__startswith",
			"last_name", "last_name__exact", "last_name__icontains", "last_name__startswith",
			"email", "email__icontains", "city", "country", "support_rep", "support_rep_id", "support_rep__isnull",
		},
	}
}
