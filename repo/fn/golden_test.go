package fn_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/oracle"
	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/repo/fn"
	"github.com/gormango/gormango/repotest"
)

// Input is a row of the golden table.
type Input struct {
	ID  int64            `gorm:"primaryKey" json:"-"`
	S   *string          `json:"s"`
	N   *int32           `json:"n"`
	D   *decimal.Decimal `gorm:"type:numeric(14,4)" json:"d"`
	F   *float64         `gorm:"type:double precision" json:"f"`
	T   *time.Time       `json:"t"`
	Day *time.Time       `gorm:"type:date" json:"-"`
	B   *bool            `json:"b"`

	DayText *string `gorm:"-" json:"day"`
}

// golden is testdata/django.json.gz, which testdata/golden.py writes with
// Django.
type golden struct {
	Inputs     []*Input
	Values     map[string][]any
	Aggregates map[string]any
}

func readGolden(t *testing.T) golden {
	t.Helper()
	var ask func() []byte
	if *record {
		ask = func() []byte { return oracle.Ask(t, "testdata/golden.py", repotest.URL(t)) }
	}
	var g golden
	d := json.NewDecoder(bytes.NewReader(oracle.Golden(t, "testdata/django.json.gz", ask)))
	d.UseNumber()
	require.NoError(t, d.Decode(&g))
	for i, in := range g.Inputs {
		in.ID = int64(i + 1)
		if in.DayText != nil {
			day, err := time.Parse(time.DateOnly, *in.DayText)
			require.NoError(t, err)
			in.Day = &day
		}
	}
	return g
}

// extensions creates the extensions that the server has and reports which.
func extensions(t *testing.T, db *gorm.DB, names ...string) map[string]bool {
	t.Helper()
	lacks := map[string]bool{}
	for _, n := range names {
		var have int64
		require.NoError(t, db.Raw("SELECT count(*) FROM pg_available_extensions WHERE name = ?", n).Scan(&have).Error)
		if have == 0 {
			lacks[n] = true
			continue
		}
		require.NoError(t, db.Exec("CREATE EXTENSION IF NOT EXISTS "+n).Error)
	}
	return lacks
}

func f(name repo.Ref) repo.Expr { return repo.F(name) }

func zone(t *testing.T, name string) fn.Zone {
	t.Helper()
	z, err := time.LoadLocation(name)
	require.NoError(t, err)
	return fn.In(z)
}

type one = func(repo.Operand, ...fn.Zone) repo.Expr

var extracts = map[string]one{"Year": fn.ExtractYear, "IsoYear": fn.ExtractIsoYear, "Quarter": fn.ExtractQuarter, "Month": fn.ExtractMonth, "Week": fn.ExtractWeek,
	"WeekDay": fn.ExtractWeekDay, "IsoWeekDay": fn.ExtractIsoWeekDay, "Day": fn.ExtractDay, "Hour": fn.ExtractHour, "Minute": fn.ExtractMinute, "Second": fn.ExtractSecond}

var truncs = map[string]one{"Year": fn.TruncYear, "Quarter": fn.TruncQuarter, "Month": fn.TruncMonth, "Week": fn.TruncWeek, "Day": fn.TruncDay,
	"Hour": fn.TruncHour, "Minute": fn.TruncMinute, "Second": fn.TruncSecond}

