package repo_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Every piece of Go in docs/coming-from-gorm.md stands in an example, line
// after line, without the comments at the end of its lines.
func TestComingFromGORMShowsTheExamples(t *testing.T) {
	t.Parallel()
	comment := regexp.MustCompile(` // .*`)
	tidy := func(text string) string {
		var out strings.Builder
		for line := range strings.Lines(text) {
			out.WriteString(strings.TrimSpace(comment.ReplaceAllString(line, "")) + "\n")
		}
		return out.String()
	}
	var examples strings.Builder
	files, err := filepath.Glob("example_gorm_*_test.go")
	require.NoError(t, err)
	for _, name := range files {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		examples.WriteString(tidy(string(text)))
	}
	doc, err := os.ReadFile("../docs/coming-from-gorm.md")
	require.NoError(t, err)
	pieces := regexp.MustCompile("(?s)```go\n(.*?)```").FindAllStringSubmatch(string(doc), -1)
	require.Greater(t, len(pieces), 8)
	for _, piece := range pieces {
		require.Contains(t, examples.String(), strings.TrimSpace(tidy(piece[1])))
	}
}
