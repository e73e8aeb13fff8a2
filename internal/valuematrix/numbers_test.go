package valuematrix_test

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/repo/fn"
)

type measure struct {
	models.AutoKey
	Name  string
	Real  *float64         `gorm:"type:real"`
	Exact *decimal.Decimal `gorm:"type:numeric"`
	Whole int64
	Data  map[string]any `gorm:"type:jsonb;serializer:json"`
}

// A number that its column cannot hold is a DataError in every call, and
// nothing is stored.
func TestNumbersBeyondTheirColumn(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	r := repo.New[measure](openTypes(t, nil, gormango.Config{}, &measure{}))
	huge, most := 1e300, float64(math.MaxFloat32)
	require.NoError(t, r.Create(ctx, &measure{Real: &most}))
	for what, err := range map[string]error{
		"Create":     r.Create(ctx, &measure{Real: &huge}),
		"BulkCreate": r.BulkCreate(ctx, []*measure{{Real: &huge}, {}}),
		"COPY":       r.BulkCreate(ctx, []*measure{{Real: &huge}, {}}, repo.UseCopy()),
		"Save":       r.Save(ctx, &measure{AutoKey: models.AutoKey{ID: 1}, Real: &huge}),
		"BulkUpdate": second(r.BulkUpdate(ctx, []*measure{{AutoKey: models.AutoKey{ID: 1}, Real: &huge}}, "real")),
		"Set":        second(r.AllRows().Update(ctx, r.Set("real", huge))),
	} {
		_, is := errors.AsType[*gormango.DataError](err)
		require.True(t, is, "%s: %v", what, err)
	}
	list, err := r.All(ctx)
	require.NoError(t, err)
	require.Len(t, list, 1)
	require.Equal(t, most, *list[0].Real)
	inf := math.Inf(1)
	require.NoError(t, r.Create(ctx, &measure{Real: &inf}))
	require.EqualValues(t, 1, counted(r.Filter("real", inf).Count(ctx)))
}

func second(_ any, err error) error { return err }

// Decimals of many digits are written and found in the time that their length
// asks for, and refused where PostgreSQL has none of that length.
func TestLongDecimals(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	r := repo.New[measure](openTypes(t, nil, gormango.Config{}, &measure{}))
	for _, text := range []string{
		strings.Repeat("9", 131072), strings.Repeat("9", 100000) + "." + strings.Repeat("1", 10000), "-1e10000", "1e-10000", "0." + strings.Repeat("3", 600), strings.Repeat("8", 400),
	} {
		d, err := decimal.NewFromString(text)
		require.NoError(t, err)
		o := &measure{Exact: &d}
		require.NoError(t, r.Create(ctx, o))
		require.EqualValues(t, 1, counted(r.Filter("exact", d).Count(ctx)))
		require.EqualValues(t, 1, counted(r.Filter("exact", text).Count(ctx)))
		read, err := r.Filter("pk", o.ID).Get(ctx)
		require.NoError(t, err)
		require.True(t, d.Equal(*read.Exact))
		require.NoError(t, r.Save(ctx, read, "exact"))
		require.EqualValues(t, 1, counted(r.AllRows().Filter("pk", o.ID).Update(ctx, r.Set("exact", d))))
	}
	for _, v := range []any{strings.Repeat("9", 131073), strings.Repeat("9", 10_000_000), decimal.New(1, 400_000_000), decimal.New(1, -400_000_000), "1e131072", "1e-16384"} {
		_, err := r.Filter("exact", v).Count(ctx)
		_, is := errors.AsType[*repo.LookupValueError](err)
		require.True(t, is, "%.40v: %v", v, err)
		_, err = r.AllRows().Update(ctx, r.Set("exact", v))
		require.Error(t, err)
	}
	for _, lookup := range []repo.Lookup[measure]{"whole", "name", "real", "whole__in"} {
		_, err := r.Filter(lookup, decimal.New(1, 400_000_000)).Count(ctx)
		require.Error(t, err)
	}
	huge := decimal.New(1, 400_000_000)
	require.Error(t, r.Create(ctx, &measure{Exact: &huge}))
	for _, body := range []string{`{"exact": ` + strings.Repeat("9", 1001) + `}`, `{"exact": "` + strings.Repeat("9", 1_000_000) + `"}`, `{"real": ` + strings.Repeat("1", 1_000_000) + `}`} {
		_, err := repo.DecodePatch(strings.NewReader(body), &measure{}, "exact", "real")
		_, is := errors.AsType[*repo.PatchError](err)
		require.True(t, is, "%v", err)
	}
	names, err := repo.DecodePatch(strings.NewReader(`{"exact": "`+strings.Repeat("9", 1000)+`", "name": "`+strings.Repeat("9", 2000)+`"}`), &measure{}, "exact", "name")
	require.NoError(t, err)
	require.Equal(t, []repo.Name[measure]{"exact", "name"}, names)
}

