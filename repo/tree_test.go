package repo_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
)

// treeNode is a node of a tree.
type treeNode struct {
	models.AutoKey
	models.Timestamps
	Name     string `gorm:"not null;unique"`
	N        int    `gorm:"not null"`
	ParentID *int64
	Parent   *treeNode
	Children []*treeNode `gorm:"foreignKey:ParentID"`
}

// Sequences of writes that conformance found wrong once, over a tree of rows;
// the results are those of Django.
func TestTreeAsDjango(t *testing.T) {
	t.Parallel()
	ctx, db := context.Background(), openDB(t, &treeNode{})
	nodes := repo.New[treeNode](db)
	root := &treeNode{Name: "root", N: 1}
	require.NoError(t, nodes.Create(ctx, root))
	leaf := &treeNode{Name: "leaf", N: 2, Parent: root}
	require.NoError(t, nodes.Create(ctx, leaf))

	// An update sees the row's own columns only, those of the same model behind a
	// relation are others.
	behind := repo.Case(nodes.Q("parent__n", 1), 5).Else(repo.F("n"))
	_, err := nodes.AllRows().Update(ctx, nodes.Set("n", behind))
	var field *repo.FieldError
	require.ErrorAs(t, err, &field)
	require.ErrorContains(t, err, "treeNode.n cannot be set from a column behind parent: an update sees the row's own columns only")
	_, err = nodes.AllRows().Update(ctx, nodes.Set("n", repo.Case(nodes.Q("parent", root.ID), 5).Else(repo.F("n"))))
	require.NoError(t, err, "the foreign key is the row's own")
	require.NoError(t, nodes.Refresh(ctx, leaf))
	require.Equal(t, 5, leaf.N)

	// A row that is found needs nothing of an object that would only matter to a
	// create.
	found := &treeNode{Name: "leaf", Parent: &treeNode{Name: "unsaved"}}
	created, err := nodes.By("name").GetOrCreate(ctx, found)
	require.NoError(t, err)
	require.False(t, created)
	require.Equal(t, leaf.ID, found.ID)
	_, err = nodes.By("name").GetOrCreate(ctx, &treeNode{Name: "new", Parent: &treeNode{Name: "unsaved"}})
	require.ErrorIs(t, err, repo.ErrNoKey)
	_, err = nodes.By("parent").GetOrCreate(ctx, &treeNode{Name: "new", Parent: &treeNode{Name: "unsaved"}})
	require.ErrorIs(t, err, repo.ErrNoKey)

	// Remove one by one writes the foreign key and nothing else.
	old := time.Date(2001, 1, 1, 0, 0, 0, 0, time.UTC)
	_, err = nodes.Filter("pk", leaf.ID).Update(ctx, nodes.Set("updated_at", old))
	require.NoError(t, err)
	require.NoError(t, repo.RelatedByName[treeNode](nodes, root, "children").SaveEach().Remove(ctx, leaf))
	require.NoError(t, nodes.Refresh(ctx, leaf))
	require.Nil(t, leaf.ParentID)
	require.True(t, old.Equal(leaf.UpdatedAt), leaf.UpdatedAt)
}
