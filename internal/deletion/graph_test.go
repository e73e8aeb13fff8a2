package deletion_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/deletion"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/models"
)

func meta(on models.OnDelete, names ...string) models.Meta {
	m := models.Meta{Relations: map[string]models.RelationOptions{}}
	for _, n := range names {
		m.Relations[n] = models.RelationOptions{OnDelete: on}
	}
	return m
}

type Root struct {
	models.AutoKey
	Tags []Tag `gorm:"many2many:root_tags"`
}

type Tag struct{ models.AutoKey }

// A and B refer to each other, Leaf to A; Plain is a leaf that B refers to,
// without an action.
type A struct {
	models.AutoKey
	RootID int64
	Root   *Root
	BID    int64
	B      *B `gorm:"belongsTo"`
}

type B struct {
	models.AutoKey
	AID     int64
	A       *A `gorm:"belongsTo"`
	PlainID int64
	Plain   *Plain
}

type Leaf struct {
	models.AutoKey
	AID int64
	A   *A
}

type Plain struct {
	models.AutoKey
	RootID int64
	Root   *Root
}

type Guard struct {
	models.AutoKey
	RootID int64
	Root   *Root
}

func (A) Meta() models.Meta     { return meta(models.Cascade, "root", "b") }
func (B) Meta() models.Meta     { return meta(models.Cascade, "a") }
func (Leaf) Meta() models.Meta  { return meta(models.Cascade, "a") }
func (Plain) Meta() models.Meta { return meta(models.Cascade, "root") }
func (Guard) Meta() models.Meta { return meta(models.Protect, "root") }

func registry(t *testing.T) func(any) *modelinfo.Model {
	t.Helper()
	db, err := gorm.Open(postgres.Open("host=127.0.0.1 port=1"), &gorm.Config{DisableAutomaticPing: true})
	require.NoError(t, err)
	require.NoError(t, modelinfo.Install(db, []any{&Root{}, &Tag{}, &A{}, &B{}, &Leaf{}, &Plain{}, &Guard{}}))
	t.Cleanup(func() { modelinfo.Remove(db) })
	return func(m any) *modelinfo.Model {
		out, err := modelinfo.Of(db).Model(reflect.TypeOf(m))
		require.NoError(t, err)
		return out
	}
}

func steps(g *deletion.Graph) string {
	var out []string
	for _, step := range g.Steps {
		var names []string
		for _, n := range step {
			names = append(names, n.Model.Name)
		}
		out = append(out, strings.Join(names, "+"))
	}
	return strings.Join(out, " ")
}

func stages(g *deletion.Graph) string {
	var out []string
	for i, stage := range g.Stages {
		var names []string
		for _, item := range stage {
			if item.Leaf != nil {
				names = append(names, "("+item.Leaf.Model.Table+")")
			} else {
				names = append(names, item.Node.Model.Name)
			}
		}
		if i == g.Early {
			out = append(out, "|")
		}
		out = append(out, strings.Join(names, "+"))
	}
	return strings.Join(out, " ")
}

// Parents are walked before their children; what refers to a row goes before
// it, a circle at once, and leaves as early as they can.
func TestGraph(t *testing.T) {
	t.Parallel()
	of := registry(t)
	nobody := func(*modelinfo.Model) bool { return false }
	g, err := deletion.NewGraph(of(Root{}), deletion.Hard, nobody)
	require.NoError(t, err)
	require.False(t, g.RootOnly)
	require.Equal(t, "Root B+A", strings.ReplaceAll(steps(g), "A+B", "B+A"))
	require.Equal(t, "(root_tags) (leafs) | B+A (plains) Root", strings.ReplaceAll(stages(g), "A+B", "B+A"))
	require.Len(t, g.Root.Protects, 1)
	require.Equal(t, "A.root", g.Declared.Name())
	require.Equal(t, of(Root{}).Key, g.Root.Reads())

	g, err = deletion.NewGraph(of(Root{}), deletion.Hard, func(m *modelinfo.Model) bool { return m.Name == "Plain" })
	require.NoError(t, err)
	require.NotNil(t, g.Node(of(Plain{})), "somebody is told of its rows")
	require.Equal(t, of(Plain{}).Reads, g.Node(of(Plain{})).Reads())

	for _, m := range []any{Leaf{}, Guard{}, Plain{}} {
		g, err = deletion.NewGraph(of(m), deletion.Hard, nobody)
		require.NoError(t, err)
		require.True(t, g.RootOnly)
		require.Nil(t, g.Declared)
		g, err = deletion.NewGraph(of(m), deletion.Hard, func(*modelinfo.Model) bool { return true })
		require.NoError(t, err)
		require.False(t, g.RootOnly)
	}
	g, err = deletion.NewGraph(of(Tag{}), deletion.Hard, nobody)
	require.NoError(t, err)
	require.Equal(t, "(root_tags) | Tag", stages(g))
	require.Nil(t, g.Declared, "links need no declaration")
	g, err = deletion.NewGraph(of(Tag{}), deletion.Soft, nobody)
	require.NoError(t, err)
	require.True(t, g.RootOnly, "links stay")
}
