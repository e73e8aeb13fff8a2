package migrate

import (
	"fmt"
	"go/format"
	"io"
	"slices"
	"strings"

	"github.com/gormango/gormango/internal/catalog"
)

// WriteModels writes a Go file with a model for each table of the catalog, and
// a variable Models with all of them and with declarations of what models do
// not describe: enums, extensions, views, functions, triggers and the like.
// FromModels makes of Models what is in the database, so that Drift finds
// nothing: fields have the column's type, default and comment, relations the
// names of foreign keys, and Meta the indexes and constraints. Names have no
// schema.
//
// What cannot be written is named in a comment at the end of the file: tables
// that inherit from others, foreign tables, collations, operators, text search
// configurations. A table without a primary key has a model that repositories
// can only read.
//
// With tables only these are written, and relations to others are left out. A
// name that the schema does not have is an error.
func WriteModels(w io.Writer, c *Catalog, pkg string, tables ...string) error {
	schema, err := only(c.schemas[0], tables)
	if err != nil {
		return err
	}
	text := (&modelWriter{catalog: c, schema: schema, names: map[string]string{}, fields: map[string]map[string]string{}, structs: map[string]bool{"Models": true}}).file(pkg)
	out, err := format.Source([]byte(text))
	if err != nil {
		return fmt.Errorf("migrate: format the models: %w", err)
	}
	if _, err := w.Write(out); err != nil {
		return fmt.Errorf("migrate: write the models: %w", err)
	}
	return nil
}

// only returns the schema with these tables alone, and with all if there are
// none.
func only(s *catalog.Schema, tables []string) (*catalog.Schema, error) {
	if len(tables) == 0 {
		return s, nil
	}
	out := *s
	out.Tables = nil
	var names []string
	for _, t := range s.Tables {
		names = append(names, t.Name)
		if slices.Contains(tables, t.Name) {
			out.Tables = append(out.Tables, t)
		}
	}
	for _, name := range tables {
		if !slices.Contains(names, name) {
			return nil, fmt.Errorf("migrate: the schema has no table %q (choices are %s)", name, strings.Join(slices.Sorted(slices.Values(names)), ", "))
		}
	}
	return &out, nil
}

// modelWriter writes the models of a schema.
type modelWriter struct {
	catalog *Catalog
	schema  *catalog.Schema
	names   map[string]string            // of structs, by table
	fields  map[string]map[string]string // by table and column
	structs map[string]bool              // names that are taken
	imports []string
	objects []SQLObject
	left    []string // what cannot be written
}

func (w *modelWriter) file(pkg string) string {
	var tables []*catalog.Table
	for _, t := range w.schema.Tables {
		switch {
		case t.Partition, t.Kind == "v", t.Kind == "m", w.bookkeeping(t.Name):
		case t.Kind == "f", len(t.Parents) > 0:
			w.left = append(w.left, fmt.Sprintf("%s %s", relationKind(t), t.Name))
		default:
			tables = append(tables, t)
			w.names[t.Name] = w.free(goName(singular(t.Name)))
		}
	}
	w.nameFields(tables)
	var body strings.Builder
	for _, t := range tables {
		body.WriteString(w.model(t))
	}
	w.writeObjects()
	fmt.Fprintf(&body, "\n// Models are the models of the database, and what they need.\nvar Models = []any{\n")
	for _, e := range w.extensions() {
		fmt.Fprintf(&body, "migrate.Extension{Name: %q},\n", e)
	}
	for _, e := range w.schema.Enums {
		fmt.Fprintf(&body, "migrate.Enum{Name: %q, Values: %#v},\n", e.Name, e.Values)
	}
	for _, t := range tables {
		fmt.Fprintf(&body, "&%s{},\n", w.names[t.Name])
	}
	for _, o := range w.objects {
		fmt.Fprintf(&body, "migrate.SQLObject{Kind: %q, Name: %q,\nCreate: %s,\nDrop: %s", o.Kind, o.Name, goText(o.Create), goText(o.Drop))
		if len(o.Uses) > 0 {
			fmt.Fprintf(&body, ",\nUses: %#v", o.Uses)
		}
		body.WriteString("},\n")
	}
	body.WriteString("}\n")
	if len(w.left) > 0 {
		body.WriteString("\n// Not written:\n")
		for _, s := range w.left {
			fmt.Fprintf(&body, "//   - %s\n", s)
		}
	}
	if strings.Contains(body.String(), "migrate.") {
		w.use("github.com/gormango/gormango/migrate")
	}
	var out strings.Builder
	fmt.Fprintf(&out, "// Package %s has the models of an existing database.\npackage %s\n\nimport (\n", pkg, pkg)
	slices.Sort(w.imports)
	var ours []string
	for _, path := range slices.Compact(w.imports) {
		if strings.Contains(path, ".") {
			ours = append(ours, path)
			continue
		}
		fmt.Fprintf(&out, "%q\n", path)
	}
	out.WriteString("\n")
	for _, path := range ours {
		fmt.Fprintf(&out, "%q\n", path)
	}
	out.WriteString(")\n")
	out.WriteString(body.String())
	return out.String()
}

// bookkeeping reports whether a table is one of this package.
func (w *modelWriter) bookkeeping(name string) bool {
	return slices.Contains([]string{historyTable, historyTable + "_log", "gormango_states", "gormango_steps"}, name)
}

// extensions returns those of the database without what every one has.
func (w *modelWriter) extensions() []string {
	return slices.DeleteFunc(slices.Clone(w.schema.Extensions), func(e string) bool { return e == "plpgsql" })
}

func (w *modelWriter) use(path string) { w.imports = append(w.imports, path) }

// free returns the name, with a number if it is taken.
func (w *modelWriter) free(name string) string {
	out := name
	for i := 2; w.structs[out]; i++ {
		out = fmt.Sprintf("%s%d", name, i)
	}
	w.structs[out] = true
	return out
}

func relationKind(t *catalog.Table) string {
	if t.Kind == "f" {
		return "foreign table"
	}
	return "table with parents"
}

// goText returns a Go literal, in backquotes if it has several lines.
func goText(s string) string {
	if strings.ContainsAny(s, "\n\"") && !strings.Contains(s, "`") {
		return "`" + s + "`"
	}
	return fmt.Sprintf("%q", s)
}

// initialisms are words that Go writes in capitals.
var initialisms = map[string]bool{
	"api": true, "html": true, "http": true, "id": true, "ip": true, "json": true, "sql": true, "uri": true, "url": true, "uuid": true, "xml": true,
}

// goName returns an exported name: "customer_id" is CustomerID.
func goName(name string) string {
	var b strings.Builder
	for word := range strings.FieldsFuncSeq(name, func(r rune) bool { return !letter(r) }) {
		if lower := strings.ToLower(word); initialisms[lower] {
			b.WriteString(strings.ToUpper(word))
			continue
		}
		b.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	out := b.String()
	if out == "" || out[0] < 'A' || out[0] > 'Z' {
		return "X" + out
	}
	return out
}

func letter(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
}

// singular returns the singular of an English plural, by its ending.
func singular(name string) string {
	for _, end := range []struct{ plural, one string }{
		{"ies", "y"}, {"sses", "ss"}, {"xes", "x"}, {"ches", "ch"}, {"shes", "sh"}, {"uses", "us"}, {"ss", "ss"}, {"us", "us"}, {"is", "is"}, {"series", "series"}, {"s", ""},
	} {
		if root, ok := strings.CutSuffix(name, end.plural); ok && root != "" {
			return root + end.one
		}
	}
	return name
}
