package pgpool

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgconn/ctxwatch"
)

// cancelSettle is how long a stop may take to arrive after the server sent it.
// The connection is not used meanwhile, else it would stop the next statement.
const cancelSettle = 100 * time.Millisecond

// Canceler returns a handler for pgx's ConnConfig.BuildContextWatcherHandler.
// It has the server stop a statement whose context ended, and keeps the
// connection, which pgx's default closes. A statement that does not end within
// grace costs its connection.
func Canceler(conn *pgconn.PgConn, grace time.Duration) ctxwatch.Handler {
	return &canceler{conn: conn, grace: grace}
}

// canceler waits for the end of the request to stop, though the statement has
// ended before. pgx's handler abandons the request then: it may reach the
// server late and stop the next statement, and PgBouncer 1.18 dies of a client
// that leaves while its request is under way. A request that came too early,
// before the statement had reached the server, is sent again.
type canceler struct {
	conn        *pgconn.PgConn
	grace       time.Duration
	over, ended chan struct{} // the request; the statement
}

// HandleCancel implements ctxwatch.Handler.
func (c *canceler) HandleCancel(context.Context) {
	over, ended := make(chan struct{}), make(chan struct{})
	c.over, c.ended = over, ended
	deadline := time.Now().Add(c.grace)
	_ = c.conn.Conn().SetDeadline(deadline)
	go func() {
		defer close(over)
		ctx, cancel := context.WithDeadline(context.Background(), deadline)
		defer cancel()
		for ctx.Err() == nil {
			select {
			case <-ended:
				return // perhaps by itself, before the first request
			default:
			}
			// It returns when the server closes the connection of the request, after it has
			// sent the stop.
			err := c.conn.CancelRequest(ctx)
			time.Sleep(cancelSettle)
			if err != nil {
				return
			}
		}
	}()
}

// HandleUnwatchAfterCancel implements ctxwatch.Handler.
func (c *canceler) HandleUnwatchAfterCancel() {
	close(c.ended)
	<-c.over
	_ = c.conn.Conn().SetDeadline(time.Time{})
}
