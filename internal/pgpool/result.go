package pgpool

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/gormango/gormango/internal/rowcodec"
)

// Result is the result of a [Statement], in the formats that package rowcodec
// decodes. The zero value is for [Result.Query] or [Result.Open], once.
type Result struct {
	conn   *pgx.Conn
	st     *Statement
	reader *pgconn.ResultReader // nil once it is closed
	values [][]byte
	tag    pgconn.CommandTag
	err    error
}

var _ pgx.Rows = (*Result)(nil)

// Query runs a statement of one text, prepared on conn where that can be. The
// rows are those of r, or of [Query] where conn prepares none by itself or
// where args do not belong to the types that the statement was prepared with.
func (r *Result) Query(ctx context.Context, conn *pgx.Conn, sql string, args []any) (pgx.Rows, error) {
	s := statementsOf(conn)
	if s == nil {
		return Query(ctx, conn, sql, formatted(args)...)
	}
	st, err := s.prepare(ctx, conn, sql)
	if err != nil {
		return nil, err
	}
	p, err := st.Encode(args)
	if err != nil {
		st.drop()
		return Query(ctx, conn, sql, described(formatted(args))...)
	}
	makeRoom(conn, p)
	reader := conn.PgConn().ExecStatement(ctx, st.sd, p.Values, p.Formats, st.formats)
	p.Reset()
	r.Open(conn, st, reader)
	return r, nil
}

// formatted returns args behind the formats of results.
func formatted(args []any) []any {
	return append(append(make([]any, 0, len(args)+2), rowcodec.ResultFormats()), driverArgs(args)...)
}

// Open makes r the result that reader returns for an execution of st on conn.
func (r *Result) Open(conn *pgx.Conn, st *Statement, reader *pgconn.ResultReader) {
	*r = Result{conn: conn, st: st, reader: reader}
}

// Next implements [pgx.Rows].
func (r *Result) Next() bool {
	if r.reader == nil {
		return false
	}
	if r.reader.NextRow() {
		r.values = r.reader.Values()
		return true
	}
	r.Close()
	return false
}

// Close implements [pgx.Rows].
func (r *Result) Close() {
	if r.reader == nil {
		return
	}
	tag, err := r.reader.Close()
	r.tag, r.reader, r.values = tag, nil, nil
	if r.err == nil {
		r.err = err
	}
	r.st.Ended(r.err)
}

// Err implements [pgx.Rows].
func (r *Result) Err() error { return r.err }

// CommandTag implements [pgx.Rows].
func (r *Result) CommandTag() pgconn.CommandTag { return r.tag }

// FieldDescriptions implements [pgx.Rows].
func (r *Result) FieldDescriptions() []pgconn.FieldDescription {
	if len(r.st.fields) == 0 && r.reader != nil {
		return r.reader.FieldDescriptions() // unknown when it was prepared
	}
	return r.st.fields
}

// RawValues implements [pgx.Rows].
func (r *Result) RawValues() [][]byte { return r.values }

// Scan implements [pgx.Rows].
func (r *Result) Scan(dst ...any) error {
	if r.reader == nil {
		return errClosed
	}
	err := pgx.ScanRow(r.conn.TypeMap(), r.FieldDescriptions(), r.values, dst...)
	r.fail(err)
	return err
}

// fail ends the result for err, if there is one.
func (r *Result) fail(err error) {
	if err != nil {
		r.err = err
		r.Close()
	}
}

// Values implements [pgx.Rows].
func (r *Result) Values() ([]any, error) {
	if r.reader == nil {
		return nil, errClosed
	}
	fields, types := r.FieldDescriptions(), r.conn.TypeMap()
	values := make([]any, len(fields))
	for i, raw := range r.values {
		var err error
		if t, ok := types.TypeForOID(fields[i].DataTypeOID); ok {
			values[i], err = t.Codec.DecodeValue(types, fields[i].DataTypeOID, fields[i].Format, raw)
		} else if raw != nil {
			values[i] = string(raw) // an unknown type comes as text
		}
		if err != nil {
			r.fail(err)
			return nil, err
		}
	}
	return values, nil
}

// Conn implements [pgx.Rows].
func (r *Result) Conn() *pgx.Conn { return r.conn }

// TypeMap implements [pgx.Rows].
func (r *Result) TypeMap() *pgtype.Map { return r.conn.TypeMap() }
