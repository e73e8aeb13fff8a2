package main

import (
	"encoding/json"
	"time"

	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/repo/fn"
)

type (
	unary  = func(repo.Operand) repo.Expr
	zoned  = func(repo.Operand, ...fn.Zone) repo.Expr
	binary = func(any, any) repo.Expr
	many   = func(...any) repo.Expr
	tail   = func(repo.Operand, any, ...any) repo.Expr
)

// functions maps Django's names to functions with arguments of one kind.
var functions = map[string]any{
	"Lower": fn.Lower, "Upper": fn.Upper, "Length": fn.Length, "Trim": fn.Trim, "LTrim": fn.LTrim, "RTrim": fn.RTrim, "Reverse": fn.Reverse, "MD5": fn.MD5,
	"Chr": fn.Chr, "Ord": fn.Ord, "Abs": fn.Abs, "Ceil": fn.Ceil, "Floor": fn.Floor, "Sign": fn.Sign, "Sqrt": fn.Sqrt, "Exp": fn.Exp, "Ln": fn.Ln,
	"Sin": fn.Sin, "Cos": fn.Cos, "Tan": fn.Tan, "ASin": fn.ASin, "ACos": fn.ACos, "ATan": fn.ATan, "Cot": fn.Cot, "Degrees": fn.Degrees, "Radians": fn.Radians,
	"Coalesce": repo.Coalesce, "Concat": fn.Concat, "Greatest": fn.Greatest, "Least": fn.Least,
	"Mod": fn.Mod, "Power": fn.Power, "Log": fn.Log, "ATan2": fn.ATan2, "NullIf": fn.NullIf,
	"Substr": fn.Substr, "Replace": fn.Replace, "LPad": fn.LPad, "RPad": fn.RPad,
	"Left": fn.Left, "Right": fn.Right, "StrIndex": fn.StrIndex, "Repeat": fn.Repeat, "Round": fn.Round, "Pi": fn.Pi, "Now": fn.Now,
	"ExtractYear": fn.ExtractYear, "ExtractMonth": fn.ExtractMonth, "ExtractDay": fn.ExtractDay, "ExtractWeek": fn.ExtractWeek,
	"ExtractQuarter": fn.ExtractQuarter, "ExtractIsoYear": fn.ExtractIsoYear, "ExtractIsoWeekDay": fn.ExtractIsoWeekDay, "ExtractWeekDay": fn.ExtractWeekDay,
	"ExtractHour": fn.ExtractHour, "ExtractMinute": fn.ExtractMinute, "ExtractSecond": fn.ExtractSecond, "TruncYear": fn.TruncYear,
	"TruncQuarter": fn.TruncQuarter, "TruncMonth": fn.TruncMonth, "TruncWeek": fn.TruncWeek, "TruncDay": fn.TruncDay, "TruncHour": fn.TruncHour,
	"TruncMinute": fn.TruncMinute, "TruncSecond": fn.TruncSecond, "TruncDate": fn.TruncDate, "TruncTime": fn.TruncTime,
}

// errArity is Python's TypeError for a wrong number of arguments.
var errArity = typeError("another number of arguments")

func (r *runner[T]) function(o *object) (repo.Operand, error) {
	args, err := r.anys(o.list("args"))
	if err != nil {
		return nil, err
	}
	op := func(i int) repo.Operand { return repo.Value(args[i]) }
	var zone []fn.Zone
	if o.has("tz") {
		at, err := time.LoadLocation(o.text("tz"))
		if err != nil {
			return nil, err
		}
		zone = append(zone, fn.In(at))
	}
	name := o.text("fn")
	if name == "Cast" {
		typ, ok := types[o.text("out")]
		if !ok {
			return nil, unsupported("type " + o.text("out"))
		}
		return repo.Cast(op(0), typ), nil
	}
	switch f := functions[name].(type) {
	case func() repo.Expr:
		return f(), nil
	case unary:
		if len(args) != 1 {
			return nil, errArity
		}
		return f(op(0)), nil
	case zoned:
		return f(op(0), zone...), nil
	case binary:
		if len(args) != 2 {
			return nil, errArity
		}
		return f(args[0], args[1]), nil
	case many:
		return f(args...), nil
	case tail:
		if len(args) < 2 {
			return nil, errArity
		}
		return f(op(0), args[1], args[2:]...), nil
	case func(repo.Operand, any) repo.Expr:
		if len(args) != 2 {
			return nil, errArity
		}
		return f(op(0), args[1]), nil
	case func(repo.Operand, ...any) repo.Expr:
		return f(op(0), args[1:]...), nil
	}
	switch name {
	case "Extract":
		return fn.Extract(op(0), o.text("kind"), zone...), nil
	case "Trunc":
		return fn.Trunc(op(0), o.text("kind"), zone...), nil
	}
	return nil, unsupported("function " + name)
}

