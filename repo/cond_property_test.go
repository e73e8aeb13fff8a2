package repo_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
)

// node is a tree of rows: NULLs at every step of a path.
type node struct {
	models.AutoKey
	Num      *int
	Word     *string
	Must     int `gorm:"not null"`
	ParentID *int64
	Parent   *node
	OtherID  *int64
	Other    *node
}

// pred is a condition twice: for the database, and for the rows in memory
// under two truth values, which is what Django's conditions mean: a comparison
// with NULL is false, and NOT turns it into true.
type pred struct {
	cond  repo.Cond[node]
	holds func(*node) bool
	text  string
}

var paths = []string{"", "parent__", "other__", "parent__parent__", "parent__other__", "other__parent__parent__"}

func follow(n *node, path string) *node {
	for _, step := range strings.Split(strings.TrimSuffix(path, "__"), "__") {
		switch {
		case n == nil:
			return nil
		case step == "parent":
			n = n.Parent
		case step == "other":
			n = n.Other
		}
	}
	return n
}

func genLeaf(t *rapid.T, nodes *repo.Repository[node]) pred {
	path := rapid.SampledFrom(paths).Draw(t, "path")
	num := func(v int) func(*node) *int {
		return func(n *node) *int {
			if n = follow(n, path); n == nil {
				return nil
			}
			return n.Num
		}
	}
	switch v := rapid.IntRange(0, 3).Draw(t, "value"); rapid.IntRange(0, 8).Draw(t, "kind") {
	case 0:
		get := num(v)
		return leaf(nodes, path+"num", v, func(n *node) bool { x := get(n); return x != nil && *x == v })
	case 1:
		get := num(v)
		return leaf(nodes, path+"num__gt", v, func(n *node) bool { x := get(n); return x != nil && *x > v })
	case 2:
		get := num(v)
		return leaf(nodes, path+"num__in", []int{v, v + 1}, func(n *node) bool { x := get(n); return x != nil && (*x == v || *x == v+1) })
	case 3:
		get := num(v)
		want := rapid.Bool().Draw(t, "isnull")
		return leaf(nodes, path+"num__isnull", want, func(n *node) bool { return (get(n) == nil) == want })
	case 4: // a column without NULL: across a nullable relation see TestNotAcrossANullableRelation
		return leaf(nodes, "must", v, func(n *node) bool { return n.Must == v })
	case 5:
		return leaf(nodes, path+"word__icontains", fmt.Sprint("W", v), func(n *node) bool {
			n = follow(n, path)
			return n != nil && n.Word != nil && strings.Contains(*n.Word, fmt.Sprint("w", v))
		})
	case 6:
		return leaf(nodes, path+"parent", int64(v+1), func(n *node) bool {
			n = follow(n, path)
			return n != nil && n.ParentID != nil && *n.ParentID == int64(v+1)
		})
	case 7:
		want := rapid.Bool().Draw(t, "isnull")
		return leaf(nodes, path+"other__isnull", want, func(n *node) bool {
			n = follow(n, path)
			return (n == nil || n.OtherID == nil) == want
		})
	default:
		return leaf(nodes, path+"num__in", []int{}, func(*node) bool { return false })
	}
}

func leaf(nodes *repo.Repository[node], lookup string, value any, holds func(*node) bool) pred {
	return pred{nodes.Q(repo.Lookup[node](lookup), value), holds, fmt.Sprintf("%s=%v", lookup, value)}
}

func genPred(t *rapid.T, nodes *repo.Repository[node], depth int) pred {
	if depth == 0 {
		return genLeaf(t, nodes)
	}
	switch rapid.IntRange(0, 4).Draw(t, "shape") {
	case 0:
		return genLeaf(t, nodes)
	case 1:
		p := genPred(t, nodes, depth-1)
		return pred{p.cond.Not(), func(n *node) bool { return !p.holds(n) }, "not(" + p.text + ")"}
	case 2:
		p, q, r := genPred(t, nodes, depth-1), genPred(t, nodes, depth-1), genPred(t, nodes, depth-1)
		return pred{p.cond.Or(q.cond, r.cond), func(n *node) bool { return p.holds(n) || q.holds(n) || r.holds(n) },
			"(" + p.text + " or " + q.text + " or " + r.text + ")"}
	default:
		p, q := genPred(t, nodes, depth-1), genPred(t, nodes, depth-1)
		if rapid.Bool().Draw(t, "or") {
			return pred{p.cond.Or(q.cond), func(n *node) bool { return p.holds(n) || q.holds(n) }, "(" + p.text + " or " + q.text + ")"}
		}
		return pred{p.cond.And(q.cond), func(n *node) bool { return p.holds(n) && q.holds(n) }, "(" + p.text + " and " + q.text + ")"}
	}
}

