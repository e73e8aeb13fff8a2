package rules

import (
	"go/parser"
	"go/token"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// order lists the packages from the top to the bottom: a package imports those
// of the rows below its own, never one of its own row or of a row above. "."
// is the root package. Library packages stand below devpg, and so cannot
// import what is for development and tests alone.
var order = []string{
	"example_app example_app/screenshots bench conformance compat scripts/gormsuite cmd/gormango cmd/gormango/vet/golangci",
	"cmd/gormango/vet",
	"bench/ent bench/ent/schema bench/growthmodels example_app/api example_app/dataset example_app/shop cmd/gormango/internal/gen",
	"example_app/store/migrations",
	"example_app/store example_app/web",
	"manage",
	"internal/bouncer internal/opentest",
	"repotest",
	"devpg internal/blog internal/faultproxy internal/foreignmodels internal/longtest internal/oracle internal/rules internal/tutorial internal/valuematrix",
	"checks factory fixtures internal/diagram",
	"migrate",
	"internal/catalog internal/trace",
	"repo/fn",
	"repo",
	"internal/related",
	"internal/deletion internal/validation",
	"internal/store",
	"txutil",
	".",
	"internal/connect internal/gormside",
	"internal/exec",
	"internal/pgpool",
	"internal/compile",
	"internal/query",
	"internal/param",
	"internal/rowcodec",
	"internal/modelinfo",
	"internal/lookup",
	"internal/sqlfile",
	"internal/sqltext internal/sqltype internal/zone",
	"models internal/signal",
	"internal/jsonvalue",
}

// Imports point down. What only tests import is free.
func TestImportsPointDown(t *testing.T) {
	t.Parallel()
	rows := map[string]int{}
	for i, row := range order {
		for name := range strings.FieldsSeq(row) {
			require.NotContains(t, rows, name, "the package stands twice in the order")
			rows[name] = i
		}
	}
	imports := map[string]map[string]bool{} // what each package imports of ours
	for _, s := range sources(t, token.NewFileSet(), parser.ImportsOnly|parser.ParseComments) {
		if imports[s.dir] == nil {
			imports[s.dir] = map[string]bool{}
		}
		for _, spec := range s.file.Imports {
			name, err := strconv.Unquote(spec.Path.Value)
			require.NoError(t, err)
			if name == module {
				name += "/."
			}
			if name, ours := strings.CutPrefix(name, module+"/"); ours && !s.test() {
				imports[s.dir][name] = true
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(rows)) {
		if _, exists := imports[name]; !exists {
			t.Errorf("%s: the order of internal/rules has this package, and there is none", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(imports)) {
		row, listed := rows[name]
		if !listed {
			t.Errorf("%s: the order of internal/rules does not have this package (add it to the row where it belongs)", name)
			continue
		}
		for _, imported := range slices.Sorted(maps.Keys(imports[name])) {
			if below, listed := rows[imported]; listed && below <= row {
				t.Errorf("%s imports %s, which stands above or beside it in the order of internal/rules", name, imported)
			}
		}
	}
}
