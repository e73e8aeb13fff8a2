package exec

import (
	"context"
	"reflect"
	"unsafe"

	"github.com/jackc/pgx/v5"

	"github.com/gormango/gormango/internal/compile"
)

// Call is a read of one statement that may travel with others. What it reads
// is there after [Together], unless there is an error.
type Call struct {
	Err error

	st   *compile.Stmt
	into reading
	n    int64 // rows that were read
}

// CallAll returns the call of [All], and where its objects come.
func CallAll(st *compile.Stmt, limit int) (*Call, *[]unsafe.Pointer) {
	r := &pointers{shape: Shape(st), limit: limit}
	return &Call{st: st, into: r}, &r.objects
}

// CallCount returns the call of [Count], and where the number comes.
func CallCount(st *compile.Stmt) (*Call, *int64) {
	r := &number{}
	return &Call{st: st, into: r}, &r.n
}

// CallObjects returns the call of [Objects], and where the rows come.
func CallObjects(st *compile.Stmt, owner reflect.Type, values bool) (*Call, *[]Found) {
	r := &collected[Found]{rd: objectReader(st, owner, values)}
	return &Call{st: st, into: r}, &r.rows
}

// collected reads rows by a Reader.
type collected[R any] struct {
	rd   *Reader[R]
	rows []R
}

func (r *collected[R]) read(ctx context.Context, rows pgx.Rows) (n int64, err error) {
	r.rows, err = r.rd.collect(ctx, rows)
	return int64(len(r.rows)), err
}

// Together runs calls, which do not depend on each other, in one round trip
// where that can be. After the first that fails no other runs.
func Together(ctx context.Context, c Conn, calls []*Call) {
	if len(calls) > 1 {
		if own, ok := c.(*native); ok && own.together(ctx, calls) {
			return
		}
	}
	for _, call := range calls {
		if call.Err = c.query(ctx, call.st, call.into); call.Err != nil {
			return
		}
	}
}
