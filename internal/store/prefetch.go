package store

import (
	"context"
	"fmt"
	"reflect"
	"unsafe"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/exec"
	"github.com/gormango/gormango/internal/query"
)

// prefetchAll loads the relations that q prefetches into owners, with one
// statement for each relation of a path. Those of one depth are read together.
func prefetchAll(ctx context.Context, s *State, q *query.Query, owners []reflect.Value) error {
	l := &loader{s: s, verb: "prefetching"}
	return l.load(ctx, relationsOf(q), owners)
}

// loader loads relations into objects.
type loader struct {
	s       *State
	verb    string // for errors
	missing bool   // whether objects are left out into which a relation was loaded
}

// load loads relations into owners and, depth by depth, those below them.
func (l *loader) load(ctx context.Context, relations []*relation, owners []reflect.Value) error {
	loads := l.loadsOf(ctx, relations, owners, &loadGroup{})
	for len(loads) > 0 {
		var calls []*exec.Call
		for _, d := range loads {
			if err := d.ask(ctx); err != nil {
				return d.error(err)
			}
			if d.call != nil {
				calls = append(calls, d.call)
			}
		}
		exec.Together(ctx, l.s.Conn, calls)
		for _, d := range loads {
			if d.call != nil && d.call.Err != nil {
				return d.error(d.call.Err)
			}
		}
		var next []*load
		for _, d := range loads {
			below, err := d.answered(ctx)
			if err != nil {
				return err
			}
			next = append(next, below...)
		}
		loads = next
	}
	return nil
}

// loadGroup is loads that are to end before something else begins.
type loadGroup struct {
	of   *load // whose objects are the owners, nil for those of the caller
	left int   // loads that have not ended
	// then is called when all have ended. It returns what is to be loaded next.
	then func(ctx context.Context) ([]*load, error)
}

// end notes the end of a load. It returns what is to be loaded next.
func (g *loadGroup) end(ctx context.Context) ([]*load, error) {
	if g.left--; g.left > 0 || g.then == nil {
		return nil, nil
	}
	return g.then(ctx)
}

// load loads one relation into its owners.
type load struct {
	*loader
	relation *relation
	group    *loadGroup
	all      []reflect.Value // with those into which it was loaded before
	owners   []reflect.Value

	// The relation is dealt out by dealer, or by keys where that cannot be.
	dealer *dealer
	keys   *ownerKeys
	found  map[any][]exec.Found

	call    *exec.Call // nil without a statement
	rows    *[]unsafe.Pointer
	objects *[]exec.Found
}

// loadsOf returns the loads of relations of owners, and those below relations
// that are loaded already. It adds them to a group.
func (l *loader) loadsOf(ctx context.Context, relations []*relation, owners []reflect.Value, g *loadGroup) (loads []*load) {
	if len(owners) == 0 {
		return nil
	}
	for _, r := range relations {
		into := owners
		switch {
		case r.loaded:
			into = nil
		case l.missing:
			into = notLoaded(ctx, r.link, owners)
		}
		if len(into) == 0 {
			if len(r.below) > 0 {
				loads = append(loads, l.loadsOf(ctx, r.below, heldObjects(ctx, r.link, owners), g)...)
			}
			continue
		}
		g.left++
		d := &load{loader: l, relation: r, group: g, all: owners, owners: into, dealer: newDealer(ctx, r.link, into)}
		if d.dealer == nil {
			d.keys = ownerKeysOf(ctx, r.link.Rel, into)
		}
		loads = append(loads, d)
	}
	return loads
}

// error returns the error of a load, with the names of the relation and of
// those above whose QuerySet prefetches it.
func (d *load) error(err error) error {
	for ; d != nil; d = d.group.of {
		rel := d.relation.link.Rel
		err = fmt.Errorf("repo: %s %s.%s: %w", d.verb, rel.From.Name, rel.Name, err)
	}
	return err
}

