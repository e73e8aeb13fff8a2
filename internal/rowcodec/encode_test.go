package rowcodec_test

import (
	"math"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/internal/longtest"
	"github.com/gormango/gormango/internal/rowcodec"
)

type (
	price  float64
	number uint16
)

// written has a field of each kind that is encoded straight from structs.
type written struct {
	Int        int
	Int8       int8
	Int16      int16
	Int32      int32
	Int64      int64
	Uint       uint
	Uint8      uint8
	Uint16     uint16
	Uint32     uint32
	Uint64     uint64
	Float32    float32
	Float64    float64
	Bool       bool
	Text       string
	Bytes      []byte
	UUID       uuid.UUID
	Time       time.Time
	Name       name
	Price      price
	Toggle     toggle
	Number     number
	IntPtr     *int
	Int32Ptr   *int32
	Int64Ptr   *int64
	Uint64Ptr  *uint64
	Float32Ptr *float32
	Float64Ptr *float64
	BoolPtr    *bool
	TextPtr    *string
	UUIDPtr    *uuid.UUID
	TimePtr    *time.Time
	NamePtr    *name
	PricePtr   *price
	NumberPtr  *number
}

// encodedOIDs are types, and those of their arrays.
var encodedOIDs = map[uint32]uint32{
	pgtype.BoolOID: pgtype.BoolArrayOID, pgtype.ByteaOID: pgtype.ByteaArrayOID, pgtype.Int2OID: pgtype.Int2ArrayOID,
	pgtype.Int4OID: pgtype.Int4ArrayOID, pgtype.Int8OID: pgtype.Int8ArrayOID, pgtype.Float4OID: pgtype.Float4ArrayOID,
	pgtype.Float8OID: pgtype.Float8ArrayOID, pgtype.NumericOID: pgtype.NumericArrayOID, pgtype.TextOID: pgtype.TextArrayOID,
	pgtype.VarcharOID: pgtype.VarcharArrayOID, pgtype.UUIDOID: pgtype.UUIDArrayOID, pgtype.DateOID: pgtype.DateArrayOID,
	pgtype.TimestampOID: pgtype.TimestampArrayOID, pgtype.TimestamptzOID: pgtype.TimestamptzArrayOID,
	pgtype.JSONBOID: pgtype.JSONBArrayOID, pgtype.BPCharOID: pgtype.BPCharArrayOID,
}

// fill sets v to a random value, often one at a bound.
func fill(r *rand.Rand, v reflect.Value) {
	ints := []int64{0, 1, -1, math.MaxInt8, math.MinInt8, math.MaxInt16, math.MinInt16, math.MaxInt32, math.MinInt32, math.MaxInt64, math.MinInt64,
		10, 100, 9999, 10_000, 100_000_000, r.Int64(), -r.Int64N(1e12), r.Int64N(1e5)}
	n := ints[r.IntN(len(ints))]
	switch v.Interface().(type) {
	case uuid.UUID:
		for i := range v.Len() {
			v.Index(i).SetUint(r.Uint64N(256))
		}
		return
	case time.Time:
		zones := []*time.Location{time.UTC, time.Local, time.FixedZone("east", 14*3600), time.FixedZone("odd", -17762), berlin}
		at := time.Unix(r.Int64N(4e9)-2e9, r.Int64N(1e9))
		switch r.IntN(8) {
		case 0:
			at = time.Time{}
		case 1:
			at = time.Unix(r.Int64N(4e13)-2e13, 0)
		case 2:
			at = time.Date(294275+r.IntN(3), 12, 31, 23, 59, 59, 0, time.UTC)
		case 3:
			at = time.Date(-4713+r.IntN(3), 1, 1, 0, 0, 0, 999, time.UTC)
		}
		v.Set(reflect.ValueOf(at.In(zones[r.IntN(len(zones))])))
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		if v.SetZero(); r.IntN(3) > 0 {
			v.Set(reflect.New(v.Type().Elem()))
			fill(r, v.Elem())
		}
	case reflect.Bool:
		v.SetBool(n&1 == 0)
	case reflect.Float32, reflect.Float64:
		floats := []float64{0, math.Copysign(0, -1), 0.5, -0.99, 1e20, 1e-20, 123456.789, 10_000, 10_000.0001, 100_000_000.5, 0.00001, math.NaN(), math.Inf(1), math.Inf(-1),
			math.MaxFloat32, math.SmallestNonzeroFloat32, math.MaxFloat64, math.SmallestNonzeroFloat64, r.NormFloat64(), r.ExpFloat64() * 1e9, float64(r.Int64N(1e7)-5e6) / 100, float64(r.Int64N(1e16)) / 100, float64(r.Int64N(1e9)) / 1000, float64(n), math.Float64frombits(r.Uint64())}
		v.SetFloat(floats[r.IntN(len(floats))])
	case reflect.String:
		v.SetString([]string{"", "a", "ä\x00\xff", string(make([]byte, r.IntN(300)))}[r.IntN(4)])
	case reflect.Slice:
		v.SetBytes([][]byte{nil, {}, {0}, make([]byte, r.IntN(300))}[r.IntN(4)])
	default:
		if v.CanInt() {
			v.SetInt(n)
		} else {
			v.SetUint(uint64(n))
		}
	}
}

