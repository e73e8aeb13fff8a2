package migrate

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/gormango/gormango/internal/catalog"
	"gorm.io/gorm/schema"
)

// written is a model in the making.
type written struct {
	*catalog.Table
	fields  map[string]string // Go names by column
	taken   map[string]bool   // Go names
	lines   []string
	options []string // of relations, in Meta
}

// field returns a free name for a field.
func (t *written) field(name string) string {
	out := name
	for i := 2; t.taken[out]; i++ {
		out = fmt.Sprintf("%s%d", name, i)
	}
	t.taken[out] = true
	return out
}

// model returns the struct of a table with its methods.
func (w *modelWriter) model(table *catalog.Table) string {
	t := &written{Table: table, taken: methods()}
	var key []string
	if pk, ok := t.PrimaryKey(); ok {
		key = pk.Columns
	} else if t.Kind != "p" {
		w.left = append(w.left, "a primary key of table "+t.Name+", which has none")
	}
	t.fields = w.fields[t.Name]
	for _, name := range t.fields {
		t.taken[name] = true
	}
	for _, c := range inKeyOrder(t.Columns, key) {
		w.column(t, c, key)
	}
	for _, c := range t.Constraints {
		if c.Kind == "f" {
			w.foreignKey(t, c)
		}
	}
	name := w.names[t.Name]
	var b strings.Builder
	fmt.Fprintf(&b, "\n// %s is a row of table %s.\ntype %s struct {\n%s\n}\n", name, t.Name, name, strings.Join(t.lines, "\n"))
	fmt.Fprintf(&b, "\n// TableName returns the name of the table.\nfunc (%s) TableName() string { return %q }\n", name, t.Name)
	if meta := w.meta(t); meta != "" {
		w.use(modelsPath)
		fmt.Fprintf(&b, "\n// Meta returns what the fields do not say.\nfunc (%s) Meta() models.Meta {\nreturn models.Meta{\n%s}\n}\n", name, meta)
	}
	return b.String()
}

// inKeyOrder returns the columns in an order in which those of the key are in
// that of the key, which is the order of their fields.
func inKeyOrder(columns []catalog.Column, key []string) []catalog.Column {
	out, next := slices.Clone(columns), 0
	for i, c := range out {
		if !slices.Contains(key, c.Name) {
			continue
		}
		if at := slices.IndexFunc(columns, func(c catalog.Column) bool { return c.Name == key[next] }); at >= 0 {
			out[i] = columns[at]
		}
		next++
	}
	return out
}

const modelsPath = "github.com/gormango/gormango/models"

// goTypes are the Go types of columns by the server's names of their types,
// without modifiers.
var goTypes = map[string]struct{ name, path string }{
	"smallint": {"int16", ""}, "integer": {"int32", ""}, "bigint": {"int64", ""}, "real": {"float32", ""}, "double precision": {"float64", ""},
	"numeric": {"decimal.Decimal", "github.com/shopspring/decimal"}, "boolean": {"bool", ""}, "uuid": {"uuid.UUID", "github.com/google/uuid"},
	"bytea": {"[]byte", ""}, "timestamp with time zone": {"time.Time", "time"}, "timestamp without time zone": {"time.Time", "time"}, "date": {"time.Time", "time"},
	"interval": {"time.Duration", "time"}, "json": {"json.RawMessage", "encoding/json"}, "jsonb": {"json.RawMessage", "encoding/json"},
	"hstore": {"models.HStore", modelsPath}, "int4range": {"models.Range[int32]", modelsPath}, "int8range": {"models.Range[int64]", modelsPath},
	"numrange": {"models.Range[decimal.Decimal]", modelsPath}, "daterange": {"models.Range[time.Time]", modelsPath}, "tstzrange": {"models.Range[time.Time]", modelsPath},
}

// untagged are the types that a field without a tag has.
var untagged = map[string]string{"int64": "bigint", "int32": "integer", "int16": "smallint", "bool": "boolean", "string": "text", "time.Time": "timestamp with time zone", "[]byte": "bytea"}

var modifier = regexp.MustCompile(`\([^)]*\)`)

