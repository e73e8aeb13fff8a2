package gormside

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"

	"gorm.io/driver/postgres"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
	"gorm.io/gorm/schema"
)

// Offline returns a database without a server, for what GORM knows of models.
// Every statement fails.
func Offline() (*gorm.DB, error) {
	closed := sql.OpenDB(noServer{})
	if err := closed.Close(); err != nil { // it has a goroutine until then
		return nil, err
	}
	d := offline{&postgres.Dialector{Config: &postgres.Config{Conn: closed}}}
	return gorm.Open(d, &gorm.Config{DisableAutomaticPing: true, Logger: logger.Discard})
}

// offline is the dialect of Offline. Its types are those of Dialect.
type offline struct{ *postgres.Dialector }

// DataTypeOf implements gorm.Dialector.
func (o offline) DataTypeOf(f *schema.Field) string {
	if isClock(f) {
		return clockType(f)
	}
	return o.Dialector.DataTypeOf(f)
}

// Migrator implements gorm.Dialector.
func (o offline) Migrator(db *gorm.DB) gorm.Migrator {
	return migrator{o.Dialector.Migrator(db).(postgres.Migrator)}
}

var errOffline = errors.New("gormango: this database has no server")

// noServer is a connector that connects to nothing.
type noServer struct{}

// Connect implements driver.Connector.
func (noServer) Connect(context.Context) (driver.Conn, error) { return nil, errOffline }

// Driver implements driver.Connector.
func (noServer) Driver() driver.Driver { return nil }