// A value that its serializer cannot write is an error, though printing it
// would not end.
func TestValuesThatHoldThemselves(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	r := repo.New[measure](openTypes(t, nil, gormango.Config{}, &measure{}))
	loop := map[string]any{}
	loop["self"] = loop
	o := &measure{AutoKey: models.AutoKey{ID: 1}, Data: loop}
	require.NoError(t, r.Create(ctx, &measure{}))
	for what, err := range map[string]error{
		"Create": r.Create(ctx, &measure{Data: loop}), "BulkCreate": r.BulkCreate(ctx, []*measure{{Data: loop}, {}}), "COPY": r.BulkCreate(ctx, []*measure{{Data: loop}, {}}, repo.UseCopy()),
		"Save": r.Save(ctx, o), "BulkUpdate": second(r.BulkUpdate(ctx, []*measure{o}, "data")), "upsert": r.OnConflict("pk").Update("data").Create(ctx, o),
		"Set": second(r.AllRows().Update(ctx, r.Set("data", loop))), "Filter": second(r.Filter("data", loop).Count(ctx)),
	} {
		require.Error(t, err, what)
	}
}

func counted(n int64, err error) int64 {
	if err != nil {
		return -1
	}
	return n
}

type wholeFloats struct {
	models.AutoKey
	A int64   `gorm:"type:double precision"`
	B *uint64 `gorm:"type:double precision"`
	C int32   `gorm:"type:real"`
}

// Integers in columns of floats come back, and those that a float does not hold
// are refused.
func TestIntegersInFloats(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	r := repo.New[wholeFloats](openTypes(t, nil, gormango.Config{}, &wholeFloats{}))
	for _, n := range []int64{0, 7, 1e6, -12345678, 1 << 53, 1 << 60, math.MinInt64} {
		o := &wholeFloats{A: n, B: p(uint64(max(n, 0))), C: int32(max(n, -1000) % 1000)}
		require.NoError(t, r.Create(ctx, o))
		require.NoError(t, r.BulkCreate(ctx, []*wholeFloats{{A: n, B: o.B, C: o.C}}))
		list, err := r.Filter("a", n).OrderBy("id").All(ctx)
		require.NoError(t, err)
		require.Len(t, list, 2)
		for _, got := range list {
			require.Equal(t, []any{o.A, *o.B, o.C}, []any{got.A, *got.B, got.C})
		}
	}
	stored, err := r.Count(ctx)
	require.NoError(t, err)
	for _, n := range []int64{1<<53 + 1, math.MaxInt64, -1<<53 - 1} {
		o := &wholeFloats{A: n}
		first, err := r.First(ctx)
		require.NoError(t, err)
		first.A = n
		for name, write := range map[string]func() error{
			"Create":     func() error { return r.Create(ctx, o) },
			"BulkCreate": func() error { return r.BulkCreate(ctx, []*wholeFloats{o, {}}) },
			"COPY":       func() error { return r.BulkCreate(ctx, []*wholeFloats{o, {}}, repo.UseCopy()) },
			"unsigned":   func() error { return r.BulkCreate(ctx, []*wholeFloats{{B: p(uint64(1<<53 + 1))}}) },
			"Save":       func() error { return r.Save(ctx, first) },
			"BulkUpdate": func() error { _, err := r.BulkUpdate(ctx, []*wholeFloats{first}, "a"); return err },
			"Set":        func() error { _, err := r.AllRows().Update(ctx, r.Set("a", n)); return err },
		} {
			err := write()
			require.True(t, typed(err), "%s: %v", name, err)
		}
	}
	left, err := r.Count(ctx)
	require.NoError(t, err)
	require.Equal(t, stored, left)
}

