package param_test

import (
	"context"
	"database/sql"
	"reflect"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
	"pgregory.net/rapid"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/param"
	"github.com/gormango/gormango/models"
)

type (
	number int16
	word   string
	id16   [16]byte
)

// spelling is one value of a type in the Go types that columns of it have.
type spelling struct {
	typ   string
	value any // comparable, for telling values apart
	forms []any
}

func ptr[T any](v T) *T { return &v }

// spellings draws a value of some type, and the ways to write it in Go.
func spellings(t *rapid.T, typ string) spelling {
	switch typ {
	case "integer", "numeric(12,2)":
		n := rapid.Int16().Draw(t, "n")
		d := decimal.NewFromInt(int64(n))
		forms := []any{n, int(n), int64(n), number(n), ptr(n), ptr(ptr(int32(n))), sql.NullInt64{Int64: int64(n), Valid: true}, ptr(sql.NullInt32{Int32: int32(n), Valid: true}),
			d, ptr(d), decimal.New(int64(n)*100, -2), decimal.NewNullDecimal(d), sql.Null[int64]{V: int64(n), Valid: true}, float64(n), d.String(), d.String() + ".00"}
		if n >= 0 {
			forms = append(forms, uint16(n), uint64(n), ptr(uint(n)))
		}
		return spelling{typ, n, forms}
	case "numeric(8,3)":
		d := decimal.New(rapid.Int64Range(-99999, 99999).Draw(t, "d"), -3)
		return spelling{typ, d.String(), []any{d, ptr(d), d.String(), d.StringFixed(5), decimal.NewNullDecimal(d), d.Add(decimal.New(0, -9))}}
	case "double precision":
		f := rapid.Float64().Draw(t, "f")
		return spelling{typ, f, []any{f, ptr(f), sql.NullFloat64{Float64: f, Valid: true}}}
	case "text", "varchar(80)", "bytea":
		s := rapid.String().Draw(t, "s")
		return spelling{typ, s, []any{s, word(s), ptr(s), ptr(word(s)), []byte(s), sql.NullString{String: s, Valid: true}}}
	case "char(12)":
		s := rapid.StringMatching(`[a-z]{0,12}`).Draw(t, "s")
		return spelling{typ, s, []any{s, s + " ", ptr(s + "   ")}}
	case "citext":
		s := rapid.StringMatching(`[a-z]{0,12}`).Draw(t, "s")
		up := []byte(s)
		for i := range up {
			up[i] -= 'a' - 'A'
		}
		return spelling{typ, s, []any{s, string(up), word(up)}}
	case "uuid":
		var id uuid.UUID
		copy(id[:], rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "id"))
		return spelling{typ, id, []any{id, &id, id.String(), word(id.String()), id.URN(), [16]byte(id), id16(id), ptr(id16(id)), id[:], uuid.NullUUID{UUID: id, Valid: true}}}
	case "boolean":
		b := rapid.Bool().Draw(t, "b")
		return spelling{typ, b, []any{b, ptr(b), sql.NullBool{Bool: b, Valid: true}}}
	case "date":
		day := time.Unix(rapid.Int64Range(-1e9, 4e9).Draw(t, "day"), 0).UTC().Truncate(24 * time.Hour)
		local := time.Date(day.Year(), day.Month(), day.Day(), 23, 59, 0, 0, time.FixedZone("x", 3*3600))
		return spelling{typ, day.Unix(), []any{day, &day, local, day.Add(time.Hour), sql.NullTime{Time: day, Valid: true},
			day.Format(time.DateOnly), word(day.Format(time.RFC3339))}}
	case "varchar(36)": // a UUID without a tag
		id := uuid.UUID(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "id"))
		return spelling{typ, id, []any{id, &id, id.String(), uuid.NullUUID{UUID: id, Valid: true}, []byte(id.String())}}
	case "timestamptz", "timestamp(6) with time zone":
		at := time.UnixMicro(rapid.Int64Range(-1e15, 4e15).Draw(t, "at")).UTC()
		return spelling{typ, at.UnixMicro(), []any{at, &at, at.In(time.FixedZone("x", 3*3600)), at.Add(999), sql.NullTime{Time: at, Valid: true}, gorm.DeletedAt{Time: at, Valid: true},
			at.Format(time.RFC3339Nano), at.In(time.FixedZone("x", -4*3600)).Format("2006-01-02 15:04:05.999999999Z07"), word(at.In(time.FixedZone("x", 19800)).Format("2006-01-02 15:04:05.999999999Z07:00"))}}
	default: // timestamp, whose values Go compares within one time zone alone
		at := time.UnixMicro(rapid.Int64Range(-1e15, 4e15).Draw(t, "at")).UTC()
		return spelling{typ, at.UnixMicro(), []any{at, &at, at.In(time.FixedZone("x", 0)), at.Add(999), sql.NullTime{Time: at, Valid: true}}}
	}
}