// goType returns the Go type for the text of a column's type.
func (w *modelWriter) goType(text string, nullable bool) string {
	base, array := strings.CutSuffix(strings.Join(strings.Fields(modifier.ReplaceAllString(text, " ")), " "), "[]")
	if strings.HasPrefix(base, "interval") {
		base = "interval"
	}
	for _, d := range w.schema.Domains {
		if d.Name == base {
			base, _ = strings.CutSuffix(strings.Join(strings.Fields(modifier.ReplaceAllString(d.Type, " ")), " "), "[]")
		}
	}
	found, ok := goTypes[base]
	if !ok {
		found.name = "string"
	}
	ranged := strings.HasPrefix(found.name, "models.Range[")
	if array && (ranged || found.name == "models.HStore") {
		return "[]string"
	}
	if found.path != "" {
		w.use(found.path)
	}
	for elem, path := range map[string]string{"[decimal.": "github.com/shopspring/decimal", "[time.": "time"} {
		if strings.Contains(found.name, elem) {
			w.use(path)
		}
	}
	switch {
	case array:
		return "[]" + found.name
	case nullable && !ranged && !slices.Contains([]string{"[]byte", "json.RawMessage", "models.HStore"}, found.name):
		return "*" + found.name
	}
	return found.name
}

var simpleText = regexp.MustCompile(`^'([^'"();\\:]+)'::(?:text|character varying|bpchar)$`)
var simpleValue = regexp.MustCompile(`^(?:-?[0-9.]+|true|false|[a-z_]+\(\))$`)

// column adds the field of a column.
func (w *modelWriter) column(t *written, c catalog.Column, key []string) {
	goType := w.goType(c.Type, !c.NotNull)
	base := strings.TrimPrefix(goType, "*")
	typ := shortType(c.Type)
	var tags []string
	name := t.fields[c.Name]
	if (schema.NamingStrategy{}).ColumnName("", name) != c.Name {
		tags = append(tags, "column:"+c.Name)
	}
	explicit := untagged[base] != c.Type
	if c.Collation != "" {
		typ, explicit = typ+" COLLATE "+c.Collation, true
	}
	inKey := slices.Contains(key, c.Name)
	if inKey {
		tags = append(tags, "primaryKey")
	}
	integer := slices.Contains([]string{"int16", "int32", "int64"}, base)
	switch {
	case c.Generated != "":
		if c.Generated == "v" {
			w.left = append(w.left, "that column "+c.Name+" of "+t.Name+" is virtual: the model's is stored")
		}
		tags = append(tags, "->", "generated:"+c.Default)
	case c.Identity == "a":
		tags, explicit = append(tags, "generated:identity always"), false
	case c.Identity == "d" || c.Counted:
		if inKey && len(key) == 1 && integer {
			break // GORM makes every integer key a counter
		}
		tags, explicit = append(tags, "generated:identity"), false
	case c.Default != "":
		if inKey && integer {
			tags = append(tags, "autoIncrement:false")
		}
		if m := simpleText.FindStringSubmatch(c.Default); m != nil && base == "string" {
			tags = append(tags, "default:"+m[1])
		} else if simpleValue.MatchString(c.Default) && base != "string" && base != "decimal.Decimal" {
			tags = append(tags, "default:"+c.Default)
		} else {
			typ, explicit = typ+" DEFAULT "+c.Default, true
			tags = append(tags, "default:(-)")
		}
	case inKey && integer:
		tags = append(tags, "autoIncrement:false")
	}
	if explicit {
		if inKey && len(key) == 1 && typ != shortType(c.Type) {
			typ += " PRIMARY KEY" // GORM does not copy such a type to the fields of foreign keys
		}
		tags = append(tags, "type:"+typ)
	}
	if c.NotNull && !inKey && c.Identity == "" {
		tags = append(tags, "not null")
	}
	if c.Comment != "" {
		tags = append(tags, "comment:"+c.Comment)
	}
	t.lines = append(t.lines, name+" "+goType+tag(tags))
	w.columnExtra(t, c)
}

// columnExtra adds the statement for options that no tag has.
func (w *modelWriter) columnExtra(t *written, c catalog.Column) {
	var parts []string
	for _, m := range rareOption.FindAllStringSubmatch(c.Extra, -1) {
		parts = append(parts, "ALTER "+quote(c.Name)+" SET "+m[0])
	}
	if len(parts) > 0 {
		alter := "ALTER TABLE " + quote(t.Name) + " "
		w.object("column options", t.Name+"."+c.Name, alter+strings.Join(parts, ", "), alter+"ALTER "+quote(c.Name)+" SET STATISTICS -1", t.Name)
	}
}

var rareOption = regexp.MustCompile(`STORAGE [A-Z]+|COMPRESSION [a-z0-9]+|STATISTICS \d+|\(\w+=[^)]*\)|(?:INCREMENT BY|MINVALUE|MAXVALUE|START WITH|CACHE) -?\d+|CYCLE`)

