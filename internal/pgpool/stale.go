package pgpool

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// A connection keeps its prepared statements with the types that their
// parameters and columns had. After a migration the server refuses such a
// statement before it runs, or the driver cannot encode an argument for the old
// type and sends nothing. Either happens once for each statement and
// connection, since pgx forgets a statement that has failed.
//
//   - Outside a transaction the statement runs again ([refusedOld]).
//   - An argument that cannot be encoded is encoded for the types that the
//     server describes now, inside of transactions too ([Query], [Exec]).
//   - Inside a transaction the refusal has aborted it; gormango.IsRetryable
//     holds. Transactions that begin after a refusal forget what their
//     connection has prepared before, so that the next attempt does not meet
//     the next old statement ([Pool.freshen]).

// repeats is how often a statement runs again that the server refuses as old: a
// migration changes a table more than once.
const repeats = 2

// Outdated reports whether err, of a statement, says that the server refused it
// before it ran since a table or a type has changed since it was prepared.
// Messages are translated; the names of the server's functions and the texts of
// its internal errors are not.
func Outdated(err error) bool {
	if _, known := errors.AsType[*outdated](err); known {
		return true
	}
	pgErr, ok := errors.AsType[*pgconn.PgError](err)
	if !ok {
		return false
	}
	switch pgErr.Code {
	case "0A000": // cached plan must not change result type
		return pgErr.Routine == "RevalidateCachedQuery"
	case "08P01": // bind message has 2 result formats but query has 3 columns
		return pgErr.Routine == "PortalSetResultFormat"
	case "XX000": // for type 16385
		return strings.HasPrefix(pgErr.Message, "cache lookup failed for type")
	}
	return false
}

// outdated is an error for which [Outdated] holds.
type outdated struct{ err error }

func (e *outdated) Error() string { return e.err.Error() }

func (e *outdated) Unwrap() error { return e.err }

// misfit are the codes with which a prepared statement is refused whose text
// does not fit its old types any more.
var misfit = map[string]bool{
	"42804": true, // column is of type status but expression is of type old_status
	"42883": true, // operator does not exist: text = status
	"42846": true, // cannot cast
}

// inside returns err of a prepared statement in a transaction, as an error for
// which [Outdated] holds if it was refused as old. A wrong value of an enum is
// not known from one of the new enum there.
func inside(err error) error {
	pgErr, ok := errors.AsType[*pgconn.PgError](err)
	if ok && misfit[pgErr.Code] && refusedOld(err) {
		return &outdated{err}
	}
	return err
}

// refusedOld reports whether the server refused a prepared statement before it
// ran: as [Outdated], or since its text does not fit its old types any more.
// What Parse refuses is as wrong the next time, and what a function refuses
// says where.
func refusedOld(err error) bool {
	if Outdated(err) {
		return true
	}
	pgErr, ok := errors.AsType[*pgconn.PgError](err)
	if _, parsing := errors.AsType[*pgconn.PrepareError](err); !ok || parsing || pgErr.Where != "" && !ofParameter(pgErr.Where) {
		return false
	}
	switch pgErr.Code {
	case "42704", // a type that is gone
		"26000": // DEALLOCATE ALL was sent as SQL
		return true
	case "22P02": // a value of the new enum
		return pgErr.Routine == "enum_in"
	}
	return misfit[pgErr.Code]
}

// ofParameter reports whether where, in any language, is "unnamed portal
// parameter $1" alone.
func ofParameter(where string) bool {
	return strings.Contains(where, " $") && !strings.Contains(where, "\n")
}

// again reports whether a prepared statement that has ended with err, after so
// many repetitions, runs again on conn: the server refused it as old.
func (p *Pool) again(conn *pgx.Conn, err error, repeated int) bool {
	if err == nil {
		if repeated > 0 {
			p.changed(conn)
		}
		return false
	}
	return repeated < repeats && refusedOld(err) && conn.PgConn().TxStatus() == 'I'
}

// plansKey is where a connection keeps which change of tables it has followed.
const plansKey = "gormango plans"

// changed notes that a statement of conn was refused as old.
func (p *Pool) changed(conn *pgx.Conn) {
	if now := p.changes.Load(); followed(conn) == now {
		p.changes.CompareAndSwap(now, now+1)
	}
}

