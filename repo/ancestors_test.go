package repo_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/repotest"
)

type walkNode struct {
	models.AutoKey
	models.SoftDelete
	Name     string `gorm:"not null"`
	ParentID *int64
	Parent   *walkNode
}

func (walkNode) Meta() models.Meta { return models.Meta{Ordering: []string{"name"}} }

type pairNode struct {
	A, B             int `gorm:"primaryKey;autoIncrement:false"`
	ParentA, ParentB *int
	Parent           *pairNode `gorm:"foreignKey:ParentA,ParentB;references:A,B"`
}

func nodeNames(t *testing.T) func(nodes []repo.Node[walkNode], err error) []string {
	return func(nodes []repo.Node[walkNode], err error) []string {
		t.Helper()
		require.NoError(t, err)
		out := []string{}
		for _, n := range nodes {
			out = append(out, fmt.Sprintf("%s %d", n.Object.Name, n.Depth))
		}
		return out
	}
}

func TestAncestorsAndDescendants(t *testing.T) {
	t.Parallel()
	ctx, db := context.Background(), repotest.Open(t, &walkNode{}, &pairNode{})
	nodes := repo.New[walkNode](db)
	by := map[string]*walkNode{}
	for _, pair := range []string{"a", "b a", "c a", "d b", "e d", "f x"} { // x is nowhere
		var name, parent string
		_, _ = fmt.Sscan(pair, &name, &parent)
		n := &walkNode{Name: name}
		if p := by[parent]; p != nil {
			n.ParentID = &p.ID
		}
		require.NoError(t, nodes.Create(ctx, n))
		by[name] = n
	}
	names := nodeNames(t)
	require.Equal(t, []string{"d 1", "b 2", "a 3"}, names(repo.Ancestors(ctx, nodes, by["e"], "parent", 0)))
	require.Equal(t, []string{"b 1", "c 1", "d 2", "e 3"}, names(repo.Descendants(ctx, nodes, by["a"], "parent", 0)))
	require.Equal(t, []string{"c 1", "b 1"}, names(repo.Descendants(ctx, nodes.OrderBy("-name"), by["a"], "parent", 1)), "depth and the order of src")
	require.Equal(t, []string{"a 3"}, names(repo.Ancestors(ctx, nodes.Exclude("name__in", []string{"b", "d"}), by["e"], "parent", 0)), "rows left out are walked through")
	require.Empty(t, names(repo.Ancestors(ctx, nodes, by["f"], "parent", 0)))

	_, err := nodes.Delete(ctx, by["d"])
	require.NoError(t, err)
	require.Equal(t, []string{"b 1", "c 1"}, names(repo.Descendants(ctx, nodes, by["a"], "parent", 0)), "a deleted row ends the walk")
	require.Equal(t, []string{"b 1", "c 1", "d 2", "e 3"}, names(repo.Descendants(ctx, nodes.WithDeleted(), by["a"], "parent", 0)))

	by["a"].ParentID = &by["b"].ID // a cycle
	require.NoError(t, nodes.Save(ctx, by["a"]))
	require.Equal(t, []string{"b 1", "c 1"}, names(repo.Descendants(ctx, nodes, by["a"], "parent", 0)))
	require.Equal(t, []string{"a 1", "c 2"}, names(repo.Descendants(ctx, nodes, by["b"], "parent", 0)))

	pairs := repo.New[pairNode](db)
	require.NoError(t, pairs.Create(ctx, &pairNode{A: 1, B: 1}, &pairNode{A: 1, B: 2, ParentA: ptrTo(1), ParentB: ptrTo(1)}, &pairNode{A: 1, B: 3, ParentA: ptrTo(1), ParentB: ptrTo(2)}))
	up, err := repo.Ancestors(ctx, pairs, &pairNode{A: 1, B: 3}, "parent", 0)
	require.NoError(t, err)
	require.Equal(t, []int{2, 1}, []int{up[0].Object.B, up[1].Object.B})

	_, err = repo.Ancestors(ctx, nodes, by["a"], "nix", 0)
	require.ErrorAs(t, err, new(*repo.FieldError))
	_, err = repo.Ancestors(ctx, nodes, &walkNode{}, "parent", 0)
	require.ErrorIs(t, err, repo.ErrNoKey)
	_, err = repo.Descendants(ctx, nodes.Limit(1), by["a"], "parent", 0)
	require.ErrorIs(t, err, repo.ErrSliced)
}

// A random forest is walked as in Go.
func TestRandomForest(t *testing.T) {
	t.Parallel()
	ctx, db := context.Background(), repotest.Open(t, &walkNode{})
	nodes := repo.New[walkNode](db)
	var all []*walkNode
	children := map[int64][]int64{}
	for i := range 120 {
		n := &walkNode{Name: fmt.Sprintf("%03d", i)}
		if i > 5 {
			n.ParentID = &all[(i*i*7+3)%i].ID
		}
		require.NoError(t, nodes.Create(ctx, n))
		if n.ParentID != nil {
			children[*n.ParentID] = append(children[*n.ParentID], n.ID)
		}
		all = append(all, n)
	}
	for _, n := range all[:40] {
		want, level := []int64{}, []int64{n.ID}
		for len(level) > 0 {
			var next []int64
			for _, id := range level {
				next = append(next, children[id]...)
			}
			slices.Sort(next)
			want, level = append(want, next...), next
		}
		found, err := repo.Descendants(ctx, nodes, n, "parent", 0)
		require.NoError(t, err)
		have := []int64{}
		for _, f := range found {
			have = append(have, f.Object.ID)
		}
		require.Equal(t, want, have)
	}
}
