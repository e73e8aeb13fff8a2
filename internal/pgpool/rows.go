package pgpool

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"io"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/gormango/gormango/internal/rowcodec"
)

// rows is a result for database/sql. In a transaction each step takes the
// session's turn; outside it owns a connection of the pool until it is closed.
type rows struct {
	ctx    context.Context
	pgx    pgx.Rows
	conn   *pgx.Conn
	fields []pgconn.FieldDescription
	values *rowcodec.Values
	names  []string
	first  bool // the first row is fetched and not handed out
	more   bool // there is a current row

	over error // set when the transaction or the context ended under it
	of   atomic.Pointer[sql.Rows]
	stop func() bool // takes back the watch of ctx

	session *session    // in a transaction
	where   *trace      // who opened it
	unread  atomic.Bool // the connection still carries it; without it no step needs the turn

	pool  *Pool // outside
	mu    sync.Mutex
	owned *pgxpool.Conn
	soils bool // the connection must not serve again
	held  *holder
}

var (
	_ driver.Rows                           = (*rows)(nil)
	_ driver.RowsColumnTypeDatabaseTypeName = (*rows)(nil)
	_ driver.RowsColumnTypeLength           = (*rows)(nil)
	_ driver.RowsColumnTypePrecisionScale   = (*rows)(nil)
	_ driver.RowsColumnTypeScanType         = (*rows)(nil)
)

// start runs a query up to its first row: only then pgx knows the columns, and
// most errors have come.
func start(ctx context.Context, conn *pgx.Conn, query string, args []any) (*rows, error) {
	var (
		r   pgx.Rows
		err error
	)
	if optioned(args) {
		r, err = Query(ctx, conn, query, formatted(args)...)
	} else {
		r, err = new(Result).Query(ctx, conn, query, args)
	}
	if err != nil {
		return nil, err
	}
	more := r.Next()
	if err := r.Err(); err != nil {
		r.Close()
		return nil, err
	}
	fields := slices.Clone(r.FieldDescriptions())
	return &rows{ctx: ctx, pgx: r, conn: conn, fields: fields, values: rowcodec.NewValues(fields, conn.TypeMap()), first: true, more: more}, nil
}

// Columns implements driver.Rows.
func (r *rows) Columns() []string {
	if r.names == nil { // database/sql asks for them twice
		r.names = make([]string, len(r.fields))
		for i := range r.fields {
			r.names[i] = r.fields[i].Name
		}
	}
	return r.names
}

// Next implements driver.Rows.
func (r *rows) Next(dest []driver.Value) error {
	switch s := r.session; {
	case s == nil:
		r.mu.Lock()
		defer r.mu.Unlock()
	case r.unread.Load():
		s.turn <- struct{}{}
		defer s.give()
	}
	if r.over != nil {
		return r.over
	}
	if r.first {
		r.first = false
	} else if r.more {
		r.more = r.pgx.Next()
	}
	if !r.more {
		if r.session != nil && r.unread.Load() {
			r.session.open = nil
			r.unread.Store(false)
		}
		if err := r.pgx.Err(); err != nil {
			return r.fail(err)
		}
		return io.EOF
	}
	for i, raw := range r.pgx.RawValues() {
		v, err := r.values.At(i, raw)
		if err != nil {
			return fmt.Errorf("gormango: column %q: %w", r.fields[i].Name, err)
		}
		dest[i] = v
	}
	return nil
}

// Close implements driver.Rows.
func (r *rows) Close() error {
	if r.stop != nil {
		r.stop()
	}
	if s := r.session; s != nil {
		if !r.unread.Load() {
			return nil // read to its end, or ended with the transaction
		}
		s.turn <- struct{}{}
		defer s.give()
		if s.open != r {
			return nil
		}
		s.open = nil
		r.pgx.Close()
		r.over = io.EOF
		r.unread.Store(false)
		return r.fail(r.pgx.Err())
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.owned == nil {
		return nil
	}
	return r.release()
}

// release returns the connection to the pool. It is called outside a
// transaction only, with the lock held.
func (r *rows) release() error {
	r.pgx.Close()
	err := r.fail(r.pgx.Err())
	if r.soils {
		discard(r.conn)
	}
	r.owned.Release()
	r.owned = nil
	if r.held != nil {
		r.pool.holders.remove(r.held)
	}
	return err
}

func (r *rows) fail(err error) error {
	if r.session != nil {
		return r.session.fail(r.ctx, err)
	}
	return r.pool.fail(r.ctx, r.conn, err)
}

// ColumnTypeDatabaseTypeName returns the name of the type in capitals, its OID
// when pgx knows none.
func (r *rows) ColumnTypeDatabaseTypeName(i int) string {
	oid := r.fields[i].DataTypeOID
	if t, ok := r.conn.TypeMap().TypeForOID(oid); ok {
		return strings.ToUpper(t.Name)
	}
	return strconv.FormatUint(uint64(oid), 10)
}

// header is what PostgreSQL counts into the type modifier of a type of variable
// length.
const header = 4

// ColumnTypeLength returns the declared length of texts and bits; text and
// bytea have no limit.
func (r *rows) ColumnTypeLength(i int) (int64, bool) {
	c := &r.fields[i]
	switch c.DataTypeOID {
	case pgtype.TextOID, pgtype.ByteaOID:
		return math.MaxInt64, true
	case pgtype.VarcharOID, pgtype.BPCharOID:
		return int64(c.TypeModifier) - header, true
	case pgtype.VarbitOID:
		return int64(c.TypeModifier), true
	}
	return 0, false
}

// ColumnTypePrecisionScale returns the declared precision and scale of a
// numeric.
func (r *rows) ColumnTypePrecisionScale(i int) (precision, scale int64, ok bool) {
	c := &r.fields[i]
	if c.DataTypeOID != pgtype.NumericOID {
		return 0, 0, false
	}
	m := int64(c.TypeModifier) - header
	return m >> 16 & 0xffff, m & 0xffff, true
}

// ColumnTypeScanType returns the Go type that holds every value of the column.
func (r *rows) ColumnTypeScanType(i int) reflect.Type {
	return rowcodec.ScanType(r.fields[i].DataTypeOID)
}
