package repo

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/exec"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/param"
	"github.com/gormango/gormango/internal/query"
)

// linkColumns returns the columns of the table between in pairs.
func linkColumns(pairs []modelinfo.ThroughPair) []*modelinfo.Field {
	fields := make([]*modelinfo.Field, len(pairs))
	for i, p := range pairs {
		fields[i] = p.Field
	}
	return fields
}

// setThrough checks the values of Through and keeps them.
func (t *tie) setThrough(values map[string]any) error {
	model := t.rel.From.Name
	switch {
	case len(values) == 0:
		t.through = nil
		return nil
	case !t.many():
		return t.mistaken(fmt.Errorf("%s.%s is not many-to-many, so no links have values", model, t.rel.Name))
	case t.rel.Through.Own:
		return t.mistaken(fmt.Errorf("the table between of %s.%s has no columns but the keys (declare a model for %s, and name it to Config.Models)", model, t.rel.Name, t.rel.Through.Table))
	}
	link := *t.s
	link.model, link.q = t.rel.Through.Model, query.New(t.rel.Through.Model)
	ends := append(linkColumns(t.rel.Through.From), linkColumns(t.rel.Through.To)...)
	t.through = nil
	for _, name := range slices.Sorted(maps.Keys(values)) {
		set, err := link.set(name, values[name])
		switch {
		case err != nil:
		case set.Expr != nil:
			err = errors.New("a link takes values, no expressions")
		case slices.Contains(ends, set.Field):
			err = fmt.Errorf("%s.%s is an end of the link, which the verbs fill in", link.model.Name, set.Field.Column)
		}
		if err != nil {
			return link.mistaken(name, err)
		}
		t.through = append(t.through, set)
	}
	return nil
}

// conflict returns the ON CONFLICT clause of an insert of links. safe reports
// whether that insert can skip existing links.
func (t *tie) conflict() (on *compile.Conflict, safe bool) {
	if t.rel.Through.Own {
		return &compile.Conflict{}, true
	}
	ends := append(linkColumns(t.rel.Through.From), linkColumns(t.rel.Through.To)...)
	if t.rel.Through.Model.Arbiter(ends...) {
		return &compile.Conflict{Columns: ends, Revive: true}, true
	}
	return nil, false
}

// link writes the links to far rows that are missing.
func (t *tie) link(ctx context.Context, keys [][]any) error {
	if len(keys) == 0 {
		return nil
	}
	on, safe := t.conflict()
	listens := t.listens()
	if safe && !listens {
		return t.insertLinks(ctx, on, t.pairs(keys, keys))
	}
	return t.s.together(ctx, true, func(ctx context.Context) error {
		there, back, err := t.linked(ctx, keys)
		if err != nil {
			return err
		}
		missing := t.without(keys, there)
		if err := t.notify(ctx, preAdd, missing); err != nil {
			return err
		}
		mirrored := keys
		if !safe {
			mirrored = t.without(keys, back)
		}
		if err := t.insertLinks(ctx, on, t.pairs(missing, mirrored)); err != nil {
			return err
		}
		return t.notify(ctx, postAdd, missing)
	})
}

// without returns the keys that are not among others.
func (t *tie) without(keys [][]any, others map[any]bool) [][]any {
	fields, missing := t.target(), [][]any{}
	for _, k := range keys {
		if !others[param.RowKey(fields, k)] {
			missing = append(missing, k)
		}
	}
	return missing
}

// pairs returns the links to keys, and those from mirrored where the relation
// is symmetrical: a value of each column at either end.
func (t *tie) pairs(keys, mirrored [][]any) [][]any {
	rows := make([][]any, 0, len(keys))
	for _, k := range keys {
		rows = append(rows, append(slices.Clone(t.own), k...))
	}
	if !t.rel.Options.Symmetrical {
		return rows
	}
	own := param.RowKey(t.near, t.own)
	for _, k := range mirrored {
		if param.RowKey(t.target(), k) != own { // a link to itself is one row
			rows = append(rows, append(slices.Clone(k), t.own...))
		}
	}
	return rows
}

