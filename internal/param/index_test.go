package param_test

import (
	"context"
	"reflect"
	"testing"
	"unsafe"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/gormango/gormango/internal/param"
	"github.com/gormango/gormango/models"
)

type keyed struct {
	models.AutoKey
	Small  int16
	Wide   *int
	Word   word
	Text   *string
	UUID   uuid.UUID  `gorm:"type:uuid"`
	Other  *uuid.UUID `gorm:"type:uuid"`
	Padded string     `gorm:"type:char(3)"`
	Folded string     `gorm:"type:citext"`
	Real   float64
}

// An index numbers keys as a map of their comparable forms does, and finds them
// from a column of another Go type.
func TestIndexIsAMapOfKeys(t *testing.T) {
	t.Parallel()
	ctx, m := context.Background(), model[keyed](t)
	pairs := map[string]string{"id": "wide", "small": "id", "wide": "small", "word": "text", "text": "word", "uuid": "other", "other": "uuid",
		"padded": "", "folded": "", "real": ""}
	rapid.Check(t, func(rt *rapid.T) {
		next := int64(0)
		objs := make([]*keyed, rapid.IntRange(0, 12).Draw(rt, "n"))
		rising := rapid.Bool().Draw(rt, "rising")
		for i := range objs {
			n := rapid.Int64Range(-2, 3).Draw(rt, "key")
			if rising {
				next += rapid.Int64Range(1, 2).Draw(rt, "step")
				n = next
			}
			o := &keyed{AutoKey: models.AutoKey{ID: n}, Small: int16(n), Word: word(rune('a' + n)), Padded: "x", Real: float64(n), UUID: uuid.UUID{15: byte(n)}}
			if n != 0 {
				o.Wide, o.Text, o.Other = ptr(int(n)), ptr(string(o.Word)), ptr(o.UUID)
			}
			objs[i] = o
		}
		for name, other := range pairs {
			f := m.Field(name)
			fields := m.Fields[:0:0]
			fields = append(fields, f)
			x, want := param.NewIndex(fields, 3), map[any]int{}
			for _, o := range objs {
				rv := reflect.ValueOf(o).Elem()
				key := param.ObjectKey(ctx, rv, fields)
				n, added := x.Add(ctx, rv)
				if key == nil {
					require.Equal(rt, -1, n)
					require.False(rt, added)
					continue
				}
				was, seen := want[key]
				require.Equal(rt, !seen, added, name)
				if !seen {
					was = len(want)
					want[key] = was
				}
				require.Equal(rt, was, n, name)
			}
			require.Equal(rt, len(want), x.Len())
			if other == "" {
				require.False(rt, x.Finds(f), name)
				continue
			}
			far := m.Field(other)
			require.True(rt, x.Finds(far), name)
			require.Equal(rt, len(want), reflect.ValueOf(x.Array()).Len())
			find := func(objs ...*keyed) ([]int32, bool) {
				rows := make([]unsafe.Pointer, len(objs))
				for i, o := range objs {
					rows[i] = unsafe.Pointer(o)
				}
				numbers := make([]int32, len(rows))
				return numbers, x.FindAll(rows, far, numbers)
			}
			var known []*keyed
			var theirs []int32
			for n := int64(-3); n < 9; n++ {
				o := &keyed{AutoKey: models.AutoKey{ID: n}, Small: int16(n), Wide: ptr(int(n)), Word: word(rune('a' + n)), Text: ptr(string(rune('a' + n))),
					UUID: uuid.UUID{15: byte(n)}, Other: &uuid.UUID{15: byte(n)}}
				rv := reflect.ValueOf(o).Elem()
				number, ok := want[param.Key(far.Type, param.Values(ctx, rv, append(fields[:0:0], far))[0])]
				got, found := find(o)
				require.Equal(rt, ok, found, name)
				if !ok {
					continue
				}
				require.Equal(rt, []int32{int32(number)}, got, name)
				for range rapid.IntRange(1, 3).Draw(rt, "together") {
					known, theirs = append(known, o), append(theirs, got[0])
				}
			}
			// Rows of one key stand together, or apart.
			order := rapid.Permutation(seq(len(known))).Draw(rt, "order")
			for _, list := range [][]int{seq(len(known)), order} {
				var all []*keyed
				numbers := []int32{}
				for _, i := range list {
					all, numbers = append(all, known[i]), append(numbers, theirs[i])
				}
				got, found := find(all...)
				require.True(rt, found, name)
				require.Equal(rt, numbers, got, name)
			}
			if far.FieldType.Kind() == reflect.Pointer {
				_, found := find(append(known, new(keyed))...)
				require.False(rt, found, name)
			}
		}
	})
}

// seq returns the first n integers, from 0.
func seq(n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = i
	}
	return list
}
