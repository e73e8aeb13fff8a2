package gormango

import (
	"context"
	"errors"
	"reflect"
	"strings"

	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"
	"gorm.io/gorm/callbacks"
	"gorm.io/gorm/clause"
	"gorm.io/gorm/schema"

	"github.com/gormango/gormango/internal/pgpool"
	"github.com/gormango/gormango/internal/rowcodec"
)

// GORM's reads of whole models, and its counts, take their rows from pgx itself: database/sql between them makes
// an interface of each value and converts it once more. What goes another way (rows for a map, a join,
// other columns, a session of prepared statements, a replica) is left to GORM.

// shapeOf says how rows of all columns of a schema fill its model; nil where a serializer of the
// application runs while the rows are read, which may want the connection.
func shapeOf(s *schema.Schema) *rowcodec.Shape {
	fields := make([]*schema.Field, len(s.DBNames))
	for i, name := range s.DBNames {
		f := s.FieldsByDBName[name]
		if f.Serializer != nil && reflect.Indirect(reflect.ValueOf(f.Serializer)).Type().PkgPath() != reflect.TypeFor[schema.Schema]().PkgPath() {
			return nil
		}
		if f.Readable {
			fields[i] = f
		}
	}
	return &rowcodec.Shape{Objects: []rowcodec.Object{{Type: s.ModelType, Fields: fields, Parent: -1}}}
}

// straight gives where an ordinary query of db can run without database/sql.
func straight(db *gorm.DB) (pgpool.Source, bool) {
	if db.DryRun || len(db.Statement.ColumnMapping) > 0 {
		return pgpool.Source{}, false
	}
	switch db.Statement.ConnPool.(type) {
	case *pgpool.Pool, *pgpool.Tx:
		source, ok := pgpool.Of(db)
		return source, ok && !source.Pool().Replicated()
	}
	return pgpool.Source{}, false
}

// readStraight runs an ordinary query; it does nothing and is false where GORM has to read the rows.
func readStraight(db *gorm.DB, source pgpool.Source) bool {
	stmt := db.Statement
	var read func(ctx context.Context, rows pgx.Rows) error
	formats := rowcodec.ResultFormats()
	switch list := stmt.Clauses["SELECT"].Expression.(type) {
	case *selectList:
		into := stmt.ReflectValue
		switch {
		case list.shape == nil || !into.CanSet():
			return false
		case into.Kind() == reflect.Struct && fresh(stmt, into):
			read = func(ctx context.Context, rows pgx.Rows) error { return readOne(ctx, db, rows, list.shape, into) }
		case into.Kind() == reflect.Slice && (into.Type().Elem() == stmt.Schema.ModelType || into.Type().Elem() == reflect.PointerTo(stmt.Schema.ModelType)):
			read = func(ctx context.Context, rows pgx.Rows) error { return readAll(ctx, db, rows, list.shape, into) }
		default:
			return false
		}
	case clause.Expr:
		n, ok := stmt.Dest.(*int64)
		if !ok || !strings.HasPrefix(list.SQL, "count(") {
			return false
		}
		read = func(_ context.Context, rows pgx.Rows) error { return readCount(db, rows, n) }
	default:
		return false
	}
	if stmt.SQL.Len() == 0 {
		callbacks.BuildQuerySQL(db)
	}
	if db.Error != nil {
		return true
	}
	sql := stmt.SQL.String()
	source.Sent(stmt.Context, sql)
	args := append(make([]any, 0, len(stmt.Vars)+1), formats)
	args = append(args, pgpool.Unnamed(stmt.Vars)...)
	db.RowsAffected = 0
	_ = db.AddError(source.Once(stmt.Context, func(ctx context.Context, conn *pgx.Conn) error {
		rows, err := conn.Query(ctx, sql, args...)
		if err != nil {
			return err
		}
		return read(ctx, rows)
	}))
	if db.RowsAffected == 0 && stmt.RaiseErrorOnNotFound && db.Error == nil {
		_ = db.AddError(gorm.ErrRecordNotFound)
	}
	if stmt.Result != nil {
		stmt.Result.RowsAffected = db.RowsAffected
	}
	return true
}

// fresh tells that a struct holds nothing that a NULL would meet: GORM leaves some of the old values there, by
// rules of its own for each type. A key is never NULL.
func fresh(stmt *gorm.Statement, into reflect.Value) bool {
	if into.IsZero() {
		return true
	}
	for _, name := range stmt.Schema.DBNames {
		f := stmt.Schema.FieldsByDBName[name]
		if f.PrimaryKey || !f.Readable {
			continue
		}
		if _, zero := f.ValueOf(stmt.Context, into); !zero {
			return false
		}
	}
	return true
}

func readOne(ctx context.Context, db *gorm.DB, rows pgx.Rows, shape *rowcodec.Shape, into reflect.Value) error {
	err := rowcodec.Fill(ctx, rows, shape, into)
	var unreadable *rowcodec.ColumnError
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return nil
	case err == nil, errors.As(err, &unreadable): // there was a row
		db.RowsAffected = 1
	}
	return err
}

// readAll reads into a slice of the application's: its room is used, as GORM does.
func readAll(ctx context.Context, db *gorm.DB, rows pgx.Rows, shape *rowcodec.Shape, into reflect.Value) error {
	if into.Cap() == 0 {
		into.Set(reflect.MakeSlice(into.Type(), 0, 0))
	} else {
		into.SetLen(0)
	}
	n, err := rowcodec.Append(ctx, rows, shape, into)
	db.RowsAffected = int64(n)
	return err
}

// readCount reads a count, the last one where there are several.
func readCount(db *gorm.DB, rows pgx.Rows, n *int64) error {
	defer rows.Close()
	db.RowsAffected = 0
	for rows.Next() {
		db.RowsAffected++
		if err := rows.Scan(n); err != nil {
			return err
		}
	}
	return rows.Err()
}
