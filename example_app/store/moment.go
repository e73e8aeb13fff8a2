package store

import (
	"time"

	"github.com/gormango/gormango/models"
)

// checkTime wants a time that JSON can write in UTC, the zone that all times
// are read in: the years 1 to 9999. Nil passes.
func checkTime(name string, t *time.Time) models.Check {
	return models.Value(name, t).Must(func(t *time.Time) bool {
		return t == nil || t.UTC().Year() >= 1 && t.UTC().Year() <= 9999
	}, "Enter a time in the years 1 to 9999.")
}