// insertLinks writes rows of the table between.
func (t *tie) insertLinks(ctx context.Context, on *compile.Conflict, rows [][]any) error {
	if len(rows) == 0 {
		return nil
	}
	link := t.rel.Through.Model
	each := append(linkColumns(t.rel.Through.From), linkColumns(t.rel.Through.To)...)
	var same []compile.Set
	if !t.rel.Through.Own {
		blank := reflect.New(link.Type).Elem()
		if err := link.Fill(ctx, blank); err != nil {
			return err
		}
		if err := param.Stamp(ctx, blank, link.Fields, t.s.db.NowFunc(), true); err != nil {
			return err
		}
		for _, f := range link.Fields {
			v, zero := f.ValueOf(ctx, blank)
			at := slices.IndexFunc(t.through, func(s compile.Set) bool { return s.Field == f })
			switch {
			case at >= 0:
				same = append(same, t.through[at])
			case slices.Contains(each, f), f.Generated, !f.Creatable, f == link.UUIDKey:
			case zero && (f.Auto || f.HasDefaultValue):
			default:
				same = append(same, compile.Set{Field: f, Value: v})
			}
		}
		if link.UUIDKey != nil && !slices.Contains(each, link.UUIDKey) {
			each = append(each, link.UUIDKey)
			for i := range rows {
				one := reflect.New(link.Type).Elem()
				if err := link.Fill(ctx, one); err != nil {
					return err
				}
				v, _ := link.UUIDKey.ValueOf(ctx, one)
				rows[i] = append(rows[i], v)
			}
		}
	}
	v := compile.Values{Columns: each, Args: param.Arrays(len(each), rows)}
	_, err := t.s.conn.Exec(ctx, compile.InsertLinks(link, v, same, on))
	return err
}

// links returns rows of the table between, from the owner to keys (nil: all).
// For a symmetrical relation these include the links in the other direction.
func (t *tie) links(keys [][]any) *query.Query {
	through := t.rel.Through
	oneWay := func(near, far []modelinfo.ThroughPair) *query.Cond {
		c := query.Equals(nil, linkColumns(near), t.own)
		switch {
		case keys != nil:
			c.Kids = append(c.Kids, query.In(nil, linkColumns(far), keys))
		case t.scope != nil && len(t.scope.Steps) > 0:
			c.Kids = append(c.Kids, query.OneOf(linkColumns(far)[0], t.scope, t.target()[0]))
		}
		return c
	}
	c := oneWay(through.From, through.To)
	if t.rel.Options.Symmetrical {
		c = call(&query.Cond{Conn: query.OR, Kids: []*query.Cond{c, oneWay(through.To, through.From)}})
	}
	return query.New(through.Model).With(c)
}

// linked reads to which of keys there are links, and from which.
func (t *tie) linked(ctx context.Context, keys [][]any) (to, from map[any]bool, err error) {
	through := t.rel.Through
	near, far := linkColumns(through.From), linkColumns(through.To)
	c := &query.Columns{}
	for _, f := range append(slices.Clone(near), far...) {
		c.Names = append(c.Names, query.Column{Name: f.Column, Expr: query.FieldRef(f)})
	}
	st, err := compile.SelectPrimary(t.links(keys).Select(c))
	if err != nil || st.None {
		return nil, nil, err
	}
	rd, err := exec.NewReader[[]any](st, t.s.db)
	if err != nil {
		return nil, nil, err
	}
	rows, err := exec.Read(ctx, t.s.conn, st, rd)
	if err != nil {
		return nil, nil, err
	}
	to, from = map[any]bool{}, map[any]bool{}
	own := param.RowKey(near, t.own)
	for _, row := range rows {
		a, b := param.RowKey(near, row[:len(near)]), param.RowKey(far, row[len(near):])
		if a == own {
			to[b] = true
		}
		if b == own {
			from[a] = true
		}
	}
	return to, from, nil
}

// unlink removes the links to keys.
func (t *tie) unlink(ctx context.Context, keys [][]any) error {
	if len(keys) == 0 {
		return nil
	}
	return t.s.together(ctx, t.listens() || !t.rel.Through.Own, func(ctx context.Context) error {
		if err := t.notify(ctx, preRemove, keys); err != nil {
			return err
		}
		if err := t.deleteRows(ctx, t.links(keys)); err != nil {
			return err
		}
		return t.notify(ctx, postRemove, keys)
	})
}

// unlinkAll removes every link of the owner; with a scope those to rows within
// it.
func (t *tie) unlinkAll(ctx context.Context) error {
	if t.scope != nil && len(t.scope.Steps) > 0 && len(t.rel.Through.To) > 1 {
		return t.mistaken(errors.New("Clear within With is not possible over a key of several columns (use Replace)"))
	}
	return t.s.together(ctx, t.listens() || !t.rel.Through.Own, func(ctx context.Context) error {
		if err := t.notify(ctx, preClear, nil); err != nil {
			return err
		}
		if err := t.deleteRows(ctx, t.links(nil)); err != nil {
			return err
		}
		return t.notify(ctx, postClear, nil)
	})
}
