package gen

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"reflect"
	"strconv"
	"strings"

	"gorm.io/gorm/schema"
)

// field is a field of a model as in GORM's schema, in which the fields of
// embedded structs are fields of the model.
type field struct {
	name   string   // in its own struct
	goName string   // in F, with the name of a named embedded struct in front
	dbName string   // empty without a column
	bind   []string // names on the way through embedded structs
	typ    types.Type
	base   types.Type // typ without pointers
	tags   map[string]string
	pos    token.Pos

	data       bool // it has a data type in GORM, so it is a column
	gormData   gormData
	serializer bool
	primary    bool
	allowed    bool           // may be read or written
	through    []*types.Named // the model and the embedded structs on the way
	unknown    error          // the field's type was not found
	anonymous  bool           // it is embedded by Go
	lookup     string         // the name in lookups of a relation that only Meta names
}

// gormData is the part of GORM's data type that decides how the field is read.
type gormData uint8

const (
	noData gormData = iota
	someData
	timeData
	bytesData
)

// unreadable is a field that GORM refuses, so that its struct is not a model.
type unreadable struct{ text string }

func (u *unreadable) Error() string { return u.text }

// reader reads the fields of structs.
type reader struct {
	p     *source
	namer schema.NamingStrategy
}

// fields returns the fields of a struct in the order of schema.Parse.
func (r *reader) fields(named *types.Named, through []*types.Named) ([]*field, error) {
	for _, t := range through {
		if t == named {
			return nil, &unreadable{fmt.Sprintf("%s embeds itself", named.Obj().Name())}
		}
	}
	return r.structFields(named.Underlying().(*types.Struct), append(through[:len(through):len(through)], named))
}

func (r *reader) structFields(st *types.Struct, through []*types.Named) ([]*field, error) {
	var out []*field
	for i := range st.NumFields() {
		v := st.Field(i)
		if !ast.IsExported(v.Name()) {
			continue
		}
		f, embedded, err := r.field(v, reflect.StructTag(st.Tag(i)), through)
		if err != nil {
			return nil, err
		}
		if embedded != nil {
			out = append(out, embedded...)
		} else {
			out = append(out, f)
		}
	}
	return out, nil
}

// field reads one field. embedded is not nil for a struct whose fields become
// the model's.
func (r *reader) field(v *types.Var, tag reflect.StructTag, through []*types.Named) (f *field, embedded []*field, err error) {
	tags := schema.ParseTagSetting(tag.Get("gorm"), ";")
	f = &field{
		name: v.Name(), goName: v.Name(), dbName: tags["COLUMN"], bind: []string{v.Name()},
		typ: v.Type(), base: indirect(v.Type()), tags: tags, pos: v.Pos(), allowed: true, through: through,
		primary: truth(tags["PRIMARYKEY"]) || truth(tags["PRIMARY_KEY"]),
	}
	if !ignored(tags) && hasInvalid(v.Type()) {
		f.anonymous = v.Anonymous()
		f.unknown = fmt.Errorf("gormango: %s: the type of %s.%s is not known%s",
			r.p.where(v.Pos()), through[len(through)-1].Obj().Name(), v.Name(), r.p.missing())
		return f, nil, nil
	}
	valuer := isValuer(f.base)
	_, hasType := method(f.base, "GormDataType", 0, 1)
	f.gormData = dataOf(f.base)
	switch f.serializer = isSerializer(f.base) || tags["JSON"] != "" || tags["SERIALIZER"] != ""; {
	case f.gormData == noData && (hasType || valuer || f.serializer):
		f.gormData = someData
	case f.gormData != noData && (hasType || valuer && f.gormData != timeData):
		f.gormData = someData
	}
	f.data = f.gormData != noData || tags["TYPE"] != ""
	r.permissions(f)

	_, tagged := tags["EMBEDDED"]
	opaque := valuer && !hasType // GORM uses the result of its Value instead
	if tagged && !opaque || v.Anonymous() && f.gormData != timeData && f.gormData != bytesData && !valuer && f.allowed {
		if st, ok := f.base.Underlying().(*types.Struct); ok {
			embedded, err = r.embedded(f, v, st)
			return f, embedded, err
		}
		if _, ok := f.base.Underlying().(*types.Basic); !ok {
			return nil, nil, &unreadable{fmt.Sprintf("%s is embedded and no struct", v.Name())}
		}
	}
	if f.dbName == "" && f.data {
		f.dbName = r.namer.ColumnName("", f.name)
	}
	return f, nil, nil
}

// permissions reads the tags "-", "->" and "<-" in GORM's order.
func (r *reader) permissions(f *field) {
	create, update, read := true, true, true
	if val, ok := f.tags["-"]; ok {
		switch strings.ToLower(strings.TrimSpace(val)) {
		case "-", "all":
			create, update, read, f.data = false, false, false, false
		}
	}
	if val, ok := f.tags["->"]; ok {
		create, update, read = false, false, !strings.EqualFold(val, "false")
	}
	if val, ok := f.tags["<-"]; ok {
		create = val == "<-" || strings.Contains(val, "create")
		update = val == "<-" || strings.Contains(val, "update")
	}
	f.allowed = create || update || read
}

// embedded reads the fields of a struct inside a struct.
func (r *reader) embedded(f *field, v *types.Var, st *types.Struct) ([]*field, error) {
	var (
		inner []*field
		err   error
	)
	if named, ok := types.Unalias(f.base).(*types.Named); ok {
		inner, err = r.fields(named, f.through)
	} else {
		inner, err = r.structFields(st, f.through)
	}
	if err != nil {
		return nil, err
	}
	for _, e := range inner {
		e.bind = append([]string{f.name}, e.bind...)
		if !v.Anonymous() {
			e.goName = f.name + e.goName
		}
		if e.dbName != "" {
			e.dbName = f.tags["EMBEDDEDPREFIX"] + e.dbName
		}
	}
	if inner == nil {
		inner = []*field{}
	}
	return inner, nil
}

// isRelation reports whether GORM reads the field as a relation.
func (f *field) isRelation() bool { return !f.data && f.gormData == noData && f.allowed }

// dataOf returns GORM's data type of a Go type that does not define one itself.
func dataOf(t types.Type) gormData {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		if u.Info()&(types.IsBoolean|types.IsInteger|types.IsFloat|types.IsString) != 0 && u.Kind() != types.Uintptr {
			return someData
		}
	case *types.Struct:
		if isTimeStruct(u) {
			return timeData
		}
	case *types.Slice:
		return bytesOf(u.Elem())
	case *types.Array:
		return bytesOf(u.Elem())
	}
	return noData
}

func bytesOf(elem types.Type) gormData {
	if types.Identical(elem, types.Typ[types.Uint8]) {
		return bytesData
	}
	return noData
}

// truth returns a tag's value as GORM reads it.
func truth(v string) bool { return v != "" && !strings.EqualFold(v, "false") }

func ignored(tags map[string]string) bool {
	val, ok := tags["-"]
	val = strings.ToLower(strings.TrimSpace(val))
	return ok && (val == "-" || val == "all")
}

func quote(s string) string { return strconv.Quote(s) }
