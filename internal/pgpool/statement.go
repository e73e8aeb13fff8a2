package pgpool

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/gormango/gormango/internal/rowcodec"
)

// Statement is a prepared statement of one connection, which is found by its
// text. It is valid until another statement is asked for on the connection.
type Statement struct {
	sd      *pgconn.StatementDescription
	types   rowcodec.ParamTypes
	formats []int16 // of the columns
	fields  []pgconn.FieldDescription
	silent  *pgconn.StatementDescription // sd for use without rows

	of           *statements
	newer, older *Statement
}

// statements are the prepared statements of a connection, those used last in
// front. pgx has statements of its own for [Query] and [Exec], with the same
// bound.
type statements struct {
	most   int // 0 where the connection prepares none by itself
	byText map[string]*Statement
	ends   Statement // newer is the oldest, older the newest
	stale  []string  // names of statements that are to be closed
	params rowcodec.Params
}

// statementsKey is where a connection keeps its statements.
const statementsKey = "gormango statements"

// statementsOf returns the prepared statements of conn. It returns nil if conn
// prepares none by itself, as behind a pooler, or if a tracer, which pgx has to
// call, looks at its statements.
func statementsOf(conn *pgx.Conn) *statements {
	data := conn.PgConn().CustomData()
	s, known := data[statementsKey].(*statements)
	if !known {
		s = &statements{byText: map[string]*Statement{}}
		s.ends.newer, s.ends.older = &s.ends, &s.ends
		if c := conn.Config(); c.DefaultQueryExecMode == pgx.QueryExecModeCacheStatement && c.Tracer == nil {
			s.most = c.StatementCacheCapacity
		}
		data[statementsKey] = s
	}
	if s.most <= 0 {
		return nil
	}
	return s
}

// Prepare returns the statement of a text on conn, which it prepares on first
// use. It returns nil without an error if conn prepares none by itself; [Query]
// and [Exec] are for its statements.
func Prepare(ctx context.Context, conn *pgx.Conn, sql string) (*Statement, error) {
	s := statementsOf(conn)
	if s == nil {
		return nil, nil
	}
	return s.prepare(ctx, conn, sql)
}

func (s *statements) prepare(ctx context.Context, conn *pgx.Conn, sql string) (*Statement, error) {
	if len(s.stale) > 0 {
		if err := s.closeStale(ctx, conn); err != nil {
			return nil, err
		}
	}
	st := s.byText[sql]
	if st == nil {
		sd, err := conn.Prepare(ctx, statementName(sql), sql)
		if err != nil {
			return nil, err
		}
		return s.add(conn, sd), nil
	}
	// pgx compares the text, and prepares anew what DeallocateAll has closed.
	sd, err := conn.Prepare(ctx, st.sd.Name, sql)
	if err != nil {
		st.drop()
		return nil, err
	}
	if sd != st.sd {
		st.drop()
		s.stale = s.stale[:len(s.stale)-1] // it is in use
		return s.add(conn, sd), nil
	}
	st.unlink()
	s.toFront(st)
	return st, nil
}

// statementName returns the name of the statement of a text: the same on all
// connections, so that behind a pooler that was not detected a name never leads
// to another text.
func statementName(sql string) string {
	sum := sha256.Sum256([]byte(sql))
	return "gormango_" + hex.EncodeToString(sum[:24])
}

// closeStale closes what was dropped, if the server takes commands.
func (s *statements) closeStale(ctx context.Context, conn *pgx.Conn) error {
	if status := conn.PgConn().TxStatus(); status != 'I' && status != 'T' {
		return nil
	}
	for len(s.stale) > 0 {
		if err := conn.Deallocate(ctx, s.stale[0]); err != nil {
			return fmt.Errorf("failed to deallocate cached statement(s): %w", err)
		}
		s.stale = s.stale[1:]
	}
	s.stale = nil
	return nil
}