// expressions returns the expressions of testdata/golden.py by its names.
func expressions(t *testing.T) map[string]repo.Operand {
	s, n, d, day := f("s"), f("n"), f("d"), f("day")
	unit := repo.Value(1.0).Div(fn.Abs(f("f")).Add(1.0))
	few := repo.Cast(fn.Mod(fn.Abs(repo.Cast(n, repo.TypeBigInt)), 9), repo.TypeInt)
	sm := repo.Cast(fn.Mod(fn.Abs(fn.Mod(n, 50)), 20), repo.TypeInt)
	sel := func(v string) *string { return &v }
	out := map[string]repo.Operand{
		"Lower": fn.Lower(s), "Upper": fn.Upper(s), "Length": fn.Length(s), "Trim": fn.Trim(s), "LTrim": fn.LTrim(s), "RTrim": fn.RTrim(s), "Reverse": fn.Reverse(s),
		"MD5": fn.MD5(s), "SHA1": fn.SHA1(s), "SHA224": fn.SHA224(s), "SHA256": fn.SHA256(s), "SHA384": fn.SHA384(s), "SHA512": fn.SHA512(s),
		"Left": fn.Left(s, 2), "Right": fn.Right(s, 3), "Substr": fn.Substr(s, 2), "Substr3": fn.Substr(s, 2, 3), "StrIndex": fn.StrIndex(s, "o"),
		"LeftN": fn.Left(s, few.Add(1)), "RightN": fn.Right(s, few.Add(1)), "SubstrN": fn.Substr(s, few.Add(1), few), "RepeatN": fn.Repeat(s, few),
		"LPadN": fn.LPad(s, few.Add(4), fn.Left(s, 2)), "StrIndexN": fn.StrIndex(s, fn.Right(s, 1)), "ReplaceN": fn.Replace(s, fn.Left(s, 1), fn.MD5(s)),
		"Collate": fn.Collate(s, "C"), "Unaccent": fn.Unaccent(s), "Extract": fn.Extract(f("t"), "month"), "Trunc": fn.Trunc(day, "month"),
		"GreatestD": fn.Greatest(d, fn.Abs(d), decimal.New(5, -1)), "PowerD": fn.Power(fn.Abs(fn.Mod(d, decimal.New(9, 0))), few), "RoundD": fn.Round(d, -2),
		"SignN": fn.Sign(n), "CeilF": fn.Ceil(f("f")), "FloorD": fn.Floor(d), "AbsF": fn.Abs(f("f")), "SqrtD": fn.Sqrt(fn.Abs(d)), "LnD": fn.Ln(fn.Abs(d).Add(decimal.New(1, -1))),
		"ExpD": fn.Exp(fn.Mod(d, decimal.New(30, 0))), "ModD": fn.Mod(d, decimal.New(7, -1)), "CastFloat": repo.Cast(d, repo.TypeFloat), "CastF": repo.Cast(f("f"), repo.TypeText),
		"ConcatS": fn.Concat(fn.Upper(s), fn.Reverse(s), fn.Trim(s)), "CoalesceS": repo.Coalesce(fn.NullIf(s, ""), repo.Cast(n, repo.TypeText), "-"),
		"LPad": fn.LPad(s, 6, "xy"), "RPad": fn.RPad(s, 6), "Repeat": fn.Repeat(s, 2), "Replace": fn.Replace(s, "o", "é"), "Replace2": fn.Replace(s, " "),
		"Concat": fn.Concat(s, "-", s), "ConcatText": fn.Concat(s, n).WithType(repo.TypeText), "Ord": fn.Ord(s), "Chr": fn.Chr(repo.Cast(f("id").Add(64), repo.TypeInt)),
		"Coalesce": repo.Coalesce(s, "none"), "NullIf": fn.NullIf(n, 0), "Greatest": fn.Greatest(n, 7, -3), "Least": fn.Least(n, 7),
		"Abs": fn.Abs(repo.Cast(n, repo.TypeBigInt)), "AbsD": fn.Abs(d), "Ceil": fn.Ceil(d), "Floor": fn.Floor(f("f")), "Sign": fn.Sign(d),
		"Round": fn.Round(d), "Round2": fn.Round(d, 2), "RoundF": fn.Round(repo.Cast(unit, repo.TypeFloat), 3), "RoundN": fn.Round(n, -1),
		"Mod": fn.Mod(n, 7), "ModF": fn.Mod(unit, 0.3), "Power": fn.Power(unit, 2), "PowerN": fn.Power(2, sm), "Sqrt": fn.Sqrt(unit), "Ln": fn.Ln(unit),
		"Log": fn.Log(2, unit), "LogD": fn.Log(3, fn.Abs(d).Add(decimal.New(1, 0))), "Exp": fn.Exp(unit), "Sin": fn.Sin(n), "Cos": fn.Cos(n), "Tan": fn.Tan(n),
		"Cot": fn.Cot(unit), "ASin": fn.ASin(unit), "ACos": fn.ACos(unit), "ATan": fn.ATan(n), "ATan2": fn.ATan2(n, 3), "Degrees": fn.Degrees(n),
		"Radians": fn.Radians(d), "Pi": fn.Pi(),
		"Arith": n.Mod(7).Mul(3).Sub(2), "Div": sm.Div(3), "Pow": sm.Pow(2), "Neg": d.Add(d).Neg(), "Bits": sm.BitAnd(6).BitOr(1).BitXor(3).ShiftLeft(2).ShiftRight(1),
		"Slice": s.Slice(1, 4), "SliceEnd": s.Slice(2, repo.End), "CastText": repo.Cast(d, repo.TypeText), "CastInt": repo.Cast(d, repo.TypeBigInt),
		"Wrapped":    n.Mul(1.5).WithType(repo.TypeFloat),
		"Later":      day.Sub(3 * time.Hour),
		"Case":       repo.Case(n.Gt(10), "big").When(n.Lt(0).Or(f("b").Eq(true)), fn.Lower(s)).Else("none"),
		"JSONObject": fn.JSONObject(map[string]any{"a": s, "b": n, "c": d, "e": f("b"), "f": 1}), "JSONArray": fn.JSONArray(s, n, f("b"), "x"),
		"SearchRank": fn.SearchRank(fn.SearchVector(s, n).Weight("A").Config("english").Add(fn.SearchVector(n).Config("simple").Weight("B")),
			fn.SearchQuery("river | night").Raw().Config("english")).Weights(.1, .2, .3, .9).Normalization(1),
		"SearchRankCover":   fn.SearchRank(fn.SearchVector(s), fn.SearchQuery("old man").Phrase().Or(fn.SearchQuery(`"the river" -go`).WebSearch().Not())).CoverDensity(),
		"SearchHeadline":    fn.SearchHeadline(s, "river night", fn.Headline{StartSel: sel(`<i'\>`), StopSel: sel("</i>"), MaxWords: 5, MinWords: 2}),
		"TrigramSimilarity": fn.TrigramSimilarity(s, "the nights"), "TrigramDistance": fn.TrigramDistance(s, "the nights"), "TrigramWordSimilarity": fn.TrigramWordSimilarity("night", s),
		"TrigramWordDistance": fn.TrigramWordDistance("night", s), "TrigramStrictWordSimilarity": fn.TrigramStrictWordSimilarity("night", s),
		"TrigramStrictWordDistance": fn.TrigramStrictWordDistance("night", s),
	}
	newfoundland, berlin := zone(t, "America/St_Johns"), zone(t, "Europe/Berlin")
	for name, e := range extracts {
		out["Extract"+name], out["Extract"+name+"In"], out["Extract"+name+"OfDay"] = e(f("t")), e(f("t"), newfoundland), e(day)
	}
	near := fn.Least(fn.Greatest(f("t"), time.Date(1950, 1, 1, 0, 0, 0, 0, time.UTC)), time.Date(2090, 1, 1, 0, 0, 0, 0, time.UTC))
	out["Days"] = fn.TruncDate(near).Sub(repo.Value(time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)).WithType(repo.TypeDate))
	for name, e := range truncs {
		out["Trunc"+name], out["Trunc"+name+"In"], out["Trunc"+name+"OfDay"] = e(near), e(near, newfoundland), e(day)
	}
	out["TruncDate"], out["TruncTime"] = fn.TruncDate(f("t")), fn.TruncTime(f("t"))
	out["TruncDateIn"], out["TruncTimeIn"] = fn.TruncDate(near, berlin), fn.TruncTime(near, berlin)
	for name, e := range map[string]repo.Expr{"RowNumber": fn.RowNumber(), "Rank": fn.Rank(), "DenseRank": fn.DenseRank(), "PercentRank": fn.PercentRank(),
		"CumeDist": fn.CumeDist(), "Ntile": fn.Ntile(4), "Lag": fn.Lag(n, 1), "Lead2": fn.Lead(n, 2, -1), "FirstValue": fn.FirstValue(s), "LastValue": fn.LastValue(s),
		"NthValue": fn.NthValue(n, 2), "Total": repo.Sum(n).Filter(n.Gt(0))} {
		w := repo.Window(e).PartitionBy(f("b")).OrderBy(n.Asc().NullsLast(), f("id").Asc())
		out["Window"+name], out["Frame"+name] = w, w.Rows(-2, 1)
	}
	return out
}

