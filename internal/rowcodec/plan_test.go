package rowcodec_test

import (
	"fmt"
	"reflect"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
	"time"
	"unsafe"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm/schema"

	"github.com/gormango/gormango/internal/rowcodec"
)

// Country, State and City are a chain of three tables for joins.
type Country struct {
	ID   int64
	Name string
}

type Label struct {
	ID        int64
	Name      *string
	CountryID *int64
	Country   *Country
}

type Album struct {
	ID      int64
	Title   string
	LabelID *int64
	Label   *Label
	HomeID  int64
	Home    Country
}

func chain(t testing.TB) *rowcodec.Shape {
	album, label := parse(t, new(Album)), parse(t, new(Label))
	return &rowcodec.Shape{Objects: []rowcodec.Object{
		{Type: reflect.TypeFor[Album](), Fields: fields(t, new(Album)), Parent: -1},
		{Type: reflect.TypeFor[Label](), Fields: fields(t, new(Label)), Key: []int{0}, Parent: 0, Link: album.FieldsByName["Label"]},
		{Type: reflect.TypeFor[Country](), Fields: fields(t, new(Country)), Key: []int{0}, Parent: 1, Link: label.FieldsByName["Country"]},
		{Type: reflect.TypeFor[Country](), Fields: fields(t, new(Country)), Key: []int{0}, Parent: 0, Link: album.FieldsByName["Home"]},
	}}
}

const chainRows = `SELECT a.*, l.*, c.*, h.* FROM (VALUES
	(1::int8, 'full', 10::int8, 5::int8), (2, 'no country', 11, NULL), (3, 'no label', NULL, 5), (4, 'nothing', NULL, NULL)) a(id, title, label_id, home_id)
	LEFT JOIN (VALUES (10::int8, 'L', 20::int8), (11, NULL, NULL)) l(id, name, country_id) ON l.id = a.label_id
	LEFT JOIN (VALUES (20::int8, 'C')) c(id, name) ON c.id = l.country_id
	LEFT JOIN (VALUES (5::int8, 'H')) h(id, name) ON h.id = a.home_id
	ORDER BY a.id`

func ptr[T any](v T) *T { return &v }

// A joined object is present if its key is. Its own NULLs stay NULL, and an
// absent object has no objects below it.
func TestJoinedObjects(t *testing.T) {
	t.Parallel()
	conn := connect(t, databaseURL(t))
	got, err := rowcodec.Collect[*Album](t.Context(), query(t, conn, chainRows), chain(t), 0)
	require.NoError(t, err)
	require.Equal(t, []*Album{
		{
			ID: 1, Title: "full", LabelID: ptr(int64(10)), HomeID: 5, Home: Country{5, "H"},
			Label: &Label{10, ptr("L"), ptr(int64(20)), &Country{20, "C"}},
		},
		{ID: 2, Title: "no country", LabelID: ptr(int64(11)), Label: &Label{ID: 11}},
		{ID: 3, Title: "no label", HomeID: 5, Home: Country{5, "H"}},
		{ID: 4, Title: "nothing"},
	}, got)
}

// Reset zeroes the fields of the shape and no others.
func TestReset(t *testing.T) {
	t.Parallel()
	conn := connect(t, databaseURL(t))
	old := &Label{ID: 99}
	dst := &Album{ID: 4, Title: "old", LabelID: ptr(int64(1)), Label: old, HomeID: 7, Home: Country{7, "old"}}
	require.NoError(t, rowcodec.ScanInto(t.Context(), query(t, conn, chainRows+" OFFSET 3"), chain(t), dst))
	require.Equal(t, &Album{ID: 4, Title: "nothing"}, dst)
	require.Equal(t, &Label{ID: 99}, old)

	kept := &pointerRow[*string]{ID: 1, Part: &Part[*string]{ptr("x")}}
	part := kept.Part
	require.NoError(t, rowcodec.ScanInto(t.Context(), query(t, conn, "SELECT NULL::text AS v"), shapeOf[pointerRow[*string]](t, "v"), kept))
	require.Equal(t, &pointerRow[*string]{ID: 1, Part: &Part[*string]{}}, kept)
	require.Same(t, part, kept.Part)
}