var berlin = func() *time.Location {
	loc, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		panic(err)
	}
	return loc
}()

// checkEncoding compares the arrays of all fields of random structs, for
// columns of all types, with pgx's own, byte by byte. It counts the encodings
// in done.
func checkEncoding(t *testing.T, seed uint64, done map[string]map[uint32]int) {
	r := rand.New(rand.NewPCG(seed, 1))
	plain, zoned := pgtype.NewMap(), pgtype.NewMap()
	rowcodec.RegisterTimes(zoned, berlin)
	objs := make([]any, 1+r.IntN(3))
	for i := range objs {
		o := new(written)
		for n := range reflect.TypeFor[written]().NumField() {
			fill(r, reflect.ValueOf(o).Elem().Field(n))
		}
		objs[i] = o
	}
	for _, f := range fields(t, new(written)) {
		source, ok := rowcodec.SourceOf(f)
		require.True(t, ok, f.Name)
		slice := make([]any, len(objs))
		for i, o := range objs {
			slice[i] = reflect.ValueOf(o).Elem().FieldByName(f.Name).Interface()
		}
		a, ok := rowcodec.NewArray(objs, reflect.TypeFor[written](), source, func() any { return slice })
		require.True(t, ok)
		for oid, array := range encodedOIDs {
			for _, m := range []*pgtype.Map{plain, zoned} {
				got, ok := rowcodec.AppendArray(a, []byte("before"), oid, m)
				if !ok {
					continue // the driver encodes it, or refuses it
				}
				want, err := m.Encode(array, pgtype.BinaryFormatCode, slice, []byte("before"))
				require.NoError(t, err, "%s as %d: %v", f.Name, oid, slice)
				require.Equal(t, want, got, "%s as %d: %v", f.Name, oid, slice)
				if done[f.Name] == nil {
					done[f.Name] = map[uint32]int{}
				}
				done[f.Name][oid]++
			}
		}
	}
}

// Each plain field is encoded as pgx encodes it, for each type that belongs to
// it.
func TestEncodingIsThatOfPgx(t *testing.T) {
	t.Parallel()
	done := map[string]map[uint32]int{}
	for seed := range uint64(longtest.Count(400, 20_000)) {
		checkEncoding(t, seed, done)
	}
	integers := []uint32{pgtype.Int2OID, pgtype.Int4OID, pgtype.Int8OID, pgtype.NumericOID}
	floats := []uint32{pgtype.Float8OID, pgtype.NumericOID}
	texts := []uint32{pgtype.TextOID, pgtype.VarcharOID}
	times := []uint32{pgtype.DateOID, pgtype.TimestampOID, pgtype.TimestamptzOID}
	want := map[string][]uint32{
		"Float32": append([]uint32{pgtype.Float4OID}, floats...), "Float32Ptr": append([]uint32{pgtype.Float4OID}, floats...),
		"Float64": floats, "Float64Ptr": floats, "Price": floats, "PricePtr": floats,
		"Bool": {pgtype.BoolOID}, "BoolPtr": {pgtype.BoolOID}, "Toggle": {pgtype.BoolOID},
		"Text": texts, "TextPtr": texts, "Name": texts, "NamePtr": texts,
		"Bytes": {pgtype.ByteaOID}, "UUID": {pgtype.UUIDOID}, "UUIDPtr": {pgtype.UUIDOID}, "Time": times, "TimePtr": times,
	}
	for _, f := range []string{"Int", "Int8", "Int16", "Int32", "Int64", "Uint", "Uint8", "Uint16", "Uint32", "Uint64", "Number", "IntPtr", "Int32Ptr", "Int64Ptr", "Uint64Ptr", "NumberPtr"} {
		want[f] = integers
	}
	require.Len(t, done, len(want))
	for name, oids := range want {
		got := []uint32{}
		for oid := range done[name] {
			got = append(got, oid)
		}
		require.ElementsMatch(t, oids, got, name)
	}
}