func aggregates() map[string]repo.Expr {
	s, n, b, x := f("s"), f("n"), f("b"), f("f")
	out := map[string]repo.Expr{
		"ArrayAgg": fn.ArrayAgg(n).OrderBy(n.Asc(), f("id").Asc()), "ArrayAggDistinct": fn.ArrayAgg(b).Distinct().OrderBy(b.Asc()),
		"ArrayAggFilter": fn.ArrayAgg(s).Filter(n.Gt(20)).OrderBy(f("id").Desc()), "StringAgg": fn.StringAgg(s, "', ").OrderBy(f("id").Asc()),
		"JSONBAgg": fn.JSONBAgg(f("d")).OrderBy(f("id").Asc()), "BoolAnd": fn.BoolAnd(b), "BoolOr": fn.BoolOr(b), "BitAnd": fn.BitAnd(n), "BitOr": fn.BitOr(n),
		"BitXor": fn.BitXor(n), "Default": fn.StringAgg(s, ",").Filter(f("id").Eq(0)).Default("nothing"),
	}
	for name, e := range map[string]func(y, x repo.Operand) repo.Expr{"Corr": fn.Corr, "CovarPop": fn.CovarPop, "CovarSamp": fn.CovarSamp, "RegrAvgX": fn.RegrAvgX,
		"RegrAvgY": fn.RegrAvgY, "RegrCount": fn.RegrCount, "RegrIntercept": fn.RegrIntercept, "RegrR2": fn.RegrR2, "RegrSlope": fn.RegrSlope, "RegrSXX": fn.RegrSXX,
		"RegrSXY": fn.RegrSXY, "RegrSYY": fn.RegrSYY} {
		out[name] = e(n, x).Filter(n.Gt(-51).And(n.Lt(51)))
	}
	return out
}

