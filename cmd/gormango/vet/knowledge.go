package vet

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"github.com/gormango/gormango/cmd/gormango/internal/gen"
)

// knowledge is what a package and those that it imports declare by calls and by
// values, beyond its types. It is the fact of a package.
type knowledge struct {
	Reverse []reverse
	// Names are the names of annotations and of filtered relations, Fields those
	// that prefetched rows have in a path (repo.ToField), Customs those of
	// registered lookups and transforms.
	Names, Fields, Customs []string
	// Open reports whether an annotation has a name that is not constant.
	Open bool
}

// reverse is a relation without a Go field, which Meta of From names.
type reverse struct {
	Name string
	// Target is the model that has the relation, as "path.Name", From the one that
	// it leads to. Both are "" if they are not known.
	Target, From string
	ToMany       bool
}

// AFact makes knowledge a fact.
func (*knowledge) AFact() {}

func (k *knowledge) isEmpty() bool {
	return len(k.Reverse)+len(k.Names)+len(k.Fields)+len(k.Customs) == 0 && !k.Open
}

func (k *knowledge) merge(of *knowledge) {
	k.Reverse = append(k.Reverse, of.Reverse...)
	k.Names = append(k.Names, of.Names...)
	k.Fields = append(k.Fields, of.Fields...)
	k.Customs = append(k.Customs, of.Customs...)
	k.Open = k.Open || of.Open
}

// sort puts all in an order and drops what is there twice, so that a fact does
// not depend on the order of imports.
func (k *knowledge) sort() {
	for _, list := range []*[]string{&k.Names, &k.Fields, &k.Customs} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	slices.SortFunc(k.Reverse, func(a, b reverse) int {
		return strings.Compare(a.Target+" "+a.Name+" "+a.From, b.Target+" "+b.Name+" "+b.From)
	})
	k.Reverse = slices.Compact(k.Reverse)
}

// learn adds what the package itself declares.
func (c *checker) learn() {
	nodes := []ast.Node{(*ast.CallExpr)(nil), (*ast.CompositeLit)(nil), (*ast.FuncDecl)(nil)}
	c.inspect.Preorder(nodes, func(n ast.Node) {
		switch n := n.(type) {
		case *ast.CallExpr:
			c.learnCall(n)
		case *ast.CompositeLit:
			switch name, _ := repoType(c.TypesInfo.TypeOf(n)); name {
			case "LookupDef", "TransformDef":
				c.learnCustom(n)
			}
		case *ast.FuncDecl:
			c.learnMeta(n)
		}
	})
}

// learnCall reads the names that a call declares.
func (c *checker) learnCall(call *ast.CallExpr) {
	fn := c.callee(call)
	if len(call.Args) == 0 || !isOurs(fn, repoPath, "Annotate", "Alias", "FilteredRelation", "ToField") {
		return
	}
	text, ok := c.text(call.Args[0])
	switch {
	case !ok:
		c.known.Open = true
	case fn.Name() == "ToField":
		c.known.Fields = append(c.known.Fields, text)
	default:
		c.known.Names = append(c.known.Names, text)
		c.annotated[text]++
		for e := receiverOf(call); e != nil; {
			before, ok := ast.Unparen(e).(*ast.CallExpr)
			if !ok {
				break
			}
			if c.later[before] == nil {
				c.later[before] = map[string]int{}
			}
			c.later[before][text]++
			e = receiverOf(before)
		}
	}
}

// learnCustom reads the name of a registered lookup or transform.
func (c *checker) learnCustom(lit *ast.CompositeLit) {
	for i, e := range lit.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			if key, ok := kv.Key.(*ast.Ident); !ok || key.Name != "Name" {
				continue
			}
			e = kv.Value
		} else if i > 0 {
			break
		}
		if text, ok := c.text(e); ok {
			c.known.Customs = append(c.known.Customs, text)
		}
	}
}

// learnMeta reads the RelatedName of each relation in a Meta method.
func (c *checker) learnMeta(fn *ast.FuncDecl) {
	of, names := gen.RelatedNames(c.TypesInfo, fn)
	if of == nil || len(names) == 0 {
		return
	}
	s, err := gen.Read(of)
	for _, r := range names {
		back := reverse{Name: r.Name, ToMany: true}
		for i := 0; err == nil && i < len(s.Relations); i++ {
			if s.Relations[i].Name != r.Relation {
				continue
			}
			back.Target = typeName(s.Relations[i].Target)
			if len(s.Keys) > 0 { // a mixin is no model
				back.From = typeName(of)
			}
		}
		c.known.Reverse = append(c.known.Reverse, back)
	}
}

// typeName returns "path.Name" for a named type.
func typeName(t *types.Named) string {
	if t == nil || t.Obj().Pkg() == nil {
		return ""
	}
	return t.Obj().Pkg().Path() + "." + t.Obj().Name()
}