// A float beyond real is compared as a double precision would be, infinity and
// NaN beside it.
func TestComparisonsBeyondReal(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	db := openTypes(t, nil, gormango.Config{}, &measure{})
	r := repo.New[measure](db)
	for _, f := range []float64{math.Inf(-1), -math.MaxFloat32, -1, 0, 1, math.MaxFloat32, math.Inf(1), math.NaN()} {
		require.NoError(t, r.Create(ctx, &measure{Real: &f}))
	}
	require.NoError(t, r.Create(ctx, &measure{}))
	count := func(where string, args ...any) (n int64) {
		require.NoError(t, db.Raw("SELECT count(*) FROM measures WHERE "+where, args...).Scan(&n).Error)
		return n
	}
	for _, v := range []float64{1e300, -1e300, math.MaxFloat32 * 1.5, -math.MaxFloat32 * 1.5} {
		for op, sql := range map[repo.Lookup[measure]]string{"real": "=", "real__gt": ">", "real__gte": ">=", "real__lt": "<", "real__lte": "<="} {
			n, err := r.Filter(op, v).Count(ctx)
			require.NoError(t, err, "%s %g", op, v)
			require.Equal(t, count("real "+sql+" ?::float8", v), n, "%s %g", op, v)
		}
		n, err := r.Filter("real__in", []float64{v, 1}).Count(ctx)
		require.NoError(t, err)
		require.EqualValues(t, 1, n)
		n, err = r.Filter("real__in", []float64{v}).Count(ctx)
		require.NoError(t, err)
		require.Zero(t, n)
		for _, pair := range [][]float64{{v, math.Inf(1)}, {math.Inf(-1), v}, {v, v}, {0, v}, {v, 0}} {
			n, err := r.Filter("real__range", pair).Count(ctx)
			require.NoError(t, err)
			require.Equal(t, count("real BETWEEN ?::float8 AND ?::float8", pair[0], pair[1]), n, "%v", pair)
		}
	}
}

// A value of JSON cannot be set in a column of another type.
func TestSetOfJSON(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	r := repo.New[measure](openTypes(t, nil, gormango.Config{}, &measure{}))
	require.NoError(t, r.Create(ctx, &measure{Data: map[string]any{"n": 7, "in": map[string]any{"a": 1}}}))
	for _, column := range []repo.Name[measure]{"whole", "real", "exact"} {
		_, err := r.AllRows().Update(ctx, r.Set(column, fn.Key(repo.F("data"), "n")))
		require.ErrorAs(t, err, new(*repo.FieldError), column)
		require.ErrorContains(t, err, "cannot be set from JSON (use repo.Cast of fn.KeyText)")
	}
	_, err := r.AllRows().Update(ctx, r.Set("whole", repo.Cast(fn.KeyText(repo.F("data"), "n"), repo.Type("bigint"))), r.Set("data", fn.Key(repo.F("data"), "in")), r.Set("name", fn.Key(repo.F("data"), "n")))
	require.NoError(t, err)
	got, err := r.Get(ctx)
	require.NoError(t, err)
	require.EqualValues(t, 7, got.Whole)
	require.Equal(t, "7", got.Name)
	require.Equal(t, map[string]any{"a": 1.0}, got.Data)
}
