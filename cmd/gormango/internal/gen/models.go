package gen

import (
	"errors"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"gorm.io/gorm/schema"
)

// model is a struct that gets fields.
type model struct {
	name      string
	named     *types.Named
	pos       token.Pos
	forced    bool // by // by //gormango:model
	fields    []*field
	columns   []*field
	relations []*field
	keys      []*field
}

// findModels finds the models among the package's structs: exported, not
// generic, with a primary key as GORM finds it, and neither a mixin nor a
// result.
func (p *source) findModels(notes *notes) error {
	directives, err := p.directives()
	if err != nil {
		return err
	}
	r := &reader{p: p, namer: schema.NamingStrategy{IdentifierMaxLength: 64}}
	candidates := map[*types.Named]*model{}
	var order []*model
	for _, name := range p.types.Scope().Names() {
		obj, ok := p.types.Scope().Lookup(name).(*types.TypeName)
		if !ok || obj.IsAlias() || directives[name] == "ignore" {
			continue
		}
		named, ok := obj.Type().(*types.Named)
		if !ok {
			continue
		}
		forced := directives[name] == "model"
		if why := noModel(named); why != "" {
			if forced {
				return fmt.Errorf("gormango: %s: //gormango:model: %s %s", p.where(obj.Pos()), name, why)
			}
			continue
		}
		m := &model{name: name, named: named, pos: obj.Pos(), forced: forced}
		keyed, err := r.read(m)
		var u *unreadable
		switch {
		case !keyed && !forced:
		case err == nil:
			candidates[named] = m
			order = append(order, m)
		case !errors.As(err, &u):
			return err
		case forced:
			return fmt.Errorf("gormango: %s: //gormango:model: GORM cannot read %s: %w", p.where(obj.Pos()), name, err)
		default:
			notes.add("%s: %s is left out: GORM cannot read it: %v", p.where(obj.Pos()), name, err)
		}
	}
	p.models = choose(p, candidates, order, notes)
	return nil
}

// noModel returns why a type cannot be a model, "" if it can.
func noModel(t *types.Named) string {
	switch _, isStruct := t.Underlying().(*types.Struct); {
	case !isStruct:
		return "is no struct"
	case !ast.IsExported(t.Obj().Name()):
		return "is not exported"
	case t.TypeParams().Len() > 0:
		return "is generic"
	}
	return ""
}

// read reads the fields of a model. keyed reports whether a primary key was
// found.
func (r *reader) read(m *model) (keyed bool, err error) {
	if m.fields, err = r.fields(m.named, nil); err != nil {
		return true, err
	}
	m.columns = columns(m.fields)
	m.keys = keys(m.columns)
	for _, f := range m.fields {
		if f.unknown != nil {
			return len(m.keys) > 0 || f.anonymous, f.unknown
		}
		if !f.isRelation() {
			continue
		}
		if target(f) == nil {
			return len(m.keys) > 0, &unreadable{fmt.Sprintf("%s is neither a column nor a relation (it is a %s; tag it serializer:json, type: or -)",
				f.name, types.TypeString(f.typ, types.RelativeTo(r.p.types)))}
		}
		m.addRelation(f)
	}
	return len(m.keys) > 0, nil
}

// addRelation adds a relation unless one has its name. Relations of the struct
// itself come before those of embedded ones.
func (m *model) addRelation(f *field) {
	i := slices.IndexFunc(m.relations, func(o *field) bool { return o.name == f.name })
	switch {
	case i < 0:
		m.relations = append(m.relations, f)
	case len(m.relations[i].bind) > 1:
		m.relations[i] = f
	}
}

// columns returns the columns among fields. If several have one name, it is the
// one that GORM takes: the least deep, else the first.
func columns(fields []*field) []*field {
	var out []*field
	at := map[string]int{}
	for _, f := range fields {
		if f.dbName == "" || !f.data {
			continue
		}
		i, taken := at[f.dbName]
		switch {
		case !taken:
			at[f.dbName] = len(out)
			out = append(out, f)
		case f.allowed && len(f.bind) < len(out[i].bind):
			out[i] = f
		}
	}
	return out
}