// A skipped column fills nothing. If two columns fill one field, the later
// wins.
func TestSkippedAndRepeatedColumns(t *testing.T) {
	t.Parallel()
	conn := connect(t, databaseURL(t))
	f := fields(t, new(Country))
	shape := &rowcodec.Shape{Objects: []rowcodec.Object{{
		Type: reflect.TypeFor[Country](), Fields: []*schema.Field{f[0], nil, f[1], f[0]}, Parent: -1,
	}}}
	got, err := scanOne[Country](t.Context(), query(t, conn, "SELECT 1::int8, 'skipped', 'x', 2::int8"), shape)
	require.NoError(t, err)
	require.Equal(t, &Country{2, "x"}, got)
}

type wide struct {
	I8    int64
	I4    int32
	I2    int16
	Small uint8
	F4    float32
	F8    float64
	Ok    bool
	Text  string
	Raw   []byte
	Uid   uuid.UUID
	Day   time.Time
	Ts    time.Time
	Tz    *time.Time
	Note  *string
	Num   *int64
}

var wideOIDs = []uint32{
	pgtype.Int8OID, pgtype.Int4OID, pgtype.Int2OID, pgtype.Int4OID, pgtype.Float4OID, pgtype.Float8OID, pgtype.BoolOID, pgtype.TextOID,
	pgtype.ByteaOID, pgtype.UUIDOID, pgtype.DateOID, pgtype.TimestampOID, pgtype.TimestamptzOID, pgtype.VarcharOID, pgtype.NumericOID,
}

func wideDescriptions(format int16) []pgconn.FieldDescription {
	fds := make([]pgconn.FieldDescription, len(wideOIDs))
	for i, oid := range wideOIDs {
		fds[i] = pgconn.FieldDescription{DataTypeOID: oid, Format: format}
	}
	return fds
}

// Rows that are expected share blocks for their text, which stays as it was
// read; a long text and the text of a row that comes alone have their own.
func TestTextBlocks(t *testing.T) {
	type texts struct {
		A string
		B *string
	}
	shape := shapeOf[texts](t)
	fds := []pgconn.FieldDescription{{DataTypeOID: pgtype.TextOID}, {DataTypeOID: pgtype.TextOID}}
	const n = 1000
	row := func(i, long int) (string, string) {
		return fmt.Sprint("a", i), strings.Repeat(fmt.Sprint(i%10), i%7+long)
	}
	read := func(rows, expect, long int) (list []texts, allocs float64) {
		plan, err := rowcodec.NewPlan(shape, fds, pgtype.NewMap())
		require.NoError(t, err)
		var vals [][][]byte
		for i := range rows {
			a, b := row(i, long)
			vals = append(vals, [][]byte{[]byte(a), []byte(b)})
		}
		allocs = testing.AllocsPerRun(1, func() {
			list = make([]texts, rows)
			for i := range list {
				if i%expect == 0 {
					plan.Expect(expect)
				}
				if err := plan.Scan(t.Context(), unsafe.Pointer(&list[i]), vals[i]); err != nil {
					t.Fatal(err)
				}
			}
		})
		for i := range vals { // as the connection's buffer is used again
			clear(vals[i][0])
			clear(vals[i][1])
		}
		for i, got := range list {
			a, b := row(i, long)
			require.Equal(t, a, got.A)
			require.Equal(t, b, *got.B)
		}
		return list, allocs
	}
	_, allocs := read(n, n, 0)
	require.LessOrEqual(t, allocs, 1+n/64.0+8, "slabs, and blocks of 16 KB")
	_, allocs = read(n, 1, 0)
	require.EqualValues(t, 1+2*n, allocs)
	read(20, 20, 5_000)
	read(20, 7, 1_000)
}

// The text of a row is one allocation.
func TestTextAllocations(t *testing.T) {
	type texts struct{ A, B, C, D string }
	shape := shapeOf[texts](t)
	fds := make([]pgconn.FieldDescription, 4)
	for i := range fds {
		fds[i].DataTypeOID = pgtype.TextOID
	}
	plan, err := rowcodec.NewPlan(shape, fds, pgtype.NewMap())
	require.NoError(t, err)
	vals := [][]byte{[]byte("first"), nil, {}, []byte("last")}
	dst := new(texts)
	require.Equal(t, 1.0, testing.AllocsPerRun(100, func() {
		if err := plan.Scan(t.Context(), unsafe.Pointer(dst), vals); err != nil {
			t.Fatal(err)
		}
	}))
	require.Equal(t, texts{A: "first", D: "last"}, *dst)
	copy(vals[0], "XXXXX")
	require.Equal(t, "first", dst.A)
}

// keeper keeps the bytes passed to its Scan method.
type keeper struct{ b []byte }

