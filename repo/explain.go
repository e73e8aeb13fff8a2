package repo

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/exec"
)

// ExplainOption is an option of PostgreSQL's EXPLAIN: its name, with or without
// a value behind it, as in "analyze", "buffers", "timing off" and "format
// json". Which options exist depends on the version of the server.
type ExplainOption string

// explainValues are the options of EXPLAIN with the values that each takes; nil
// is on or off.
var explainValues = map[string][]string{
	"analyze": nil, "verbose": nil, "costs": nil, "settings": nil, "generic_plan": nil, "buffers": nil, "wal": nil, "timing": nil, "summary": nil,
	"memory": nil, "serialize": {"none", "text", "binary"}, "format": {"text", "xml", "json", "yaml"},
}

var onOff = []string{"on", "off", "true", "false", "1", "0"}

// Explain returns the server's plan for the statement that All, or Values after
// Columns, would send. The plan is text unless the format option names another
// format. With "analyze" the server executes the statement. Where no row can
// match, Explain sends nothing and returns an empty plan.
//
//	plan, err := books.Filter("title", "Go").Explain(ctx, "analyze", "buffers", "format json")
//
//go:noinline
func (qs *QuerySetOf[P]) Explain(ctx context.Context, options ...ExplainOption) (string, error) {
	if err := qs.Err(); err != nil {
		return "", err
	}
	s := qs.st()
	how, err := explainOptions(options)
	if err != nil {
		return "", s.Mistaken("", err)
	}
	st, err := s.Compiled(ctx, s.Query)
	if err != nil || st.None {
		return "", err
	}
	lines, err := exec.Read(ctx, s.Conn, &compile.Stmt{SQL: "EXPLAIN " + how + st.SQL, Args: st.Args}, exec.RawReader[string](s.DB))
	return strings.Join(lines, "\n"), err
}

// explainOptions writes the options; one that is not known is an error.
func explainOptions(options []ExplainOption) (string, error) {
	var all []string
	for _, o := range options {
		words := strings.Fields(strings.ToLower(string(o)))
		var name string
		if len(words) > 0 {
			name = words[0]
		}
		values, known := explainValues[name]
		if !known || len(words) > 2 {
			var names []string
			for n := range explainValues {
				names = append(names, n)
			}
			slices.Sort(names)
			return "", fmt.Errorf("Explain knows no option %q; choices are %s", o, strings.Join(names, ", "))
		}
		if values == nil {
			values = onOff
			if len(words) == 1 {
				words = append(words, "on")
			}
		}
		if len(words) != 2 || !slices.Contains(values, words[1]) {
			return "", fmt.Errorf("Explain: the option %s takes one of %s", name, strings.Join(values, ", "))
		}
		all = append(all, strings.ToUpper(name+" "+words[1]))
	}
	if len(all) == 0 {
		return "", nil
	}
	return "(" + strings.Join(all, ", ") + ") ", nil
}
