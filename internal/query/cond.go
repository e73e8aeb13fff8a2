package query

import (
	"fmt"
	"slices"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/modelinfo"
)

// Cond is a condition: a Leaf, or several conditions joined by AND or OR; Not
// negates the whole. A nil *Cond is neutral.
type Cond struct {
	Leaf *Leaf
	Or   bool
	Not  bool
	Kids []*Cond
}

// Leaf compares one column.
type Leaf struct {
	Column Column
	Year   bool // the column's year is compared
	Op     lookup.Op
	Value  Value
}

// Column is a column at the end of a path of relations.
type Column struct {
	Path  []*modelinfo.Relation
	Field *modelinfo.Field
}

// And joins conditions by AND.
func And(conds ...*Cond) *Cond { return join(false, conds) }

// Or joins conditions by OR.
func Or(conds ...*Cond) *Cond { return join(true, conds) }

// Not negates; the neutral condition stays neutral.
func Not(c *Cond) *Cond {
	switch {
	case c == nil:
		return nil
	case c.Leaf == nil:
		n := *c
		n.Not = !c.Not
		return &n
	}
	return &Cond{Not: true, Kids: []*Cond{c}}
}

// join makes one node of conditions with the same connector, as Django's
// tree.Node.add: the number of children decides how OR treats joins.
func join(or bool, conds []*Cond) *Cond {
	n := &Cond{Or: or}
	var only *Cond
	for _, c := range conds {
		if c == nil {
			continue
		}
		only = c
		if c.Leaf == nil && !c.Not && (c.Or == or || len(c.Kids) == 1) {
			n.Kids = append(n.Kids, c.Kids...)
		} else {
			n.Kids = append(n.Kids, c)
		}
	}
	switch len(n.Kids) {
	case 0:
		return nil
	case 1:
		if only.Leaf == nil {
			return only
		}
	}
	return n
}

// Extended is the condition of a Filter or Exclude call with one more lookup
// in it: an Exclude negates all of them together.
func Extended(call, more *Cond) *Cond {
	if call.Not {
		inner := *call
		inner.Not = false
		return Not(And(&inner, more))
	}
	return And(call, more)
}

// NewLeaf makes the condition that a resolved lookup and its value say.
func NewLeaf(p lookup.Path, value any) (*Cond, error) {
	col, rel, err := column(p)
	if err != nil {
		return nil, err
	}
	leaf := &Leaf{Column: col, Year: slices.Contains(p.Transforms, lookup.Year), Op: p.Op}
	if leaf.Year && (p.Op.IsText() || len(p.Transforms) > 1) {
		return nil, &ValueError{Lookup: p.Text, Field: col.Field, Value: value, Want: "a comparison of years: exact, gt, gte, lt, lte, in, range or isnull"}
	}
	if err := leaf.setValue(p.Text, rel, value); err != nil {
		return nil, err
	}
	return &Cond{Kids: []*Cond{{Leaf: leaf}}}, nil
}

// ToManyError is a path that crosses a relation to several rows.
type ToManyError struct {
	Text     string
	Relation *modelinfo.Relation
}

func (e *ToManyError) Error() string {
	return fmt.Sprintf("%s.%s leads to many rows: %q cannot be filtered or ordered by yet (query %s from its own side)",
		e.Relation.From.Name, e.Relation.Name, e.Text, e.Relation.To.Name)
}

// NewColumn finds the column that a resolved name means.
func NewColumn(p lookup.Path) (Column, error) {
	c, _, err := column(p)
	return c, err
}

// column finds the column that a path means, and the relation that it ends at,
// nil when it ends at a column. The key at the far end of a foreign key is the
// foreign key itself: such joins are trimmed, as Django's trim_joins does.
func column(p lookup.Path) (Column, *modelinfo.Relation, error) {
	var c Column
	for _, r := range p.Relations {
		rel := r.(*modelinfo.Relation)
		if rel.ToMany() {
			return c, nil, &ToManyError{Text: p.Text, Relation: rel}
		}
		c.Path = append(c.Path, rel)
	}
	var last *modelinfo.Relation
	if p.Field != nil {
		c.Field = p.Field.(*modelinfo.Field)
	} else {
		last = c.Path[len(c.Path)-1]
		if len(last.Pairs) != 1 || len(last.To.Key) != 1 {
			return c, nil, fmt.Errorf("%s.%s has a key of several columns: compare the columns of %q one by one", last.From.Name, last.Name, p.Text)
		}
		if last.Kind == modelinfo.BelongsTo {
			c.Field = last.Pairs[0].To
		} else {
			c.Field = last.To.Key[0]
		}
	}
	for n := len(c.Path); n > 0; n-- {
		rel := c.Path[n-1]
		if rel.Kind != modelinfo.BelongsTo || len(rel.Pairs) != 1 || rel.Pairs[0].To != c.Field || rel.To.SoftDelete != nil && p.Field != nil {
			break
		}
		c.Field, c.Path = rel.Pairs[0].From, c.Path[:n-1]
	}
	return c, last, nil
}