// add keeps a statement, in place of the one that was not used longest.
func (s *statements) add(conn *pgx.Conn, sd *pgconn.StatementDescription) *Statement {
	if len(s.byText) >= s.most {
		s.ends.newer.drop()
	}
	st := &Statement{sd: sd, of: s, types: rowcodec.NewParamTypes(sd.ParamOIDs, conn.TypeMap())}
	st.formats, st.fields = make([]int16, len(sd.Fields)), make([]pgconn.FieldDescription, len(sd.Fields))
	binary := rowcodec.ResultFormats()
	for i, f := range sd.Fields {
		f.Format = binary[f.DataTypeOID]
		st.fields[i], st.formats[i] = f, f.Format
	}
	st.silent = sd
	if len(sd.Fields) == 0 {
		// With a column pgconn does not ask for the columns of each execution.
		silent := *sd
		silent.Fields = make([]pgconn.FieldDescription, 1)
		st.silent = &silent
	}
	s.byText[sd.SQL] = st
	s.toFront(st)
	return st
}

func (s *statements) toFront(st *Statement) {
	st.newer, st.older = &s.ends, s.ends.older
	st.newer.older, st.older.newer = st, st
}

func (st *Statement) unlink() { st.newer.older, st.older.newer = st.older, st.newer }

// drop forgets a statement; the server closes it before the next one.
func (st *Statement) drop() {
	if st.of.byText[st.sd.SQL] != st {
		return
	}
	delete(st.of.byText, st.sd.SQL)
	st.unlink()
	st.of.stale = append(st.of.stale, st.sd.Name)
}

// Encode returns the encoded parameters of an execution. They are valid until
// the next parameters of the connection.
func (st *Statement) Encode(args []any) (*rowcodec.Params, error) {
	p := &st.of.params
	if err := p.Encode(&st.types, args); err != nil {
		p.Reset()
		return nil, err
	}
	return p, nil
}

// Append encodes args and appends an execution to a pipeline of the
// statement's connection. [Result.Open] reads what the pipeline returns for it.
// An error is of the parameters, and nothing is appended.
func (st *Statement) Append(pipeline *pgconn.Pipeline, args []any) error {
	p, err := st.Encode(args)
	if err != nil {
		return err
	}
	pipeline.SendQueryStatement(st.sd, p.Values, p.Formats, st.formats)
	p.Reset()
	return nil
}

// Ended notes how an execution has ended. After most errors the statement is
// prepared anew: it may be one of tables that have changed.
func (st *Statement) Ended(err error) {
	if err != nil && !lasting(err) {
		st.drop()
	}
}

// lasting reports whether err says nothing about the statement that was
// refused: a constraint, a conflict between transactions, a trigger, or an
// earlier error.
func lasting(err error) bool {
	code := sqlState(err)
	return strings.HasPrefix(code, "23") || strings.HasPrefix(code, "40") || code == "P0001" || code == codeTxAborted
}

// Run executes a statement of which the rows do not matter, as [Exec] does,
// prepared on conn where that can be.
func Run(ctx context.Context, conn *pgx.Conn, sql string, args []any) (pgconn.CommandTag, error) {
	s := statementsOf(conn)
	if s == nil || len(args) == 0 { // pgx does not prepare a text without parameters
		return Exec(ctx, conn, sql, driverArgs(args)...)
	}
	st, err := s.prepare(ctx, conn, sql)
	if err != nil {
		return pgconn.CommandTag{}, err
	}
	p, err := st.Encode(args)
	if err != nil {
		st.drop()
		return Exec(ctx, conn, sql, described(driverArgs(args))...)
	}
	makeRoom(conn, p)
	reader := conn.PgConn().ExecStatement(ctx, st.silent, p.Values, p.Formats, nil)
	p.Reset()
	tag, err := reader.Close()
	st.Ended(err)
	return tag, err
}

// driverArgs returns args with values that pgx encodes as they are in place of
// UUIDs and cells. It would ask a uuid.UUID for its text, and read that again.
func driverArgs(args []any) []any {
	args = rowcodec.WithoutCells(args)
	out := args
	for i, a := range args {
		id, is := a.(uuid.UUID)
		if !is {
			continue
		}
		if &out[0] == &args[0] {
			out = slices.Clone(args)
		}
		out[i] = pgtype.UUID{Bytes: id, Valid: true}
	}
	return out
}

// errClosed is the error of a result that is read after its end.
var errClosed = errors.New("gormango: the result is closed")
