package gormango

import (
	"context"
	"reflect"

	"gorm.io/gorm"
	"gorm.io/gorm/logger"
)

// GORM's Scan runs its statement under a logger of its own, which writes the values into the text, and
// hands only that to the logger of the database. So the text without values travels in the context of the
// statement that is told.

var recorder = reflect.TypeOf(logger.Recorder.New())

type scannedKey struct{}

// scanned is the text of the statement that a Scan has run, until it is told.
type scanned struct{ sql string }

// keepScanned is a callback that runs when the statement has run.
func keepScanned(db *gorm.DB) {
	if reflect.TypeOf(db.Logger) == recorder {
		db.Statement.Context = context.WithValue(db.Statement.Context, scannedKey{}, &scanned{db.Statement.SQL.String()})
	}
}

// takeScanned gives the text without values if the statement was one of Scan.
func takeScanned(ctx context.Context) (sql string, ok bool) {
	s, _ := ctx.Value(scannedKey{}).(*scanned)
	if s == nil || s.sql == "" {
		return "", false
	}
	sql, s.sql = s.sql, ""
	return sql, true
}