// Random conditions over nullable columns and relations match the rows that the
// same condition matches in memory: joins are promoted where a row may be
// missing, and NULLs neither disappear under NOT nor appear without it.
func TestConditionsMeanTwoTruthValues(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	db := openDB(t, &node{})
	nodes := repo.New[node](db)
	all := grow(t, nodes)
	rapid.Check(t, func(t *rapid.T) {
		qs, text := nodes, ""
		holds := func(*node) bool { return true }
		for range rapid.IntRange(1, 3).Draw(t, "calls") {
			p := genPred(t, nodes, rapid.IntRange(0, 3).Draw(t, "depth"))
			was := holds
			qs, holds = qs.Where(p.cond), func(n *node) bool { return was(n) && p.holds(n) }
			text += " where " + p.text
		}
		want := []int64{}
		for _, n := range all {
			if holds(n) {
				want = append(want, n.ID)
			}
		}
		rows, err := qs.OrderBy("id").All(ctx)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		got := []int64{}
		for _, r := range rows {
			got = append(got, r.ID)
		}
		if !slices.Equal(want, got) {
			sql, args, _ := qs.SQL()
			t.Fatalf("%s\n%s %v\nwant %v\ngot  %v", text, sql, args, want, got)
		}
		n, err := qs.Count(ctx)
		if err != nil || int(n) != len(want) {
			t.Fatalf("%s: count %d, want %d, %v", text, n, len(want), err)
		}
	})
}

// grow stores rows with every mix of NULL and value, and ties them together in
// memory.
func grow(t *testing.T, nodes *repo.Repository[node]) []*node {
	var all []*node
	for i := range 40 {
		n := &node{Must: i % 4}
		if i%3 != 0 {
			n.Num = ptr(i % 5)
		}
		if i%4 != 1 {
			n.Word = ptr(fmt.Sprint("w", i%4))
		}
		if i%5 != 0 && i > 0 {
			n.Parent = all[(i*7)%i]
		}
		if i%2 != 0 && i > 0 {
			n.Other = all[(i*5)%i]
		}
		require.NoError(t, nodes.Create(context.Background(), n))
		if n.Parent != nil {
			n.ParentID = &n.Parent.ID
		}
		if n.Other != nil {
			n.OtherID = &n.Other.ID
		}
		all = append(all, n)
	}
	return all
}

// A column without NULL, reached across a relation that may lead nowhere, is
// NULL for that row, and a negation keeps the row.
func TestNotAcrossANullableRelation(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	nodes := repo.New[node](openDB(t, &node{}))
	all := grow(t, nodes)
	for _, qs := range []*repo.QuerySet[node]{
		nodes.Exclude("parent__must", 1),
		nodes.Where(nodes.Q("parent__must", 1).Not()),
		nodes.Where(nodes.Q("parent__must", 1).Not().Or(nodes.Q("parent__num", 99))),
		nodes.Exclude("parent__must__in", []int{1}),
	} {
		want := 0
		for _, n := range all {
			if n.Parent == nil || n.Parent.Must != 1 {
				want++
			}
		}
		n, err := qs.Count(ctx)
		require.NoError(t, err)
		require.EqualValues(t, want, n)
	}
	n, err := nodes.Exclude("num", repo.F("parent__num")).Count(ctx)
	require.NoError(t, err)
	want := 0
	for _, x := range all {
		if x.Num == nil || x.Parent == nil || x.Parent.Num == nil || *x.Num != *x.Parent.Num {
			want++
		}
	}
	require.EqualValues(t, want, n, "a NULL on the right side keeps the row too")
}