// needs maps functions to the extensions that they need.
var needs = map[string]string{"SHA1": "pgcrypto", "Unaccent": "unaccent", "TrigramSimilarity": "pg_trgm", "TrigramDistance": "pg_trgm", "TrigramWordSimilarity": "pg_trgm",
	"TrigramWordDistance": "pg_trgm", "TrigramStrictWordSimilarity": "pg_trgm", "TrigramStrictWordDistance": "pg_trgm"}

var record = flag.Bool("record", false, "have Django compute testdata/django.json.gz anew")

// Every function of the package is compared, except those whose value changes
// from call to call and those for JSON.
func TestEveryFunctionIsCompared(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("golden_test.go")
	require.NoError(t, err)
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	n := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		for _, m := range regexp.MustCompile(`(?m)^func ([A-Z]\w*)`).FindAllStringSubmatch(string(text), -1) {
			switch n++; m[1] {
			case "Now", "TransactionNow", "Random", "RandomUUID", "KT", "Key", "KeyText":
			default:
				require.Regexp(t, `\bfn\.`+m[1]+`\b`, string(source))
			}
		}
	}
	require.Greater(t, n, 100)
}

// twice is Django's start of a day whose midnight occurred twice on the clocks
// of Newfoundland.
var twice = map[string]any{"TruncDayIn": "1999-10-31T02:30:00.000000Z"}

