package exec_test

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/exec"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/query"
	"github.com/gormango/gormango/internal/rowcodec"
	"github.com/gormango/gormango/models"
)

type (
	shapeOwner struct {
		models.AutoKey
		Name string
	}
	shapeItem struct {
		models.AutoKey
		Name, Note   string
		ShapeOwnerID int64
		ShapeOwner   *shapeOwner
	}
)

// Statements whose rows have the same columns share one shape, others do not.
func TestShapesAreKept(t *testing.T) {
	t.Parallel()
	m, err := modelinfo.Of(offline(t)).Model(reflect.TypeFor[shapeItem]())
	require.NoError(t, err)
	q := query.New(m)
	only := func(names ...string) *query.Query {
		q, err := q.Only(names)
		require.NoError(t, err)
		return q
	}
	st := func(q *query.Query) *compile.Stmt {
		st, err := compile.Select(q)
		require.NoError(t, err)
		return st
	}
	joined := q.SelectRelated([][]*modelinfo.Relation{{m.Relation("shape_owner")}})
	for _, q := range []*query.Query{q, only("name"), joined} {
		require.Same(t, exec.Shape(st(q)), exec.Shape(st(q)), "a statement that is kept has its shape")
		loose := st(q)
		loose.Shape = nil
		require.Same(t, exec.Shape(loose), exec.Shape(loose), "and so has one that is not")
	}
	require.NotSame(t, exec.Shape(st(only("name"))), exec.Shape(st(only("note"))))
	fields := func(fields []*modelinfo.Field) *rowcodec.Shape {
		st := compile.SelectRow(m, fields, []any{1})
		require.Same(t, exec.Shape(st), exec.Shape(compile.SelectRow(m, fields, []any{2})), "a statement of one row that is kept has its shape")
		st.Shape = nil
		return exec.Shape(st)
	}
	all := st(q)
	all.Shape = nil
	require.Same(t, exec.Shape(all), fields(m.Reads), "all columns of a model are one shape")
	require.Same(t, fields(m.Fields[:2]), fields(m.Fields[:2]))
	require.NotSame(t, fields(m.Fields[:2]), fields(m.Fields[1:3]))
}
