package store

import (
	"time"

	"github.com/gormango/gormango/models"
)

// checkTime checks that JSON can encode a time in UTC, the zone in which all
// times are read: the years 1 to 9999. A nil passes.
func checkTime(name string, t *time.Time) models.Check {
	return models.Value(name, t).Must(func(t *time.Time) bool {
		return t == nil || t.UTC().Year() >= 1 && t.UTC().Year() <= 9999
	}, "Enter a time in the years 1 to 9999.")
}
