package rowcodec_test

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/internal/longtest"
	"github.com/gormango/gormango/internal/rowcodec"
)

// checkParams compares the parameters of a random statement with those that
// pgx makes, byte by byte.
func checkParams(t *testing.T, seed uint64) {
	r := rand.New(rand.NewPCG(seed, 2))
	plain, zoned, own := pgtype.NewMap(), pgtype.NewMap(), pgtype.NewMap()
	rowcodec.RegisterTimes(zoned, berlin)
	text, _ := own.TypeForOID(pgtype.Int8OID)
	own.RegisterType(&pgtype.Type{Name: "int8", OID: pgtype.Int8OID, Codec: ownText{text.Codec}})
	oids := []uint32{pgtype.JSONOID, pgtype.IntervalOID, 123456}
	for oid, array := range encodedOIDs {
		oids = append(oids, oid, array)
	}
	slices.Sort(oids)
	object := reflect.New(reflect.TypeFor[written]()).Elem()
	for i := range object.NumField() {
		fill(r, object.Field(i))
	}
	columns := fields(t, new(written))
	others := []any{nil, []string{"a", ""}, []string(nil), []int64{r.Int64(), 0, -1}, []int64{int64(int32(r.Int64())), 1}, []int64{7}, []int64{},
		[]int64(nil), []uuid.UUID{{1}, {}}, []uuid.UUID{}, pgtype.Int8{Int64: 1, Valid: true}, pgtype.Int8{}}
	var p rowcodec.Params
	for range 20 {
		var (
			args  []any // values
			cells []any // the same values, straight from the struct
			types []uint32
		)
		for range 1 + r.IntN(3) {
			f := columns[r.IntN(len(columns))]
			arg := object.FieldByIndex(f.StructField.Index).Interface()
			source, ok := rowcodec.SourceOf(f)
			require.True(t, ok)
			cell := rowcodec.NewCell(&source, object.Addr().UnsafePointer())
			cells = append(cells, &cell)
			if n := r.IntN(3 * len(others)); n < len(others) {
				arg, cells[len(cells)-1] = others[n], others[n]
			}
			args, types = append(args, arg), append(types, oids[r.IntN(len(oids))])
		}
		for _, m := range []*pgtype.Map{plain, zoned, own} {
			var want pgx.ExtendedQueryBuilder
			wantErr := want.Build(m, &pgconn.StatementDescription{ParamOIDs: types}, args)
			pt := rowcodec.NewParamTypes(types, m)
			for _, list := range [][]any{args, cells, rowcodec.WithoutCells(cells)} {
				err := p.Encode(&pt, list)
				if wantErr != nil {
					require.EqualError(t, err, wantErr.Error())
					continue
				}
				require.NoError(t, err, "%#v as %d", args, types)
				require.Equal(t, want.ParamFormats, p.Formats, "%#v as %d", args, types)
				require.Equal(t, want.ParamValues, p.Values, "%#v as %d", args, types)
			}
		}
	}
}

// Parameters are those that pgx makes, and so are errors.
func TestParamsAreThoseOfPgx(t *testing.T) {
	t.Parallel()
	for seed := range uint64(longtest.Count(300, 20_000)) {
		checkParams(t, seed)
	}
}

func FuzzEncodeParams(f *testing.F) {
	f.Add(uint64(1))
	f.Fuzz(checkParams)
}

// A codec that is registered between two statements counts.
func TestParamsFollowTheConnection(t *testing.T) {
	t.Parallel()
	m := pgtype.NewMap()
	types := rowcodec.NewParamTypes([]uint32{pgtype.TimestampOID}, m)
	at := []any{time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)}
	var p rowcodec.Params
	require.NoError(t, p.Encode(&types, at))
	before := string(p.Values[0])
	rowcodec.RegisterTimes(m, berlin)
	require.NoError(t, p.Encode(&types, at))
	require.NotEqual(t, before, string(p.Values[0]))

	// So does one of an array's elements.
	types = rowcodec.NewParamTypes([]uint32{pgtype.Int8ArrayOID}, m)
	keys := []any{[]int64{1, 2}}
	require.NoError(t, p.Encode(&types, keys))
	before = string(p.Values[0])
	standard, _ := m.TypeForOID(pgtype.Int8OID)
	m.RegisterType(&pgtype.Type{Name: "int8", OID: pgtype.Int8OID, Codec: zeros{standard.Codec}})
	require.NoError(t, p.Encode(&types, keys))
	require.NotEqual(t, before, string(p.Values[0]))
	types = rowcodec.NewParamTypes([]uint32{pgtype.TimestampOID}, m)
	require.ErrorContains(t, p.Encode(&types, nil), "expected 1 arguments, got 0")
}

// zeros is a codec that writes zero for each integer.
type zeros struct{ pgtype.Codec }

func (zeros) PlanEncode(*pgtype.Map, uint32, int16, any) pgtype.EncodePlan { return zeros{} }

func (zeros) Encode(_ any, buf []byte) ([]byte, error) { return append(buf, make([]byte, 8)...), nil }

// Common values take no memory of their own.
func TestParamsAllocateNothing(t *testing.T) {
	types := rowcodec.NewParamTypes([]uint32{pgtype.Int8OID, pgtype.TextOID, pgtype.TimestamptzOID, pgtype.NumericOID, pgtype.Int8ArrayOID, pgtype.TextArrayOID}, pgtype.NewMap())
	args := []any{int64(7), "text", time.Unix(1, 0), 1.5, []int64{1, 2}, []string{"a", "b"}}
	var p rowcodec.Params
	require.NoError(t, p.Encode(&types, args))
	require.Zero(t, testing.AllocsPerRun(10, func() { _ = p.Encode(&types, args) }))
}

// Large parameters do not stay with Params, and their memory serves others.
func TestParamsShareLargeBuffers(t *testing.T) {
	objs := make([]any, 5000)
	for i := range objs {
		objs[i] = &written{Text: strings.Repeat("x", i%40)}
	}
	source, ok := rowcodec.SourceOf(fields(t, new(written), "text")[0])
	require.True(t, ok)
	array, ok := rowcodec.NewArray(objs, reflect.TypeFor[written](), source, nil)
	require.True(t, ok)
	m := pgtype.NewMap()
	rowcodec.RegisterArrays(m)
	types := rowcodec.NewParamTypes([]uint32{pgtype.TextArrayOID}, m)
	args := []any{array}
	var first, second rowcodec.Params
	encode := func(p *rowcodec.Params) {
		require.NoError(t, p.Encode(&types, args))
		require.Greater(t, len(p.Values[0]), 64<<10)
		require.LessOrEqual(t, cap(p.Values[0]), len(p.Values[0])+len(p.Values[0])/4, "it is measured before")
		p.Reset()
	}
	encode(&first)
	least := testing.AllocsPerRun(1, func() { encode(&second) })
	for range 20 { // the race detector lets pools forget now and then
		least = min(least, testing.AllocsPerRun(1, func() { encode(&second) }))
	}
	require.LessOrEqual(t, least, 8.0, "one after another, they need no memory of their own")
}
