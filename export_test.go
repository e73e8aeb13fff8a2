package gormango

import (
	"time"

	"gorm.io/gorm"
)

// SetListening has [Listen] on db wait shorter, so that tests of dead
// connections end soon.
func SetListening(db *gorm.DB, quiet, answer, first time.Duration) {
	l := &databaseOf(db).listening
	*l = listenTimes{quiet: quiet, answer: answer, host: answer, first: first, most: max(first, 500*time.Millisecond)}
}
