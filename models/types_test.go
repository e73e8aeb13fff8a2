package models_test

import (
	"encoding/json"
	"math"
	"net/netip"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/gormango/gormango/models"
)

// text returns v as JSON, and back is what that JSON is read into.
func text[V any](t require.TestingT, v V) (js string, back V) {
	raw, err := json.Marshal(v)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(raw, &back))
	return string(raw), back
}

func TestJSON(t *testing.T) {
	t.Parallel()
	value := func(v interface{ MarshalJSON() ([]byte, error) }) string {
		raw, err := v.MarshalJSON()
		require.NoError(t, err)
		return string(raw)
	}
	require.Equal(t, "{}", value(models.JSON[map[string]int]{}), "a nil map")
	require.Equal(t, "[]", value(models.JSON[[]string]{}), "a nil slice")
	require.Equal(t, "null", value(models.JSON[*int]{}))
	require.Equal(t, `{"a":1}`, value(models.NewJSON(map[string]int{"a": 1})))

	var j models.JSON[map[string]any]
	require.NoError(t, j.Scan([]byte(`{"n": 9007199254740993, "x": 1.5, "big": 123456789012345678901234567890}`)))
	require.Equal(t, map[string]any{"n": int64(9007199254740993), "x": 1.5, "big": json.Number("123456789012345678901234567890")}, j.V)
	require.NoError(t, j.Scan(`{"b": 1}`))
	require.Equal(t, map[string]any{"b": int64(1)}, j.V, "nothing of the old value is left")
	require.NoError(t, j.Scan(nil))
	require.Nil(t, j.V)
	require.ErrorContains(t, j.Scan(7), "a int is no JSON")
	require.Error(t, j.Scan("{"))
}

func TestNull(t *testing.T) {
	t.Parallel()
	js, back := text(t, models.NewNull(5))
	require.Equal(t, "5", js)
	require.Equal(t, models.NewNull(5), back)
	js, back = text(t, models.Null[int]{})
	require.Equal(t, "null", js)
	require.Zero(t, back)
	n := models.NewNull("x")
	require.NoError(t, json.Unmarshal([]byte("null"), &n))
	require.Equal(t, models.Null[string]{}, n)
	require.Error(t, json.Unmarshal([]byte("7"), &n))
	require.Equal(t, "y", n.Or("y"))
	require.Nil(t, n.Ptr())
	require.Equal(t, 3, *models.NewNull(3).Ptr())
	require.Equal(t, 3, models.NewNull(3).Or(4))
	v, err := models.NewNull(decimal.New(5, -1)).Value()
	require.NoError(t, err)
	require.Equal(t, "0.5", v, "the value's own Value")
}

func TestColumnTypes(t *testing.T) {
	t.Parallel()
	for want, v := range map[string]interface{ GormDataType() string }{
		"text[]": models.Array[status]{}, "bigint[]": models.Array[[]int]{}, "integer[]": models.Array[*int32]{}, "smallint[]": models.Array[int8]{},
		"boolean[]": models.Array[bool]{}, "real[]": models.Array[float32]{}, "double precision[]": models.Array[float64]{}, "bytea[]": models.Array[[]byte]{},
		"uuid[]": models.Array[uuid.UUID]{}, "numeric[]": models.Array[decimal.Decimal]{}, "timestamptz[]": models.Array[time.Time]{},
		"interval[]": models.Array[time.Duration]{}, "inet[]": models.Array[netip.Addr]{}, "": models.Array[struct{}]{},
		"int4range": models.Range[int16]{}, "int8range": models.Range[int]{}, "numrange": models.Range[decimal.Decimal]{}, "tstzrange": models.Range[time.Time]{},
		"jsonb": models.JSON[int]{}, "hstore": models.HStore{}, "tsvector": models.SearchVector(""), "varchar(254)": models.Email(""),
		"varchar(200)": models.URL(""), "varchar(50)": models.Slug(""), "varchar(100)": models.FilePath(""),
	} {
		require.Equal(t, want, v.GormDataType(), "%T", v)
	}
	require.Empty(t, models.Range[string]{}.GormDataType())
}

