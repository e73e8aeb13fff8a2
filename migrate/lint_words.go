package migrate

import (
	"slices"
	"strings"

	"github.com/gormango/gormango/internal/sqltext"
	"github.com/gormango/gormango/internal/sqltype"
	"github.com/gormango/gormango/internal/trace"
)

// headOf returns the first words of a statement in capitals.
func headOf(sql string) []string {
	for h := range sqltext.Heads(sql) {
		return h[:min(len(h), 3)]
	}
	return []string{""}
}

// sqlWords is the words of a statement: key words in capitals, names in quotes
// as "", symbols as they are. Literals and comments are left out.
type sqlWords struct {
	words []string
	names []string // each word's name, as the server folds it
}

func wordsOf(sql string) sqlWords {
	var w sqlWords
	for p := range sqltext.Lexemes(sql) {
		switch p.Kind {
		case sqltext.Word:
			w.words, w.names = append(w.words, strings.ToUpper(p.Text)), append(w.names, p.Name())
		case sqltext.Quoted:
			w.words, w.names = append(w.words, `""`), append(w.names, p.Name())
		case sqltext.Symbol:
			w.words, w.names = append(w.words, p.Text), append(w.names, "")
		case sqltext.Literal:
			w.words, w.names = append(w.words, "''"), append(w.names, "")
		}
	}
	return w
}

// find returns the place of words that follow each other, -1 without them.
func (w sqlWords) find(words string) int {
	list := strings.Fields(words)
	for i := 0; i+len(list) <= len(w.words); i++ {
		if slices.Equal(w.words[i:i+len(list)], list) {
			return i
		}
	}
	return -1
}

func (w sqlWords) has(words string) bool { return w.find(words) >= 0 }

// starts reports whether the statement begins with the words.
func (w sqlWords) starts(words string) bool {
	list := strings.Fields(words)
	return len(list) <= len(w.words) && slices.Equal(w.words[:len(list)], list)
}

// nameAt returns the table's name at words[i:], with its schema, as models
// write it, and the place behind it.
func (w sqlWords) nameAt(i int) (string, int) {
	for i < len(w.words) && slices.Contains([]string{"ONLY", "IF", "EXISTS", "NOT", "TABLE", "CONCURRENTLY"}, w.words[i]) {
		i++
	}
	if i >= len(w.words) {
		return "", i
	}
	name := w.names[i]
	if i+2 < len(w.words) && w.words[i+1] == "." {
		schema := name
		if name, i = w.names[i+2], i+2; schema != "public" {
			name = schema + "." + name
		}
	}
	return name, i + 1
}

// knows reports whether the words of a statement say what it does. Others run
// code, whose words are elsewhere.
func (w sqlWords) knows() bool {
	return len(w.words) > 0 && slices.Contains([]string{"CREATE", "DROP", "ALTER", "INSERT", "UPDATE", "DELETE", "TRUNCATE"}, w.words[0])
}

// vacuumOptions are the words between VACUUM and the name of a table.
var vacuumOptions = []string{"FULL", "FREEZE", "VERBOSE", "ANALYZE", "TRUE", "FALSE", "ON", "OFF", "DISABLE_PAGE_SKIPPING", "SKIP_LOCKED", "TRUNCATE", "PARALLEL"}

