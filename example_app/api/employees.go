package api

import (
	"gorm.io/gorm"

	"github.com/gormango/gormango/example_app/store"
	"github.com/gormango/gormango/repo"
)

func employees(db *gorm.DB) resource[store.Employee] {
	return resource[store.Employee]{
		db:   db,
		path: "employees",
		key:  func(e *store.Employee) *int64 { return &e.ID },
		columns: []repo.Name[store.Employee]{
			"last_name", "first_name", "title", "reports_to_id", "birth_date", "hire_date",
			"address", "city", "state", "country", "postal_code", "phone", "fax", "email",
		},
		required: []repo.Name[store.Employee]{"last_name", "first_name"},
		filters: []repo.Lookup[store.Employee]{
			"id", "id__in",
			"first_name", "first_name__exact", "first_name__icontains", "first_name__startswith",
			"last_name", "last_name__exact", "last_name__icontains", "last_name__startswith",
			"title", "title__exact", "title__icontains", "title__startswith",
			"reports_to", "reports_to_id", "reports_to__isnull", "city", "country",
		},
	}
}
