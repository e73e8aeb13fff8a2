package deletion

import (
	"fmt"
	"slices"

	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/models"
)

// Mode is the kind of change of the rows.
type Mode uint8

// The modes.
const (
	Hard      Mode = iota // removed
	Soft                  // marked as deleted
	Restoring             // unmarked
)

// Graph is the models whose rows a delete or restore of rows of Root reads or
// changes.
type Graph struct {
	Mode Mode
	Root *Node
	// RootOnly reports whether one statement on Root is the whole change: no row of
	// another model is read or changed.
	RootOnly bool
	// Steps are the nodes in the order in which their rows are read: all nodes that
	// lead to a node come before it, and nodes that lead to each other are one
	// step.
	Steps [][]*Node
	// Stages are nodes and leaves in the order in which their rows are changed: the
	// rows that refer to a row come before it, and items that refer to each other
	// are one stage.
	Stages [][]Item
	// Early is the number of stages at the beginning that hold only leaves. Their
	// rows are deleted before any column is set.
	Early int
	// Declared is a foreign key whose action the collector does, or nil. Keys of
	// tables between two models do not count, since they are not declared.
	Declared *modelinfo.ForeignKey

	nodes  map[*modelinfo.Model]*Node
	leaves map[*modelinfo.Model]*Leaf
}

// Node is a model whose rows are read before they are changed.
type Node struct {
	Model *modelinfo.Model
	// Refs are the columns beside the key that the walk needs: those that foreign
	// keys refer to, the time of deletion.
	Refs []*modelinfo.Field
	// AllColumns reports whether rows are read with every column, since a hook or a
	// receiver sees them.
	AllColumns bool
	// SameStep are the cascades to nodes of the same step, Cascades those to nodes
	// of later steps.
	SameStep, Cascades []*Edge
	// Protects and Restricts prevent the deletion, Sets change the foreign key.
	Protects, Restricts, Sets []*Edge
}

// Reads returns the columns that are read of the node's rows.
func (n *Node) Reads() []*modelinfo.Field {
	if n.AllColumns {
		return n.Model.Reads
	}
	return append(slices.Clip(n.Model.Key), n.Refs...)
}

// Leaf is a model whose rows are deleted unread, since no other row depends on
// them. Edges are the foreign keys by which they cascade.
type Leaf struct {
	Model *modelinfo.Model
	Edges []*Edge
}

// Item is a node or a leaf.
type Item struct {
	Node *Node
	Leaf *Leaf
}

// model returns the model of the node or leaf.
func (i Item) model() *modelinfo.Model {
	if i.Node != nil {
		return i.Node.Model
	}
	return i.Leaf.Model
}

// Edge is a foreign key to a node.
type Edge struct {
	Key *modelinfo.ForeignKey
	To  *Node
	// Pairs are those of the key. Restoring adds the times of deletion, which must
	// be equal.
	Pairs []modelinfo.Pair
}

// From returns the columns of the rows that refer to the node.
func (e *Edge) From() []*modelinfo.Field {
	return endsOf(e.Pairs, func(p modelinfo.Pair) *modelinfo.Field { return p.From })
}

// Refs returns the columns that From refer to.
func (e *Edge) Refs() []*modelinfo.Field {
	return endsOf(e.Pairs, func(p modelinfo.Pair) *modelinfo.Field { return p.To })
}

// endsOf returns one end of each pair.
func endsOf(pairs []modelinfo.Pair, of func(modelinfo.Pair) *modelinfo.Field) []*modelinfo.Field {
	out := make([]*modelinfo.Field, len(pairs))
	for i, p := range pairs {
		out[i] = of(p)
	}
	return out
}

// Leaf returns the leaf of a model, or nil.
func (g *Graph) Leaf(m *modelinfo.Model) *Leaf { return g.leaves[m] }

// Node returns the node of a model, or nil.
func (g *Graph) Node(m *modelinfo.Model) *Node { return g.nodes[m] }