// ask makes the call that reads the related rows, if there can be any.
func (d *load) ask(ctx context.Context) error {
	rel, with := d.relation.link.Rel, d.relation.with.Within(d.s.Query.Fence)
	var (
		st  *compile.Stmt
		err error
	)
	d.call = nil
	switch {
	case d.dealer != nil && d.dealer.keys.Len() > 0:
		if st, err = compile.Related(with, rel, []any{d.dealer.keys.Array()}, false); err == nil && !st.None {
			d.call, d.rows = exec.CallAll(st, 0)
		}
	case d.keys != nil && len(d.keys.tuples) > 0:
		if st, err = compile.Related(with, rel, d.keys.arrays(), d.keys.numbered); err == nil && !st.None {
			field := d.relation.link.Field
			d.call, d.objects = exec.CallObjects(st, d.keys.columnType(), field != "" && isRow(rel, field))
		}
	}
	return err
}

// answered deals out the rows that the call has read. It returns what is to be
// loaded next: the same with the server's help, where Go cannot deal out the
// rows, or what lies below.
func (d *load) answered(ctx context.Context) ([]*load, error) {
	objs, ok := d.deal(ctx)
	if !ok {
		return []*load{d}, nil
	}
	if with := d.relation.with; len(with.Prefetched) > 0 && len(objs) > 0 {
		g := &loadGroup{of: d, then: func(ctx context.Context) ([]*load, error) { return d.complete(ctx, objs) }}
		if nested := d.loadsOf(ctx, relationsOf(with), objs, g); len(nested) > 0 {
			return nested, nil
		}
	}
	return d.complete(ctx, objs)
}

// deal finds the owners of the rows. It returns the structs of the related
// objects if something is left to do with them, and false if a row has a key
// that is none of the owners', so that only the server knows its owner: the
// column's equality is not that of its declared type.
func (d *load) deal(ctx context.Context) (objs []reflect.Value, ok bool) {
	rel, with := d.relation.link.Rel, d.relation.with
	completes := len(with.Prefetched) > 0 || with.Related != nil || rel.To.Schema.AfterFind
	if d.dealer != nil {
		var rows []unsafe.Pointer
		if d.call != nil {
			rows = *d.rows
		}
		if !d.dealer.deal(rows) {
			d.dealer, d.keys = nil, ownerKeysOf(ctx, rel, d.owners)
			return nil, false
		}
		if completes {
			objs = make([]reflect.Value, len(rows))
			for i, row := range rows {
				objs[i] = reflect.NewAt(rel.To.Type, row).Elem()
			}
		}
		return objs, true
	}
	if d.call == nil {
		return nil, true
	}
	if d.found, ok = d.keys.dealOut(ctx, *d.objects); !ok {
		d.keys.numbered = true
		return nil, false
	}
	if completes {
		objs = make([]reflect.Value, len(*d.objects))
		for i, row := range *d.objects {
			objs[i] = row.Object.Elem()
		}
	}
	return objs, true
}

// complete runs the hooks of the related objects, sets the owners' fields to
// the objects, and ends the load. It returns what is to be loaded next.
func (d *load) complete(ctx context.Context, objs []reflect.Value) ([]*load, error) {
	to := *d.s
	to.Model = d.relation.link.Rel.To
	err := AfterFind(ctx, &to, d.relation.with, objs)
	if err == nil {
		err = d.set(ctx)
	}
	if err != nil {
		return nil, d.error(err)
	}
	var next []*load
	if len(d.relation.below) > 0 {
		next = d.loadsOf(ctx, d.relation.below, heldObjects(ctx, d.relation.link, d.all), d.group)
	}
	then, err := d.group.end(ctx)
	return append(next, then...), err
}

// set sets the owners' fields to the objects.
func (d *load) set(ctx context.Context) error {
	if d.dealer != nil {
		return d.dealer.set(ctx)
	}
	link := d.relation.link
	for _, o := range d.owners {
		rows := d.found[d.keys.keyOf(ctx, o)]
		field, ok := fieldOf(link, o)
		if !ok && len(rows) == 0 {
			continue
		}
		if !ok {
			field = madeField(ctx, link, o)
		}
		if err := setRelated(field, link.Rel, rows); err != nil {
			return err
		}
	}
	return nil
}
