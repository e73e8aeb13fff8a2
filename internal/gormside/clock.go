package gormside

import (
	"strconv"
	"strings"

	"gorm.io/driver/postgres"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
	"gorm.io/gorm/schema"
)

// isClock reports whether the tag of a field is type:time. GORM takes that for
// the name of its own kind of times, which are timestamptz, where PostgreSQL's
// time is meant, a time of day.
func isClock(f *schema.Field) bool {
	return strings.EqualFold(strings.TrimSpace(f.TagSettings["TYPE"]), "time")
}

// clockType returns the type of a field for which isClock holds.
func clockType(f *schema.Field) string {
	if f.Precision > 0 {
		return "time(" + strconv.Itoa(f.Precision) + ")"
	}
	return "time"
}

// DataTypeOf implements gorm.Dialector.
func (d *Dialect) DataTypeOf(f *schema.Field) string {
	if isClock(f) {
		return clockType(f)
	}
	return d.Dialector.DataTypeOf(f)
}

// migrator is GORM's, for which type:time is a time of day.
type migrator struct{ postgres.Migrator }

// DataTypeOf returns the type of a field's column.
func (m migrator) DataTypeOf(f *schema.Field) string {
	if isClock(f) {
		return clockType(f)
	}
	return m.Migrator.DataTypeOf(f)
}

// FullDataTypeOf implements gorm.Migrator.
func (m migrator) FullDataTypeOf(f *schema.Field) clause.Expr {
	full := m.Migrator.FullDataTypeOf(f)
	if isClock(f) {
		full.SQL = clockType(f) + strings.TrimPrefix(full.SQL, m.Migrator.DataTypeOf(f))
	}
	return full
}

// MigrateColumn implements gorm.Migrator. It leaves a column alone that an
// earlier release or GORM made a timestamptz: its dates would be lost.
func (m migrator) MigrateColumn(model any, f *schema.Field, column gorm.ColumnType) error {
	if isClock(f) && !strings.EqualFold(column.DatabaseTypeName(), "time") {
		return nil
	}
	return m.Migrator.MigrateColumn(model, f, column)
}