// NewGraph returns the graph of a delete or restore of rows of root. allColumns
// reports whether a hook or a receiver sees each row of a model.
func NewGraph(root *modelinfo.Model, mode Mode, whole func(*modelinfo.Model) bool) (*Graph, error) {
	g := &Graph{Mode: mode, nodes: map[*modelinfo.Model]*Node{}, leaves: map[*modelinfo.Model]*Leaf{}}
	b := builder{Graph: g, allColumns: whole}
	var err error
	if g.Root, err = b.node(root); err != nil {
		return nil, err
	}
	g.RootOnly = !g.Root.AllColumns && b.isUnreferenced(g.Root)
	for _, n := range b.order {
		if len(n.Model.Key) == 0 && !g.RootOnly {
			return nil, fmt.Errorf("%s has no primary key, by which its rows could be deleted together with the rows that refer to them", n.Model.Name)
		}
	}
	b.steps()
	return g, b.stages()
}

// builder builds a graph. order holds the nodes in the order in which they were
// made.
type builder struct {
	*Graph
	allColumns func(*modelinfo.Model) bool
	order      []*Node
}

// isUnreferenced reports whether no row of another model depends on those of n.
func (b *builder) isUnreferenced(n *Node) bool {
	if len(n.SameStep)+len(n.Cascades)+len(n.Protects)+len(n.Restricts)+len(n.Sets) > 0 {
		return false
	}
	return !slices.ContainsFunc(b.order, func(o *Node) bool { return o != n }) && len(b.leaves) == 0
}

// node returns the node of a model. It makes the node, with every edge that
// leads to it, if there is none.
func (b *builder) node(m *modelinfo.Model) (*Node, error) {
	if n := b.nodes[m]; n != nil {
		return n, nil
	}
	n := &Node{Model: m, AllColumns: b.allColumns(m)}
	b.nodes[m] = n
	b.order = append(b.order, n)
	if b.Mode == Restoring {
		n.Refs = append(n.Refs, m.SoftDelete)
	}
	keys, err := m.DB.Referrers(m)
	if err != nil {
		return nil, err
	}
	for _, k := range keys {
		act := b.action(k)
		if act == models.DoNothing {
			continue
		}
		switch {
		case k.From.Unsupported != nil:
			return nil, k.From.Unsupported
		case b.Mode == Restoring && !k.From.TimedDelete:
			return nil, untimed(k.From)
		case !k.Link && b.Declared == nil:
			b.Declared = k
		}
		e := &Edge{Key: k, To: n, Pairs: k.Pairs}
		if b.Mode == Restoring {
			e.Pairs = append(slices.Clip(k.Pairs), modelinfo.Pair{From: k.From.SoftDelete, To: m.SoftDelete})
		}
		for _, f := range e.Refs() {
			if !f.PrimaryKey && !slices.Contains(n.Refs, f) {
				n.Refs = append(n.Refs, f)
			}
		}
		switch act {
		case models.Protect:
			n.Protects = append(n.Protects, e)
		case models.Restrict:
			n.Restricts = append(n.Restricts, e)
		case models.SetNull, models.SetDefault:
			n.Sets = append(n.Sets, e)
		case models.Cascade:
			if err := b.cascade(n, e); err != nil {
				return nil, err
			}
		}
	}
	return n, nil
}

// cascade adds an edge whose action is CASCADE, to a node or to a leaf.
func (b *builder) cascade(n *Node, e *Edge) error {
	from := e.Key.From
	leaf, err := b.isLeaf(from)
	if err != nil {
		return err
	}
	if !leaf {
		n.Cascades = append(n.Cascades, e)
		_, err := b.node(from)
		return err
	}
	if b.leaves[from] == nil {
		b.leaves[from] = &Leaf{Model: from}
	}
	b.leaves[from].Edges = append(b.leaves[from].Edges, e)
	return nil
}

