package rules

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// features is the page that says which test shows what migrations can do.
const features = "../../docs/migrations/features.md"

// namedTest is a test in the text of the page, with the name of its package.
var namedTest = regexp.MustCompile("`([a-z_]+)\\.(Test[A-Za-z0-9]+)`")

// testCommand is a command on the page, with the pattern of its tests.
var testCommand = regexp.MustCompile("`[^`]*go test [^`]*-run (?:\"([^`\"]+)\"|([^`\" ]+))[^`]*`")

// Each test that the page of features names is in the package that it names, and
// each command runs a test.
func TestFeaturesNameTestsThatExist(t *testing.T) {
	t.Parallel()
	exists := map[string]bool{}
	for _, s := range sources(t, token.NewFileSet(), parser.SkipObjectResolution) {
		if !s.test() {
			continue
		}
		for _, d := range s.file.Decls {
			if f, is := d.(*ast.FuncDecl); is && f.Recv == nil {
				exists[path.Base(s.dir)+"."+f.Name.Name] = true
			}
		}
	}
	page, err := os.ReadFile(features)
	require.NoError(t, err)
	text := string(page)
	commands := testCommand.FindAllStringSubmatch(text, -1)
	require.Len(t, commands, 24)
	for _, m := range commands {
		parts := strings.Split(m[1]+m[2], "/") // of names of subtests only the first
		for alternative := range strings.SplitSeq(strings.ReplaceAll(parts[0], `\|`, "|"), "|") {
			pattern, err := regexp.Compile(`\.Test.*` + strings.TrimPrefix(alternative, "Test"))
			require.NoError(t, err)
			if strings.HasPrefix(alternative, "Test") {
				pattern = regexp.MustCompile(`\.` + alternative)
			}
			if !slices.ContainsFunc(slices.Collect(maps.Keys(exists)), pattern.MatchString) {
				t.Errorf("%s: no test for %s in %s", path.Base(features), alternative, m[0])
			}
		}
	}
	named := namedTest.FindAllStringSubmatch(text, -1)
	require.Greater(t, len(named), 80)
	rest := namedTest.ReplaceAllString(testCommand.ReplaceAllString(text, ""), "")
	require.NotContains(t, rest, "Test", "each test has the form `package.TestName`")
	for _, m := range named {
		if name := m[1] + "." + m[2]; !exists[name] {
			t.Errorf("%s: no package has the test %s", path.Base(features), name)
		}
	}
}

// The cells of the library that say "y" or "p" name a test.
func TestFeaturesAreTested(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(features)
	require.NoError(t, err)
	rows := 0
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if len(cells) != 16 || strings.HasPrefix(cells[1], "--") || strings.TrimSpace(cells[1]) == "Dj" {
			continue
		}
		rows++
		if ours := strings.TrimSpace(cells[14]); ours != "n" && !namedTest.MatchString(cells[15]) {
			t.Errorf("%s: %s without a test: %s", path.Base(features), ours, cells[0])
		}
	}
	require.Greater(t, rows, 40)
}
