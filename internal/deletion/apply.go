package deletion

import (
	"context"
	"slices"
	"time"

	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/exec"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/signal"
	"github.com/gormango/gormango/internal/store"
	"github.com/gormango/gormango/models"
)

// apply deletes, marks or restores the rows that walk has found.
func (c *collector) apply(ctx context.Context) error {
	if c.s.Query.Fence != nil {
		if err := c.checkFence(ctx); err != nil {
			return err
		}
	}
	if c.g.Mode != Restoring {
		if err := c.notify(ctx, signal.PreDelete); err != nil {
			return err
		}
	}
	for i, stage := range c.g.Stages {
		if i == c.g.Early {
			if err := c.setColumns(ctx); err != nil {
				return err
			}
		}
		var err error
		if c.g.Mode == Hard {
			err = c.remove(ctx, stage)
		} else {
			err = c.mark(ctx, stage)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// notify sends a signal for every row of the nodes, in the order of deletion.
func (c *collector) notify(ctx context.Context, kind signal.Kind) error {
	for _, stage := range c.g.Stages {
		for _, i := range stage {
			if i.Node == nil {
				continue
			}
			if err := c.notifyRows(ctx, kind, i.Node); err != nil {
				return err
			}
		}
	}
	return nil
}

// notifyRows sends a signal for every row of a node.
func (c *collector) notifyRows(ctx context.Context, kind signal.Kind, n *Node) error {
	signals := &c.s.Registry.Signals
	if !signals.Any(kind, n.Model.Type) {
		return nil
	}
	for _, r := range c.rows(n) {
		if err := signals.Send(ctx, kind, n.Model.Type, r.obj.Addr().Interface()); err != nil {
			return err
		}
	}
	return nil
}

// setColumns applies SET_NULL and SET_DEFAULT by one statement for each foreign
// key.
func (c *collector) setColumns(ctx context.Context) error {
	for _, step := range c.g.Steps {
		for _, n := range step {
			for _, e := range n.Sets {
				in, ok := referrersOf(ctx, e, c.rows(n))
				if !ok {
					continue
				}
				var sets []compile.Set
				for _, f := range e.From() {
					sets = append(sets, assignment(e.Key.OnDelete, f))
				}
				if err := c.exec(ctx, compile.UpdateAmong(compile.Target{Model: e.Key.From, In: []compile.Among{in}}, sets, false), ""); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// assignment returns the value that a column of a foreign key is set to. A
// constant default is the model's, which the table need not have.
func assignment(act models.OnDelete, f *modelinfo.Field) compile.Set {
	switch {
	case act == models.SetNull || !f.HasDefaultValue:
		return compile.Set{Field: f}
	case f.DefaultValueInterface != nil:
		return compile.Set{Field: f, Value: f.DefaultValueInterface}
	}
	return compile.Set{Field: f, Default: true}
}

// exec runs a statement, and counts the rows under name unless that is empty.
func (c *collector) exec(ctx context.Context, st *compile.Stmt, name string) error {
	n, err := c.s.Conn.Exec(ctx, st)
	if err == nil && name != "" {
		c.addCount(name, n)
	}
	return err
}

// addCount adds n rows to the counts.
func (c *collector) addCount(name string, n int64) {
	if n > 0 {
		c.count.Total += n
		c.count.By[name] += n
	}
}

// label returns the name under which a model's rows are counted: that of the
// table for a table between two models, else that of the model.
func label(edges []*Edge, m *modelinfo.Model) string {
	if slices.ContainsFunc(edges, func(e *Edge) bool { return e.Key.Link }) {
		return m.Table
	}
	return m.Name
}

// part is rows of one table that one statement deletes or marks.
type part struct {
	name   string
	target compile.Target
	// fromCaller are the objects of the caller, each of which must have a row.
	fromCaller []*row
}

// parts returns the parts of a stage. byGORM are the rows that GORM deletes,
// since a hook has changed their statement.
func (c *collector) parts(ctx context.Context, stage []Item) (parts []part, byGORM []*row) {
	for _, i := range stage {
		if l := i.Leaf; l != nil {
			p := part{name: label(l.Edges, l.Model), target: compile.Target{Model: l.Model}}
			for _, e := range l.Edges {
				if in, ok := referrersOf(ctx, e, c.rows(e.To)); ok {
					p.target.In = append(p.target.In, in)
				}
			}
			if len(p.target.In) > 0 {
				parts = append(parts, p)
			}
			continue
		}
		m := i.Node.Model
		var fromCaller, others []*row
		for _, r := range c.rows(i.Node) {
			switch {
			case r.hooks != nil && r.hooks.ChangedStatement():
				byGORM = append(byGORM, r)
			case r.fromCaller:
				fromCaller = append(fromCaller, r)
			default:
				others = append(others, r)
			}
		}
		if len(fromCaller) > 0 {
			columns := m.Key
			if m.Version != nil {
				columns = append(slices.Clip(columns), m.Version)
			}
			in, _ := valuesOf(ctx, columns, objectsOf(fromCaller))
			parts = append(parts, part{m.Name, compile.Target{Model: m, In: []compile.Among{in}}, fromCaller})
		}
		if len(others) > 0 {
			in, _ := valuesOf(ctx, m.Key, objectsOf(others))
			parts = append(parts, part{m.Name, compile.Target{Model: m, In: []compile.Among{in}}, nil})
		}
	}
	return parts, byGORM
}

// remove deletes the rows of a stage by one statement.
func (c *collector) remove(ctx context.Context, stage []Item) error {
	parts, byGORM := c.parts(ctx, stage)
	if len(parts) > 0 {
		counts, had, err := c.deleteParts(ctx, parts)
		if err != nil {
			return err
		}
		for i, p := range parts {
			c.addCount(p.name, counts[i])
			if counts[i] < int64(len(p.fromCaller)) {
				if c.s.Model.Version == nil && had == counts[i] {
					return store.DoesNotExist{Model: c.s.Model.Name}
				}
				return c.missingRow(ctx, p.fromCaller, counts[i])
			}
		}
	}
	if err := c.deleteByGORM(ctx, byGORM); err != nil {
		return err
	}
	return c.runAfterDelete(ctx, stage)
}

// deleteParts deletes the rows of parts. It returns the number of rows of each,
// and the number that the caller's objects had, or -1. A delete of one
// statement does not count those.
func (c *collector) deleteParts(ctx context.Context, parts []part) (counts []int64, had int64, err error) {
	counted := slices.IndexFunc(parts, func(p part) bool { return p.fromCaller != nil })
	if len(parts) == 1 && (counted < 0 || len(c.g.Stages) == 1) {
		n, err := c.s.Conn.Exec(ctx, compile.DeleteAmong(parts[0].target))
		return []int64{n}, -1, err
	}
	var targets []compile.Target
	for _, p := range parts {
		targets = append(targets, p.target)
	}
	st := compile.DeleteTogether(targets, counted)
	rd, err := exec.NewReader[[]any](st, c.s.DB)
	if err != nil {
		return nil, -1, err
	}
	rows, err := exec.Read(ctx, c.s.Conn, st, rd)
	if err != nil {
		return nil, -1, err
	}
	for _, n := range rows[0] {
		counts = append(counts, n.(int64))
	}
	if counted < 0 {
		return counts, -1, nil
	}
	return counts[:len(parts)], counts[len(parts)], nil
}

// mark sets the time of deletion of a stage's rows, or clears it.
func (c *collector) mark(ctx context.Context, stage []Item) error {
	parts, byGORM := c.parts(ctx, stage)
	for _, p := range parts {
		m := p.target.Model
		sets, err := c.marks(m)
		if err != nil {
			return err
		}
		// The target has copied its arguments, so fill may change the objects.
		if err := c.fill(ctx, m, p.fromCaller, sets); err != nil {
			return err
		}
		if m.Version != nil {
			sets = append(sets, compile.Set{Field: m.Version, Next: true})
		}
		n, err := c.s.Conn.Exec(ctx, compile.UpdateAmong(p.target, sets, c.g.Mode == Soft))
		if err != nil {
			return err
		}
		c.addCount(p.name, n)
		if n < int64(len(p.fromCaller)) {
			return c.missingRow(ctx, p.fromCaller, 0)
		}
	}
	if err := c.deleteByGORM(ctx, byGORM); err != nil || c.g.Mode == Restoring {
		return err
	}
	return c.runAfterDelete(ctx, stage)
}

// marks returns the assignments that mark rows of a model as deleted, or remove
// the mark.
func (c *collector) marks(m *modelinfo.Model) ([]compile.Set, error) {
	if c.g.Mode == Restoring {
		return []compile.Set{{Field: m.SoftDelete}}, nil
	}
	return MarkSets(c.s.DB, m, c.deletionTime)
}

// MarkSets returns the assignments that mark rows of a model as deleted at a
// time.
func MarkSets(db *gorm.DB, m *modelinfo.Model, at time.Time) ([]compile.Set, error) {
	marks, err := m.Marks(db, at)
	sets := make([]compile.Set, len(marks))
	for i, k := range marks {
		sets[i] = compile.Set{Field: k.Field, Value: k.Value}
	}
	return sets, err
}

// fill sets the marks and the version in objects of the caller. Their fields
// are restored when the write fails.
func (c *collector) fill(ctx context.Context, m *modelinfo.Model, fromCaller []*row, marks []compile.Set) error {
	for _, r := range fromCaller {
		for _, k := range marks {
			if k.Value == nil {
				k.Field.ReflectValueOf(ctx, r.obj).SetZero()
			} else if err := k.Field.Set(ctx, r.obj, k.Value); err != nil {
				return err
			}
		}
		if m.Version != nil {
			if err := m.RaiseVersion(ctx, r.obj); err != nil {
				return err
			}
		}
	}
	return nil
}

// deleteByGORM deletes rows by the statements that their hooks have changed.
func (c *collector) deleteByGORM(ctx context.Context, rows []*row) error {
	for _, r := range rows {
		s := r.hooks.State
		w := store.RowWrite{Version: s.Model.Version, Narrowed: true}
		if w.Version != nil {
			w.OldVersion, _ = w.Version.ValueOf(ctx, r.obj)
		}
		err := r.hooks.WriteByGORM(func(tx *gorm.DB) *gorm.DB { return w.WhereVersion(tx).Delete(r.hooks.Obj) })
		if err = s.MissingRow(ctx, r.obj, w, err); err != nil {
			return err
		}
		c.addCount(s.Model.Name, 1)
	}
	return nil
}

// runAfterDelete runs the AfterDelete hooks and sends PostDelete for the rows
// of a stage.
func (c *collector) runAfterDelete(ctx context.Context, stage []Item) error {
	for _, i := range stage {
		if i.Node == nil {
			continue
		}
		for _, r := range c.rows(i.Node) {
			if r.hooks == nil {
				continue
			}
			if err := r.hooks.Run(store.AfterDelete); err != nil {
				return err
			}
		}
		if err := c.notifyRows(ctx, signal.PostDelete, i.Node); err != nil {
			return err
		}
	}
	return nil
}

// missingRow returns the error for objects of the caller some of which had no
// row: their row does not exist, has another version, or was kept by a trigger.
// deleted is the number of rows that the statement deleted.
func (c *collector) missingRow(ctx context.Context, fromCaller []*row, deleted int64) error {
	m := c.s.Model
	in, _ := valuesOf(ctx, m.Key, objectsOf(fromCaller))
	existing, err := c.s.Structs(ctx, compile.SelectAmong(m, m.Key, in, c.g.Mode == Soft && m.Version == nil))
	want := int64(len(fromCaller))
	switch {
	case err != nil:
		return err
	case int64(len(existing))+deleted < want:
		return store.DoesNotExist{Model: m.Name}
	case m.Version != nil:
		return store.StaleObject{Model: m.Name}
	}
	return store.NotWritten{Model: m.Name, Rows: deleted, Want: want}
}