func (k *keeper) Scan(src any) error { k.b = src.([]byte); return nil }

func (keeper) GormDataType() string { return "bytes" }

// A Scan method may keep its bytes: they are not the connection's buffer.
func TestScanMethodKeepsBytes(t *testing.T) {
	t.Parallel()
	plan, err := rowcodec.NewPlan(shapeOf[plainRow[keeper]](t, "v"), []pgconn.FieldDescription{{DataTypeOID: pgtype.JSONOID}}, pgtype.NewMap())
	require.NoError(t, err)
	src, dst := []byte("[1]"), new(plainRow[keeper])
	require.NoError(t, plan.Scan(t.Context(), unsafe.Pointer(dst), [][]byte{src}))
	copy(src, "XXX")
	require.Equal(t, "[1]", string(dst.V.b))
}

// The structs of a plan stay intact while the garbage collector runs all the
// time.
func TestCollectorStress(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(1))
	conn := connect(t, databaseURL(t))
	type stress struct {
		ID   int64
		Text string
		Note *string
		At   *time.Time
		Part *Part[*string] `gorm:"embedded"`
		Tags map[string]int `gorm:"serializer:json"`
	}
	shape := shapeOf[stress](t)
	sql := `SELECT i::int8, 'text ' || i, CASE WHEN i % 3 > 0 THEN 'note ' || i END, to_timestamp(i), 'part ' || i, jsonb_build_object('i', i)
		FROM generate_series(1, 1000) i`
	for range 3 {
		got, err := rowcodec.Collect[*stress](t.Context(), query(t, conn, sql), shape, 0)
		require.NoError(t, err)
		runtime.GC()
		require.Len(t, got, 1000)
		for i, s := range got {
			n := i + 1
			require.Equal(t, int64(n), s.ID)
			require.Equal(t, fmt.Sprint("text ", n), s.Text)
			require.Equal(t, n%3 > 0, s.Note != nil)
			if s.Note != nil {
				require.Equal(t, fmt.Sprint("note ", n), *s.Note)
			}
			require.Equal(t, int64(n), s.At.Unix())
			require.Equal(t, fmt.Sprint("part ", n), *s.Part.V)
			require.Equal(t, map[string]int{"i": n}, s.Tags)
		}
	}
}

// FuzzScan decodes random bytes by each code in both formats. The result is an
// error or a value, the same as pgx's if pgx decodes the bytes.
func FuzzScan(f *testing.F) {
	for i := range wideOIDs {
		f.Add(i, true, []byte{})
		f.Add(i, true, []byte{0, 0, 0, 1})
		f.Add(i, true, []byte{0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff})
		f.Add(i, true, []byte{0, 1, 0, 1, 0, 0, 0, 2, 0, 7})
		f.Add(i, false, []byte("2026-11-22 01:02:03+01"))
		f.Add(i, false, []byte("12"))
	}
	shape := shapeOf[wide](f)
	tm := pgtype.NewMap()
	f.Fuzz(func(t *testing.T, column int, binary bool, src []byte) {
		if column < 0 || column >= len(wideOIDs) {
			return
		}
		format := int16(pgtype.TextFormatCode)
		if binary {
			format = pgtype.BinaryFormatCode
		}
		plan, err := rowcodec.NewPlan(shape, wideDescriptions(format), tm)
		require.NoError(t, err)
		vals := make([][]byte, len(wideOIDs))
		vals[column] = src
		if src == nil {
			vals[column] = []byte{}
		}
		got, want := new(wide), new(wide)
		err = plan.Scan(t.Context(), unsafe.Pointer(got), vals)
		if wideOIDs[column] == pgtype.NumericOID {
			return // a number with a fraction or an exponent: pgx and database/sql differ
		}
		dst := reflect.ValueOf(want).Elem().Field(column)
		wantErr := tm.Scan(wideOIDs[column], format, vals[column], dst.Addr().Interface())
		if binary {
			require.Equal(t, wantErr == nil, err == nil, "ours %v, pgx %v", err, wantErr)
		}
		if err == nil && wantErr == nil {
			gotField := reflect.ValueOf(got).Elem().Field(column)
			if gotField.Kind() == reflect.Float32 || gotField.Kind() == reflect.Float64 {
				require.Equal(t, fmt.Sprint(dst), fmt.Sprint(gotField)) // NaN
				return
			}
			require.Equal(t, dst.Interface(), gotField.Interface())
		}
	})
}