// guessed returns facts of a statement that was not traced, by its words. It
// knows the forms that harm, and takes the worst case.
func guessed(f trace.Facts) trace.Facts {
	w := wordsOf(f.SQL)
	f.Concurrently = f.Concurrently || w.has("CONCURRENTLY")
	f.Locks, f.Held = map[string]trace.Mode{}, map[string]trace.Mode{}
	change := func(kind trace.Kind, table, name string) *trace.Change {
		f.Changes = append(f.Changes, trace.Change{Kind: kind, Table: table, Name: name})
		return &f.Changes[len(f.Changes)-1]
	}
	reads := func(table string, m trace.Mode) {
		f.Read = append(f.Read, table)
		f.Locks[table] = max(f.Locks[table], m)
	}
	switch {
	case w.starts("CREATE TABLE"), w.starts("CREATE UNLOGGED TABLE"):
		table, _ := w.nameAt(1 + slices.Index(w.words, "TABLE"))
		change(trace.AddTable, table, table).To = "r"
		if w.has("PRIMARY KEY") || w.has("PARTITION OF") {
			change(trace.AddConstraint, table, "").Constraint = &trace.Constraint{Table: table, Kind: "p", Valid: true}
		}
	case w.starts("CREATE INDEX"), w.starts("CREATE UNIQUE INDEX"):
		if on := w.find("ON"); on >= 0 {
			table, _ := w.nameAt(on + 1)
			mode := trace.Share
			if f.Concurrently {
				mode = trace.ShareUpdateExclusive
			}
			reads(table, mode)
			change(trace.AddIndex, table, "").Index = &trace.Index{Table: table, Unique: w.starts("CREATE UNIQUE"), Valid: true}
		}
	case w.starts("DROP INDEX"):
		change(trace.DropIndex, "", "").Index = &trace.Index{}
	case w.starts("DROP TABLE"):
		table, _ := w.nameAt(2)
		change(trace.DropTable, table, table)
		f.Locks[table] = trace.AccessExclusive
	case w.starts("ALTER TABLE"):
		table, i := w.nameAt(2)
		guessAlter(w, i, table, change, reads)
		if n := w.addedColumn(i); n >= 0 {
			c := change(trace.AddColumn, table, w.names[n])
			c.Column = w.column(n)
			c.To = c.Column.Type
			if k := c.Column; k.Generated != "" || k.Identity != "" || volatile(k.Default) {
				f.Rewritten = append(f.Rewritten, table)
			}
		}
		f.Locks[table] = max(f.Locks[table], trace.AccessExclusive)
	case w.starts("VACUUM") && w.has("FULL"):
		for i, word := range w.words { // the table is behind the options
			if i > 0 && w.names[i] != "" && !slices.Contains(vacuumOptions, word) {
				table, _ := w.nameAt(i)
				f.Locks[table] = trace.AccessExclusive
				f.Rewritten = append(f.Rewritten, table)
				break
			}
		}
	case w.starts("CLUSTER"):
		table, _ := w.nameAt(1)
		f.Locks[table] = trace.AccessExclusive
		f.Rewritten = append(f.Rewritten, table)
	case w.starts("REINDEX TABLE"):
		table, _ := w.nameAt(2)
		f.Locks[table] = trace.Share
		f.Read, f.Rewritten = append(f.Read, table), append(f.Rewritten, table)
	case w.starts("UPDATE"), w.starts("DELETE FROM"):
		table, _ := w.nameAt(len(strings.Fields(f.Head[0])))
		if w.starts("DELETE") {
			table, _ = w.nameAt(2)
		}
		f.Locks[table] = trace.RowExclusive
		if !w.has("WHERE") {
			f.Read = append(f.Read, table)
		}
	}
	return f
}

