package pgpool

import (
	"bytes"
	"testing"

	"github.com/jackc/pgx/v5/pgproto3"
	"github.com/stretchr/testify/require"
)

// Room adds nothing to what is sent.
func TestRoomIsNoMessage(t *testing.T) {
	t.Parallel()
	var sent bytes.Buffer
	f := pgproto3.NewFrontend(nil, &sent)
	f.Send(room(100_000))
	f.SendSync(&pgproto3.Sync{})
	f.Send(room(1))
	require.NoError(t, f.Flush())
	require.Equal(t, []byte{'S', 0, 0, 0, 4}, sent.Bytes())

	grown, err := room(100).Encode([]byte{1})
	require.NoError(t, err)
	require.Equal(t, []byte{1}, grown)
	require.GreaterOrEqual(t, cap(grown), 101)
}
