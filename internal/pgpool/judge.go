package pgpool

import (
	"context"
	"errors"
	"strings"
)

// noConnection is the error of a replica whose pool gave no connection.
type noConnection struct{ err error }

func (e *noConnection) Error() string { return e.err.Error() }

func (e *noConnection) Unwrap() error { return e.err }

// verdict is what the end of a read on a replica means for the read and for the
// replica.
type verdict int

const (
	answered verdict = iota // the answer counts, an error too
	silent                  // no answer: the replica is left alone, another server is asked
	canceled                // the replica gave this read up: another server is asked
	refused                 // a replica cannot do it, or lacks it still: the primary is asked
)

// judge says what err, of a statement on a replica, means.
func judge(ctx context.Context, err error) verdict {
	if err == nil || ctx.Err() != nil {
		return answered
	}
	if errors.Is(err, ErrPoolExhausted) || errors.Is(err, ErrClosed) {
		return answered // more load on the others would not help
	}
	if _, none := errors.AsType[*noConnection](err); none || errors.Is(err, ErrConnectionLost) {
		return silent
	}
	code := sqlState(err)
	switch code {
	case "40001", "40P01": // a single read fails so by a conflict with recovery only
		return canceled
	case "25006", // it writes or locks
		"55000", // it needs what a server in recovery has not
		"0A000": // an unlogged table; serializable transactions
		return refused
	}
	if strings.HasPrefix(code, "42") {
		return refused // a table or column that has not arrived yet
	}
	return answered
}