// tag returns the tag of a field.
func tag(settings []string) string {
	if len(settings) == 0 {
		return ""
	}
	for i, s := range settings {
		settings[i] = strings.ReplaceAll(s, ";", `\;`)
	}
	text := fmt.Sprintf("gorm:%q", strings.Join(settings, ";"))
	if strings.Contains(text, "`") {
		return fmt.Sprintf(" %q", text)
	}
	return " `" + text + "`"
}

// shortType returns the usual name of a type.
func shortType(text string) string {
	for _, s := range [][2]string{{"character varying", "varchar"}, {"timestamp with time zone", "timestamptz"}, {"timestamp without time zone", "timestamp"}, {"time without time zone", "time"}} {
		if rest, ok := strings.CutPrefix(text, s[0]); ok {
			return s[1] + rest
		}
	}
	return text
}

// foreignKey adds the field of a relation.
func (w *modelWriter) foreignKey(t *written, c catalog.Constraint) {
	target := w.names[c.RefTable]
	ref := w.catalog.table(c.RefTable)
	if c.Inherited {
		return
	}
	if target == "" || ref == nil || strings.Contains(c.Def, " MATCH ") || c.Invalid || c.Deferrable && !c.Deferred || !t.typedAs(c, ref) {
		w.constraint(t, c)
		return
	}
	first := c.Columns[0]
	name := goName(strings.TrimSuffix(strings.TrimSuffix(first, "_id"), "_uuid"))
	if len(c.Columns) > 1 || t.taken[name] {
		name = target
	}
	if t.taken[name] {
		name += "Row"
	}
	name = t.field(name)
	var from, to []string
	for i, column := range c.Columns {
		from = append(from, t.fields[column])
		to = append(to, w.fields[ref.Name][c.RefColumns[i]])
	}
	settings := []string{"belongsTo", "foreignKey:" + strings.Join(from, ","), "references:" + strings.Join(to, ",")}
	constraint := c.Name + ","
	for _, a := range [][2]string{{"OnUpdate", c.OnUpdate}, {"OnDelete", c.OnDelete}} {
		if action := keyActions[a[1]]; action != "" {
			if m := columnsOfAction.FindString(c.Def); m != "" && a[0] == "OnDelete" {
				action += " " + m
			}
			constraint += a[0] + ":" + action + ","
		}
	}
	settings = append(settings, "constraint:"+strings.TrimSuffix(constraint, ",")+strings.Repeat(",", boolInt(!strings.Contains(constraint, ":"))))
	t.lines = append(t.lines, name+" *"+target+tag(settings))
	var options []string
	if c.Deferred {
		options = append(options, "Deferrable: true")
	}
	if !t.indexed(c.Columns) {
		options = append(options, "NoIndex: true")
	}
	if len(options) > 0 {
		t.options = append(t.options, fmt.Sprintf("%q: {%s},\n", (schema.NamingStrategy{}).ColumnName("", name), strings.Join(options, ", ")))
	}
}

// typedAs reports whether the columns of a foreign key have the types of those
// that it leads to, which GORM requires.
func (t *written) typedAs(c catalog.Constraint, ref *catalog.Table) bool {
	for i, name := range c.Columns {
		from, _ := t.Column(name)
		if to, _ := ref.Column(c.RefColumns[i]); from.Type != to.Type {
			return false
		}
	}
	return true
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

var keyActions = map[string]string{"c": "CASCADE", "r": "RESTRICT", "n": "SET NULL", "d": "SET DEFAULT"}

// columnsOfAction finds the columns of ON DELETE SET NULL (a).
var columnsOfAction = regexp.MustCompile(`\([^()]+\)$`)

// indexed reports whether FromModels finds an index for a foreign key.
func (t *written) indexed(columns []string) bool {
	leads := func(of []string) bool { return len(of) >= len(columns) && sameSet(of[:len(columns)], columns) }
	return slices.ContainsFunc(t.Indexes, func(x catalog.Index) bool {
		return leads(x.Columns) && !x.Partial && (x.Method == "btree" || x.Method == "hash")
	})
}

// nameFields names the fields of all tables.
func (w *modelWriter) nameFields(tables []*catalog.Table) {
	for _, t := range tables {
		of := &written{Table: t, taken: methods()}
		names := map[string]string{}
		for _, c := range t.Columns {
			names[c.Name] = of.field(goName(c.Name))
		}
		w.fields[t.Name] = names
	}
}

// methods returns the names that no field may have.
func methods() map[string]bool {
	return map[string]bool{"Meta": true, "TableName": true, "Clean": true}
}
