package migrate

import (
	"fmt"
	"go/format"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"gorm.io/gorm/schema"

	"github.com/gormango/gormango/internal/sqltype"
)

// CodeFile returns the text of a Go file of package pkg with a GoMigration,
// which is after the last migration of the set, and its ID. The file has a
// struct for each of the tables, with the columns of that place of the chain,
// and a loop over the keys of the first table, which fails until it is filled.
// The variable is handed to Load by WithGo.
//
// A *ChainError names a table that the migrations do not make or that has no
// key of one column.
func CodeFile(s *Set, pkg, name string, tables ...string) (ID, string, error) {
	state, err := s.State()
	if err != nil {
		return "", "", err
	}
	after := s.leaves(s.app)
	if len(after) > 1 {
		return "", "", &ConflictError{App: s.app, Leaves: after}
	}
	number := fmt.Sprintf("%04d", s.lastNumber()+1)
	id := s.id(number + "_" + name)
	if len(tables) == 0 {
		return "", "", &ChainError{IDs: []ID{id}, Text: "code for no table"}
	}
	paths := map[string]bool{"context": true, "errors": true}
	var structs strings.Builder
	var models []string
	for _, table := range tables {
		t := state.Tables[table]
		if t == nil {
			return "", "", &ChainError{IDs: []ID{id}, Text: fmt.Sprintf("no migration before it makes the table %q (choices: %s)", table, strings.Join(slices.Sorted(maps.Keys(state.Tables)), ", "))}
		}
		model := lowerFirst(goName(unqualified(table))) + number
		models = append(models, model+"{}")
		fmt.Fprintf(&structs, "\n// %s is a row of table %s as the migration finds it.\ntype %[1]s struct {\n", model, table)
		taken := map[string]bool{"TableName": true}
		for _, c := range t.Columns {
			structs.WriteString(t.codeField(c, taken, paths))
		}
		fmt.Fprintf(&structs, "}\n\nfunc (%s) TableName() string { return %q }\n", model, table)
	}
	first := state.Tables[tables[0]]
	if len(first.Key) != 1 {
		return "", "", &ChainError{IDs: []ID{id}, Text: fmt.Sprintf("table %q has no key of one column to go along (name another table first)", tables[0])}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "package %s\n\nimport (\n", pkg)
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		fmt.Fprintf(&b, "%q\n", path)
	}
	fmt.Fprintf(&b, "\n\"gorm.io/gorm\"\n\n\"github.com/gormango/gormango/migrate\"\n\"github.com/gormango/gormango/repo\"\n)\n%s", structs.String())
	lines := make([]string, len(after))
	for i, one := range after {
		lines[i] = fmt.Sprintf("%q", one)
	}
	variable := lowerFirst(goName(name)) + number
	fmt.Fprintf(&b, `
// %[1]s is for migrate.Load, by migrate.WithGo.
var %[1]s = migrate.GoMigration{
	ID: %[2]q, After: []migrate.ID{%[3]s}, Models: []any{%[4]s},
	Up: func(ctx context.Context, b *migrate.Batch) error {
		for keys, err := range b.Keys(ctx, %[5]q, %[6]q, "", 1000) {
			if err != nil {
				return err
			}
			if err := b.Tx(ctx, func(tx *gorm.DB) error {
				rows := repo.New[%[7]s](tx).Filter("%[6]s__gte", keys.From).Filter("%[6]s__lte", keys.To)
				_ = rows // change them, as by rows.Update
				return errors.New("%[2]s is not written yet")
			}); err != nil {
				return err
			}
		}
		return nil
	},
}
`, variable, id, strings.Join(lines, ", "), strings.Join(models, ", "), first.Name, first.Key[0], strings.TrimSuffix(models[0], "{}"))
	text, err := format.Source([]byte(b.String()))
	if err != nil {
		return "", "", fmt.Errorf("migrate: write the code of %s: %w", id, err)
	}
	return id, string(text), nil
}

// codeField returns the line of a column's field, and adds what it imports.
func (t *Table) codeField(c Column, taken, paths map[string]bool) string {
	name := goName(c.Name)
	for taken[name] {
		name += "2"
	}
	taken[name] = true
	parsed := sqltype.Parse(c.Type)
	kind := parsed.Canonical()
	found := goTypes[kind]
	if found.name == "" || strings.Contains(found.path, ".") { // a library that the program may not have
		found.name, found.path = "string", ""
	}
	if found.path != "" {
		paths[found.path] = true
	}
	typ := found.name
	switch {
	case parsed.Dims > 0:
		typ = "[]" + typ
	case !c.NotNull && typ != "[]byte" && typ != "json.RawMessage":
		typ = "*" + typ
	}
	var tags []string
	if (schema.NamingStrategy{}).ColumnName("", name) != c.Name {
		tags = append(tags, "column:"+c.Name)
	}
	if slices.Contains(t.Key, c.Name) {
		tags = append(tags, "primaryKey")
		if c.Identity == "" && strings.HasPrefix(typ, "int") {
			tags = append(tags, "autoIncrement:false")
		}
	}
	if c.Generated != "" {
		tags = append(tags, "->")
	}
	if parsed.Dims > 0 || untagged[found.name] != kind {
		tags = append(tags, "type:"+c.Type)
	}
	return name + " " + typ + tag(tags) + "\n"
}

func lowerFirst(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToLower(r)) + s[n:]
}