func FuzzEncode(f *testing.F) {
	f.Add(uint64(1))
	f.Fuzz(func(t *testing.T, seed uint64) { checkEncoding(t, seed, map[string]map[uint32]int{}) })
}

// A value that the type does not hold is the driver's error, in an array too.
func TestEncodingRefuses(t *testing.T) {
	t.Parallel()
	m := pgtype.NewMap()
	rowcodec.RegisterTimes(m, time.UTC)
	plain := m.Copy()
	rowcodec.RegisterArrays(m)
	objs := []any{&written{Int64: 1, Uint64: math.MaxUint64, Time: time.Date(300_000, 1, 1, 0, 0, 0, 0, time.UTC)}}
	for _, c := range []struct {
		field string
		oid   uint32
		slice any
		text  string
	}{
		{"Int64", pgtype.UUIDArrayOID, []int64{1}, ""},
		{"Uint64", pgtype.Int8ArrayOID, []uint64{math.MaxUint64}, "is greater than maximum value for int64"},
		{"Time", pgtype.TimestamptzArrayOID, []time.Time{objs[0].(*written).Time}, rowcodec.ErrTimeRange.Error()},
	} {
		source, ok := rowcodec.SourceOf(parse(t, new(written)).LookUpField(c.field))
		require.True(t, ok)
		a, ok := rowcodec.NewArray(objs, reflect.TypeFor[written](), source, func() any { return c.slice })
		require.True(t, ok)
		_, err := m.Encode(c.oid, pgtype.BinaryFormatCode, a, nil)
		require.Error(t, err, c.field)
		require.ErrorContains(t, err, c.text)
		_, want := plain.Encode(c.oid, pgtype.BinaryFormatCode, c.slice, nil)
		require.Error(t, want)
	}
}

// A type's own methods say how it is written, and so does a codec of the
// application's.
func TestEncodingLeavesOthers(t *testing.T) {
	t.Parallel()
	type valued struct {
		Duration time.Duration
		Seen     seen
		Any      map[string]int `gorm:"serializer:json"`
		Deep     *Part[int]     `gorm:"embedded;embeddedPrefix:deep_"`
		Text     string
	}
	s := parse(t, new(valued))
	for _, f := range s.Fields {
		_, ok := rowcodec.SourceOf(f)
		require.Equal(t, f.Name == "Text", ok, f.Name)
	}
	source, _ := rowcodec.SourceOf(s.LookUpField("Text"))
	objs := []any{&valued{Text: "x"}}
	a, ok := rowcodec.NewArray(objs, reflect.TypeFor[valued](), source, func() any { return []string{"slice"} })
	require.True(t, ok)
	_, ok = rowcodec.NewArray([]any{new(written)}, reflect.TypeFor[valued](), source, nil)
	require.False(t, ok)

	encode := func(m *pgtype.Map, format int16) string {
		out, err := m.Encode(pgtype.TextArrayOID, format, a, nil)
		require.NoError(t, err)
		return string(out)
	}
	m := pgtype.NewMap()
	require.Contains(t, encode(pgtype.NewMap(), pgtype.BinaryFormatCode), "slice", "a connection without RegisterArrays")
	rowcodec.RegisterArrays(m)
	require.Contains(t, encode(m, pgtype.BinaryFormatCode), "x")
	require.Equal(t, "{slice}", encode(m, pgtype.TextFormatCode))
	text, _ := m.TypeForOID(pgtype.TextOID)
	m.RegisterType(&pgtype.Type{Name: "text", OID: pgtype.TextOID, Codec: ownText{text.Codec}})
	require.Contains(t, encode(m, pgtype.BinaryFormatCode), "slice", "a registered codec")
}

type ownText struct{ pgtype.Codec }
