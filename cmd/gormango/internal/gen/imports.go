package gen

import (
	"fmt"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strings"
)

// repoPath is the package that generated code uses.
const repoPath = "github.com/gormango/gormango/repo"

// imports are the packages that the generated file imports.
type imports struct {
	own   *types.Package
	names map[string]string // paths to the packages' own names
	alias map[string]string // paths to the names in the file
}

func newImports(own *types.Package) *imports {
	return &imports{own: own, names: map[string]string{repoPath: "repo"}}
}

// use adds the packages in a type's text.
func (im *imports) use(t types.Type) {
	types.TypeString(t, func(p *types.Package) string {
		if p != im.own {
			im.names[p.Path()] = p.Name()
		}
		return ""
	})
}

// settle chooses a name outside of taken for each package.
func (im *imports) settle(taken map[string]bool) {
	im.alias = map[string]string{}
	paths := slices.SortedFunc(maps.Keys(im.names), func(a, b string) int {
		switch repoPath {
		case a:
			return -1
		case b:
			return 1
		}
		return strings.Compare(a, b)
	})
	for _, path := range paths {
		name := im.names[path]
		for n := 2; taken[name] || token.IsKeyword(name); n++ {
			name = fmt.Sprintf("%s%d", im.names[path], n)
		}
		taken[name] = true
		im.alias[path] = name
	}
}

// text returns the text of a type in the file.
func (im *imports) text(t types.Type) string { return types.TypeString(t, im.qualifier) }

func (im *imports) qualifier(p *types.Package) string {
	if p == im.own {
		return ""
	}
	return im.alias[p.Path()]
}

// block returns the import declaration: the standard library, then other
// packages.
func (im *imports) block() string {
	var std, others []string
	for _, path := range slices.Sorted(maps.Keys(im.names)) {
		line := "\t" + quote(path) + "\n"
		if im.alias[path] != im.names[path] || !strings.HasSuffix("/"+path, "/"+im.names[path]) {
			line = "\t" + im.alias[path] + " " + quote(path) + "\n"
		}
		if first, _, _ := strings.Cut(path, "/"); strings.Contains(first, ".") {
			others = append(others, line)
		} else {
			std = append(std, line)
		}
	}
	if len(std) > 0 {
		std = append(std, "\n")
	}
	return "import (\n" + strings.Join(append(std, others...), "") + ")\n"
}

// importable reports whether the rule of internal folders allows an import.
func importable(path, from string) bool {
	i := strings.LastIndex("/"+path+"/", "/internal/")
	if i <= 0 {
		return i < 0 // of the standard library
	}
	return from == path[:i-1] || strings.HasPrefix(from, path[:i-1]+"/")
}
