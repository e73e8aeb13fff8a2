package migrate_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Each test of Django's autodetector has a scenario or a test here, or a reason
// why it has none, and no scenario has a name that Django does not know.
func TestDjangosAutodetectorIsCovered(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/django_autodetector.tsv")
	require.NoError(t, err)
	have := map[string]bool{}
	for _, s := range scenarios {
		require.False(t, have[s.name], "%s is there twice", s.name)
		have[s.name] = true
	}
	count := map[string]int{}
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		name, is, found := strings.Cut(strings.TrimSpace(line), "\t")
		require.True(t, found, line)
		kind, rest, _ := strings.Cut(is, " ")
		count[kind]++
		switch kind {
		case "scenario":
			require.True(t, have[name], "no scenario %s", name)
			delete(have, name)
		case "test":
			require.True(t, isTest(t, strings.TrimPrefix(rest, "migrate.")), "%s: no test %s", name, rest)
		default:
			require.Equal(t, "no:", kind, name)
			require.NotEmpty(t, rest, name)
		}
	}
	require.Empty(t, have, "scenarios that Django does not have")
	require.Equal(t, map[string]int{"scenario": 95, "test": 19, "no:": 52}, count)
}

// isTest reports whether the package has a test of the name.
func isTest(t *testing.T, name string) bool {
	t.Helper()
	files, err := os.ReadDir(".")
	require.NoError(t, err)
	declared := regexp.MustCompile(`(?m)^func ` + name + `\(t \*testing\.T\)`)
	for _, f := range files {
		if strings.HasSuffix(f.Name(), "_test.go") {
			text, err := os.ReadFile(f.Name())
			require.NoError(t, err)
			if declared.Match(text) {
				return true
			}
		}
	}
	return false
}