// guessAlter guesses what the actions of ALTER TABLE do.
func guessAlter(w sqlWords, i int, table string, change func(trace.Kind, string, string) *trace.Change, reads func(string, trace.Mode)) {
	has := func(words string) bool { return w.find(words) >= i }
	name := func(words string) string {
		n, _ := w.nameAt(w.find(words) + len(strings.Fields(words)))
		return n
	}
	valid := !has("NOT VALID")
	constraint := func(kind string) *trace.Constraint {
		return &trace.Constraint{Table: table, Kind: kind, Valid: valid, BuildsIndex: !has("USING INDEX") && (kind == "p" || kind == "u" || kind == "x")}
	}
	switch {
	case has("RENAME TO"), has("SET SCHEMA"):
		change(trace.RenameTable, table, table)
	case has("RENAME CONSTRAINT"):
	case has("RENAME COLUMN"):
		change(trace.RenameColumn, table, name("RENAME COLUMN"))
	case has("RENAME"):
		change(trace.RenameColumn, table, name("RENAME"))
	case has("DETACH PARTITION"):
		change(trace.Detach, name("DETACH PARTITION"), "").From = table
	case has("DROP NOT NULL"):
		c := change(trace.ColumnNotNull, table, w.names[w.find("DROP NOT NULL")-1])
		c.To, c.Column = "false", &trace.Column{}
	case has("DROP DEFAULT"):
		change(trace.ColumnDefault, table, w.names[w.find("DROP DEFAULT")-1]).Column = &trace.Column{}
	case has("DROP COLUMN"):
		change(trace.DropColumn, table, name("DROP COLUMN"))
	case has("DROP CONSTRAINT"):
		change(trace.DropConstraint, table, name("DROP CONSTRAINT")).Constraint = &trace.Constraint{Table: table, Kind: "?"}
	}
	for words, kind := range map[string]string{"FOREIGN KEY": "f", "CHECK": "c", "UNIQUE": "u", "PRIMARY KEY": "p", "EXCLUDE": "x"} {
		if has("ADD") && has(words) {
			change(trace.AddConstraint, table, "").Constraint = constraint(kind)
			if valid && !has("USING INDEX") {
				reads(table, trace.ShareRowExclusive)
			}
		}
	}
	if has("SET NOT NULL") {
		c := change(trace.ColumnNotNull, table, w.names[w.find("SET NOT NULL")-1])
		c.To, c.Column = "true", &trace.Column{}
		reads(table, trace.AccessExclusive)
	}
	if has("TYPE") {
		at := w.find("TYPE")
		if w.find("SET DATA TYPE") == at-2 {
			at -= 2
		}
		change(trace.ColumnType, table, w.names[at-1]).Column = &trace.Column{}
		reads(table, trace.AccessExclusive)
	}
	if has("VALIDATE CONSTRAINT") {
		change(trace.ValidateConstraint, table, name("VALIDATE CONSTRAINT")).Constraint = constraint("c")
		reads(table, trace.ShareUpdateExclusive)
	}
}

// addedColumn returns the place of the name of the column that ALTER TABLE adds
// in its first action, whose words begin at i, -1 if it adds none.
func (w sqlWords) addedColumn(i int) int {
	if i >= len(w.words) || w.words[i] != "ADD" {
		return -1
	}
	i++
	for i < len(w.words) && slices.Contains([]string{"COLUMN", "IF", "NOT", "EXISTS"}, w.words[i]) {
		i++
	}
	if i+1 >= len(w.words) || slices.Contains([]string{"CONSTRAINT", "CHECK", "UNIQUE", "PRIMARY", "FOREIGN", "EXCLUDE"}, w.words[i]) {
		return -1
	}
	return i
}

// column returns the column whose name is at words[n], as far as words say what
// it is.
func (w sqlWords) column(n int) *trace.Column {
	rest := sqlWords{words: w.words[n+1:], names: w.names[n+1:]}
	c := &trace.Column{Name: w.names[n], Type: strings.ToLower(rest.words[0]), NotNull: rest.has("NOT NULL")}
	switch {
	case strings.HasSuffix(c.Type, "serial"):
		c.Default = "nextval('')"
	case c.Type == "timestamp" && rest.has("WITH TIME ZONE"):
		c.Type = "timestamptz"
	case rest.has("AS IDENTITY"):
		c.Identity = "d"
	case rest.has("GENERATED ALWAYS AS"):
		c.Generated = "s"
	case rest.has("DEFAULT"):
		c.Default = strings.ToLower(strings.Join(rest.words[rest.find("DEFAULT")+1:], " "))
	}
	c.Type = sqltype.Canonical(c.Type)
	return c
}
