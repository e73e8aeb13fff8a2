package pgpool

import (
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgproto3"

	"github.com/gormango/gormango/internal/rowcodec"
)

// room is a message of no bytes that makes room for the next one in the buffer
// of a connection, which pgx would double step by step.
type room int

var _ pgproto3.FrontendMessage = room(0)

// Frontend implements [pgproto3.FrontendMessage].
func (room) Frontend() {}

// Decode implements [pgproto3.Message].
func (room) Decode([]byte) error { return nil }

// Encode implements [pgproto3.Message].
func (r room) Encode(dst []byte) ([]byte, error) { return slices.Grow(dst, int(r)), nil }

// leastRoom is the size from which it is worth to make room.
const leastRoom = 4096

// makeRoom makes room for an execution with the parameters p.
func makeRoom(conn *pgx.Conn, p *rowcodec.Params) {
	size := 0
	for _, v := range p.Values {
		size += len(v) + 4
	}
	if size >= leastRoom {
		const rest = 512 // names, formats and the messages behind
		conn.PgConn().Frontend().Send(room(size + rest))
	}
}
