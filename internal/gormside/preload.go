package gormside

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
	"gorm.io/gorm/schema"
)

// preloaded is a relation by one integer, whose rows GORM would hand out by
// texts of their keys, growing the slice of each object row by row.
type preloaded struct {
	rel      *schema.Relationship
	from, to *schema.Field // of the objects that were read, and of the related ones
	many     bool
	pointers bool // objects hold pointers to the related ones
}

// preloads returns next, GORM's preload, for the queries with a relation that
// is not a preloaded. Statements are GORM's: callbacks and hooks see the same.
func preloads(next func(*gorm.DB)) func(*gorm.DB) {
	return func(db *gorm.DB) {
		levels, ok := preloadLevels(db)
		if !ok {
			next(db)
			return
		}
		tx := db.Session(&gorm.Session{Context: db.Statement.Context, NewDB: true, SkipHooks: db.Statement.SkipHooks, Initialized: true})
		db.Statement.Settings.Range(func(k, v any) bool {
			tx.Statement.Settings.Store(k, v)
			return true
		})
		if tx.AddError(tx.Statement.Parse(db.Statement.Dest)) != nil {
			return
		}
		for _, name := range slices.Sorted(maps.Keys(levels)) {
			level := levels[name]
			if err := level.read(db, tx, db.Statement.Preloads[name]); err != nil {
				_ = db.AddError(err)
				return
			}
		}
	}
}

// preloadLevel is a relation of a query and what is preloaded behind it.
type preloadLevel struct {
	preloaded
	behind map[string][]any
}

// preloadLevels returns the relations that a query preloads by their names. It
// reports false where GORM does that.
func preloadLevels(db *gorm.DB) (map[string]*preloadLevel, bool) {
	stmt := db.Statement
	if db.Error != nil || len(stmt.Preloads) == 0 || stmt.Schema == nil || len(stmt.Joins) > 0 {
		return nil, false
	}
	switch into, model := stmt.ReflectValue, stmt.Schema.ModelType; into.Kind() {
	case reflect.Struct:
		if into.Type() != model {
			return nil, false
		}
	case reflect.Slice:
		if t := into.Type().Elem(); t != model && t != reflect.PointerTo(model) {
			return nil, false
		}
	default:
		return nil, false
	}
	levels := map[string]*preloadLevel{}
	for path, args := range stmt.Preloads {
		name, behind, nested := strings.Cut(path, ".")
		level := levels[name]
		if level == nil {
			p, ok := preloadedBy(stmt.Schema.Relationships.Relations[name])
			if !ok || stmt.Schema.Relationships.EmbeddedRelations[name] != nil {
				return nil, false
			}
			level = &preloadLevel{p, map[string][]any{}}
			levels[name] = level
		}
		if nested && behind != "" {
			level.behind[behind] = args
		}
	}
	return levels, true
}

// preloadedBy returns rel as a preloaded. It reports false for any other
// relation, and for fields that have setters of their own.
func preloadedBy(rel *schema.Relationship) (p preloaded, ok bool) {
	if rel == nil || rel.JoinTable != nil || len(rel.References) != 1 || rel.References[0].PrimaryValue != "" || !inStruct(rel.Field) {
		return p, false
	}
	p = preloaded{rel: rel, from: rel.References[0].ForeignKey, to: rel.References[0].PrimaryKey, many: rel.Type == schema.HasMany}
	if rel.References[0].OwnPrimaryKey {
		p.from, p.to = p.to, p.from
	}
	t, related := rel.Field.FieldType, rel.FieldSchema.ModelType
	if p.many {
		if t.Kind() != reflect.Slice || t.Implements(reflect.TypeFor[driver.Valuer]()) || reflect.PointerTo(t).Implements(reflect.TypeFor[sql.Scanner]()) {
			return p, false
		}
		t = t.Elem()
	}
	p.pointers = t == reflect.PointerTo(related)
	return p, (p.pointers || t == related) && related.Kind() == reflect.Struct && !reflect.PointerTo(related).Implements(reflect.TypeFor[sql.Scanner]()) &&
		isInteger(p.from) && isInteger(p.to)
}

// inStruct reports whether a field lies in its model behind no embedded
// pointer.
func inStruct(f *schema.Field) bool {
	return !slices.ContainsFunc(f.StructField.Index, func(i int) bool { return i < 0 })
}

// isInteger reports whether a field is an integer, or a pointer to one, that an
// int64 holds.
func isInteger(f *schema.Field) bool {
	t := f.FieldType
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if f.Serializer != nil || !inStruct(f) || reflect.PointerTo(t).Implements(reflect.TypeFor[driver.Valuer]()) {
		return false
	}
	switch t.Kind() {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Uint8, reflect.Uint16, reflect.Uint32:
		return true
	}
	return false
}

