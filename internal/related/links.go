package related

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
	"github.com/gormango/gormango/internal/signal"
)

// linkColumns returns the columns of the table between in pairs.
func linkColumns(pairs []modelinfo.ThroughPair) []*modelinfo.Field {
	fields := make([]*modelinfo.Field, len(pairs))
	for i, p := range pairs {
		fields[i] = p.Field
	}
	return fields
}

// SetThrough checks the values of Through and keeps them.
func (t *Tie) SetThrough(values map[string]any) error {
	model := t.Rel.From.Name
	switch {
	case len(values) == 0:
		t.through = nil
		return nil
	case !t.Many():
		return t.mistaken(fmt.Errorf("%s.%s is not many-to-many, so no links have values", model, t.Rel.Name))
	case t.Rel.Through.Own:
		return t.mistaken(fmt.Errorf("the table between of %s.%s has no columns but the keys (declare a model for %s, and name it to Config.Models)", model, t.Rel.Name, t.Rel.Through.Table))
	}
	link := *t.Rows
	link.Model, link.Query = t.Rel.Through.Model, query.New(t.Rel.Through.Model)
	ends := append(linkColumns(t.Rel.Through.From), linkColumns(t.Rel.Through.To)...)
	t.through = nil
	for _, name := range slices.Sorted(maps.Keys(values)) {
		set, err := link.Set(name, values[name])
		switch {
		case err != nil:
		case set.Expr != nil:
			err = errors.New("a link takes values, no expressions")
		case slices.Contains(ends, set.Field):
			err = fmt.Errorf("%s.%s is an end of the link, which the verbs fill in", link.Model.Name, set.Field.Column)
		}
		if err != nil {
			return link.Mistaken(name, err)
		}
		t.through = append(t.through, set)
	}
	return nil
}

// conflict returns the ON CONFLICT clause of an insert of links. safe reports
// whether that insert can skip existing links.
func (t *Tie) conflict() (on *compile.Conflict, safe bool) {
	if t.Rel.Through.Own {
		return &compile.Conflict{}, true
	}
	ends := append(linkColumns(t.Rel.Through.From), linkColumns(t.Rel.Through.To)...)
	if t.Rel.Through.Model.Arbiter(ends...) {
		return &compile.Conflict{Columns: ends, Revive: true}, true
	}
	return nil, false
}

// Link writes the links to far rows that are missing.
func (t *Tie) Link(ctx context.Context, keys [][]any) error {
	if len(keys) == 0 {
		return nil
	}
	on, safe := t.conflict()
	listens := t.listens()
	if safe && !listens {
		return t.insertLinks(ctx, on, t.pairs(keys, keys))
	}
	return t.Rows.Together(ctx, true, func(ctx context.Context) error {
		there, back, err := t.linked(ctx, keys)
		if err != nil {
			return err
		}
		missing := t.without(keys, there)
		if err := t.notify(ctx, PreAdd, missing); err != nil {
			return err
		}
		mirrored := keys
		if !safe {
			mirrored = t.without(keys, back)
		}
		if err := t.insertLinks(ctx, on, t.pairs(missing, mirrored)); err != nil {
			return err
		}
		return t.notify(ctx, PostAdd, missing)
	})
}

