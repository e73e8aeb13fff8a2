package pgpool

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Piece is one of several statements that travel together.
type Piece interface {
	// Text returns the statement and its arguments.
	Text() (sql string, args []any)
	// Take reads the result.
	Take(ctx context.Context, rows pgx.Rows) error
}

// Together runs pieces, in their order, on conn: in one round trip where conn
// prepares statements by itself, else one after another. The error is of the
// piece at an index; those behind have not run, and outside a transaction those
// before it are undone.
func Together(ctx context.Context, conn *pgx.Conn, pieces []Piece) (at int, err error) {
	s := statementsOf(conn)
	for at < len(pieces) {
		n := 1
		if s == nil || len(pieces) > s.most {
			err = alone(ctx, conn, pieces[at])
		} else if n, err = s.together(ctx, conn, pieces[at:]); err != nil {
			return at + n, err
		}
		if err != nil {
			return at, err
		}
		at += n
	}
	return at, nil
}

// alone runs one piece.
func alone(ctx context.Context, conn *pgx.Conn, p Piece) error {
	sql, args := p.Text()
	rows, err := new(Result).Query(ctx, conn, sql, args)
	if err != nil {
		return err
	}
	return taken(ctx, p, rows)
}

// taken passes rows to p and closes them.
func taken(ctx context.Context, p Piece, rows pgx.Rows) error {
	defer rows.Close()
	if err := p.Take(ctx, rows); err != nil {
		return err
	}
	rows.Close()
	return rows.Err()
}

// together runs the first pieces in one round trip, up to one with arguments
// that do not fit the types of its prepared statement. It returns their number,
// or the index of the piece that has failed.
func (s *statements) together(ctx context.Context, conn *pgx.Conn, pieces []Piece) (n int, err error) {
	var few [4]*Statement
	list := few[:0]
	for i, p := range pieces {
		sql, _ := p.Text()
		st, err := s.prepare(ctx, conn, sql)
		if err != nil {
			return i, err
		}
		list = append(list, st)
	}
	pipeline := conn.PgConn().StartPipeline(ctx)
	for ; n < len(pieces); n++ {
		_, args := pieces[n].Text()
		if err = list[n].Append(pipeline, args); err != nil {
			break
		}
	}
	if n == 0 {
		if err := pipeline.Close(); err != nil {
			return 0, err
		}
		if err := alone(ctx, conn, pieces[0]); err != nil { // it encodes for the types of today
			return 0, err
		}
		return 1, nil
	}
	var r Result
	at := 0
	if err = pipeline.Sync(); err == nil {
		for ; at < n; at++ {
			if err = takeNext(ctx, conn, pipeline, list[at], &r, pieces[at]); err != nil {
				break
			}
		}
	}
	if closed := pipeline.Close(); err == nil && closed != nil {
		at, err = n-1, closed
	}
	if err != nil {
		if refusedOld(err) { // the others may be as old
			for _, st := range list {
				st.drop()
			}
		}
		return at, err
	}
	return n, nil
}

// takeNext passes the next result of a pipeline, which is of st, to p, by r.
func takeNext(ctx context.Context, conn *pgx.Conn, pipeline *pgconn.Pipeline, st *Statement, r *Result, p Piece) error {
	results, err := pipeline.GetResults()
	if err != nil {
		st.Ended(err)
		return err
	}
	reader, ok := results.(*pgconn.ResultReader)
	if !ok {
		return errNoResult
	}
	r.Open(conn, st, reader)
	return taken(ctx, p, r)
}

// errNoResult is the error of a pipeline whose results are not those that it
// was asked for.
var errNoResult = errors.New("gormango: the server has sent another result than was asked for")
