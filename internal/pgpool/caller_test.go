package pgpool

import (
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTraceNamesTheApplication(t *testing.T) {
	t.Parallel()
	var where trace
	require.Equal(t, "an unknown line", where.String())
	func() { where.take(0) }()
	require.Regexp(t, `^pgpool/caller_test\.go:\d+$`, where.String())

	for function, want := range map[string]bool{
		"database/sql.(*DB).QueryContext":                          true,
		"gorm.io/gorm.(*DB).Find":                                  true,
		"github.com/gormango/gormango.Native":                      true,
		"github.com/gormango/gormango/repo.(*QuerySetOf[...]).All": true,
		"github.com/gormango/gormango/internal/exec.Run":           true,
		"github.com/gormango/gormango/example_app/web.list":        false,
		"example.org/shop.(*Store).List":                           false,
		"github.com/gormango/gormango/txutil.Atomic":               true,
		"github.com/gormango/gormango/internal/pgpool.TestThis":    false,
	} {
		file := "/src/x.go"
		if function == "github.com/gormango/gormango/internal/pgpool.TestThis" {
			file = "/src/x_test.go"
		}
		require.Equal(t, want, library(runtime.Frame{Function: function, File: file}), function)
	}
}
