package gen

import (
	"go/ast"
	"go/constant"
	"go/types"
	"slices"
	"strings"
)

// optionsType is the type of the values in Meta.Relations.
const optionsType = "github.com/gormango/gormango/models.RelationOptions"

// Related is the RelatedName of a relation.
type Related struct {
	// Relation is the relation's name in lookups, "" if it is not constant.
	Relation string
	Name     string
}

// RelatedNames returns the receiver of a Meta method and the constant
// RelatedNames in its body, nil for other declarations.
func RelatedNames(info *types.Info, decl ast.Decl) (of *types.Named, names []Related) {
	fn, ok := decl.(*ast.FuncDecl)
	if !ok || fn.Name.Name != "Meta" || fn.Recv == nil || fn.Body == nil || len(fn.Recv.List) != 1 {
		return nil, nil
	}
	recv := types.Unalias(info.TypeOf(fn.Recv.List[0].Type))
	if p, ok := recv.(*types.Pointer); ok {
		recv = types.Unalias(p.Elem())
	}
	if of, ok = recv.(*types.Named); !ok {
		return nil, nil
	}
	read := func(key, value ast.Expr) {
		if name := relatedName(info, value); name != "" {
			names = append(names, Related{constantText(info, key), name})
		}
	}
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.KeyValueExpr:
			read(n.Key, n.Value)
		case *ast.AssignStmt:
			for i, l := range n.Lhs {
				if at, ok := l.(*ast.IndexExpr); ok && len(n.Lhs) == len(n.Rhs) {
					read(at.Index, n.Rhs[i])
				}
			}
		}
		return true
	})
	return of, names
}

// relatedName returns the RelatedName in the options of a relation, "" if there
// is none.
func relatedName(info *types.Info, value ast.Expr) string {
	lit, ok := ast.Unparen(value).(*ast.CompositeLit)
	t := info.TypeOf(value)
	if !ok || t == nil || typeName(t) != optionsType {
		return ""
	}
	for _, e := range lit.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			if field, ok := kv.Key.(*ast.Ident); ok && field.Name == "RelatedName" {
				return constantText(info, kv.Value)
			}
		}
	}
	return ""
}

func constantText(info *types.Info, e ast.Expr) string {
	if v := info.Types[e].Value; v != nil && v.Kind() == constant.String {
		return constant.StringVal(v)
	}
	return ""
}

// addRelated adds the relations without a Go field, which Meta names, to the
// models that they begin at.
func (p *source) addRelated(notes *notes) {
	for _, file := range p.files {
		for _, decl := range file.Decls {
			of, names := RelatedNames(p.info, decl)
			i := slices.IndexFunc(p.models, func(m *model) bool { return m.named == of })
			if i < 0 {
				continue
			}
			for _, r := range names {
				p.addReverse(p.models[i], r, notes)
			}
		}
	}
}

// addReverse adds the relation that leads back to m by one of m's relations.
func (p *source) addReverse(m *model, r Related, notes *notes) {
	for _, f := range m.relations {
		if relationName(f) != r.Relation {
			continue
		}
		to, _ := types.Unalias(target(f)).(*types.Named)
		i := slices.IndexFunc(p.models, func(o *model) bool { return o.named == to })
		if i < 0 {
			notes.add("%s: relation %s is left out of the fields of %s: only the package of %s could have it", p.where(f.pos), r.Name, to.Obj().Name(), to.Obj().Name())
			return
		}
		t := types.NewSlice(m.named)
		p.models[i].relations = append(p.models[i].relations, &field{
			name: r.Name, goName: goName(r.Name), lookup: r.Name, typ: t, base: t, pos: f.pos, allowed: true,
		})
		return
	}
}

// goName returns the Go name of a name in lookups: "PublishedTitles" for
// "published_titles".
func goName(name string) string {
	var b strings.Builder
	for word := range strings.SplitSeq(name, "_") {
		switch word {
		case "id", "url", "api", "http", "ip", "uuid", "sql", "json", "html", "xml":
			b.WriteString(strings.ToUpper(word))
		case "":
		default:
			b.WriteString(strings.ToUpper(word[:1]) + word[1:])
		}
	}
	return b.String()
}
