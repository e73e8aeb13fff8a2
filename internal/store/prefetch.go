package store

import (
	"context"
	"fmt"
	"reflect"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/exec"
	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/param"
	"github.com/gormango/gormango/internal/query"
)

// prefetchAll loads what q prefetches for the structs of objects, with one
// statement for each relation of a path. It returns which links are loaded, by
// their place.
func prefetchAll(ctx context.Context, s *State, q *query.Query, owners []reflect.Value) (map[string]bool, error) {
	loaded := map[string]bool{}
	joined(q.Related, "", loaded)
	for _, p := range q.Prefetched {
		if err := prefetchPath(ctx, s, p, owners, loaded); err != nil {
			return nil, err
		}
	}
	return loaded, nil
}

// joined marks the links that SelectRelated has loaded.
func joined(t *query.Tree, at string, loaded map[string]bool) {
	if t == nil {
		return
	}
	for _, k := range t.Kids {
		to := at + placeOf(query.Link{Rel: k.Rel})
		loaded[to] = true
		joined(k, to, loaded)
	}
}

// placeOf returns the text that distinguishes a link of a path from others.
func placeOf(l query.Link) string { return lookup.Sep + l.Rel.Name + ">" + l.Field }

// prefetchPath loads the relations of one path, except those already loaded.
func prefetchPath(ctx context.Context, s *State, p query.Prefetch, owners []reflect.Value, loaded map[string]bool) error {
	at := ""
	for i, link := range p.Path {
		if len(owners) == 0 {
			return nil
		}
		at += placeOf(link)
		if !loaded[at] {
			with := query.New(link.Rel.To)
			if i == len(p.Path)-1 && p.With != nil {
				with = p.With
			}
			below, err := prefetchOne(ctx, s, link, with, owners)
			if err != nil {
				return fmt.Errorf("repo: prefetching %s.%s: %w", link.Rel.From.Name, link.Rel.Name, err)
			}
			loaded[at] = true
			for k := range below {
				loaded[at+k] = true
			}
		}
		if i < len(p.Path)-1 {
			owners = held(ctx, link, owners)
		}
	}
	return nil
}

// prefetchOne loads one relation of the owners. It returns which links of the
// related objects its query has loaded.
func prefetchOne(ctx context.Context, s *State, link query.Link, with *query.Query, owners []reflect.Value) (map[string]bool, error) {
	rel := link.Rel
	keys := ownersOf(ctx, rel, owners)
	var (
		found  map[any][]exec.Found
		loaded map[string]bool
	)
	if len(keys.tuples) > 0 {
		var err error
		if found, loaded, err = related(ctx, s, link, with, keys); err != nil {
			return nil, err
		}
	}
	for _, o := range owners {
		field, ok := fieldOf(link, o)
		if !ok {
			continue
		}
		if err := place(field, rel, found[keys.of(ctx, o)]); err != nil {
			return nil, err
		}
	}
	return loaded, nil
}

// fieldOf returns the field of an owner that holds the objects of a link.
func fieldOf(link query.Link, owner reflect.Value) (reflect.Value, bool) {
	if link.Field == "" {
		return link.Rel.In(owner)
	}
	at, ok := owner.Type().FieldByName(link.Field)
	if !ok {
		return reflect.Value{}, false
	}
	field, err := owner.FieldByIndexErr(at.Index)
	return field, err == nil // an error where the field lies in a struct that is embedded by a nil pointer
}

// held returns the objects that a link's fields hold, shared ones once.
func held(ctx context.Context, link query.Link, owners []reflect.Value) []reflect.Value {
	var objs []reflect.Value
	shared := map[any]bool{}
	for _, o := range owners {
		field, ok := fieldOf(link, o)
		if link.Field == "" && !link.Rel.ToMany() {
			field, ok = link.Rel.Loaded(ctx, o)
		}
		if ok {
			objs = gather(objs, field, shared)
		}
	}
	return objs
}

// gather adds the objects that a relation's field holds, shared ones once.
func gather(objs []reflect.Value, field reflect.Value, shared map[any]bool) []reflect.Value {
	one := func(v reflect.Value) {
		if v.Kind() != reflect.Pointer {
			v = v.Addr()
		}
		if !v.IsNil() && rowOf(v.Type().Elem()) != nil {
			v = v.Elem().Field(0)
		}
		if v.IsNil() || shared[v.Interface()] {
			return
		}
		shared[v.Interface()] = true
		objs = append(objs, v.Elem())
	}
	if field.Kind() == reflect.Slice {
		for i := range field.Len() {
			one(field.Index(i))
		}
		return objs
	}
	one(field)
	return objs
}

