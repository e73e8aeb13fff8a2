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

// render returns the text of a package's file.
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
			k := kindOf(f, p.types)
			if k.typed {
				r.im.use(k.value)
			}
			if k.elem != nil {
				r.im.use(k.elem)
			}
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
		r.rel(m)
	}
	text, err := format.Source(r.out.Bytes())
	if err != nil {
		return nil, fmt.Errorf("gormango: %s: what gen made is no Go code (a mistake of gormango): %w", p.path, err)
	}
	return text, nil
}

// dropUnknown removes relations to structs without fields.
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
		r.line("%s *%sFields[*%s]", m.name, m.name, m.name)
	}
	r.line("}{")
	for _, m := range r.p.models {
		r.line("%sFieldsAt[*%s](\"\"),", m.name, m.name)
	}
	r.line("}\n")
}

// fields writes the struct of a model's columns and relations, and its
// constructor.
func (r *renderer) fields(m *model) {
	repo, root, at := r.im.alias[repoPath], r.l.root, r.l.at
	r.line("// %sFields are the columns and relations of %s, seen from what %s points to.", m.name, m.name, root)
	r.line("type %sFields[%s any] struct {", m.name, root)
	for _, c := range m.columns {
		k, args := r.kind(c)
		r.line("%s *%s.%s%s", c.goName, repo, k.name, args)
	}
	for _, f := range m.relations {
		prefix, name := r.target(f)
		r.line("%s func() *%s%sRel[%s]", f.goName, prefix, name, root)
	}
	r.line("}\n")
	r.line("// %sFieldsAt gives the fields of %s behind a path.", m.name, m.name)
	r.line("func %sFieldsAt[%s any](%s %s.At) *%sFields[%s] {", m.name, root, at, repo, m.name, root)
	r.line("return &%sFields[%s]{", m.name, root)
	for _, c := range m.columns {
		k, args := r.kind(c)
		r.line("%s: %s.New%s%s(%s, %q),", c.goName, repo, k.name, args, at, c.dbName)
	}
	for _, f := range m.relations {
		prefix, name := r.target(f)
		r.line("%s: %s.Once(func() *%s%sRel[%s] { return %s%sRelAt[%s](%s.To(%q)) }),", f.goName, repo, prefix, name, root, prefix, name, root, at, relationName(f))
	}
	r.line("}\n}\n")
}

// kind returns the kind of a column and its type arguments.
func (r *renderer) kind(c *field) (k kind, args string) {
	k = kindOf(c, r.p.types)
	if k.elem != nil {
		return k, "[" + r.l.root + ", " + r.im.text(k.value) + ", " + r.im.text(k.elem) + "]"
	}
	if k.typed {
		return k, "[" + r.l.root + ", " + r.im.text(k.value) + "]"
	}
	return k, "[" + r.l.root + "]"
}

// target returns the model that a relation leads to, and its package with a dot
// if it is another one.
func (r *renderer) target(f *field) (prefix, name string) {
	to := types.Unalias(target(f)).(*types.Named)
	if q := r.im.qualifier(to.Obj().Pkg()); q != "" {
		prefix = q + "."
	}
	return prefix, to.Obj().Name()
}

// rel writes the type of the relations that lead to a model, and its
// constructor.
func (r *renderer) rel(m *model) {
	root, at, repo := r.l.root, r.l.at, r.im.alias[repoPath]
	r.line("// %sRel is a relation to %s: its fields, and the relation's own Rel, Is, IsNull, Some, None and Every.", m.name, m.name)
	r.line("type %sRel[%s any] struct {\n%s.Path[%s, *%s]\n*%sFields[%s]\n}\n", m.name, root, repo, root, m.name, m.name, root)
	r.line("// %sRelAt gives the relation to %s that a path ends with; relations of other packages call it.", m.name, m.name)
	r.line("func %sRelAt[%s any](%s %s.At) *%sRel[%s] {\nreturn &%sRel[%s]{%s.NewPath[%s, *%s](%s), %sFieldsAt[%s](%s)}\n}\n",
		m.name, root, at, repo, m.name, root, m.name, root, repo, root, m.name, at, m.name, root, at)
}