// keys returns the columns of the primary key: those tagged as such, else the
// one named id.
func keys(columns []*field) []*field {
	var tagged []*field
	for _, f := range columns {
		if f.primary {
			tagged = append(tagged, f)
		}
	}
	if len(tagged) > 0 {
		return tagged
	}
	for _, is := range []func(f *field) bool{
		func(f *field) bool { return f.dbName == "id" },
		func(f *field) bool { return f.name == "id" || f.name == "ID" },
	} {
		if i := slices.IndexFunc(columns, is); i >= 0 {
			return columns[i : i+1]
		}
	}
	return nil
}

// target returns the struct at the other end of a relation, nil if GORM does
// not accept the type.
func target(f *field) types.Type {
	_, array := f.base.Underlying().(*types.Array)
	t := f.base
	for {
		switch u := t.Underlying().(type) {
		case *types.Slice:
			t = u.Elem()
		case *types.Array:
			t = u.Elem()
		case *types.Pointer:
			t = u.Elem()
		case *types.Struct:
			if array && f.tags["MANY2MANY"] == "" && f.tags["POLYMORPHIC"] == "" {
				return nil
			}
			return t
		default:
			return nil
		}
	}
}

// choose drops mixins, which are only embedded in others, and results, which
// are a model with more columns.
func choose(p *source, candidates map[*types.Named]*model, order []*model, notes *notes) []*model {
	embedded, related := map[*types.Named]*model{}, map[*types.Named]bool{}
	for _, m := range order {
		for _, f := range m.fields {
			for _, t := range f.through[1:] {
				if candidates[t] != nil && embedded[t] == nil {
					embedded[t] = m
				}
			}
		}
		for _, f := range m.relations {
			if t, ok := types.Unalias(target(f)).(*types.Named); ok && t != m.named {
				related[t] = true
			}
		}
	}
	mixin := map[*types.Named]bool{}
	for _, m := range order {
		if by := embedded[m.named]; by != nil && !m.forced && !related[m.named] && !declares(m.named, "TableName", "Meta") {
			mixin[m.named] = true
			notes.add("%s: %s is left out: it is embedded in %s (//gormango:model makes it a model, //gormango:ignore ends this note)", p.where(m.pos), m.name, by.name)
		}
	}
	var out []*model
	for _, m := range order {
		if mixin[m.named] {
			continue
		}
		if of := resultOf(m, candidates, mixin); of != "" && !m.forced {
			notes.add("%s: %s is left out: its key is that of the model %s, which it embeds (//gormango:model makes it a model, //gormango:ignore ends this note)", p.where(m.pos), m.name, of)
			continue
		}
		out = append(out, m)
	}
	return out
}

// resultOf returns the name of the model that m embeds and whose key it has, ""
// if there is none.
func resultOf(m *model, candidates map[*types.Named]*model, mixin map[*types.Named]bool) string {
	for _, key := range m.keys {
		for _, t := range key.through[1:] {
			if candidates[t] != nil && !mixin[t] {
				return candidates[t].name
			}
		}
	}
	return ""
}

// declares reports whether the type itself, not an embedded one, has a method
// of one of the names.
func declares(t *types.Named, names ...string) bool {
	for fn := range t.Methods() {
		if slices.Contains(names, fn.Name()) {
			return true
		}
	}
	return false
}

// directives returns the //gormango: comments above types by the types' names.
func (p *source) directives() (map[string]string, error) {
	out := map[string]string{}
	for _, file := range p.files {
		for _, decl := range file.Decls {
			d, ok := decl.(*ast.GenDecl)
			if !ok || d.Tok != token.TYPE {
				continue
			}
			for _, spec := range d.Specs {
				s := spec.(*ast.TypeSpec)
				groups := []*ast.CommentGroup{s.Doc}
				if !d.Lparen.IsValid() {
					groups = append(groups, d.Doc)
				}
				word := directive(groups...)
				if word != "" && word != "model" && word != "ignore" {
					return nil, fmt.Errorf("gormango: %s: //gormango:%s above %s is not known (choices are ignore, model)", p.where(s.Pos()), word, s.Name.Name)
				}
				out[s.Name.Name] = word
			}
		}
	}
	return out, nil
}

// directive returns the //gormango:… among the comments above a declaration.
func directive(groups ...*ast.CommentGroup) string {
	for _, g := range groups {
		if g == nil {
			continue
		}
		for _, c := range g.List {
			if word, ok := strings.CutPrefix(c.Text, "//gormango:"); ok {
				return strings.TrimSpace(word)
			}
		}
	}
	return ""
}