// pairs maps Django's names to aggregates of two arguments.
var pairs = map[string]func(y, x repo.Operand) repo.Expr{"Corr": fn.Corr, "CovarPop": fn.CovarPop, "RegrAvgX": fn.RegrAvgX, "RegrAvgY": fn.RegrAvgY,
	"RegrCount": fn.RegrCount, "RegrIntercept": fn.RegrIntercept, "RegrR2": fn.RegrR2, "RegrSlope": fn.RegrSlope, "RegrSXX": fn.RegrSXX,
	"RegrSXY": fn.RegrSXY, "RegrSYY": fn.RegrSYY}

// search builds functions of trigrams and of full-text search.
func (r *runner[T]) search(o *object) (repo.Operand, error) {
	list := o.list(o.keys[0])
	switch {
	case o.has("trigram"):
		x, err := r.expr(list[1])
		if err != nil {
			return nil, err
		}
		switch s := list[2]; list[0] {
		case "similarity":
			return fn.TrigramSimilarity(x, s), nil
		case "distance":
			return fn.TrigramDistance(x, s), nil
		case "word_similarity":
			return fn.TrigramWordSimilarity(s, x), nil
		case "word_distance":
			return fn.TrigramWordDistance(s, x), nil
		case "strict_word_similarity":
			return fn.TrigramStrictWordSimilarity(s, x), nil
		default:
			return fn.TrigramStrictWordDistance(s, x), nil
		}
	case o.has("search_vector"):
		es, err := r.exprs(list)
		if err != nil {
			return nil, err
		}
		v := fn.SearchVector(es...)
		if o.has("config") {
			v = v.Config(o.text("config"))
		}
		if o.has("weight") {
			v = v.Weight(o.text("weight"))
		}
		return v, nil
	case o.has("search_query"):
		q := fn.SearchQuery(o.text("search_query"))
		switch o.text("type") {
		case "", "plain":
		case "phrase":
			q = q.Phrase()
		case "raw":
			q = q.Raw()
		case "websearch":
			q = q.WebSearch()
		default:
			return nil, valueError("unknown type of a query")
		}
		if o.has("config") {
			q = q.Config(o.text("config"))
		}
		return q, nil
	}
	key := "search_rank"
	if o.has("search_headline") {
		key = "search_headline"
	}
	args, err := r.exprs(o.list(key))
	if err != nil {
		return nil, err
	}
	if key == "search_rank" {
		rank := fn.SearchRank(args[0], args[1])
		if w := o.list("weights"); len(w) == 4 {
			var f [4]float64
			for i := range f {
				f[i], _ = w[i].(json.Number).Float64()
			}
			rank = rank.Weights(f[0], f[1], f[2], f[3])
		}
		if n, ok := o.get("normalization").(json.Number); ok {
			bits, _ := n.Int64()
			rank = rank.Normalization(int(bits))
		}
		if o.bool("cover_density") {
			rank = rank.CoverDensity()
		}
		return rank, nil
	}
	var h fn.Headline
	number := func(key string) int {
		n, _ := o.get(key).(json.Number)
		i, _ := n.Int64()
		return int(i)
	}
	str := func(key string) *string {
		if s, ok := o.get(key).(string); ok {
			return &s
		}
		return nil
	}
	if o.has("config") {
		h.Config = o.text("config")
	}
	h.StartSel, h.StopSel, h.FragmentDelimiter = str("start_sel"), str("stop_sel"), str("fragment_delimiter")
	h.MaxWords, h.MinWords, h.ShortWord, h.MaxFragments = number("max_words"), number("min_words"), number("short_word"), number("max_fragments")
	h.HighlightAll = o.bool("highlight_all")
	return fn.SearchHeadline(args[0], args[1], h), nil
}