// action returns the action of the collector for a foreign key. It is DoNothing
// where the database acts itself, and where the mode has no action.
func (b *builder) action(k *modelinfo.ForeignKey) models.OnDelete {
	act := k.OnDelete
	switch {
	case act.Action() != "" || act == "":
		return models.DoNothing
	case b.Mode == Soft && (act == models.SetNull || act == models.SetDefault),
		b.Mode == Restoring && act != models.Cascade,
		b.Mode != Hard && act == models.Cascade && (k.Link || k.From.SoftDelete == nil):
		return models.DoNothing // the row stays, and so do those that refer to it
	}
	return act
}

// isLeaf reports whether rows of a model need not be read: neither hooks nor
// receivers see them, and no rows are deleted with them.
func (b *builder) isLeaf(m *modelinfo.Model) (bool, error) {
	if b.nodes[m] != nil || b.allColumns(m) {
		return false, nil
	}
	if b.leaves[m] != nil {
		return true, nil
	}
	keys, err := m.DB.Referrers(m)
	if err != nil {
		return false, err
	}
	return !slices.ContainsFunc(keys, func(k *modelinfo.ForeignKey) bool { return b.action(k) != models.DoNothing }), nil
}

// steps sets the steps of the graph, and moves the cascades within a step to
// SameStep.
func (b *builder) steps() {
	next := func(n *Node) []*Node {
		var to []*Node
		for _, e := range n.Cascades {
			to = append(to, b.nodes[e.Key.From])
		}
		return to
	}
	b.Steps = components(b.order, next)
	slices.Reverse(b.Steps)
	for _, step := range b.Steps {
		for _, n := range step {
			var later []*Edge
			for _, e := range n.Cascades {
				if slices.Contains(step, b.nodes[e.Key.From]) {
					n.SameStep = append(n.SameStep, e)
				} else {
					later = append(later, e)
				}
			}
			n.Cascades = later
		}
	}
}

// stages sets the stages of the graph. They follow every foreign key between
// the models: even a key that is DO_NOTHING or has an action of the database
// must not refer to a row that was removed.
func (b *builder) stages() error {
	var items []Item
	at := map[*modelinfo.Model]Item{}
	for _, n := range b.order {
		items = append(items, Item{Node: n})
		for _, m := range b.leafModels(n) {
			items = append(items, Item{Leaf: b.leaves[m]})
		}
	}
	items = unique(items)
	for _, i := range items {
		at[i.model()] = i
	}
	before := map[Item][]Item{}
	for _, i := range items {
		keys, err := i.model().DB.Referrers(i.model())
		if err != nil {
			return err
		}
		for _, k := range keys {
			if from, ok := at[k.From]; ok {
				before[i] = append(before[i], from)
			}
		}
	}
	var early, late [][]Item
	lateItem := map[Item]bool{}
	for _, stage := range components(items, func(i Item) []Item { return before[i] }) {
		isLate := slices.ContainsFunc(stage, func(i Item) bool {
			return i.Node != nil || slices.ContainsFunc(before[i], func(o Item) bool { return lateItem[o] })
		})
		if !isLate {
			early = append(early, stage)
			continue
		}
		for _, i := range stage {
			lateItem[i] = true
		}
		late = append(late, stage)
	}
	b.Stages, b.Early = append(early, late...), len(early)
	return nil
}

// leafModels returns the models of the leaves that refer to a node, in the
// order of the foreign keys.
func (b *builder) leafModels(n *Node) []*modelinfo.Model {
	var all []*modelinfo.Model
	keys, _ := n.Model.DB.Referrers(n.Model) // node has returned the error
	for _, k := range keys {
		if l := b.leaves[k.From]; l != nil && slices.ContainsFunc(l.Edges, func(e *Edge) bool { return e.Key == k }) {
			all = append(all, k.From)
		}
	}
	return all
}

// unique returns items without repetitions.
func unique(items []Item) []Item {
	seen := map[Item]bool{}
	return slices.DeleteFunc(items, func(i Item) bool {
		if seen[i] {
			return true
		}
		seen[i] = true
		return false
	})
}