// Equal values have equal keys whatever their Go types, others have others, and
// all keys can be those of a map.
func TestKey(t *testing.T) {
	t.Parallel()
	for _, typ := range []string{"integer", "numeric(12,2)", "numeric(8,3)", "double precision", "text", "varchar(80)", "char(12)", "citext", "bytea", "uuid", "varchar(36)",
		"boolean", "date", "timestamptz", "timestamp(6) with time zone", "timestamp"} {
		t.Run(typ, func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) {
				a, b := spellings(t, typ), spellings(t, typ)
				of := lookup.TypeOf(typ)
				keys := map[any]bool{}
				for _, v := range a.forms {
					keys[param.Key(of, v)] = true
				}
				if len(keys) != 1 || keys[nil] {
					t.Fatalf("%s: %v has the keys %v", typ, a.value, keys)
				}
				for _, v := range b.forms {
					if same := keys[param.Key(of, v)]; same != (a.value == b.value) {
						t.Fatalf("%s: %v and %v (%T %v): equal keys is %t", typ, a.value, b.value, v, v, same)
					}
				}
			})
		})
	}
}

func TestKeyOfNull(t *testing.T) {
	t.Parallel()
	for _, v := range []any{nil, (*int)(nil), ptr((*string)(nil)), sql.NullInt64{}, &sql.NullString{}, uuid.NullUUID{}, decimal.NullDecimal{}, gorm.DeletedAt{}} {
		for _, typ := range []string{"integer", "text", "uuid", "numeric", "timestamptz"} {
			require.Nil(t, param.Key(lookup.TypeOf(typ), v), "%T as %s", v, typ)
		}
	}
}

// held has columns of the types that keys and foreign keys have.
type held struct {
	models.AutoKey
	Small   *int32
	Text    string
	ID2     uuid.UUID     `gorm:"type:uuid"`
	ID3     string        `gorm:"type:uuid"`
	Null    sql.NullInt64 `gorm:"type:bigint"`
	Deleted gorm.DeletedAt
}

func model[T any](t *testing.T) *modelinfo.Model {
	t.Helper()
	db, err := gorm.Open(postgres.Open("host=127.0.0.1 port=1"), &gorm.Config{DisableAutomaticPing: true})
	require.NoError(t, err)
	t.Cleanup(func() { modelinfo.Remove(db) })
	m, err := modelinfo.Of(db).Model(reflect.TypeFor[T]())
	require.NoError(t, err)
	return m
}

func TestObjectKey(t *testing.T) {
	t.Parallel()
	m, ctx := model[held](t), context.Background()
	id, at := uuid.New(), time.Date(2026, 1, 2, 3, 4, 5, 0, time.FixedZone("x", 3600))
	a := reflect.ValueOf(&held{AutoKey: models.AutoKey{ID: 7}, Small: ptr(int32(7)), Null: sql.NullInt64{Int64: 7, Valid: true}, ID2: id, ID3: id.String(),
		Text: "a", Deleted: gorm.DeletedAt{Time: at, Valid: true}}).Elem()
	b := reflect.ValueOf(&held{Text: "a"}).Elem()
	key := func(rv reflect.Value, names ...string) any {
		var fields []*modelinfo.Field
		for _, n := range names {
			fields = append(fields, m.Field(n))
		}
		return param.ObjectKey(ctx, rv, fields)
	}
	require.Equal(t, int64(7), key(a, "id"))
	require.Equal(t, key(a, "id"), key(a, "small"))
	require.Equal(t, key(a, "id2"), key(a, "id3"))
	require.Equal(t, key(a, "id", "small", "id2"), key(a, "null", "id", "id3"))
	require.NotEqual(t, key(a, "text", "id"), key(b, "text", "id"))
	require.NotEqual(t, key(a, "id", "text"), key(a, "text", "id"))
	for _, name := range []string{"small", "null", "deleted"} {
		require.Nil(t, key(b, name), name)
		require.Nil(t, key(b, "text", name), name)
	}
	require.Equal(t, at, param.Of(ctx, a, m.Field("deleted")))
	require.Equal(t, int32(7), param.Of(ctx, a, m.Field("small")))
	require.Nil(t, param.Of(ctx, b, m.Field("deleted")))
}
