package valuematrix_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
)

type cube struct {
	models.AutoKey
	Ints  [][][]int64     `gorm:"type:bigint[]"`
	Texts [][][][]*string `gorm:"type:text[]"`
}

// Arrays of many dimensions are what was written, in each way to read.
func TestArraysOfManyDimensions(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	db := openTypes(t, nil, gormango.Config{}, &cube{})
	r := repo.New[cube](db)
	a, b := "a", "b"
	o := &cube{
		Ints:  [][][]int64{{{1, 2, 3}, {4, 5, 6}}, {{7, 8, 9}, {10, 11, 12}}},
		Texts: [][][][]*string{{{{&a, nil}}, {{&b, &a}}, {{nil, &b}}}},
	}
	require.NoError(t, r.Create(ctx, o))
	require.NoError(t, r.BulkCreate(ctx, []*cube{{Ints: [][][]int64{}}, {}}))
	list, err := r.OrderBy("id").All(ctx)
	require.NoError(t, err)
	require.Equal(t, o, list[0])
	require.Equal(t, [][][]int64{}, list[1].Ints)
	require.Nil(t, list[2].Ints)
	require.NoError(t, r.Save(ctx, list[0]))
	require.NoError(t, r.Refresh(ctx, list[0]))
	require.Equal(t, o, list[0])
	plain := &cube{}
	require.NoError(t, db.First(plain, o.ID).Error)
	require.Equal(t, o, plain)
	values, err := repo.Values[[][][]int64](ctx, r.Filter("pk", o.ID), "ints")
	require.NoError(t, err)
	require.Equal(t, [][][][]int64{o.Ints}, values)
	for v, err := range repo.SelectRaw[[][][]int64](ctx, db, "SELECT ints FROM cubes WHERE id = ?", o.ID) {
		require.NoError(t, err)
		require.Equal(t, o.Ints, v)
	}
	n, err := r.Filter("ints__1__0__2", 9).Count(ctx)
	require.NoError(t, err)
	require.EqualValues(t, 1, n)
	_, err = repo.Values[[][]int64](ctx, r.Filter("pk", o.ID), "ints")
	require.Error(t, err)
}