// Every function has Django's value and type in every row.
func TestFunctionsAsDjango(t *testing.T) {
	t.Parallel()
	g := readGolden(t)
	require.GreaterOrEqual(t, len(g.Inputs), 200)
	db := repotest.Open(t, &Input{})
	ctx := context.Background()
	lacks := extensions(t, db, "pg_trgm", "pgcrypto", "unaccent")
	inputs := repo.New[Input](db)
	require.NoError(t, inputs.Create(ctx, g.Inputs[0], g.Inputs[1:]...))
	exprs := expressions(t)
	for name, want := range g.Values {
		e, ok := exprs[name]
		require.True(t, ok, "no expression for %s", name)
		if lacks[needs[name]] {
			continue
		}
		got, err := repo.Values[any](ctx, inputs.Annotate("v", e).OrderBy("id"), "v")
		require.NoError(t, err, name)
		require.Len(t, got, len(want), name)
		for i := range want {
			if want[i] == twice[name] && want[i] != nil { // see docs/expressions.md
				continue
			}
			if err := same(want[i], got[i]); err != nil {
				t.Errorf("%s of row %d: %v", name, i+1, err)
			}
		}
	}
	for name, want := range g.Aggregates {
		e, ok := aggregates()[name]
		require.True(t, ok, "no aggregate for %s", name)
		got, err := repo.Aggregate[map[string]any](ctx, inputs, e.As("v"))
		require.NoError(t, err, name)
		if err := same(want, got["v"]); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// same compares the type of a value with Django's, and numbers to twelve
// digits.
func same(want, got any) error {
	no := fmt.Errorf("Django gives %v, this %v (%T)", want, got, got)
	ok := false
	switch w := want.(type) {
	case map[string]any:
		switch {
		case w["float"] != nil:
			x, err := strconv.ParseFloat(w["float"].(string), 64)
			y, is := got.(float64)
			ok = err == nil && is && (x == y || math.Abs(x-y) <= 1e-6*math.Abs(x) && float64(float32(x)) == float64(float32(y)) || math.Abs(x-y) <= 1e-11*math.Abs(x))
		case w["decimal"] != nil:
			x, err := decimal.NewFromString(w["decimal"].(string))
			y, is := got.(decimal.Decimal)
			ok = err == nil && is && (x.Equal(y) || x.Sub(y).Abs().LessThan(x.Abs().Mul(decimal.New(1, -12))))
		case w["seconds"] != nil:
			x, err := w["seconds"].(json.Number).Float64()
			y, is := got.(time.Duration)
			ok = err == nil && is && x == y.Seconds()
		default:
			y, is := got.(map[string]any)
			ok = is && len(w) == len(y)
			for k := range w {
				ok = ok && same(w[k], y[k]) == nil
			}
		}
	case []any:
		y, is := got.([]any)
		ok = is && len(w) == len(y)
		for i := range w {
			if ok && same(w[i], y[i]) != nil {
				return fmt.Errorf("element %d: %w", i, same(w[i], y[i]))
			}
		}
	case json.Number:
		switch y := got.(type) {
		case int64:
			ok = w.String() == strconv.FormatInt(y, 10)
		}
	case string:
		switch y := got.(type) {
		case string:
			ok = w == y
		case time.Time:
			layout := "2006-01-02T15:04:05.000000Z"
			if len(w) == len(time.DateOnly) {
				layout = time.DateOnly
			}
			ok = w == y.UTC().Format(layout)
		}
	default:
		ok = want == got
	}
	if !ok {
		return no
	}
	return nil
}
