package repotest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestDatabaseName(t *testing.T) {
	t.Parallel()
	name := databaseName()
	require.NotEqual(t, name, databaseName())
	require.Regexp(t, `^gormango_test_[0-9a-f]{8}_[a-z2-7]{26}$`, name, "no quoting, and below 63 bytes")
	made, ours := madeAt(name)
	require.True(t, ours)
	require.WithinDuration(t, time.Now(), made, 5*time.Second)
	for _, other := range []string{"", "gormango_test_", "gormango_test_mine", "gormango_test_zzzzzzzz_x", "gormango_test_00000001_", "gormango_test_1_x", "shop"} {
		_, ours := madeAt(other)
		require.False(t, ours, other)
	}
}
