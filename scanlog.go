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

// scanned is the context of a statement that a Scan has run, with its text until it is told.
type scanned struct {
	context.Context
	sql string
}

type scannedKey struct{}

// Value implements context.Context.
func (s *scanned) Value(key any) any {
	if key == (scannedKey{}) {
		return s
	}
	return s.Context.Value(key)
}

// keepScanned is a callback that runs when the statement has run.
func keepScanned(db *gorm.DB) {
	if reflect.TypeOf(db.Logger) == recorder {
		db.Statement.Context = &scanned{db.Statement.Context, db.Statement.SQL.String()}
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
