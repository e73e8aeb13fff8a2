package gen

import (
	"bytes"
	"fmt"
	"go/format"
	"go/types"
)

// renderer writes the file of one package.
type renderer struct {
	p    *source
	all  map[string]*source
	im   *imports
	l    locals
	note *notes
	out  bytes.Buffer
}

func (r *renderer) line(text string, args ...any) { fmt.Fprintf(&r.out, text+"\n", args...) }

// render gives the text of a package's file.
func render(p *source, all map[string]*source, notes *notes) ([]byte, error) {
	taken, err := p.names()
	if err != nil {
		return nil, err
	}
	r := &renderer{p: p, all: all, im: newImports(p.types), l: fresh(taken), note: notes}
	for _, m := range p.models {
		r.dropUnknown(m)
		nameFields(m, notes, p)
		for _, f := range m.columns {
			r.im.use(kindOf(f, p.types).value)
		}
		for _, f := range m.relations {
			r.im.use(types.Unalias(target(f)))
		}
	}
	r.im.settle(taken)
	r.line("%s\n\npackage %s\n\n%s", header, p.name, r.im.block())
	r.root()
	for _, m := range p.models {
		r.fields(m)
		for _, f := range m.relations {
			r.relation(m, f)
		}
		r.rel(m)
	}
	text, err := format.Source(r.out.Bytes())
	if err != nil {
		return nil, fmt.Errorf("gormango: %s: what gen made is no Go code (a mistake of gormango): %w", p.path, err)
	}
	return text, nil
}

// dropUnknown leaves out the relations to structs that have no fields of their own.
func (r *renderer) dropUnknown(m *model) {
	kept := m.relations[:0:0]
	for _, f := range m.relations {
		t := target(f)
		if r.known(t) {
			kept = append(kept, f)
			continue
		}
		r.note.add("%s: relation %s of %s is left out: there are no fields of %s (run gen for its package too)",
			r.p.where(f.pos), f.name, m.name, types.TypeString(t, types.RelativeTo(r.p.types)))
	}
	m.relations = kept
}

func (r *renderer) known(t types.Type) bool {
	named, ok := types.Unalias(t).(*types.Named)
	if !ok || named.TypeArgs().Len() > 0 || !reachable(named, r.p.types) {
		return false
	}
	pkg, name := named.Obj().Pkg(), named.Obj().Name()
	if s := r.all[pkg.Path()]; s != nil {
		for _, m := range s.models {
			if m.name == name {
				return true
			}
		}
		return false
	}
	return r.p.hasFields(pkg, name)
}

// root writes F.
func (r *renderer) root() {
	r.line("// F holds the typed fields of this package's models.\nvar F = struct {")
	for _, m := range r.p.models {
		r.line("%s %sFields[%s]", m.name, m.name, m.name)
	}
	r.line("}{")
	for _, m := range r.p.models {
		r.line("%sFieldsAt(%s.Root[%s]{}.Path()),", m.name, r.im.alias[repoPath], m.name)
	}
	r.line("}\n")
}

// fields writes the struct of a model's columns and the function that makes it.
func (r *renderer) fields(m *model) {
	repo, root, at, f := r.im.alias[repoPath], r.l.root, r.l.at, r.l.fields
	r.line("// %sFields are the columns of %s, seen from %s; its methods are the relations.", m.name, m.name, root)
	r.line("type %sFields[%s any] struct {\nat %s.Path[%s, %s]", m.name, root, repo, root, m.name)
	for _, c := range m.columns {
		k, arg := kindOf(c, r.p.types), ""
		if k.typed {
			arg = ", " + r.im.text(k.value)
		}
		r.line("%s %s.%s[%s%s]", c.goName, repo, k.name, root, arg)
	}
	r.line("}\n")
	r.line("// %sFieldsAt gives the fields of %s behind a path; relations of other packages call it.", m.name, m.name)
	r.line("func %sFieldsAt[%s any](%s %s.Path[%s, %s]) %sFields[%s] {", m.name, root, at, repo, root, m.name, m.name, root)
	r.line("%s := %sFields[%s]{at: %s}", f, m.name, root, at)
	for _, c := range m.columns {
		k, inner := kindOf(c, r.p.types), ".Field"
		if k.name == "Field" {
			inner = ""
		}
		r.line("%s.%s%s = %s.NewField[%s, %s](%s, %q)", f, c.goName, inner, repo, root, r.im.text(k.value), at, c.dbName)
	}
	r.line("return %s\n}\n", f)
}

// relation writes the method of a relation.
func (r *renderer) relation(m *model, f *field) {
	to := types.Unalias(target(f)).(*types.Named)
	prefix, name := "", to.Obj().Name()
	if q := r.im.qualifier(to.Obj().Pkg()); q != "" {
		prefix = q + "."
	}
	root, self, path := r.l.root, r.l.fields, r.l.path
	r.line("// %s is the relation %s.", f.goName, relationName(f))
	r.line("func (%s %sFields[%s]) %s() %s%sRel[%s] {", self, m.name, root, f.goName, prefix, name, root)
	r.line("%s := %s.NewPath[%s, %s%s](%s.at, %q)", path, r.im.alias[repoPath], root, prefix, name, self, relationName(f))
	if prefix == "" {
		r.line("return %sRel[%s]{%s, %sFieldsAt(%s)}\n}\n", name, root, path, name, path)
		return
	}
	r.line("return %s%sRel[%s]{Path: %s, %sFields: %s%sFieldsAt(%s)}\n}\n", prefix, name, root, path, name, prefix, name, path)
}

// rel writes the type of the relations that lead to a model.
func (r *renderer) rel(m *model) {
	root := r.l.root
	r.line("// %sRel is a relation to %s: its fields, and the relation's own Is, IsNull, Some, None and Every.", m.name, m.name)
	r.line("type %sRel[%s any] struct {\n%s.Path[%s, %s]\n%sFields[%s]\n}\n", m.name, root, r.im.alias[repoPath], root, m.name, m.name, root)
}
