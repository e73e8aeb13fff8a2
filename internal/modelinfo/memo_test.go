package modelinfo

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestMemo(t *testing.T) {
	t.Parallel()
	var m Memo
	require.Nil(t, m.Load(1))
	m.Store(1, "a")
	m.Store(1, "b")
	require.Equal(t, "b", m.Load(1))
	for i := range uint64(3 * memoSize) {
		m.Store(i, i)
		require.Equal(t, i, m.Load(i), "the newest value is there")
	}
	require.Len(t, m.values, memoSize, "a full memo drops as many as it takes")
}
