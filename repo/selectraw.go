package repo

import (
	"context"
	"iter"
	"regexp"
	"strings"

	"gorm.io/gorm"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/exec"
	"github.com/gormango/gormango/internal/store"
)

// SelectRaw reads the rows of a statement that the application writes, into R
// as Values does: a struct whose fields take the columns by name,
// map[string]any, []any, or for one column a type that holds it. Arguments
// stand for ? as in GORM's Raw (@name with sql.Named, a slice for IN ?), or for
// $1; they never become text.
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
		raw := db.Session(&gorm.Session{NewDB: true, Context: ctx}).Raw(sql, args...)
		if raw.Error != nil {
			yield(zero, raw.Error)
			return
		}
		st := &compile.Stmt{SQL: raw.Statement.SQL.String(), Args: raw.Statement.Vars}
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
		var err error
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

var writes = regexp.MustCompile(`(?i)\b(insert|update|delete|merge|into)\b`)

// byCursor reports whether a cursor takes a statement. A statement that looks
// as if it wrote is read whole, which is right for every statement.
func byCursor(sql string) bool {
	word, _, _ := strings.Cut(strings.TrimLeft(sql, " \t\r\n("), " ")
	word, _, _ = strings.Cut(word, "\n")
	switch strings.ToLower(strings.TrimSpace(word)) {
	case "select", "values", "table", "with":
		return !writes.MatchString(sql) && !strings.Contains(strings.TrimRight(sql, "; \t\r\n"), ";")
	}
	return false
}
