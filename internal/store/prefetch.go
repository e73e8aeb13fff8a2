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

// prefetchAll loads the relations that q prefetches into owners, with one
// statement for each relation of a path. It returns the loaded links by their
// linkKey.
func prefetchAll(ctx context.Context, s *State, q *query.Query, owners []reflect.Value) (map[string]bool, error) {
	loaded := map[string]bool{}
	markJoined(q.Related, "", loaded)
	for _, p := range q.Prefetched {
		if err := prefetchPath(ctx, s, p, owners, loaded); err != nil {
			return nil, err
		}
	}
	return loaded, nil
}

// markJoined marks the links that SelectRelated has loaded. prefix is the key
// of the path to t.
func markJoined(t *query.Tree, prefix string, loaded map[string]bool) {
	if t == nil {
		return
	}
	for _, k := range t.Kids {
		key := prefix + linkKey(query.Link{Rel: k.Rel})
		loaded[key] = true
		markJoined(k, key, loaded)
	}
}

// linkKey returns the text that distinguishes a link of a path from others.
func linkKey(l query.Link) string { return lookup.Sep + l.Rel.Name + ">" + l.Field }

// prefetchPath loads the relations of one path, except those already loaded.
func prefetchPath(ctx context.Context, s *State, p query.Prefetch, owners []reflect.Value, loaded map[string]bool) error {
	key := "" // of the path up to link
	for i, link := range p.Path {
		if len(owners) == 0 {
			return nil
		}
		key += linkKey(link)
		if !loaded[key] {
			with := query.New(link.Rel.To)
			if i == len(p.Path)-1 && p.With != nil {
				with = p.With
			}
			below, err := prefetchOne(ctx, s, link, with, owners)
			if err != nil {
				return fmt.Errorf("repo: prefetching %s.%s: %w", link.Rel.From.Name, link.Rel.Name, err)
			}
			loaded[key] = true
			for k := range below {
				loaded[key+k] = true
			}
		}
		if i < len(p.Path)-1 {
			owners = heldObjects(ctx, link, owners)
		}
	}
	return nil
}

// prefetchOne loads one relation of the owners. It returns which links of the
// related objects its query has loaded.
func prefetchOne(ctx context.Context, s *State, link query.Link, with *query.Query, owners []reflect.Value) (map[string]bool, error) {
	if d := newDealer(ctx, link, owners); d != nil {
		loaded, ok, err := d.read(ctx, s, with)
		if err != nil {
			return nil, err
		}
		if ok {
			return loaded, d.set(ctx)
		}
	}
	rel := link.Rel
	keys := ownerKeysOf(ctx, rel, owners)
	var (
		found  map[any][]exec.Found
		loaded map[string]bool
	)
	if len(keys.tuples) > 0 {
		var err error
		if found, loaded, err = readRelated(ctx, s, link, with, keys); err != nil {
			return nil, err
		}
	}
	for _, o := range owners {
		rows := found[keys.keyOf(ctx, o)]
		field, ok := fieldOf(link, o)
		if !ok && len(rows) == 0 {
			continue
		}
		if !ok {
			field = madeField(ctx, link, o)
		}
		if err := setRelated(field, rel, rows); err != nil {
			return nil, err
		}
	}
	return loaded, nil
}

// fieldOf returns the field of an owner that holds the objects of a link. It
// returns false if the field lies in a struct that is embedded by a nil
// pointer.
func fieldOf(link query.Link, owner reflect.Value) (reflect.Value, bool) {
	if link.Field == "" {
		return link.Rel.In(owner)
	}
	at, ok := owner.Type().FieldByName(link.Field)
	if !ok {
		return reflect.Value{}, false
	}
	field, err := owner.FieldByIndexErr(at.Index)
	return field, err == nil
}

