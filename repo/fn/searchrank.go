package fn

import (
	"slices"
	"strings"

	"github.com/gormango/gormango/internal/query"
	"github.com/gormango/gormango/repo"
)

// Ranking is an expression made by SearchRank.
type Ranking struct {
	repo.Expr
	vector, query          any
	weights, normalization any
	cover                  bool
}

// SearchRank is how well a vector matches a query, or the words of a text: the
// greater the better.
func SearchRank(vector repo.Operand, q any) Ranking {
	return Ranking{vector: vector, query: queryOf(q)}.made()
}

// Weights are those of D, C, B and A, in this order; without it 0.1, 0.2, 0.4
// and 1.
func (r Ranking) Weights(d, c, b, a float64) Ranking {
	r.weights = []float64{d, c, b, a}
	return r.made()
}

// Normalization says whether the length of a text matters: PostgreSQL's bits 1,
// 2, 4, 8, 16 and 32 joined by |.
func (r Ranking) Normalization(bits int) Ranking { r.normalization = bits; return r.made() }

// CoverDensity ranks by how near the words stand to each other.
func (r Ranking) CoverDensity() Ranking { r.cover = true; return r.made() }

func (r Ranking) made() Ranking {
	template, args := []string{"?", "?"}, []any{r.vector, r.query}
	if r.weights != nil {
		template, args = slices.Insert(template, 0, "?::real[]"), slices.Insert(args, 0, r.weights)
	}
	if r.normalization != nil {
		template, args = append(template, "?"), append(args, r.normalization)
	}
	name := "ts_rank("
	if r.cover {
		name = "ts_rank_cd("
	}
	r.Expr = call(name+strings.Join(template, ", ")+")", float, args...)
	return r
}

// Headline are the options of SearchHeadline; what is zero is PostgreSQL's
// default.
type Headline struct {
	// Config is a configuration of text search, a name or an expression.
	Config any
	// StartSel and StopSel stand around the words that were found: <b> and </b>.
	StartSel, StopSel *string
	// MaxWords and MinWords are how long the headline is, 35 and 15; ShortWord how
	// short a word may be that is dropped at its ends, 3.
	MaxWords, MinWords, ShortWord int
	// HighlightAll takes the whole text in place of a part.
	HighlightAll bool
	// MaxFragments has the headline be several pieces, FragmentDelimiter stands
	// between them.
	MaxFragments      int
	FragmentDelimiter *string
}

// SearchHeadline is a piece of e with the words of a query marked. Nothing in
// it is escaped for HTML.
func SearchHeadline(e repo.Operand, q any, opts ...Headline) repo.Expr {
	var o Headline
	switch len(opts) {
	case 0:
	case 1:
		o = opts[0]
	default:
		return wrong("SearchHeadline takes one set of options")
	}
	template, args := "?, ?", []any{e, queryOf(q)}
	if o.Config != nil {
		template, args = "?::regconfig, "+template, slices.Insert(args, 0, o.Config)
	}
	if s := o.text(); s != "" {
		template, args = template+", ?", append(args, s)
	}
	return wrap(&query.Expr{Kind: query.Func, Name: "ts_headline(" + template + ")", Type: text, Args: nodes(args)})
}
