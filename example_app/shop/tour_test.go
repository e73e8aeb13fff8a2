package shop

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The code and the files in docs/example.md exist.
func TestTourShowsWhatThereIs(t *testing.T) {
	t.Parallel()
	const docs = "../../docs"
	text, err := os.ReadFile(filepath.Join(docs, "example.md"))
	require.NoError(t, err)
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	var code strings.Builder
	for _, file := range files {
		source, err := os.ReadFile(file)
		require.NoError(t, err)
		code.Write(source)
	}
	blocks := regexp.MustCompile("(?s)```go\n(.*?)```").FindAllStringSubmatch(string(text), -1)
	require.NotEmpty(t, blocks)
	for _, block := range blocks {
		require.Contains(t, code.String(), block[1])
	}
	prose := regexp.MustCompile("(?s)```.*?```").ReplaceAllString(string(text), "")
	links := regexp.MustCompile(`\]\(([^)#:]+)\)`).FindAllStringSubmatch(prose, -1)
	require.NotEmpty(t, links)
	for _, link := range links {
		require.FileExists(t, filepath.Join(docs, link[1]))
	}
	for _, name := range regexp.MustCompile("`([a-z_/]+\\.go)`").FindAllStringSubmatch(prose, -1) {
		path := name[1] // of this package, or from the example's folder
		if _, err := os.Stat(path); err != nil {
			path = filepath.Join("..", path)
		}
		require.FileExists(t, path)
	}
}