func followed(conn *pgx.Conn) int64 {
	n, _ := conn.PgConn().CustomData()[plansKey].(int64)
	return n
}

// freshen has conn, which is not in a transaction, forget its prepared
// statements if one of the pool was refused as old since it did so last.
func (p *Pool) freshen(ctx context.Context, conn *pgx.Conn) error {
	now := p.changes.Load()
	if now == 0 || followed(conn) == now {
		return nil
	}
	if err := conn.DeallocateAll(ctx); err != nil {
		return err
	}
	conn.PgConn().CustomData()[plansKey] = now
	return nil
}

// Query is conn.Query. Arguments that cannot be encoded for the types that the
// statement had when it was prepared are encoded for those that the server
// describes now.
func Query(ctx context.Context, conn *pgx.Conn, sql string, args ...any) (pgx.Rows, error) {
	rows, err := conn.Query(ctx, sql, args...)
	if unsent(ctx, conn, err) {
		rows, err = conn.Query(ctx, sql, described(args)...)
	}
	return rows, err
}

// Exec is conn.Exec, and encodes as [Query] does.
func Exec(ctx context.Context, conn *pgx.Conn, sql string, args ...any) (pgconn.CommandTag, error) {
	tag, err := conn.Exec(ctx, sql, args...)
	if unsent(ctx, conn, err) {
		tag, err = conn.Exec(ctx, sql, described(args)...)
	}
	return tag, err
}

// unsent reports whether err is of the driver, before it has sent a statement.
func unsent(ctx context.Context, conn *pgx.Conn, err error) bool {
	return err != nil && ctx.Err() == nil && !conn.IsClosed() && sqlState(err) == "" && conn.PgConn().TxStatus() != 'E'
}

func described(args []any) []any {
	return slices.Insert(slices.Clone(args), 0, any(pgx.QueryExecModeDescribeExec))
}

// Once is [Source.Do] for work that sends one statement and changes nothing of
// its own before the answer. Outside a transaction it runs again if the server
// refused the statement since a table or a type has changed since it was
// prepared. Inside one the refusal has aborted the transaction already.
func (s Source) Once(ctx context.Context, w Work) error { return s.once(ctx, false, w) }

// once is [Source.Once]; reads says that w leaves nothing behind.
func (s Source) once(ctx context.Context, reads bool, w Work) error {
	if t := s.Tx(ctx); t != nil {
		return t.do(ctx, reads, w)
	}
	return s.pool.do(ctx, w, true)
}

// CopyTypes returns the types that columns have now, for a COPY into them in
// the same transaction, which keeps others from changing them until its end. A
// COPY would send values of old types, which the server may take for others.
func CopyTypes(ctx context.Context, conn *pgx.Conn, table pgx.Identifier, columns []string) ([]uint32, error) {
	sd, err := conn.Prepare(ctx, "", "SELECT "+quoted(columns)+" FROM "+table.Sanitize())
	if err != nil {
		return nil, err
	}
	types := make([]uint32, len(sd.Fields))
	for i := range sd.Fields {
		types[i] = sd.Fields[i].DataTypeOID
	}
	return types, nil
}

// CopyFrom is conn.CopyFrom for data in the binary format.
func CopyFrom(ctx context.Context, conn *pgx.Conn, table pgx.Identifier, columns []string, data io.Reader) (int64, error) {
	tracer, traced := conn.Config().Tracer.(pgx.CopyFromTracer)
	if traced {
		ctx = tracer.TraceCopyFromStart(ctx, conn, pgx.TraceCopyFromStartData{TableName: table, ColumnNames: columns})
	}
	tag, err := conn.PgConn().CopyFrom(ctx, data, "COPY "+table.Sanitize()+" ("+quoted(columns)+") FROM STDIN BINARY")
	if traced {
		tracer.TraceCopyFromEnd(ctx, conn, pgx.TraceCopyFromEndData{CommandTag: tag, Err: err})
	}
	return tag.RowsAffected(), CopyFailure(err)
}

// quoted returns a list of quoted names.
func quoted(names []string) string {
	list := make([]string, len(names))
	for i, name := range names {
		list[i] = pgx.Identifier{name}.Sanitize()
	}
	return strings.Join(list, ", ")
}
