package repo

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"iter"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/exec"
	"github.com/gormango/gormango/internal/sqltext"
	"github.com/gormango/gormango/internal/store"
)

// SelectRaw reads the rows of a statement that the application writes, into R
// as Values does: a struct whose fields take the columns by name,
// map[string]any, []any, or for one column a type that holds it. Arguments
// stand for ? as in GORM's Raw (@name with sql.Named, a slice for IN ?), or for
// $1; they never become text. A question mark in a literal, a quoted name or a
// comment is no place; elsewhere an operator with one is written with two:
// data ?? 'key'. Beside $1, and without arguments, a question mark is itself.
//
//	for row, err := range repo.SelectRaw[brief](ctx, db, "SELECT title, pages FROM books WHERE pages > ?", 100) {
//
// SELECT, VALUES and TABLE are read by a cursor, 2,000 rows at a time, as in
// Iter; other statements, such as those with RETURNING or a WITH that writes,
// are read whole. The pair with an error is the last. It obeys the context's
// transaction.
func SelectRaw[R any](ctx context.Context, db *gorm.DB, sql string, args ...any) iter.Seq2[R, error] {
	return func(yield func(R, error) bool) {
		var zero R
		if db == nil {
			yield(zero, store.ErrUnbound)
			return
		}
		st, err := rawStatement(db.Session(&gorm.Session{NewDB: true, Context: ctx}), sql, args)
		if err != nil {
			yield(zero, err)
			return
		}
		rd, conn := exec.RawReader[R](db), exec.On(db, gormango.Translate)
		stopped := false
		each := func(_ context.Context, rows []R) bool {
			for _, row := range rows {
				if !yield(row, nil) {
					stopped = true
					return false
				}
			}
			return true
		}
		if byCursor(st.SQL) {
			err = exec.ReadChunks(ctx, conn, st, rd, store.IterChunk, each)
		} else {
			var rows []R
			if rows, err = exec.Read(ctx, conn, st, rd); err == nil {
				each(ctx, rows)
			}
		}
		if err != nil && !stopped {
			yield(zero, err)
		}
	}
}

// rawStatement returns the statement of SQL with its arguments.
func rawStatement(db *gorm.DB, text string, args []any) (*compile.Stmt, error) {
	if strings.IndexByte(text, 0) >= 0 {
		return nil, errors.New("repo: SelectRaw: the SQL holds a NUL byte")
	}
	tokens := sqltext.Tokens(text)
	count := map[sqltext.Kind]int{}
	highest := 0
	for _, t := range tokens {
		count[t.Kind]++
		highest = max(highest, t.N)
	}
	values, names := args, map[string]any(nil)
	if highest == 0 {
		values, names = namedArgs(args, count[sqltext.Name] > 0)
	}
	switch places := count[sqltext.Question]; {
	case highest > 0 && highest != len(values):
		return nil, fmt.Errorf("repo: SelectRaw has places up to $%d and %d arguments", highest, len(values))
	case highest == 0 && len(values) > 0 && places != len(values):
		return nil, fmt.Errorf("repo: SelectRaw has %d places for arguments and %d arguments (a question mark of SQL is written twice)", places, len(values))
	}
	w := rawWriter{stmt: db.Raw("").Statement}
	for _, t := range tokens {
		named, isNamed := names[strings.TrimPrefix(t.Text, "@")]
		switch {
		case t.Kind == sqltext.Escaped:
			w.write("?")
		case t.Kind == sqltext.Question && highest == 0 && len(values) > 0:
			w.arg(values[0])
			values = values[1:]
		case t.Kind == sqltext.Name && isNamed:
			w.arg(named)
		default:
			w.write(t.Text)
		}
	}
	st := &compile.Stmt{SQL: w.stmt.SQL.String(), Args: w.stmt.Vars}
	if highest > 0 {
		st.Args = slices.Clone(args)
		for i, v := range st.Args {
			if named, is := v.(sql.NamedArg); is {
				st.Args[i] = named.Value
			}
		}
	}
	return st, w.stmt.Error
}

// namedArgs splits arguments into those that stand for question marks and those
// that have names: sql.NamedArg, maps, and where the text has names, structs.
func namedArgs(args []any, structs bool) (values []any, names map[string]any) {
	names = map[string]any{}
	for _, a := range args {
		switch x := a.(type) {
		case sql.NamedArg:
			names[x.Name] = x.Value
			continue
		case map[string]any:
			maps.Copy(names, x)
			continue
		case driver.Valuer, clause.Expression, gorm.Valuer, *gorm.DB, time.Time, *time.Time:
			values = append(values, a)
			continue
		}
		if rv := reflect.Indirect(reflect.ValueOf(a)); structs && rv.Kind() == reflect.Struct {
			for _, f := range reflect.VisibleFields(rv.Type()) {
				if at, err := rv.FieldByIndexErr(f.Index); err == nil && f.IsExported() {
					names[f.Name] = at.Interface()
				}
			}
			continue
		}
		values = append(values, a)
	}
	return values, names
}

// rawWriter writes a statement of the application.
type rawWriter struct {
	stmt   *gorm.Statement
	inList bool // whether an opening parenthesis was written last
}

func (w *rawWriter) write(text string) {
	w.stmt.SQL.WriteString(text)
	w.inList = strings.HasSuffix(text, "(")
}

// arg writes an argument as GORM does, a slice as a list in parentheses.
func (w *rawWriter) arg(v any) {
	clause.Expr{SQL: "?", Vars: []any{v}, WithoutParentheses: w.inList}.Build(w.stmt)
	w.inList = false
}

var writeWords = regexp.MustCompile(`(?i)\b(insert|update|delete|merge|into)\b`)

// byCursor reports whether a cursor can read a statement. A statement with a
// word that may write is read without one, which is right for every statement.
func byCursor(sql string) bool {
	word, _, _ := strings.Cut(strings.TrimLeft(sql, " \t\r\n("), " ")
	word, _, _ = strings.Cut(word, "\n")
	switch strings.ToLower(strings.TrimSpace(word)) {
	case "select", "values", "table", "with":
		return !writeWords.MatchString(sql) && !strings.Contains(strings.TrimRight(sql, "; \t\r\n"), ";")
	}
	return false
}
