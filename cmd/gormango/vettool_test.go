package main

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The go command runs the test's own program as the tool of go vet.
func TestMain(m *testing.M) {
	if isVetTool(os.Args[1:]) {
		os.Exit(runVetTool(os.Args[1:], os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

var (
	wantComment = regexp.MustCompile(`// want (".*")$`)
	finding     = regexp.MustCompile(`^(?:vet: )?(.*\.go):(\d+):(\d+): (.*)$`)
)

// Every line of testdata/seeded with a comment is found, with what the comment
// quotes, and nothing else. It has a hundred of them and more.
func TestVetFindsEverySeededMistake(t *testing.T) {
	t.Parallel()
	want := map[string]string{} // by file:line
	names, err := filepath.Glob("testdata/seeded/*.go")
	require.NoError(t, err)
	for _, name := range names {
		f, err := os.Open(name)
		require.NoError(t, err)
		lines := bufio.NewScanner(f)
		for n := 1; lines.Scan(); n++ {
			if match := wantComment.FindStringSubmatch(lines.Text()); match != nil {
				want[fmt.Sprintf("%s:%d", filepath.Base(name), n)], err = strconv.Unquote(match[1])
				require.NoError(t, err, lines.Text())
			}
		}
		require.NoError(t, f.Close())
	}
	require.GreaterOrEqual(t, len(want), 100)
	code, _, stderr := call(t, "vet", "./testdata/seeded")
	require.Equal(t, 1, code)
	for line := range strings.Lines(stderr) {
		match := finding.FindStringSubmatch(strings.TrimSuffix(line, "\n"))
		if match == nil {
			require.True(t, strings.HasPrefix(line, "#"), line)
			continue
		}
		at := filepath.Base(match[1]) + ":" + match[2]
		text, ok := want[at]
		require.True(t, ok, "found where nothing is seeded: %s", line)
		require.Contains(t, match[4], text, at)
		delete(want, at)
	}
	require.Empty(t, want, "not found")
}

func TestVetReportsNothingOnCorrectUse(t *testing.T) {
	t.Parallel()
	code, stdout, stderr := call(t, "vet", "-C", "../..", "./example_app/...", "./conformance", "./internal/blog")
	require.Empty(t, stdout+stderr)
	require.Zero(t, code)
	code, stdout, stderr = call(t, "vet", "./testdata/correct", "./testdata/library")
	require.Empty(t, stdout+stderr)
	require.Zero(t, code)
}
