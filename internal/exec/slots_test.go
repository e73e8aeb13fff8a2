package exec

import (
	"context"
	"database/sql"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm/schema"

	"github.com/gormango/gormango/internal/lookup"
)

type (
	inner struct {
		Depth int
		Name  string
	}
	Base  struct{ ID int64 }
	outer struct {
		Base
		Name    string
		Full    string `gorm:"column:full_name"`
		Rest    inner  `gorm:"embedded;embeddedPrefix:rest_"`
		*Behind        // made on the way
		At      time.Time
		Null    sql.NullInt64
		Owner   *Base   // a relation
		Owned   []*Base // the same
		Left    string  `gorm:"-"`
		Kept    string  `gorm:"-:migration"`
		Write   string  `gorm:"->:false"`
		_       string
	}
	Behind struct{ Far *int32 }
)

func TestSlotsOf(t *testing.T) {
	t.Parallel()
	namer := schema.NamingStrategy{}
	slots, at, err := slotsOf(reflect.TypeFor[outer](), namer, nil)
	require.NoError(t, err)
	require.Nil(t, at)
	index, links := map[string][]int{}, []string{}
	for _, s := range slots {
		index[s.name] = s.index
		if s.link {
			links = append(links, s.name)
		}
	}
	require.Equal(t, map[string][]int{
		"id": {0, 0}, "name": {1}, "full_name": {2}, "rest_depth": {3, 0}, "rest_name": {3, 1}, "far": {4, 0},
		"at": {5}, "null": {6}, "owner": {7}, "owned": {8}, "kept": {10},
	}, index)
	require.Equal(t, []string{"owner", "owned"}, links)

	type embeds struct {
		N int
		*Base
	}
	slots, at, err = slotsOf(reflect.TypeFor[embeds](), namer, reflect.TypeFor[Base]())
	require.NoError(t, err)
	require.Equal(t, []int{1}, at)
	require.Len(t, slots, 1)

	type hides struct { // Go means the outer one, too
		inner
		Name string
	}
	slots, _, err = slotsOf(reflect.TypeFor[hides](), namer, nil)
	require.NoError(t, err)
	require.Len(t, slots, 2)
	require.Equal(t, []int{1}, slots[0].index)

	type twice struct {
		A string `gorm:"column:x"`
		B string `gorm:"column:x"`
	}
	_, _, err = slotsOf(reflect.TypeFor[twice](), namer, nil)
	require.EqualError(t, err, `two fields of exec.twice take the column "x"`)
}

func TestSchemaField(t *testing.T) {
	t.Parallel()
	ctx, typ := context.Background(), reflect.TypeFor[outer]()
	slots, _, err := slotsOf(typ, schema.NamingStrategy{}, nil)
	require.NoError(t, err)
	root := &schema.Schema{Name: typ.Name(), ModelType: typ}
	fields := map[string]*schema.Field{}
	for _, s := range slots {
		fields[s.name] = s.schemaField(root, lookup.TextType, nil)
	}
	require.Equal(t, []int{-5, 0}, fields["far"].StructField.Index, "GORM's mark of an embedded pointer")
	require.Equal(t, []int{3, 1}, fields["rest_name"].StructField.Index)

	var row outer
	rv := reflect.ValueOf(&row)
	far, none := new(int32(7)), (*int32)(nil)
	require.NoError(t, fields["far"].Set(ctx, rv, &none))
	require.Nil(t, row.Behind, "NULL makes no struct")
	require.NoError(t, fields["far"].Set(ctx, rv, &far))
	require.Equal(t, int32(7), *row.Far)
	name := new("a")
	require.NoError(t, fields["rest_name"].Set(ctx, rv, &name))
	require.NoError(t, fields["id"].Set(ctx, rv, int64(8)), "a value of another form")
	require.Equal(t, "a", row.Rest.Name)
	require.Equal(t, int64(8), row.ID)

	type span struct{ For time.Duration }
	slots, _, err = slotsOf(reflect.TypeFor[span](), schema.NamingStrategy{}, nil)
	require.NoError(t, err)
	f := slots[0].schemaField(&schema.Schema{ModelType: reflect.TypeFor[span]()}, lookup.DurationType, nil)
	raw := f.NewValuePool.Get()
	require.NoError(t, raw.(sql.Scanner).Scan([]byte("00:01:00")))
	var s span
	require.NoError(t, f.Set(ctx, reflect.ValueOf(&s), raw))
	require.Equal(t, time.Minute, s.For, "what rowcodec cannot read is converted")
}
