package gormside

import (
	"context"
	"errors"
	"reflect"
	"strings"

	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"
	"gorm.io/gorm/callbacks"
	"gorm.io/gorm/clause"

	"github.com/gormango/gormango/internal/pgpool"
	"github.com/gormango/gormango/internal/rowcodec"
)

// reads takes over GORM's reads of models and of those joined to them, its
// counts, and what its creates return: their rows come from pgx itself.
// database/sql would make an interface of each value and convert it once more.
// What goes another way (rows for a map, columns that are SQL, a session of
// prepared statements, a replica) is left to GORM.
type reads struct {
	lists  selectLists
	shapes columnShapes
}

// around returns next, GORM's query, for the reads that are not taken over. It
// stands in the query's own place, so that what a plugin does before counts.
func (r *reads) around(next func(*gorm.DB)) func(*gorm.DB) {
	return func(db *gorm.DB) {
		if db.Error != nil || !(oneTable(db) && r.read(db)) && !r.readColumns(db) {
			next(db)
		}
	}
}

// read runs the query of db. It reports false where GORM must run it.
func (r *reads) read(db *gorm.DB) bool {
	stmt := db.Statement
	c := stmt.Clauses["SELECT"]
	if c.Expression == nil && c.Builder == nil && wholeModel(stmt) {
		list := r.lists.of(stmt)
		c.Name, c.Expression = "SELECT", list
		stmt.Clauses["SELECT"] = c
		stmt.SQL.Grow(len(list.text) + 200) // what follows is short mostly
	}
	if c.Expression != nil && stmt.ReflectValue.Kind() != reflect.Struct && onlySoftDelete(stmt.Schema) {
		build(db)
	}
	source, ok := native(db)
	if !ok {
		return false
	}
	rows, ok := reader(db)
	if !ok {
		return false
	}
	if stmt.SQL.Len() == 0 {
		callbacks.BuildQuerySQL(db)
	}
	if db.Error != nil {
		return true
	}
	r.finish(db, source, rows, true)
	return true
}

// finish sends the statement of db and does what GORM does after its rows.
func (r *reads) finish(db *gorm.DB, source pgpool.Source, rows rowReader, query bool) {
	run(db, source, rows, query)
	stmt := db.Statement
	if db.RowsAffected == 0 && stmt.RaiseErrorOnNotFound && db.Error == nil {
		_ = db.AddError(gorm.ErrRecordNotFound)
	}
	if stmt.Result != nil {
		stmt.Result.RowsAffected = db.RowsAffected
	}
}

// build writes the SQL of a query whose SELECT is set. GORM would look for
// columns that it does not use: for a count that ends in an error which is
// dropped, and costs as much as the rest. The value matters otherwise only if
// it is a struct, for its key.
func build(db *gorm.DB) {
	value := db.Statement.ReflectValue
	db.Statement.ReflectValue = reflect.Value{}
	callbacks.BuildQuerySQL(db)
	db.Statement.ReflectValue = value
}

// native returns where the query of db can run without database/sql.
func native(db *gorm.DB) (pgpool.Source, bool) {
	source, ok := pgpool.Of(db)
	switch db.Statement.ConnPool.(type) {
	case *pgpool.Pool, *pgpool.Tx:
		return source, ok && !source.Pool().Replicated() && !db.DryRun && len(db.Statement.ColumnMapping) == 0
	}
	return source, false
}

// rowReader reads the rows of a query into its destination.
type rowReader func(ctx context.Context, rows pgx.Rows) error

// reader returns what reads the rows of db's query. It reports false where GORM
// has to.
func reader(db *gorm.DB) (rowReader, bool) {
	stmt := db.Statement
	switch list := stmt.Clauses["SELECT"].Expression.(type) {
	case *selectList:
		if list.shape != nil && readsModel(stmt) {
			return readInto(db, list.shape), true
		}
	case clause.Expr:
		if n, ok := stmt.Dest.(*int64); ok && strings.HasPrefix(list.SQL, "count(") {
			return func(_ context.Context, rows pgx.Rows) error { return readCount(db, rows, n) }, true
		}
	}
	return nil, false
}

// readsModel reports whether rows fill new structs of stmt's model, or one that
// holds no values yet.
func readsModel(stmt *gorm.Statement) bool {
	into, model := stmt.ReflectValue, stmt.Schema.ModelType
	switch {
	case !into.CanSet():
		return false
	case into.Kind() == reflect.Slice:
		return into.Type().Elem() == model || into.Type().Elem() == reflect.PointerTo(model)
	}
	return into.Kind() == reflect.Struct && into.Type() == model && fresh(stmt, into)
}

// readInto returns what reads rows of a shape into the destination of db, for
// which [readsModel] holds.
func readInto(db *gorm.DB, shape *rowcodec.Shape) rowReader {
	into, read := db.Statement.ReflectValue, readAll
	if into.Kind() == reflect.Struct {
		read = readOne
	}
	return func(ctx context.Context, rows pgx.Rows) error { return read(ctx, db, rows, shape, into) }
}

// run sends the statement of db and reads its rows. query says that it is one
// of GORM's queries, which leave nothing in their transaction but for some that
// lock or set something.
func run(db *gorm.DB, source pgpool.Source, read rowReader, query bool) {
	stmt := db.Statement
	sql := stmt.SQL.String()
	source.Sent(stmt.Context, sql)
	args := pgpool.Unnamed(stmt.Vars)
	db.RowsAffected = 0
	table := ""
	if query && (source.Tx(stmt.Context) == nil || !pgpool.Leaves(sql)) {
		table = stmt.Table
	}
	_ = db.AddError(source.Read(stmt.Context, table, pgpool.Func(func(ctx context.Context, conn *pgx.Conn) error {
		rows, err := new(pgpool.Result).Query(ctx, conn, sql, args)
		if err != nil {
			return err
		}
		return read(ctx, rows)
	})))
}

// fresh reports whether a struct holds nothing that a NULL would meet: GORM
// keeps some of the old values, by rules of its own for each type. A key is
// never NULL.
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
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	if _, unreadable := errors.AsType[*rowcodec.ColumnError](err); unreadable || err == nil { // there was a row
		db.RowsAffected = 1
	}
	return err
}

// readAll reads into a slice of the application, whose capacity it uses, as
// GORM does.
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