// without returns the keys that are not among others.
func (t *Tie) without(keys [][]any, others map[any]bool) [][]any {
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
func (t *Tie) pairs(keys, mirrored [][]any) [][]any {
	rows := make([][]any, 0, len(keys))
	for _, k := range keys {
		rows = append(rows, append(slices.Clone(t.own), k...))
	}
	if !t.Rel.Options.Symmetrical {
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
func (t *Tie) insertLinks(ctx context.Context, on *compile.Conflict, rows [][]any) error {
	if len(rows) == 0 {
		return nil
	}
	link := t.Rel.Through.Model
	each := append(linkColumns(t.Rel.Through.From), linkColumns(t.Rel.Through.To)...)
	var same []compile.Set
	if !t.Rel.Through.Own {
		blank := reflect.New(link.Type).Elem()
		if err := link.Fill(ctx, blank); err != nil {
			return err
		}
		if err := param.Stamp(ctx, blank, link.Fields, t.Rows.DB.NowFunc(), true); err != nil {
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
	_, err := t.Rows.Conn.Exec(ctx, compile.InsertLinks(link, v, same, on))
	return err
}

// links returns rows of the table between, from the owner to keys (nil: all).
// For a symmetrical relation these include the links in the other direction.
func (t *Tie) links(keys [][]any) *query.Query {
	through := t.Rel.Through
	oneWay := func(near, far []modelinfo.ThroughPair) *query.Cond {
		c := query.Equals(nil, linkColumns(near), t.own)
		switch {
		case keys != nil:
			c.Kids = append(c.Kids, query.In(nil, linkColumns(far), keys))
		case t.Scope != nil && len(t.Scope.Steps) > 0:
			c.Kids = append(c.Kids, query.OneOf(linkColumns(far)[0], t.Scope, t.target()[0]))
		}
		return c
	}
	c := oneWay(through.From, through.To)
	if t.Rel.Options.Symmetrical {
		c = call(&query.Cond{Conn: query.OR, Kids: []*query.Cond{c, oneWay(through.To, through.From)}})
	}
	return query.New(through.Model).With(c)
}

// linked reads to which of keys there are links, and from which.
func (t *Tie) linked(ctx context.Context, keys [][]any) (to, from map[any]bool, err error) {
	through := t.Rel.Through
	near, far := linkColumns(through.From), linkColumns(through.To)
	c := &query.Columns{}
	for _, f := range append(slices.Clone(near), far...) {
		c.Names = append(c.Names, query.Column{Name: f.Column, Expr: query.FieldRef(f)})
	}
	st, err := compile.SelectPrimary(t.links(keys).Select(c))
	if err != nil || st.None {
		return nil, nil, err
	}
	rd, err := exec.NewReader[[]any](st, t.Rows.DB)
	if err != nil {
		return nil, nil, err
	}
	rows, err := exec.Read(ctx, t.Rows.Conn, st, rd)
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

// Unlink removes the links to keys.
func (t *Tie) Unlink(ctx context.Context, keys [][]any) error {
	if len(keys) == 0 {
		return nil
	}
	return t.Rows.Together(ctx, t.listens() || !t.Rel.Through.Own, func(ctx context.Context) error {
		if err := t.notify(ctx, PreRemove, keys); err != nil {
			return err
		}
		if err := t.deleteRows(ctx, t.links(keys)); err != nil {
			return err
		}
		return t.notify(ctx, PostRemove, keys)
	})
}

// unlinkAll removes every link of the owner; with a scope those to rows within
// it.
func (t *Tie) unlinkAll(ctx context.Context) error {
	if t.Scope != nil && len(t.Scope.Steps) > 0 && len(t.Rel.Through.To) > 1 {
		return t.mistaken(errors.New("Clear within With is not possible over a key of several columns (use Replace)"))
	}
	return t.Rows.Together(ctx, t.listens() || !t.Rel.Through.Own, func(ctx context.Context) error {
		if err := t.notify(ctx, PreClear, nil); err != nil {
			return err
		}
		if err := t.deleteRows(ctx, t.links(nil)); err != nil {
			return err
		}
		return t.notify(ctx, PostClear, nil)
	})
}

// The kinds of change of links.
const (
	PreAdd     = "pre_add"
	PostAdd    = "post_add"
	PreRemove  = "pre_remove"
	PostRemove = "post_remove"
	PreClear   = "pre_clear"
	PostClear  = "post_clear"
)

// Linking is a change of links of a relation: the kind of change, the owner as
// a pointer, the keys of the far rows.
type Linking struct {
	Rel    *modelinfo.Relation
	Action string
	Obj    any
	Keys   []any
}

type ErrNoLinks struct{ Model, Rel string }

func (e ErrNoLinks) Error() string {
	return e.Model + "." + e.Rel + " is no many-to-many relation, so it has no links"
}

// listens reports whether there are receivers for the relation's links.
func (t *Tie) listens() bool {
	return t.Rows.Registry.Signals.Any(signal.LinksChanged, t.Rel.Through.Table)
}

// notify calls the receivers of a change of links to far rows.
func (t *Tie) notify(ctx context.Context, action string, keys [][]any) error {
	if !t.listens() {
		return nil
	}
	e := Linking{Rel: t.Rel, Action: action, Obj: t.owner.Addr().Interface()}
	if keys != nil {
		e.Keys = make([]any, len(keys))
	}
	for i, k := range keys {
		e.Keys[i] = any(k)
		if len(k) == 1 {
			e.Keys[i], _ = param.Plain(k[0])
		}
	}
	return t.Rows.Registry.Signals.Send(ctx, signal.LinksChanged, t.Rel.Through.Table, e)
}
