package repo

import (
	"gorm.io/gorm"
)

// Using moves the QuerySet, with all its refinements, to another database with
// the same tables, Django's using(). db may be a transaction. It runs no
// statement; a db that cannot serve is the error of the chain.
//
//go:noinline
func (qs *QuerySetOf[P]) Using(db *gorm.DB) *QuerySetOf[P] {
	return rowsOf[P](qs.st().Using(db))
}
