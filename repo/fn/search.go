package fn

import (
	"slices"
	"strings"

	"github.com/gormango/gormango/internal/query"
	"github.com/gormango/gormango/repo"
)

// SearchVector returns the document of a full-text search: the words of
// expressions, with NULLs as empty and a space between them. Expressions of
// other types are cast to text. Add joins vectors with weights of their own:
//
//	v := fn.SearchVector(repo.F("title")).Weight("A").Add(fn.SearchVector(repo.F("body")).Weight("B"))
//	pages.Annotate("v", v).Filter("v", fn.SearchQuery("go & !java").Raw())
//
// Call Config and Weight before other methods. A vector that rarely changes
// belongs into a column of type tsvector with a GIN index.
func SearchVector(es ...repo.Operand) Vector {
	if len(es) == 0 {
		return Vector{invalid("SearchVector takes expressions")}
	}
	args := make([]any, len(es))
	for i, e := range es {
		args[i] = e
	}
	pieces := slices.Repeat([]string{"COALESCE(?, '')"}, len(es))
	n := &query.Expr{Kind: query.Func, Name: "to_tsvector(" + strings.Join(pieces, " || ' ' || ") + ")", Type: vector, Args: nodes(args)}
	n.Settle = func(e *query.Expr) error { castTexts(e.Args); return nil }
	return Vector{wrap(n)}
}

// Vector is an expression made by SearchVector.
type Vector struct{ repo.Expr }

// Config sets the configuration of text search, a name such as english or an
// expression. It defaults to the session's.
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
	n.Settle = func(e *query.Expr) error { castTexts(e.Args[1:last]); return nil }
	return Vector{wrap(&n)}
}

// Weight sets the weight of the vector's words: A, B, C or D.
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
	n.Settle = func(e *query.Expr) error { castTexts(e.Args[from:last]); return nil }
	return Vector{wrap(&n)}
}

// SearchQuery returns a full-text query for all the words of a text, an
// expression or a value. And, Or and Not of repo.Expr combine queries.
func SearchQuery(words any) Query {
	return Query{call("plainto_tsquery(?)", tsquery, words)}
}

// Query is an expression made by SearchQuery.
type Query struct{ repo.Expr }

// Phrase searches the words as a phrase, one after the other.
func (q Query) Phrase() Query { return q.by("phraseto_tsquery") }

// Raw parses the text as PostgreSQL's query language: fat & !cat:*. A text from
// a user may be invalid, which is an error.
func (q Query) Raw() Query { return q.by("to_tsquery") }

// WebSearch parses the text as search engines do, with quotes, or, and - in
// front of a word. Every text is valid.
func (q Query) WebSearch() Query { return q.by("websearch_to_tsquery") }

func (q Query) by(function string) Query {
	n := *node(q.Expr)
	if _, args, ok := strings.Cut(n.Name, "("); ok {
		n.Name = function + "(" + args
	}
	return Query{wrap(&n)}
}

// Config sets the configuration of text search, a name such as english or an
// expression. It defaults to the session's.
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

// queryOf returns q, or the SearchQuery of a text.
func queryOf(q any) any {
	if s, ok := q.(string); ok {
		return SearchQuery(s)
	}
	return q
}
