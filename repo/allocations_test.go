//go:build !race

package repo_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/internal/blog"
	"github.com/gormango/gormango/repo"
)

// Making a statement costs little beside sending it; what it allocates is the
// same on every machine. The race detector allocates too.
func TestBuildAndCompileAllocates(t *testing.T) {
	posts := repo.New[Post](openDB(t, blog.Models()...))
	sql, args, err := threeJoins(posts)
	require.NoError(t, err)
	require.Regexp(t, `^SELECT .* FROM "posts" INNER JOIN "writers" ON .* INNER JOIN "writers" "T3" ON .* LEFT JOIN "comments" ON .* GROUP BY "posts"."id" HAVING COUNT.* ORDER BY .* LIMIT 20$`, sql)
	require.Len(t, args, 4)
	n := testing.AllocsPerRun(100, func() { _, _, _ = threeJoins(posts) })
	require.LessOrEqual(t, n, 146.0)
}
