package valuematrix_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/repotest"
)

type (
	rawBytes []byte
	rawIDs   struct {
		models.AutoKey
		A []byte    `gorm:"type:uuid"`
		B rawBytes  `gorm:"type:uuid"`
		C [16]byte  `gorm:"type:uuid"`
		D *[16]byte `gorm:"type:uuid"`
	}
	smallInts struct {
		models.AutoKey
		A []uint8 `gorm:"type:smallint[]"`
		B []int16 `gorm:"type:smallint[]"`
		C []byte  `gorm:"type:bigint[]"`
		D []uint8 `gorm:"type:integer[]"`
	}
	byteGrids struct {
		models.AutoKey
		A [][]uint8 `gorm:"type:smallint[]"`
	}
)

// The bytes of a UUID and integers in a []uint8 come back as they were written.
func TestBytesOfOtherTypes(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	id := [16]byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}
	matrixOf(t, &rawIDs{A: id[:], B: id[:], C: id, D: &id})
	matrixOf(t, &smallInts{}, &smallInts{A: []uint8{1, 255}, B: []int16{1, 255}, C: []byte{1, 255}, D: []uint8{1, 255}}, &smallInts{A: []uint8{}, B: []int16{}, C: []uint8{}, D: []uint8{}})

	db := openTypes(t, nil, gormango.Config{}, &rawIDs{}, &smallInts{})
	r := repo.New[rawIDs](db)
	text := []byte("01020304-0506-0708-090a-0b0c0d0e0f10") // as plain GORM reads it
	for name, create := range map[string]func(...*rawIDs) error{
		"Create":     func(o ...*rawIDs) error { return r.Create(ctx, o[0], o[1:]...) },
		"BulkCreate": func(o ...*rawIDs) error { return r.BulkCreate(ctx, o) },
		"COPY":       func(o ...*rawIDs) error { return r.BulkCreate(ctx, o, repo.UseCopy()) },
	} {
		require.NoError(t, create(&rawIDs{A: text, B: text}), name)
		for _, bad := range [][]byte{text[:17], text[:35], {}, append([]byte("x"), text...)} {
			require.ErrorAs(t, create(&rawIDs{A: bad}), new(*gormango.DataError), "%s of %d bytes", name, len(bad))
			_, err := r.Filter("a", bad).Count(ctx)
			require.ErrorAs(t, err, new(*repo.LookupValueError))
		}
	}
	list, err := r.Filter("a", text).Filter("b__in", [][]byte{text, id[:]}).All(ctx)
	require.NoError(t, err)
	require.Len(t, list, 3)
	require.Equal(t, id[:], list[0].A)

	for _, array := range []string{"{256}", "{-1}", "{NULL}"} {
		require.NoError(t, db.Exec("DELETE FROM small_ints").Error)
		require.NoError(t, db.Exec("INSERT INTO small_ints (a) VALUES (?::text::smallint[])", array).Error)
		_, err := repo.New[smallInts](db).All(ctx)
		require.Error(t, err, array)
	}
	_, err = gormango.Open(ctx, gormango.Config{URL: repotest.URL(t), Models: []any{&byteGrids{}}})
	require.EqualError(t, err, "gormango: model byteGrids: field A is [][]uint8, whose innermost slices are bytes, in a column of smallint[] (use integers of another type)")
}
