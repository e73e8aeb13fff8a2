package store

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/gormango/gormango/txutil"
)

// writing is how the statements of a bulk write run.
type writing struct {
	inTransaction bool
	// whole reports whether the only statement writes every row or fails, so that
	// it needs no transaction.
	whole bool
}

// writeAll calls run, whose statements write all rows or none: as one whole
// statement where one may do, else in a transaction if needed is set. It calls
// run again where the statement does not write every row, or is too large.
func (s *State) writeAll(ctx context.Context, one, needed bool, run func(w writing) error) error {
	inside := txutil.InTransaction(ctx, s.DB)
	needed = needed || inside // even one statement is undone where a trigger drops rows
	if one && needed && !inside && s.Conn.Opened() {
		if err := run(writing{whole: true}); !isPart(err) {
			return err
		}
	}
	err := run(writing{inTransaction: needed})
	if errors.Is(err, errHeavy) {
		err = run(writing{inTransaction: true})
	}
	return err
}

// isPart reports whether a whole statement failed because it would have written
// a part of the rows, is too large, or writes a table whose rules do not allow
// it.
func isPart(err error) bool {
	if failed, ok := errors.AsType[*pgconn.PgError](err); ok {
		return failed.Code == "22012" || failed.Code == "0A000"
	}
	return errors.Is(err, errHeavy)
}
