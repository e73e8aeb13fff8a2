package gormango

import (
	"cmp"
	"errors"
	"strings"
	"sync/atomic"
	"unicode/utf8"

	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/connect"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/pgpool"
	"github.com/gormango/gormango/internal/rowcodec"
)

// Translate returns err, of any *gorm.DB, with the type that errors of Open's
// databases have by themselves: [IntegrityError], [DataError], [SyntaxError],
// [LimitError] or [PermissionError]. An error that is none of these stays as it
// is. Translate is for a database that was not opened by [Open]. It runs no
// query.
func Translate(db *gorm.DB, err error) error {
	err = pgpool.EncodeFailure(err)
	if !is[*pgconn.PgError](err) && !is[*pgpool.EncodeError](err) {
		return err
	}
	t := &translator{}
	t.owner.Store(db)
	return t.translate(err)
}

// translator makes the errors of a database's statements and of its connecting.
type translator struct {
	owner atomic.Pointer[gorm.DB] // set after the pool was made, which has the translator
	plain bool                    // the errors of statements stay the driver's
}

func (t *translator) translate(err error) error {
	if err == nil {
		return nil
	}
	if failed, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return connect.Explain(failed.Config, err, serverError)
	}
	if late, ok := err.(*pgpool.AcquireTimeoutError); ok {
		return (*PoolTimeoutError)(late)
	}
	if unsent, ok := errors.AsType[*pgpool.EncodeError](err); ok && !t.plain && !is[*DataError](err) {
		return encodeError(unsent, err)
	}
	pgErr, ok := errors.AsType[*pgconn.PgError](err)
	if t.plain || !ok || is[*IntegrityError](err) || is[*DataError](err) || is[*SyntaxError](err) || is[*LimitError](err) || is[*PermissionError](err) {
		return err
	}
	if kind, ok := integrityKinds[pgErr.Code]; ok {
		db := t.owner.Load()
		e := &IntegrityError{
			Kind: kind, Table: pgErr.TableName, Constraint: pgErr.ConstraintName,
			Columns: violatedColumns(db, pgErr), Err: err,
		}
		e.invalid = violation(db, e, pgErr)
		return e
	}
	return cmp.Or(serverError(pgErr, err), err)
}

// encodeError returns the DataError of a value that was not sent, with the code
// by which the server refuses such values.
func encodeError(unsent *pgpool.EncodeError, err error) error {
	code := "22000"
	switch {
	case errors.Is(unsent, rowcodec.ErrTimeRange):
		code = "22008"
	case unsent.OutOfRange():
		code = "22003"
	}
	return &DataError{Code: code, Message: unsent.Reason(), Err: err}
}

// is reports whether err is an E or wraps one.
func is[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

func violatedColumns(db *gorm.DB, e *pgconn.PgError) []string {
	if e.ColumnName != "" {
		return []string{e.ColumnName}
	}
	if db != nil && e.ConstraintName != "" {
		if columns := modelinfo.ConstraintColumns(db, e.TableName, e.ConstraintName); len(columns) > 0 {
			return columns
		}
		if columns := ruleColumns(db, e); len(columns) > 0 {
			return columns
		}
	}
	switch e.Code {
	case "23505", "23P01":
		return detailColumns(e.Detail)
	case "23503", "23001":
		// On the side of the referenced row the detail names that table's columns, and
		// this table at its end.
		if _, end, _ := strings.Cut(e.Detail, ")=("); e.Code != "23001" && !strings.Contains(end, `"`+e.TableName+`"`) {
			return detailColumns(e.Detail)
		}
	}
	return nil
}

// detailColumns returns a and b of "Key (a, b)=(1, 2) already exists.", in any
// language.
func detailColumns(detail string) []string {
	head, _, found := strings.Cut(detail, ")=(")
	_, list, opened := strings.Cut(head, "(")
	if !found || !opened {
		return nil
	}
	var columns []string
	depth, quoted, from := 0, false, 0
	for i := 0; i <= len(list); i++ {
		if i < len(list) {
			switch c := list[i]; {
			case c == '"':
				quoted = !quoted
				continue
			case quoted:
				continue
			case c == '(':
				depth++
				continue
			case c == ')':
				depth--
				continue
			case c != ',' || depth > 0:
				continue
			}
		}
		name := strings.TrimSpace(list[from:i])
		if len(name) > 1 && name[0] == '"' && name[len(name)-1] == '"' {
			name = strings.ReplaceAll(name[1:len(name)-1], `""`, `"`)
		}
		columns = append(columns, name)
		from = i + 1
	}
	return columns
}

var integrityKinds = map[string]IntegrityKind{
	"23000": "", "23001": ForeignKey, "23502": NotNull, "23503": ForeignKey, "23505": Unique, "23514": Check, "23P01": Exclusion,
}

// serverError returns err with the type of pgErr in it, an answer of the
// server, nil for a class that has none.
func serverError(pgErr *pgconn.PgError, err error) error {
	switch class := pgErr.Code[:min(len(pgErr.Code), 2)]; {
	case class == "28" || pgErr.Code == "42501":
		return &PermissionError{pgErr.Code, pgErr.Message, pgErr.Detail, pgErr.Hint, err}
	case class == "22" || class == "21":
		return &DataError{pgErr.Code, pgErr.Message, pgErr.Detail, pgErr.Hint, err}
	case class == "54":
		return &LimitError{pgErr.Code, pgErr.Message, pgErr.Detail, pgErr.Hint, err}
	case class == "42":
		return &SyntaxError{pgErr.Code, pgErr.Message, pgErr.Detail, pgErr.Hint, err}
	}
	return nil
}

func serverText(message, code string) string {
	return "gormango: " + message + " (SQLSTATE " + code + ")"
}

// unquoted returns message without what stands between the first quotation mark
// and the last, since a value may hold some itself. Servers that speak other
// languages use other marks.
func unquoted(message string) string {
	const marks = "\"'`´«»‹›„“”‘’「」『』"
	from, to := strings.IndexAny(message, marks), strings.LastIndexAny(message, marks)
	if from < 0 {
		return message
	}
	_, size := utf8.DecodeRuneInString(message[to:])
	return message[:from] + "…" + message[to+size:]
}
