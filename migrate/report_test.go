package migrate_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/migrate"
)

func TestReportString(t *testing.T) {
	t.Parallel()
	require.Equal(t, "nothing to do", migrate.Report{}.String())
	require.Equal(t, "changed:\n  CREATE TABLE a ( b text );\n  CREATE INDEX c;\nwaited 1.235s for another process",
		migrate.Report{Statements: []string{"CREATE TABLE a (\n\tb text\n)", "CREATE INDEX c"}, Waited: 1234567 * time.Microsecond}.String())
	require.Equal(t, "nothing to do\nrepaired: dropped the invalid index i", migrate.Report{Healed: []string{"dropped the invalid index i"}}.String())
}