// madeField returns the field of an owner that holds the objects of a link. It
// makes the structs that are embedded by nil pointers on the way.
func madeField(ctx context.Context, link query.Link, owner reflect.Value) reflect.Value {
	if link.Field == "" {
		return link.Rel.Rel.Field.ReflectValueOf(ctx, owner)
	}
	at, _ := owner.Type().FieldByName(link.Field)
	for _, i := range at.Index {
		if owner.Kind() == reflect.Pointer {
			if owner.IsNil() {
				owner.Set(reflect.New(owner.Type().Elem()))
			}
			owner = owner.Elem()
		}
		owner = owner.Field(i)
	}
	return owner
}

// heldObjects returns the objects in the fields of a link, shared objects once.
func heldObjects(ctx context.Context, link query.Link, owners []reflect.Value) []reflect.Value {
	var objs []reflect.Value
	shared := map[any]bool{}
	for _, o := range owners {
		field, ok := fieldOf(link, o)
		if link.Field == "" && !link.Rel.ToMany() {
			field, ok = link.Rel.Loaded(ctx, o)
		}
		if ok {
			objs = appendObjects(objs, field, shared)
		}
	}
	return objs
}

// appendObjects appends the objects in a field to objs, except those in shared,
// and adds them to shared.
func appendObjects(objs []reflect.Value, field reflect.Value, shared map[any]bool) []reflect.Value {
	one := func(v reflect.Value) {
		if v.Kind() != reflect.Pointer {
			v = v.Addr()
		}
		if !v.IsNil() && rowModel(v.Type().Elem()) != nil {
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

// readRelated returns the related rows of q by the owner's key, and which of
// their links q has loaded.
func readRelated(ctx context.Context, s *State, link query.Link, q *query.Query, keys *ownerKeys) (map[any][]exec.Found, map[string]bool, error) {
	rel := link.Rel
	st, err := compile.Related(q, rel, keys.arrays(), keys.numbered)
	if err != nil {
		return nil, nil, err
	}
	rows, err := exec.Objects(ctx, s.Conn, st, keys.columnType(), link.Field != "" && isRow(rel, link.Field))
	if err != nil {
		return nil, nil, err
	}
	found, ok := keys.dealOut(ctx, rows)
	if !ok {
		keys.numbered = true
		return readRelated(ctx, s, link, q, keys)
	}
	objs := make([]reflect.Value, len(rows))
	for i, row := range rows {
		objs[i] = row.Object
	}
	loaded, err := completeRelated(ctx, s, rel.To, q, objs)
	return found, loaded, err
}

// completeRelated loads the prefetches of related objects that were just read,
// pointers, and runs their hooks. It returns the loaded links.
func completeRelated(ctx context.Context, s *State, m *modelinfo.Model, q *query.Query, objs []reflect.Value) (map[string]bool, error) {
	to := *s
	to.Model = m
	elems := make([]reflect.Value, len(objs))
	for i, obj := range objs {
		elems[i] = obj.Elem()
	}
	loaded, err := prefetchAll(ctx, &to, q, elems)
	if err != nil {
		return nil, err
	}
	if q.Related != nil {
		if err := joinedAfterFind(ctx, &to, q.Related, elems); err != nil {
			return nil, err
		}
	}
	if !m.Schema.AfterFind {
		return loaded, nil
	}
	for _, obj := range objs {
		if err := to.Hooks(ctx, obj.Interface()).Run(AfterFindHook); err != nil {
			return nil, err
		}
	}
	return loaded, nil
}

// setRelated sets an owner's field to related objects. The field is a pointer,
// a struct, a repo.Row, or a slice of one of them; a slice is set even without
// rows.
func setRelated(field reflect.Value, rel *modelinfo.Relation, rows []exec.Found) error {
	switch {
	case field.Kind() == reflect.Slice:
		out := reflect.MakeSlice(field.Type(), len(rows), len(rows))
		for i, row := range rows {
			if err := setObject(out.Index(i), rel, row); err != nil {
				return err
			}
		}
		field.Set(out)
	case len(rows) == 0:
		field.SetZero()
	default:
		return setObject(field, rel, rows[0])
	}
	return nil
}

// setObject sets a variable to a related object.
func setObject(v reflect.Value, rel *modelinfo.Relation, row exec.Found) error {
	t := v.Type()
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	obj := row.Object
	if rowModel(t) != nil {
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

// ownerKeys are the different keys of objects whose related rows are read.
type ownerKeys struct {
	rel    *modelinfo.Relation
	fields []*modelinfo.Field // those of OwnerFields
	tuples [][]any
	ids    []any        // the comparable keys of the tuples
	seen   map[any]bool // of ids
	// numbered reports whether the server finds the owner of a row, by its place in
	// tuples. Go finds it by a key of one column that it can compare.
	numbered bool
}

// OwnerFields returns the columns of the owners by which related rows are
// found.
func OwnerFields(rel *modelinfo.Relation) []*modelinfo.Field {
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

// farField returns the column that the first of the OwnerFields is compared
// with.
func farField(rel *modelinfo.Relation) *modelinfo.Field {
	if rel.Kind == modelinfo.ManyToMany {
		return rel.Through.From[0].Field
	}
	return rel.Pairs[0].To
}

// ownerKeysOf returns the keys of owners. It omits an owner with a NULL in its
// key, which has no related rows.
func ownerKeysOf(ctx context.Context, rel *modelinfo.Relation, owners []reflect.Value) *ownerKeys {
	k := &ownerKeys{rel: rel, fields: OwnerFields(rel), seen: map[any]bool{}}
	k.numbered = len(k.fields) > 1 || !k.fields[0].Comparable || !farField(rel).Comparable
	for _, o := range owners {
		values := param.Values(ctx, o, k.fields)
		id := param.RowKey(k.fields, values)
		if id == nil || k.seen[id] {
			continue
		}
		k.seen[id] = true
		for i, v := range values {
			values[i], _ = param.Plain(v)
		}
		k.tuples, k.ids = append(k.tuples, values), append(k.ids, id)
	}
	return k
}

// arrays returns the values by column.
func (k *ownerKeys) arrays() []any { return param.Arrays(len(k.fields), k.tuples) }

// keyOf returns the key of an owner.
func (k *ownerKeys) keyOf(ctx context.Context, owner reflect.Value) any {
	return param.ObjectKey(ctx, owner, k.fields)
}

// columnType returns the type of the column that identifies the owner of a row,
// or nil if the row itself identifies it.
func (k *ownerKeys) columnType() reflect.Type {
	switch {
	case k.numbered:
		return reflect.TypeFor[int64]()
	case k.rel.Kind == modelinfo.ManyToMany:
		return k.fields[0].FieldType
	}
	return nil
}

// dealOut returns the rows by their owner's key. It returns false if a row has
// a key that is none of the owners', so that only the server knows its owner:
// the column's equality is not that of its declared type.
func (k *ownerKeys) dealOut(ctx context.Context, rows []exec.Found) (map[any][]exec.Found, bool) {
	found := make(map[any][]exec.Found, len(k.tuples))
	for _, row := range rows {
		key := k.ownerOf(ctx, row.Object.Elem(), row.Owner)
		if !k.seen[key] {
			return nil, false
		}
		found[key] = append(found[key], row)
	}
	return found, true
}

// ownerOf returns the key of the owner of a related row; column is the value of
// the statement's column beside the row.
func (k *ownerKeys) ownerOf(ctx context.Context, row reflect.Value, column any) any {
	switch {
	case k.numbered:
		return k.ids[column.(int64)-1]
	case k.rel.Kind == modelinfo.ManyToMany:
		return param.RowKey(k.fields, []any{column})
	}
	v, _ := k.rel.Pairs[0].To.ValueOf(ctx, row)
	return param.RowKey(k.fields, []any{v})
}

// Owner is the owner of a RelatedManager's objects.
type Owner struct {
	Rel    *modelinfo.Relation // from the objects to the owner
	Object reflect.Value       // a pointer
}

// assign sets the relation of an object to the owner if the object holds the
// owner's key and the relation is nil. restricted reports whether the server
// found the object by that key, which decides where Go cannot compare keys.
func (k *Owner) assign(ctx context.Context, rv reflect.Value, restricted bool) {
	at, ok := k.Rel.In(rv)
	if !ok || !at.IsNil() {
		return
	}
	for _, p := range k.Rel.Pairs {
		if restricted && !(p.From.Comparable && p.To.Comparable) {
			continue
		}
		fk, _ := p.From.ValueOf(ctx, rv)
		key, _ := p.To.ValueOf(ctx, k.Object.Elem())
		if id := param.Key(p.From.Type, fk); id == nil || id != param.Key(p.To.Type, key) {
			return
		}
	}
	at.Set(k.Object)
}

// Load loads relations of objects.
func (s *State) Load(ctx context.Context, objs []any, rels []string) error {
	s = s.Prefetched(rels)
	if err := s.Mistake(); err != nil {
		return err
	}
	owners := make([]reflect.Value, len(objs))
	for i, o := range objs {
		if IsNil(o) {
			return NilObject(s.Model.Name)
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

// loadPath loads the relations along a path that are not loaded yet.
func loadPath(ctx context.Context, s *State, p query.Prefetch, owners []reflect.Value) error {
	for i, link := range p.Path {
		with := query.New(link.Rel.To)
		if i == len(p.Path)-1 && p.With != nil {
			with = p.With
		}
		var missing []reflect.Value
		for _, o := range owners {
			if ok, _ := isLoaded(ctx, link, o); !ok {
				missing = append(missing, o)
			}
		}
		if len(missing) > 0 {
			if _, err := prefetchOne(ctx, s, link, with, missing); err != nil {
				return fmt.Errorf("repo: loading %s.%s: %w", link.Rel.From.Name, link.Rel.Name, err)
			}
		}
		owners = heldObjects(ctx, link, owners)
	}
	return nil
}

// isLoaded reports whether a relation of an object was loaded, and whether that
// is known: a nil reverse one-to-one was either not loaded or has no row.
func isLoaded(ctx context.Context, link query.Link, owner reflect.Value) (loaded, known bool) {
	rel := link.Rel
	field, ok := fieldOf(link, owner)
	switch {
	case !ok: // the field lies in a struct whose pointer is nil
	case field.Kind() == reflect.Slice, field.Kind() == reflect.Pointer && !field.IsNil():
		return !field.IsNil(), true
	}
	if ok && field.Kind() == reflect.Struct && link.Field == "" {
		if _, ok := rel.Loaded(ctx, owner); ok {
			return true, true
		}
	}
	if rel.Kind != modelinfo.BelongsTo {
		return false, false
	}
	fields := OwnerFields(rel)
	return param.ObjectKey(ctx, owner, fields) == nil, true // without a foreign key there is no object
}

// IsLoaded reports whether every relation along a path was loaded.
func (s *State) IsLoaded(obj any, rel string) (bool, error) {
	if err := s.Mistake(); err != nil {
		return false, err
	}
	path, err := s.Path(rel)
	if err != nil {
		return false, err
	}
	if IsNil(obj) {
		return false, NilObject(s.Model.Name)
	}
	ctx := context.Background()
	owners, doubt := []reflect.Value{reflect.ValueOf(obj).Elem()}, error(nil)
	for _, r := range path {
		if r.Rel == nil {
			return false, s.CallError(rel, fmt.Errorf("%s has no Go field for %s", r.From.Name, r.Name))
		}
		for _, o := range owners {
			switch loaded, known := isLoaded(ctx, query.Link{Rel: r}, o); {
			case !known:
				doubt = fmt.Errorf("%w: %s.%s is nil, so it was not loaded or there is none", ErrCannotTell, r.From.Name, r.Name)
			case !loaded:
				return false, nil
			}
		}
		owners = heldObjects(ctx, query.Link{Rel: r}, owners)
	}
	return doubt == nil, doubt
}
