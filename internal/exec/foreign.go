package exec

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"reflect"
	"time"

	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"
	"gorm.io/gorm/schema"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/pgpool"
	"github.com/gormango/gormango/internal/rowcodec"
)

// What follows serves a *gorm.DB that was opened elsewhere, or whose
// connections a plugin stands before: the same statements go through GORM's
// ConnPool, and rows are set field by field, as GORM does it.

// Translate gives the errors of such a database their public types. Package
// repo sets it when the program starts: the types belong to a package above this one.
var Translate = func(_ *gorm.DB, err error) error { return err }

// foreign is the connection of ctx's transaction, of db's own, or of its pool.
func foreign(ctx context.Context, db *gorm.DB) gorm.ConnPool {
	if _, isTx := db.Statement.ConnPool.(gorm.TxCommitter); isTx {
		return db.Statement.ConnPool
	}
	if tx, _ := pgpool.Foreign(ctx, db); tx != nil {
		return tx.Statement.ConnPool
	}
	return db.Statement.ConnPool
}

func foreignExec(ctx context.Context, db *gorm.DB, query string, args []any) (int64, error) {
	begin := time.Now()
	res, err := foreign(ctx, db).ExecContext(ctx, query, args...)
	var n int64
	if err == nil {
		n, err = res.RowsAffected()
	}
	err = Translate(db, err)
	trace(ctx, db, begin, query, args, n, err)
	return n, err
}

// foreignQuery runs a statement and calls each for every row.
func foreignQuery(ctx context.Context, db *gorm.DB, query string, args []any, each func(rows *sql.Rows) error) error {
	begin, n := time.Now(), int64(0)
	err := func() error {
		rows, err := foreign(ctx, db).QueryContext(ctx, query, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			if err := each(rows); err != nil {
				return err
			}
			n++
		}
		return errors.Join(rows.Err(), rows.Close())
	}()
	err = Translate(db, err)
	trace(ctx, db, begin, query, args, n, err)
	return err
}

// targets are scan targets for the columns of a shape, and what moves them into structs.
type targets struct {
	shape  *rowcodec.Shape
	fields []*schema.Field // nil for a column of no field
	into   []any
}

func newTargets(shape *rowcodec.Shape) *targets {
	t := &targets{shape: shape}
	for _, o := range shape.Objects {
		t.fields = append(t.fields, o.Fields...)
	}
	t.into = make([]any, len(t.fields))
	return t
}

// scan reads the current row into a struct. Columns that belong to no field are passed over.
func (t *targets) scan(ctx context.Context, rows *sql.Rows, root reflect.Value) error {
	for i, f := range t.fields {
		if f == nil {
			t.into[i] = new(any)
		} else {
			t.into[i] = f.NewValuePool.Get()
		}
	}
	defer func() {
		for i, f := range t.fields {
			if f != nil {
				f.NewValuePool.Put(t.into[i])
			}
		}
	}()
	if err := rows.Scan(t.into...); err != nil {
		return err
	}
	objects := make([]reflect.Value, len(t.shape.Objects))
	at := 0
	for i, o := range t.shape.Objects {
		values := t.into[at : at+len(o.Fields)]
		at += len(o.Fields)
		switch {
		case i == 0:
			objects[i] = root
		case !objects[o.Parent].IsValid() || absent(o, values):
			continue
		default:
			obj := reflect.New(o.Type)
			link := o.Link.ReflectValueOf(ctx, objects[o.Parent])
			if link.Kind() == reflect.Pointer {
				link.Set(obj)
				objects[i] = obj.Elem()
			} else {
				objects[i] = link
			}
		}
		for n, f := range o.Fields {
			if f == nil {
				continue
			}
			if err := f.Set(ctx, objects[i], values[n]); err != nil {
				return fmt.Errorf("%s.%s: %w", f.Schema.Name, f.DBName, err)
			}
		}
	}
	return nil
}

// absent says that a joined object has no row: a column of its key is NULL.
func absent(o rowcodec.Object, values []any) bool {
	for _, k := range o.Key {
		if v := reflect.ValueOf(values[k]); v.Kind() == reflect.Pointer && (v.IsNil() || v.Elem().Kind() == reflect.Pointer && v.Elem().IsNil()) {
			return true
		}
	}
	return false
}

func foreignAll[P any](ctx context.Context, db *gorm.DB, st *compile.Stmt) ([]P, error) {
	out, t := []P{}, newTargets(Shape(st))
	model := reflect.TypeFor[P]().Elem()
	err := foreignQuery(ctx, db, st.SQL, st.Args, func(rows *sql.Rows) error {
		obj := reflect.New(model)
		if err := t.scan(ctx, rows, obj.Elem()); err != nil {
			return err
		}
		out = append(out, obj.Interface().(P))
		return nil
	})
	return out, err
}

// foreignRows reads row i into dsts[i] and gives how many rows there were.
func foreignRows[P any](ctx context.Context, db *gorm.DB, query string, args []any, shape *rowcodec.Shape, dsts []P) (int, error) {
	n, t := 0, newTargets(shape)
	err := foreignQuery(ctx, db, query, args, func(rows *sql.Rows) error {
		if n == len(dsts) {
			return fmt.Errorf("gormango: more rows came back than the %d that were written", len(dsts))
		}
		n++
		return t.scan(ctx, rows, reflect.ValueOf(dsts[n-1]).Elem())
	})
	return n, err
}

func foreignValue(ctx context.Context, db *gorm.DB, st *compile.Stmt, dst any) error {
	found := false
	err := foreignQuery(ctx, db, st.SQL, st.Args, func(rows *sql.Rows) error {
		found = true
		return rows.Scan(dst)
	})
	if err == nil && !found {
		err = pgx.ErrNoRows
	}
	return err
}

// foreignChunks is Chunks by a cursor in a transaction of database/sql.
func foreignChunks[E any](ctx context.Context, db *gorm.DB, st *compile.Stmt, name string, size int,
	read func(ctx context.Context, db *gorm.DB, fetch *compile.Stmt) ([]E, error), fn func(ctx context.Context, chunk []E) bool) error {
	if _, inside := foreign(ctx, db).(gorm.TxCommitter); !inside {
		tx := db.Session(&gorm.Session{NewDB: true, Context: ctx}).Begin()
		if tx.Error != nil {
			return Translate(db, tx.Error)
		}
		defer tx.Rollback() // it has read only
		ctx, db = pgpool.WithForeign(ctx, tx, nil), tx
	}
	if _, err := foreignExec(ctx, db, "DECLARE "+name+" NO SCROLL CURSOR FOR "+st.SQL, st.Args); err != nil {
		return err
	}
	fetch := &compile.Stmt{SQL: fetchFrom(name, size), Objects: st.Objects, Columns: st.Columns, Extra: st.Extra}
	for {
		chunk, err := read(ctx, db, fetch)
		if err != nil {
			return err
		}
		if len(chunk) == 0 || !fn(ctx, chunk) || len(chunk) < size {
			break
		}
	}
	if ctx.Err() == nil {
		// In a transaction that the loop's statements have aborted this fails, and the cursor is gone.
		_, _ = foreign(ctx, db).ExecContext(ctx, "CLOSE "+name)
	}
	return nil
}