func TestRangeJSON(t *testing.T) {
	t.Parallel()
	for want, r := range map[string]models.Range[int]{
		`null`:                                      {},
		`{"empty":true}`:                            models.EmptyRange[int](),
		`{"lower":1,"upper":5,"bounds":"[)"}`:       models.NewRange(1, 5),
		`{"lower":1,"upper":5,"bounds":"[]"}`:       models.ClosedRange(1, 5),
		`{"lower":1,"upper":null,"bounds":"[)"}`:    models.RangeFrom(1),
		`{"lower":null,"upper":5,"bounds":"()"}`:    models.RangeTo(5),
		`{"lower":null,"upper":null,"bounds":"()"}`: {Valid: true},
	} {
		js, back := text(t, r)
		require.JSONEq(t, want, js)
		require.Equal(t, r, back)
	}
	var r models.Range[int]
	require.NoError(t, json.Unmarshal([]byte(`{"lower": 1, "upper": 2}`), &r))
	require.Equal(t, models.NewRange(1, 2), r)
	require.ErrorContains(t, json.Unmarshal([]byte(`{"lower": 1, "upper": 2, "bounds": "<)"}`), &r), `bounds of a range are "<)"`)
	require.Error(t, json.Unmarshal([]byte(`7`), &r))
}

func TestRangeString(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for want, r := range map[string]interface{ String() string }{
		"": models.Range[int]{}, "empty": models.EmptyRange[int](), "[1,5)": models.NewRange(1, 5), "[1,5]": models.ClosedRange(1, 5), "(,5)": models.RangeTo(5),
		"[2026-01-02T03:04:05Z,)": models.RangeFrom(at), "[0.5,)": models.RangeFrom(decimal.New(5, -1)),
	} {
		require.Equal(t, want, r.String())
	}
}

func TestRangeRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		end := rapid.Ptr(rapid.IntRange(math.MinInt32, math.MaxInt32), true)
		r := models.Range[int]{Lower: end.Draw(t, "lower"), Upper: end.Draw(t, "upper"), Valid: true}
		r.LowerOut, r.UpperIn = r.Lower != nil && rapid.Bool().Draw(t, "out"), r.Upper != nil && rapid.Bool().Draw(t, "in")
		_, back := text(t, r)
		require.Equal(t, r, back)
		var scanned models.Range[int]
		lower, upper := scanned.ScanBounds()
		if r.Lower != nil {
			*lower.(*int) = *r.Lower
		}
		if r.Upper != nil {
			*upper.(*int) = *r.Upper
		}
		require.NoError(t, scanned.SetBoundTypes(r.BoundTypes()))
		require.Equal(t, r, scanned, "as the driver reads it")
	})
}

func TestHStore(t *testing.T) {
	t.Parallel()
	h := models.NewHStore(map[string]string{"a": "1", "b": ""})
	h["c"] = nil
	require.Equal(t, []string{"1", "", "", ""}, []string{h.Text("a"), h.Text("b"), h.Text("c"), h.Text("d")})
	v, err := h.Value()
	require.NoError(t, err)
	var back models.HStore
	require.NoError(t, back.Scan(v))
	require.Equal(t, h, back)
	require.NoError(t, back.Scan([]byte(`"x"=>"y"`)))
	require.Equal(t, models.NewHStore(map[string]string{"x": "y"}), back)
}

func TestCheckedTexts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		value models.CheckedValue
		code  string
	}{
		{models.Email("a@b.example"), ""}, {models.Email("a"), "invalid"}, {models.Email(""), ""},
		{models.URL("https://b.example/x"), ""}, {models.URL("b.example"), "invalid"}, {models.URL(""), ""},
		{models.Slug("a-b_1"), ""}, {models.Slug("a b"), "invalid"}, {models.Slug(""), ""},
	} {
		err := models.Validate(c.value.Checked("f"))
		if c.code == "" {
			require.NoError(t, err, "%T %s", c.value, c.value)
			continue
		}
		var ve *models.ValidationError
		require.ErrorAs(t, err, &ve)
		require.Equal(t, c.code, ve.Fields["f"][0].Code, "%T %s", c.value, c.value)
	}
}

func TestSearchText(t *testing.T) {
	t.Parallel()
	require.Equal(t, `setweight(to_tsvector('english'::regconfig, COALESCE("title", '')), 'A') || setweight(to_tsvector('english'::regconfig, COALESCE("text", '')), 'B')`,
		models.SearchText("english", "title", "text"))
}
