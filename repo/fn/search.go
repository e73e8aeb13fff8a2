package fn

import (
	"slices"
	"strings"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/query"
	"github.com/gormango/gormango/repo"
)

// SearchVector is what full-text search looks into: the words of expressions,
// NULLs as empty, a space between them. What is no text becomes text. Vectors
// with weights of their own add up:
//
//	v := fn.SearchVector(repo.F("title")).Weight("A").Add(fn.SearchVector(repo.F("body")).Weight("B"))
//	pages.Annotate("v", v).Filter("v", fn.SearchQuery("go & !java").Raw())
//
// Config and Weight are the first thing to say; a vector that stands is kept
// best in a column of type tsvector with a GIN index.
func SearchVector(es ...repo.Operand) Vector {
	if len(es) == 0 {
		return Vector{wrong("SearchVector takes expressions")}
	}
	args := make([]any, len(es))
	for i, e := range es {
		args[i] = e
	}
	pieces := slices.Repeat([]string{"COALESCE(?, '')"}, len(es))
	n := &query.Expr{Kind: query.Func, Name: "to_tsvector(" + strings.Join(pieces, " || ' ' || ") + ")", Type: vector, Args: nodes(args)}
	n.Settle = func(e *query.Expr) error { textual(e, 0); return nil }
	return Vector{wrap(n)}
}

// Vector is an expression made by SearchVector.
type Vector struct{ repo.Expr }

// Config makes the vector by a configuration of text search, a name such as
// english or an expression. Without it the session's serves.
func (v Vector) Config(config any) Vector {
	n := *node(v.Expr)
	if n.Err != nil {
		return v
	}
	at := 0
	if name, ok := strings.CutPrefix(n.Name, "setweight(to_tsvector("); ok {
		n.Name = "setweight(to_tsvector(?::regconfig, " + name
	} else {
		n.Name = "to_tsvector(?::regconfig, " + strings.TrimPrefix(n.Name, "to_tsvector(")
	}
	n.Args = slices.Insert(slices.Clone(n.Args), at, node(config))
	last := len(n.Args)
	if strings.HasPrefix(n.Name, "setweight(") {
		last--
	}
	n.Settle = func(e *query.Expr) error { castTexts(e, 1, last); return nil }
	return Vector{wrap(&n)}
}

// Weight gives the vector's words a weight, A, B, C or D.
func (v Vector) Weight(weight any) Vector {
	n := *node(v.Expr)
	if n.Err != nil {
		return v
	}
	from, last := 0, len(n.Args)
	if strings.HasPrefix(n.Name, "to_tsvector(?::regconfig") {
		from = 1
	}
	n.Name = "setweight(" + n.Name + `, ?::"char")`
	n.Args = append(slices.Clone(n.Args), node(weight))
	n.Settle = func(e *query.Expr) error { castTexts(e, from, last); return nil }
	return Vector{wrap(&n)}
}

// castTexts casts the arguments from one to another that are not text.
func castTexts(e *query.Expr, from, to int) {
	for i := from; i < to; i++ {
		if e.Args[i].Type.Kind != lookup.Text {
			e.Args[i] = cast(e.Args[i], text)
		}
	}
}

// SearchQuery is what full-text search looks for: all the words of a text, an
// expression or a value. And, Or and Not of repo.Expr combine queries.
func SearchQuery(words any) Query {
	return Query{call("plainto_tsquery(?)", tsquery, words)}
}

// Query is an expression made by SearchQuery.
type Query struct{ repo.Expr }

// Phrase takes the words for a phrase: one behind the other.
func (q Query) Phrase() Query { return q.by("phraseto_tsquery") }

// Raw takes the text for a query of PostgreSQL's own language: fat & !cat:*.
// What a user wrote may be no query at all.
func (q Query) Raw() Query { return q.by("to_tsquery") }

// WebSearch takes the text as search engines do, quotes, or, and - in front of
// a word. No text is wrong.
func (q Query) WebSearch() Query { return q.by("websearch_to_tsquery") }

func (q Query) by(function string) Query {
	n := *node(q.Expr)
	if _, args, ok := strings.Cut(n.Name, "("); ok {
		n.Name = function + "(" + args
	}
	return Query{wrap(&n)}
}

// Config makes the query by a configuration of text search, a name such as
// english or an expression. Without it the session's serves.
func (q Query) Config(config any) Query {
	n := *node(q.Expr)
	if n.Err != nil {
		return q
	}
	name, _, _ := strings.Cut(n.Name, "(")
	n.Name = name + "(?::regconfig, ?)"
	n.Args = []*query.Expr{node(config), n.Args[len(n.Args)-1]}
	return Query{wrap(&n)}
}

// queryOf takes text for the words of a query.
func queryOf(q any) any {
	if s, ok := q.(string); ok {
		return SearchQuery(s)
	}
	return q
}