// integer returns the value of an integer field. It returns false for what GORM
// takes for no key: NULL, and zero without a pointer.
func integer(ctx context.Context, f *schema.Field, of reflect.Value) (n int64, ok bool) {
	v := f.ReflectValueOf(ctx, of)
	pointer := v.Kind() == reflect.Pointer
	if pointer {
		if v.IsNil() {
			return 0, false
		}
		v = v.Elem()
	}
	if v.CanUint() {
		n = int64(v.Uint())
	} else {
		n = v.Int()
	}
	return n, pointer || n != 0
}

// read reads the related objects of those that the query of db has read, and
// sets their fields. tx is a session for it. The query is the one that GORM
// builds.
func (p *preloadLevel) read(db, tx *gorm.DB, conds []any) error {
	stmt := db.Statement
	objects := newOwners(stmt.Context, stmt.ReflectValue, p.from)
	if len(objects.values) == 0 {
		return nil
	}
	tx = tx.Table("").Session(&gorm.Session{Context: stmt.Context, SkipHooks: stmt.SkipHooks})
	tx.Statement.ReflectValue = stmt.ReflectValue
	tx.Statement.Unscoped = stmt.Unscoped
	for path, args := range p.behind {
		tx = tx.Preload(path, args...)
	}
	results := p.rel.FieldSchema.MakeSlice().Elem()
	column, values := schema.ToQueryValues(clause.CurrentTable, []string{p.to.DBName}, objects.values)
	tx = tx.Model(results.Addr().Interface()).Where(clause.IN{Column: column, Values: values})
	var inline []any
	for _, cond := range conds {
		if change, ok := cond.(func(*gorm.DB) *gorm.DB); ok {
			tx = change(tx)
		} else {
			inline = append(inline, cond)
		}
	}
	if len(inline) > 0 {
		tx = tx.Where(inline[0], inline[1:]...)
	}
	if err := tx.Find(results.Addr().Interface()).Error; err != nil {
		return err
	}
	return p.deal(stmt.Context, objects, results)
}

// deal sets the fields of the relation to the results.
func (p *preloadLevel) deal(ctx context.Context, objects *owners, results reflect.Value) error {
	heads := make([]int, results.Len()) // the first object of each result
	sizes := make([]int, objects.len())
	for i := range heads {
		key, found := integer(ctx, p.to, results.Index(i))
		head, known := objects.first[key]
		if !known || !found && p.to.FieldType.Kind() == reflect.Pointer {
			heads[i] = -1
			continue
		}
		heads[i] = head
		sizes[head]++
	}
	p.clear(ctx, objects, sizes)
	for i, head := range heads {
		if head < 0 {
			return fmt.Errorf("failed to assign association %s of %s, make sure foreign fields exists", p.rel.Name, p.rel.Schema.Name)
		}
		elem := results.Index(i)
		if !p.pointers {
			elem = elem.Elem()
		}
		for at := head; at >= 0; at = objects.next[at] {
			field := p.rel.Field.ReflectValueOf(ctx, objects.at(at))
			if p.many {
				n := field.Len()
				field.Grow(1)
				field.SetLen(n + 1)
				field = field.Index(n)
			}
			field.Set(elem)
		}
	}
	return nil
}

// clear empties the field of each object, with room for the results that it
// will hold.
func (p *preloadLevel) clear(ctx context.Context, objects *owners, sizes []int) {
	none := reflect.Zero(p.rel.Field.FieldType)
	if p.many {
		none = reflect.MakeSlice(p.rel.Field.FieldType, 0, 0)
	}
	for i := range objects.len() {
		p.rel.Field.ReflectValueOf(ctx, objects.at(i)).Set(none)
	}
	if !p.many {
		return
	}
	for head, n := range sizes {
		for at := head; n > 0 && at >= 0; at = objects.next[at] {
			p.rel.Field.ReflectValueOf(ctx, objects.at(at)).Grow(n)
		}
	}
}

// owners are the objects of a query by their keys.
type owners struct {
	all    reflect.Value // a struct, or a slice of them or of pointers
	values [][]any       // the keys as parameters, each once
	first  map[int64]int // the first object with a key
	next   []int         // the next one with the same key, -1 for none
}

// newOwners returns the objects of v by the values of a field.
func newOwners(ctx context.Context, v reflect.Value, key *schema.Field) *owners {
	o := &owners{all: v}
	n := o.len()
	o.first, o.next, o.values = make(map[int64]int, n), make([]int, n), make([][]any, 0, n)
	last := make([]int, n) // by the first one
	for i := range n {
		o.next[i] = -1
		k, ok := integer(ctx, key, o.at(i))
		if !ok {
			continue
		}
		head, known := o.first[k]
		if known {
			o.next[last[head]] = i
		} else {
			head = i
			o.first[k] = i
			value, _ := key.ValueOf(ctx, o.at(i))
			o.values = append(o.values, []any{value})
		}
		last[head] = i
	}
	return o
}

func (o *owners) len() int {
	if o.all.Kind() == reflect.Struct {
		return 1
	}
	return o.all.Len()
}

func (o *owners) at(i int) reflect.Value {
	if o.all.Kind() == reflect.Struct {
		return o.all
	}
	return o.all.Index(i)
}
