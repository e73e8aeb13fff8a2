package rules

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

// A comment begins with the declared name and a plain verb of the third person
// (returns, reports whether, sets, inserts, is): subject, verb, object.

// unwanted are the words and constructions that comments do without.
var unwanted = []struct {
	pattern *regexp.Regexp
	instead string
}{
	{regexp.MustCompile(`(?i)\bgives?\b`), `"returns", "sets", "is"`},
	{regexp.MustCompile(`(?i)\btells?\b`), `"reports whether", "returns"`},
	{regexp.MustCompile(`(?i)\b(somebody|nobody|whoever)\b`), "name who it is"},
	{regexp.MustCompile(`^Of (a|all|an|both|each|its|nothing|one|several|the|their|them|these|this|those|two|what|whatever)\b`), "begin with the subject"},
	// the causative "have": a subject, have, an object, another verb
	{regexp.MustCompile(`\b(has|had|having) ((the|a|an|its|their|his|every|each|all) )?(\w+ )?(\w+ )(be|call|compute|do|find|go|make|read|return|run|send|take|wait|write|listened|made|read|removed|run|sent|written)\b( |[.,;:]|$)`), "say who does it: subject, verb, object"},
}

// widest is the number of characters of a comment's line, without indentation.
const widest = 80

const countsFile = "testdata/prose.txt"

var update = flag.Bool("update", false, "write the counts of "+countsFile+" anew")

// The comments of each package have as many unwanted words and wide lines as
// testdata/prose.txt says. A greater number fails, and so does a smaller one:
// go test ./internal/rules -update writes it down, so that it never grows
// again. A package that is not in the file has none.
func TestCommentsAreProse(t *testing.T) {
	t.Parallel()
	fset := token.NewFileSet()
	found := map[string][]string{} // what is wrong, by package
	for _, s := range sources(t, fset, parser.ParseComments|parser.SkipObjectResolution) {
		for _, group := range s.file.Comments {
			for _, comment := range group.List {
				for i, line := range strings.Split(comment.Text, "\n") {
					at := fmt.Sprintf("%s:%d: ", s.name, fset.Position(comment.Pos()).Line+i)
					for _, what := range faults(line, library(s) && ownLine(fset, s.file, comment)) {
						found[s.dir] = append(found[s.dir], at+what)
					}
				}
			}
		}
	}
	if *update {
		writeCounts(t, found)
		return
	}
	counts := readCounts(t)
	for _, dir := range slices.Sorted(maps.Keys(found)) {
		if n := len(found[dir]); n > counts[dir] {
			t.Errorf("%s: %d unwanted words and wide lines in comments, %d are known. All of them:\n%s", dir, n, counts[dir], strings.Join(found[dir], "\n"))
		}
	}
	for _, dir := range slices.Sorted(maps.Keys(counts)) {
		if n := len(found[dir]); n < counts[dir] {
			t.Errorf("%s: only %d unwanted words and wide lines in comments are left of %d: write it down by go test ./internal/rules -update", dir, n, counts[dir])
		}
	}
}

// faults lists what is wrong with a line of a comment. Only in whole-line
// comments of the library the width counts.
func faults(line string, width bool) []string {
	text := strings.TrimSpace(strings.TrimLeft(line, "/*"))
	if strings.HasPrefix(line, "//go:") || strings.HasPrefix(line, "//\t") {
		return nil // a directive, and code
	}
	var list []string
	for _, u := range unwanted {
		for _, word := range u.pattern.FindAllString(text, -1) {
			list = append(list, fmt.Sprintf("%q (%s)", strings.TrimSpace(word), u.instead))
		}
	}
	if n := utf8.RuneCountInString(strings.TrimSpace(line)); width && n > widest && strings.Contains(text, " ") {
		list = append(list, fmt.Sprintf("%d characters in a line (wrap at %d)", n, widest))
	}
	return list
}

// library reports whether a file belongs to what applications import.
func library(s source) bool {
	for _, other := range []string{"bench", "cmd", "compat", "conformance", "example_app", "scripts"} {
		if s.dir == other || strings.HasPrefix(s.dir, other+"/") {
			return false
		}
	}
	return !s.test()
}

// ownLine reports whether a comment stands on lines of its own, not behind
// code.
func ownLine(fset *token.FileSet, file *ast.File, comment *ast.Comment) bool {
	at := fset.Position(comment.Pos())
	return at.Column == 1 || !codeLines(fset, file)[at.Line]
}

var linesOfCode = map[*ast.File]map[int]bool{}

// codeLines are the lines on which code begins or ends.
func codeLines(fset *token.FileSet, file *ast.File) map[int]bool {
	lines := linesOfCode[file]
	if lines == nil {
		lines = map[int]bool{}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n.(type) {
			case nil, *ast.Comment, *ast.CommentGroup, *ast.File:
			default:
				lines[fset.Position(n.Pos()).Line] = true
				lines[fset.Position(n.End()).Line] = true
			}
			return true
		})
		linesOfCode[file] = lines
	}
	return lines
}

// readCounts reads the known counts, by package.
func readCounts(t *testing.T) map[string]int {
	t.Helper()
	text, err := os.ReadFile(countsFile)
	require.NoError(t, err)
	counts := map[string]int{}
	for line := range strings.Lines(string(text)) {
		dir, number, _ := strings.Cut(strings.TrimSpace(line), " ")
		n, err := strconv.Atoi(number)
		require.NoError(t, err, line)
		counts[dir] = n
	}
	return counts
}

func writeCounts(t *testing.T, found map[string][]string) {
	t.Helper()
	var b strings.Builder
	for _, dir := range slices.Sorted(maps.Keys(found)) {
		fmt.Fprintln(&b, dir, len(found[dir]))
	}
	require.NoError(t, os.WriteFile(countsFile, []byte(b.String()), 0o666))
}

func TestFaults(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]int{
		"// Count returns the number of rows.":                                         0,
		"// count gives the number of rows.":                                           1,
		"// known tells whether somebody gave it.":                                     2,
		"// Of two rows the first one counts.":                                         1,
		"// All of two rows.":                                                          0,
		"// recordGolden has Django compute the values.":                               1,
		"// zListen has every model listened to.":                                      1,
		"// The table has two columns.":                                                0,
		"//go:generate gives tells nobody":                                             0,
		"//\trows.Gives()":                                                             0,
		"// " + strings.Repeat("word ", 16):                                            1,
		"// https://example.org/" + strings.Repeat("long", 30):                         0,
		"// " + strings.Repeat("ä", 30) + " " + strings.Repeat("ä", 30) + " is narrow": 0,
	} {
		require.Len(t, faults(line, true), want, line)
	}
	require.Empty(t, faults("// "+strings.Repeat("word ", 30), false))
}
