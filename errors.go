package gormango

import (
	"errors"
	"strings"
	"sync/atomic"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/pgpool"
)

// ErrConnectionLost says that the connection broke while a statement was under way. Outside a
// transaction nobody knows whether the statement took effect, so it is never sent again by itself;
// inside one the server rolls back.
var ErrConnectionLost = pgpool.ErrConnectionLost

// ErrConnBusy says that a result of the same transaction is still open, or that native code holds its
// connection. The text names the line that opened it.
var ErrConnBusy = pgpool.ErrConnBusy

// ErrCommitUnknown says that COMMIT was sent and no answer came: the transaction is saved or not, and
// only the data can tell.
var ErrCommitUnknown = pgpool.ErrCommitUnknown

// ErrPoolExhausted says that every connection of the pool is in use: after Pool.AcquireTimeout, where it is a
// [PoolTimeoutError], or at once where one goroutine holds them all and asks for another. The text names
// the lines that hold them. Nothing was sent to the server.
var ErrPoolExhausted = pgpool.ErrPoolExhausted

// PoolTimeoutError says that the pool gave no connection within Pool.AcquireTimeout. Nothing was sent to
// the server. The text tells the pool's size and how many connections were in use; where all are, some
// call holds one for long, or a goroutine that has a transaction asks for a second connection since it
// did not pass the transaction's context on.
type PoolTimeoutError = pgpool.AcquireTimeoutError

// ErrClosed says that the database was closed by [Close].
var ErrClosed = pgpool.ErrClosed

// IntegrityKind is what kind of constraint a statement violated.
type IntegrityKind string

// The kinds of an [IntegrityError]. The kind is empty for SQLSTATE 23000, which only triggers raise.
const (
	Unique     IntegrityKind = "unique"
	ForeignKey IntegrityKind = "foreign key"
	NotNull    IntegrityKind = "not null"
	Check      IntegrityKind = "check"
	Exclusion  IntegrityKind = "exclusion"
)

// IntegrityError is a violated constraint (SQLSTATE class 23), of a statement or of a COMMIT that checks
// deferred constraints. errors.Is finds GORM's sentinel in it (gorm.ErrDuplicatedKey,
// gorm.ErrForeignKeyViolated, gorm.ErrCheckConstraintViolated), errors.As the *pgconn.PgError. The text
// holds no value of a row; the detail of the PgError does.
type IntegrityError struct {
	Kind       IntegrityKind
	Table      string
	Constraint string   // empty for NotNull before PostgreSQL 18
	Columns    []string // of the constraint on Table, nil where neither the models nor the server tell
	Err        error
}

// Error implements error.
func (e *IntegrityError) Error() string {
	var b strings.Builder
	b.WriteString("gormango: ")
	if e.Kind == "" {
		b.WriteString("integrity")
	} else {
		b.WriteString(string(e.Kind))
	}
	b.WriteString(" violation")
	if e.Constraint != "" {
		b.WriteString(` of "` + e.Constraint + `"`)
	}
	if e.Table != "" {
		b.WriteString(" on " + e.Table)
	}
	if len(e.Columns) > 0 {
		b.WriteString(" (" + strings.Join(e.Columns, ", ") + ")")
	}
	return b.String()
}

// Unwrap returns the error of the driver.
func (e *IntegrityError) Unwrap() error { return e.Err }

// Is holds for GORM's sentinel of the kind.
func (e *IntegrityError) Is(target error) bool {
	switch e.Kind {
	case Unique:
		return target == gorm.ErrDuplicatedKey
	case ForeignKey:
		return target == gorm.ErrForeignKeyViolated
	case Check:
		return target == gorm.ErrCheckConstraintViolated
	}
	return false
}

var integrityKinds = map[string]IntegrityKind{
	"23000": "", "23001": ForeignKey, "23502": NotNull, "23503": ForeignKey, "23505": Unique, "23514": Check, "23P01": Exclusion,
}

// Translate gives an error of any *gorm.DB the type that errors of Open's databases have by themselves:
// [IntegrityError], [DataError], [SyntaxError] or [PermissionError]; what is none of these stays as it
// is. It is for a database that was not opened by [Open]. It runs no query.
func Translate(db *gorm.DB, err error) error {
	var pgErr *pgconn.PgError
	if !errors.As(err, &pgErr) {
		return err
	}
	t := &translator{}
	t.owner.Store(db)
	return t.translate(err)
}

// translator makes the errors of a database's statements and of its connecting. The database exists only
// after its pool does.
type translator struct {
	owner atomic.Pointer[gorm.DB]
	at    *pgx.ConnConfig
	plain bool // the errors of statements stay the driver's
}

func (t *translator) translate(err error) error {
	if err == nil {
		return nil
	}
	var connect *pgconn.ConnectError
	if errors.As(err, &connect) {
		var done *connectError
		if errors.As(err, &done) {
			return err
		}
		return openError(t.at, err)
	}
	var pgErr *pgconn.PgError
	if t.plain || !errors.As(err, &pgErr) || translated(err) {
		return err
	}
	if kind, ok := integrityKinds[pgErr.Code]; ok {
		return &IntegrityError{
			Kind: kind, Table: pgErr.TableName, Constraint: pgErr.ConstraintName,
			Columns: violatedColumns(t.owner.Load(), pgErr), Err: err,
		}
	}
	if typed := serverError(pgErr, err); typed != nil {
		return typed
	}
	return err
}

func translated(err error) bool {
	var integrity *IntegrityError
	var data *DataError
	var syntax *SyntaxError
	var permission *PermissionError
	return errors.As(err, &integrity) || errors.As(err, &data) || errors.As(err, &syntax) || errors.As(err, &permission)
}

func violatedColumns(db *gorm.DB, e *pgconn.PgError) []string {
	if e.ColumnName != "" {
		return []string{e.ColumnName}
	}
	if db != nil && e.ConstraintName != "" {
		if columns := modelinfo.ConstraintColumns(db, e.TableName, e.ConstraintName); len(columns) > 0 {
			return columns
		}
	}
	switch e.Code {
	case "23505", "23P01":
		return detailColumns(e.Detail)
	case "23503", "23001":
		// On the side of the referenced row the detail names that table's columns, and this table at
		// its end.
		if e.Code == "23001" || strings.Contains(after(e.Detail, ")=("), `"`+e.TableName+`"`) {
			return nil
		}
		return detailColumns(e.Detail)
	}
	return nil
}

func after(s, sep string) string {
	_, rest, _ := strings.Cut(s, sep)
	return rest
}

// detailColumns reads a and b out of "Key (a, b)=(1, 2) already exists.", in any language.
func detailColumns(detail string) []string {
	head, _, found := strings.Cut(detail, ")=(")
	if !found {
		return nil
	}
	_, list, found := strings.Cut(head, "(")
	if !found {
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
