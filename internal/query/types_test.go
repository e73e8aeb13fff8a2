package query_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/query"
)

type (
	number int16
	count  uint64
	list   []number
)

func TestConstants(t *testing.T) {
	t.Parallel()
	var cases []golden
	for _, v := range []any{nil, 1, number(2), int64(1) << 40, uint8(3), count(4), uint64(1) << 40, uint64(1) << 63, count(1) << 63, float32(0.5), "x", word("y"), true, decimal.New(15, -1), time.Hour, []byte("z"),
		uuid.Nil, []string{"a"}, list{1}, []float64{1}, []any{1}, map[string]int{}, (*int)(nil)} {
		cases = append(cases, golden{"constant", got(show)(query.NewConst(v))})
	}
	for _, c := range []struct {
		v any
		t lookup.Type
	}{{1, lookup.DecimalType}, {"x", lookup.IntType}, {nil, lookup.JSONType}, {nil, lookup.TextType}, {map[string]int{"a": 1}, lookup.JSONType}} {
		cases = append(cases, golden{"of a type", got(show)(query.ConstOf(c.v, c.t))})
	}
	compare(t, "constants.txt", cases)
	at := time.Unix(math.MaxInt32, 0)
	require.Equal(t, lookup.TimeType, must(query.NewConst(at)).Type)
}

func TestOperationTypes(t *testing.T) {
	t.Parallel()
	types := []lookup.Type{{}, lookup.IntType, lookup.DecimalType, lookup.FloatType, lookup.TextType, lookup.DateType, lookup.TimeType, lookup.ClockType, lookup.DurationType}
	var cases []golden
	for _, o := range []string{"+", "-", "*", "/", "%", "^", "&", "<<", "AND"} {
		text := ""
		for _, l := range types {
			for _, r := range types {
				e := op(&query.Expr{Kind: query.Const, Value: 1, Type: l}, o, &query.Expr{Kind: query.Const, Value: 1, Type: r})
				e.Args[0].Kind, e.Args[1].Kind = query.Raw, query.Raw // a type that is not known stays so
				if x, err := query.New(thing).Expr(e); err == nil && !x.Type.IsZero() {
					text += typ(l) + " " + o + " " + typ(r) + " = " + typ(x.Type) + "\n"
				}
			}
		}
		cases = append(cases, golden{o, strings.TrimSpace(text)})
	}
	compare(t, "operations.txt", cases)
	_, err := query.New(thing).Expr(op(f("name"), "-", f("num")))
	require.EqualError(t, err, "Thing: the type of text - integer is not known (say it with WithType)")
	_, err = query.New(thing).Expr(call("COALESCE", f("name"), f("num")))
	require.EqualError(t, err, "Thing: COALESCE mixes types, text and integer (say the result's with WithType)")
}
