package migrate

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestObjectNamesAreCutAsTheServerDoes(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("t", 60)
	require.Equal(t, "users_id_seq", objectName("users", "id", "seq"))
	require.Equal(t, strings.Repeat("t", 58)+"_pkey", objectName(long, "", "pkey"))
	require.Len(t, objectName(long, strings.Repeat("c", 50), "seq"), 63)
}
