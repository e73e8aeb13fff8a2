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

// SearchRank returns how well a vector matches a query, or the words of a text.
// Better matches have greater ranks.
func SearchRank(vector repo.Operand, q any) Ranking {
	return Ranking{vector: vector, query: queryOf(q)}.made()
}

// Weights sets the weights of D, C, B and A. They default to 0.1, 0.2, 0.4 and
// 1.
func (r Ranking) Weights(d, c, b, a float64) Ranking {
	r.weights = []float64{d, c, b, a}
	return r.made()
}

// Normalization sets how the length of a document counts: PostgreSQL's bits 1,
// 2, 4, 8, 16 and 32 joined by |.
func (r Ranking) Normalization(bits int) Ranking { r.normalization = bits; return r.made() }

// CoverDensity ranks by how close the words are to each other.
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

// Headline holds the options of SearchHeadline. The zero value of a field is
// PostgreSQL's default.
type Headline struct {
	// Config is a configuration of text search, a name or an expression.
	Config any
	// StartSel and StopSel enclose the words found. They default to <b> and </b>.
	StartSel, StopSel *string
	// MaxWords and MinWords limit the length of the headline, 35 and 15 by default.
	// ShortWord is the length of words that are dropped at its ends, 3 by default.
	MaxWords, MinWords, ShortWord int
	// HighlightAll makes the whole text the headline.
	HighlightAll bool
	// MaxFragments limits the number of fragments in the headline, with
	// FragmentDelimiter between them.
	MaxFragments      int
	FragmentDelimiter *string
}

// SearchHeadline returns a part of e with the words of a query marked. It does
// not escape HTML.
func SearchHeadline(e repo.Operand, q any, opts ...Headline) repo.Expr {
	var o Headline
	switch len(opts) {
	case 0:
	case 1:
		o = opts[0]
	default:
		return invalid("SearchHeadline takes one set of options")
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