// related reads the related rows of q by the owner's key. It returns which
// links of them q has loaded.
func related(ctx context.Context, s *State, link query.Link, q *query.Query, keys *ownerKeys) (map[any][]exec.Found, map[string]bool, error) {
	rel := link.Rel
	st, err := compile.Related(q, rel, keys.arrays())
	if err != nil {
		return nil, nil, err
	}
	rows, err := exec.Objects(ctx, s.Conn, st, keys.column(), link.Field != "" && isRow(rel, link.Field))
	if err != nil {
		return nil, nil, err
	}
	loaded, err := follow(ctx, s, rel.To, q, rows)
	if err != nil {
		return nil, nil, err
	}
	found := make(map[any][]exec.Found, len(keys.tuples))
	for _, row := range rows {
		key := keys.whose(ctx, row.Object.Elem(), row.Owner)
		found[key] = append(found[key], row)
	}
	return found, loaded, nil
}

// follow completes related objects after their rows are read: it loads their
// own prefetches and runs their hooks.
func follow(ctx context.Context, s *State, m *modelinfo.Model, q *query.Query, rows []exec.Found) (map[string]bool, error) {
	to := *s
	to.Model = m
	elems := make([]reflect.Value, len(rows))
	for i, row := range rows {
		elems[i] = row.Object.Elem()
	}
	loaded, err := prefetchAll(ctx, &to, q, elems)
	if err != nil {
		return nil, err
	}
	if q.Related != nil {
		if err := joinedFound(ctx, &to, q.Related, elems); err != nil {
			return nil, err
		}
	}
	if !m.Schema.AfterFind {
		return loaded, nil
	}
	for _, row := range rows {
		if err := to.Hooks(ctx, row.Object.Interface()).Run(AfterFound); err != nil {
			return nil, err
		}
	}
	return loaded, nil
}

// place puts related objects into the owner's field: a pointer, a struct, a
// Row, or a slice of one of them, which is made even when it stays empty.
func place(field reflect.Value, rel *modelinfo.Relation, rows []exec.Found) error {
	switch {
	case field.Kind() == reflect.Slice:
		out := reflect.MakeSlice(field.Type(), len(rows), len(rows))
		for i, row := range rows {
			if err := put(out.Index(i), rel, row); err != nil {
				return err
			}
		}
		field.Set(out)
	case len(rows) == 0:
		field.SetZero()
	default:
		return put(field, rel, rows[0])
	}
	return nil
}

// put sets a variable to a related object.
func put(v reflect.Value, rel *modelinfo.Relation, row exec.Found) error {
	t := v.Type()
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	obj := row.Object
	if rowOf(t) != nil {
		obj = reflect.New(t)
		obj.Elem().Field(0).Set(row.Object)
		obj.Elem().Field(1).Set(reflect.ValueOf(row.Values))
	}
	switch {
	case obj.Type() == v.Type():
		v.Set(obj)
	case obj.Type().Elem() == v.Type():
		v.Set(obj.Elem())
	default:
		return fmt.Errorf("field %s of type %s cannot hold %s", rel.Name, v.Type(), rel.To.Name)
	}
	return nil
}

// ownerKeys are the keys of objects whose related rows are read, each once.
type ownerKeys struct {
	rel    *modelinfo.Relation
	near   []*modelinfo.Field
	tuples [][]any
	ids    []any // of the tuples
}

// NearOf returns the columns of the owners by which related rows are found.
func NearOf(rel *modelinfo.Relation) []*modelinfo.Field {
	var fields []*modelinfo.Field
	if rel.Kind == modelinfo.ManyToMany {
		for _, p := range rel.Through.From {
			fields = append(fields, p.Ref)
		}
		return fields
	}
	for _, p := range rel.Pairs {
		fields = append(fields, p.From)
	}
	return fields
}

// ownersOf returns the keys of owners. An owner with a NULL in its key is left
// out: it has no related rows.
func ownersOf(ctx context.Context, rel *modelinfo.Relation, owners []reflect.Value) *ownerKeys {
	k := &ownerKeys{rel: rel, near: NearOf(rel)}
	seen := map[any]bool{}
	for _, o := range owners {
		values := param.Values(ctx, o, k.near)
		id := param.RowKey(k.near, values)
		if id == nil || seen[id] {
			continue
		}
		seen[id] = true
		for i, v := range values {
			values[i], _ = param.Plain(v)
		}
		k.tuples, k.ids = append(k.tuples, values), append(k.ids, id)
	}
	return k
}

// arrays returns the values by column.
func (k *ownerKeys) arrays() []any { return param.Arrays(len(k.near), k.tuples) }

// of returns the key of an owner.
func (k *ownerKeys) of(ctx context.Context, owner reflect.Value) any {
	return param.ObjectKey(ctx, owner, k.near)
}

// column returns the type of the column that identifies the owner of a row, nil
// where the row itself identifies it.
func (k *ownerKeys) column() reflect.Type {
	switch {
	case len(k.near) > 1:
		return reflect.TypeFor[int64]()
	case k.rel.Kind == modelinfo.ManyToMany:
		return k.near[0].FieldType
	}
	return nil
}

