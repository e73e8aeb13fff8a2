package exec_test

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/exec"
	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/modelinfo"
)

// offline returns a database that no statement reaches.
func offline(t *testing.T) *gorm.DB {
	t.Helper()
	db, err := gorm.Open(postgres.Open("host=127.0.0.1 port=1"), &gorm.Config{DisableAutomaticPing: true})
	require.NoError(t, err)
	t.Cleanup(func() { modelinfo.Remove(db) })
	return db
}

type (
	Item    struct{ ID int64 }
	byValue struct {
		Item
		Total int
	}
	byPointer struct {
		*Item
		Total int
	}
	twoFields struct {
		Item
		Total, Other int
	}
)

func into[R any](t *testing.T) (object func(*R) *Item, err error) {
	t.Helper()
	db := offline(t)
	m, err := modelinfo.Of(db).Model(reflect.TypeFor[Item]())
	require.NoError(t, err)
	st := &compile.Stmt{
		Objects: []compile.Object{{Model: m, Fields: m.Fields, Parent: -1}},
		Columns: []compile.Column{{Name: "total", Type: lookup.BigIntType}},
	}
	if reflect.TypeFor[R]() == m.Type {
		st.Columns = nil
	}
	_, object, err = exec.NewIntoReader[R, Item](st, db)
	return object, err
}

func TestNewIntoReader(t *testing.T) {
	t.Parallel()
	itself, err := into[Item](t)
	require.NoError(t, err)
	item := &Item{}
	require.Same(t, item, itself(item))

	value, err := into[byValue](t)
	require.NoError(t, err)
	row := &byValue{}
	require.Same(t, &row.Item, value(row))

	pointer, err := into[byPointer](t)
	require.NoError(t, err)
	far := &byPointer{}
	made := pointer(far)
	require.NotNil(t, made)
	require.Same(t, far.Item, made, "it is made")
	require.Same(t, made, pointer(far), "and made once")

	_, err = into[int](t)
	require.EqualError(t, err, "int is no struct that embeds exec_test.Item")
	_, err = into[struct{ Total int }](t)
	require.ErrorContains(t, err, "has no embedded exec_test.Item for the objects")
	_, err = into[struct{ Item }](t)
	require.ErrorContains(t, err, `has no field for the column "total"; its fields take none`)
	_, err = into[twoFields](t)
	require.EqualError(t, err, `no column fills the field Other of exec_test.twoFields ("other"); the columns are total`)
}