// whose returns the key of the owner of a related row; column is the value of
// the statement's column beside the row.
func (k *ownerKeys) whose(ctx context.Context, row reflect.Value, column any) any {
	switch {
	case len(k.near) > 1:
		return k.ids[column.(int64)-1]
	case k.rel.Kind == modelinfo.ManyToMany:
		return param.RowKey(k.near, []any{column})
	}
	v, _ := k.rel.Pairs[0].To.ValueOf(ctx, row)
	return param.RowKey(k.near, []any{v})
}

// Owner is the owner that objects of a RelatedManager belong to.
type Owner struct {
	Rel    *modelinfo.Relation // from the objects to the owner
	Object reflect.Value       // a pointer
}

// assign puts the owner into an object that holds its key and has no other
// object in the field.
func (k *Owner) assign(ctx context.Context, rv reflect.Value) {
	if k == nil {
		return
	}
	at, ok := k.Rel.In(rv)
	if !ok || !at.IsNil() {
		return
	}
	for _, p := range k.Rel.Pairs {
		fk, _ := p.From.ValueOf(ctx, rv)
		key, _ := p.To.ValueOf(ctx, k.Object.Elem())
		if id := param.Key(p.From.Type, fk); id == nil || id != param.Key(p.To.Type, key) {
			return
		}
	}
	at.Set(k.Object)
}

// Load loads relations of objects at hand.
func (s *State) Load(ctx context.Context, objs []any, rels []string) error {
	s = s.Prefetched(rels)
	if err := s.Mistake(); err != nil {
		return err
	}
	owners := make([]reflect.Value, len(objs))
	for i, o := range objs {
		if Absent(o) {
			return ErrNil(s.Model.Name)
		}
		owners[i] = reflect.ValueOf(o).Elem()
	}
	ctx = s.Conn.SameServer(ctx)
	for _, p := range s.Query.Prefetched {
		if err := loadPath(ctx, s, p, owners); err != nil {
			return err
		}
	}
	return nil
}

// loadPath loads the missing relations along a path.
func loadPath(ctx context.Context, s *State, p query.Prefetch, owners []reflect.Value) error {
	for i, link := range p.Path {
		with := query.New(link.Rel.To)
		if i == len(p.Path)-1 && p.With != nil {
			with = p.With
		}
		var missing []reflect.Value
		for _, o := range owners {
			if there, _ := isLoaded(ctx, link, o); !there {
				missing = append(missing, o)
			}
		}
		if len(missing) > 0 {
			if _, err := prefetchOne(ctx, s, link, with, missing); err != nil {
				return fmt.Errorf("repo: loading %s.%s: %w", link.Rel.From.Name, link.Rel.Name, err)
			}
		}
		owners = held(ctx, link, owners)
	}
	return nil
}

// isLoaded reports whether an object's field of a relation was loaded, and
// whether that is known: a nil reverse one-to-one was either not loaded or has
// no row.
func isLoaded(ctx context.Context, link query.Link, owner reflect.Value) (loaded, known bool) {
	rel := link.Rel
	field, ok := fieldOf(link, owner)
	switch {
	case !ok:
		return true, true // it lies in a struct that is not there
	case field.Kind() == reflect.Slice, field.Kind() == reflect.Pointer && !field.IsNil():
		return !field.IsNil(), true
	}
	if field.Kind() == reflect.Struct && link.Field == "" {
		if _, there := rel.Loaded(ctx, owner); there {
			return true, true
		}
	}
	if rel.Kind != modelinfo.BelongsTo {
		return false, false
	}
	fields := NearOf(rel)
	return param.ObjectKey(ctx, owner, fields) == nil, true // no key, no object
}

// IsLoaded reports whether a relation of an object was loaded, along a path.
func (s *State) IsLoaded(obj any, rel string) (bool, error) {
	if err := s.Mistake(); err != nil {
		return false, err
	}
	path, err := s.Path(rel)
	if err != nil {
		return false, err
	}
	if Absent(obj) {
		return false, ErrNil(s.Model.Name)
	}
	ctx := context.Background()
	owners, doubt := []reflect.Value{reflect.ValueOf(obj).Elem()}, error(nil)
	for _, r := range path {
		if r.Rel == nil {
			return false, s.Mistaken(rel, fmt.Errorf("%s has no Go field for %s", r.From.Name, r.Name))
		}
		for _, o := range owners {
			switch loaded, known := isLoaded(ctx, query.Link{Rel: r}, o); {
			case !known:
				doubt = fmt.Errorf("%w: %s.%s is nil, so it was not loaded or there is none", ErrCannotTell, r.From.Name, r.Name)
			case !loaded:
				return false, nil
			}
		}
		owners = held(ctx, query.Link{Rel: r}, owners)
	}
	return doubt == nil, doubt
}
