package migrate_test

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/internal/longtest"
	"github.com/gormango/gormango/migrate"
)

// shelves returns a state with what the pairs change.
func shelves() *migrate.State {
	id := migrate.Column{Name: "id", Type: "bigint", NotNull: true, Identity: "BY DEFAULT"}
	fk := func(name, column, ref, refColumn, onDelete string) migrate.ForeignKey {
		return migrate.ForeignKey{Name: name, Columns: []string{column}, Ref: ref, RefColumns: []string{refColumn}, OnDelete: onDelete}
	}
	tables := []*migrate.Table{
		{Name: "authors", Key: []string{"id"}, Columns: []migrate.Column{id, {Name: "name", Type: "text", NotNull: true}, {Name: "email", Type: "varchar(100)"},
			{Name: "born", Type: "date"}, {Name: "code", Type: "text", NotNull: true}},
			Constraints: []migrate.Constraint{unique("uni_authors_code", "code")}},
		{Name: "books", Key: []string{"id"}, Comment: "what is read",
			Columns: []migrate.Column{id, {Name: "title", Type: "text", NotNull: true}, {Name: "isbn", Type: "varchar(20)", Comment: "a number"},
				{Name: "pages", Type: "integer", NotNull: true, Default: "1"}, {Name: "price", Type: "numeric(12,2)"}, {Name: "author_id", Type: "bigint", NotNull: true},
				{Name: "mood", Type: "mood", Default: "'sad'"}, {Name: "upper_title", Type: "text", Generated: "upper(title)"}, {Name: "at", Type: "timestamptz"},
				{Name: "meta", Type: "jsonb"}, {Name: "note", Type: "text"}, {Name: "count", Type: "integer"}, {Name: "naive", Type: "timestamp"}},
			Indexes: []migrate.Index{index("idx_books_author_id", "author_id"),
				{Name: "idx_books_title", Parts: []string{"(lower(title))"}, Where: "pages > 0"}, index("idx_books_at", "at"), index("idx_books_note", "note")},
			ForeignKeys: []migrate.ForeignKey{fk("fk_books_author", "author_id", "authors", "id", "CASCADE")},
			Constraints: []migrate.Constraint{unique("uni_books_isbn", "isbn"), check("chk_books_1", "pages > 0"), check("chk_books_2", "price >= 0")}},
		{Name: "tags", Key: []string{"name"}, Columns: []migrate.Column{{Name: "name", Type: "text", NotNull: true}}},
		{Name: "book_tags", Key: []string{"book_id", "tag_name"}, Columns: []migrate.Column{{Name: "book_id", Type: "bigint", NotNull: true}, {Name: "tag_name", Type: "text", NotNull: true}},
			Indexes:     []migrate.Index{index("idx_book_tags_tag_name", "tag_name")},
			ForeignKeys: []migrate.ForeignKey{fk("fk_book_tags_book", "book_id", "books", "id", ""), fk("fk_book_tags_tag", "tag_name", "tags", "name", "")}},
		{Name: "nodes", Key: []string{"id"}, Columns: []migrate.Column{id, {Name: "parent_id", Type: "bigint"}, {Name: "label", Type: "text", NotNull: true}},
			Indexes: []migrate.Index{index("idx_nodes_parent_id", "parent_id")}, ForeignKeys: []migrate.ForeignKey{fk("fk_nodes_parent", "parent_id", "nodes", "id", "SET NULL")}},
		{Name: "visits", PartitionBy: "RANGE (day)", Partitions: []migrate.Partition{{Name: "visits_rest", Values: "DEFAULT"}},
			Columns: []migrate.Column{{Name: "day", Type: "date", NotNull: true}, {Name: "who", Type: "text"}}},
		{Name: "prices", Key: []string{"shop", "number"}, Columns: []migrate.Column{{Name: "shop", Type: "text", NotNull: true}, {Name: "number", Type: "integer", NotNull: true},
			{Name: "amount", Type: "numeric(10,4)", NotNull: true, Default: "0"}, {Name: "span", Type: "int4range"}}},
	}
	s := &migrate.State{Tables: map[string]*migrate.Table{}, Enums: map[string]*migrate.Enum{"mood": {Name: "mood", Values: []string{"sad", "glad"}}}, Objects: map[string]*migrate.SQLObject{}}
	for _, t := range tables {
		s.Tables[t.Name] = t
	}
	object(s, "view", "long_books", "CREATE VIEW long_books AS SELECT id, title, pages FROM books WHERE pages > 500", "")
	object(s, "function", "touch", "CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$", "")
	object(s, "trigger", "touched", "CREATE TRIGGER touched BEFORE UPDATE ON nodes FOR EACH ROW EXECUTE FUNCTION touch()", "DROP TRIGGER touched ON nodes")
	return s
}

func object(s *migrate.State, kind, name, create, drop string) {
	if drop == "" {
		drop = "DROP " + strings.ToUpper(kind) + " " + name
	}
	s.Objects[kind+" "+name] = &migrate.SQLObject{Kind: kind, Name: name, Create: create, Drop: drop}
}

func index(name string, columns ...string) migrate.Index {
	x := migrate.Index{Name: name, Columns: columns}
	for _, c := range columns {
		x.Parts = append(x.Parts, `"`+c+`"`)
	}
	return x
}

func unique(name string, columns ...string) migrate.Constraint {
	return migrate.Constraint{Name: name, Unique: columns, Definition: `UNIQUE ("` + strings.Join(columns, `", "`) + `")`}
}

func check(name, condition string) migrate.Constraint {
	return migrate.Constraint{Name: name, Definition: "CHECK (" + condition + ")"}
}

// rows fills shelves.
var rows = []string{
	`INSERT INTO authors (name, email, born, code) SELECT 'author ' || i, 'a' || i || '@x.org', date '1950-01-01' + i, 'c' || i FROM generate_series(1, 20) AS i`,
	`INSERT INTO books (title, isbn, pages, price, author_id, mood, at, meta, note, count, naive)
		SELECT 'title ' || i, 'i' || i, i * 10, i + 0.25, 1 + i % 20, CASE WHEN i % 2 = 0 THEN 'sad' ELSE 'glad' END::mood, timestamptz '2026-01-01Z' + i * interval '1 hour',
		jsonb_build_object('n', i), nullif('note ' || i % 3, 'note 0'), i, timestamp '2026-05-05 10:00' + i * interval '1 minute' FROM generate_series(1, 100) AS i`,
	`INSERT INTO tags SELECT 'tag ' || i FROM generate_series(1, 5) AS i`,
	`INSERT INTO book_tags SELECT i, 'tag ' || 1 + i % 5 FROM generate_series(1, 50) AS i`,
	`INSERT INTO nodes (parent_id, label) SELECT nullif(i - 1, 0), 'n' || i FROM generate_series(1, 10) AS i`,
	`INSERT INTO visits SELECT date '2026-02-01' + i, 'who ' || i FROM generate_series(1, 10) AS i`,
	`INSERT INTO prices SELECT 's' || i % 2, i, i, int4range(i, i + 1) FROM generate_series(1, 10) AS i`,
}

// workbench is a connection whose current schema belongs to one pair.
type workbench struct {
	t    *testing.T
	conn *sql.Conn
}

func newWorkbench(t *testing.T) *workbench {
	t.Helper()
	db, err := setup(t).DB()
	require.NoError(t, err)
	conn, err := db.Conn(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	return &workbench{t, conn}
}

// schema starts an empty schema.
func (w *workbench) schema(name string) {
	w.t.Helper()
	w.exec("ROLLBACK") // of a pair that failed
	w.exec(`DROP SCHEMA IF EXISTS ` + name + ` CASCADE`)
	w.exec(`DROP SCHEMA IF EXISTS depot CASCADE`)
	w.exec(`CREATE SCHEMA ` + name)
	w.exec(`SET search_path TO ` + name + `, public`)
}

func (w *workbench) exec(statements ...string) {
	w.t.Helper()
	for _, s := range statements {
		_, err := w.conn.ExecContext(context.Background(), s)
		require.NoError(w.t, err, s)
	}
}

// run runs a file as the runner does.
func (w *workbench) run(noTx bool, statements []string) {
	w.t.Helper()
	if noTx {
		require.LessOrEqual(w.t, len(statements), 1, "a file without a transaction has one statement")
		w.exec(statements...)
		return
	}
	w.exec("BEGIN")
	w.exec(statements...)
	w.exec("COMMIT")
}

// costs runs a file in a transaction and returns the tables that it reads or
// rewrites as a whole, among those that are there before.
func (w *workbench) costs(statements []string) []string {
	w.t.Helper()
	list := func(query string) map[string]bool {
		rows, err := w.conn.QueryContext(context.Background(), query)
		require.NoError(w.t, err)
		out := map[string]bool{}
		for rows.Next() {
			var text string
			require.NoError(w.t, rows.Scan(&text))
			out[text] = true
		}
		require.NoError(w.t, rows.Err())
		return out
	}
	const files = `SELECT oid || ' ' || relfilenode || ' ' || relname FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace`
	// The counts contain those of transactions before that are not reported yet.
	const reads = `SELECT relid || ' ' || seq_scan || ' ' || relname FROM pg_stat_xact_user_tables WHERE seq_scan > 0 AND schemaname = current_schema()`
	w.exec("BEGIN")
	before, read := list(files), list(reads)
	w.exec(statements...)
	var out []string
	after := list(files)
	names := map[string]bool{}
	for f := range before {
		names[strings.Fields(f)[0]] = true
		oid := strings.Fields(f)[0] + " "
		for a := range after {
			if strings.HasPrefix(a, oid) && strings.Fields(a)[1] != strings.Fields(f)[1] {
				out = append(out, "rewrites "+strings.Fields(a)[2])
			}
		}
	}
	for r := range list(reads) {
		f := strings.Fields(r)
		if names[f[0]] && !slices.ContainsFunc(slices.Collect(maps.Keys(read)), func(b string) bool { return strings.HasPrefix(b, f[0]+" "+f[1]+" ") }) {
			out = append(out, "reads "+f[2])
		}
	}
	w.exec("COMMIT")
	slices.Sort(out)
	return out
}

// slow reports whether the server has no way to do a file's operations without
// reading a table, or the file validates.
func slow(u migrate.Unit) bool {
	return slices.ContainsFunc(u.Ops, func(op migrate.Op) bool {
		switch o := op.(type) {
		case migrate.ValidateConstraint, migrate.AlterEnum:
			return true
		case migrate.AddColumn:
			return o.Column.Generated != "" || o.Column.Identity != "" || o.Column.Type == "positive"
		case migrate.AlterColumn:
			return strings.Contains(strings.Join(u.Forward, ";"), " TYPE ") || o.Column.Identity != ""
		case migrate.AddConstraint:
			return strings.HasPrefix(o.Constraint.Definition, "EXCLUDE") || o.Table == "visits"
		case migrate.AddIndex:
			return o.Table == "visits"
		case migrate.SetKey:
			return o.Table == "visits"
		case migrate.AddPartition: // the default partition may have rows of it
			return true
		case migrate.AddForeignKey: // a table that is new
			return o.Table == "mails"
		case migrate.CreateObject:
			return o.Object.Kind == "materialized view"
		}
		return false
	})
}

const others = `
SELECT 'view ' || relname || ' ' || pg_get_viewdef(oid) FROM pg_class WHERE relkind IN ('v', 'm') AND relnamespace = current_schema()::regnamespace
UNION ALL SELECT 'enum ' || typname || ' ' || (SELECT string_agg(enumlabel, ',' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = t.oid) FROM pg_type t
	WHERE typtype = 'e' AND typnamespace = current_schema()::regnamespace
UNION ALL SELECT 'trigger ' || tgname || ' ' || pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal AND tgrelid IN (SELECT oid FROM pg_class WHERE relnamespace = current_schema()::regnamespace)
UNION ALL SELECT 'function ' || proname || ' ' || pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = current_schema()::regnamespace
UNION ALL SELECT 'comment ' || relname || ' ' || obj_description(oid, 'pg_class') FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND obj_description(oid, 'pg_class') IS NOT NULL
UNION ALL SELECT 'relation ' || relkind::text || ' ' || relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace
UNION ALL SELECT 'invalid ' || indexrelid::regclass FROM pg_index WHERE NOT indisvalid
ORDER BY 1`

// catalog lists what the current schema has.
func (w *workbench) catalog() []string {
	w.t.Helper()
	var out []string
	for _, query := range []string{everything, others} {
		rows, err := w.conn.QueryContext(context.Background(), query)
		require.NoError(w.t, err)
		for rows.Next() {
			var line sql.NullString
			require.NoError(w.t, rows.Scan(&line))
			if line.Valid && !strings.HasPrefix(line.String, "constraint") || !strings.Contains(line.String, "_not_null NOT NULL") {
				out = append(out, line.String)
			}
		}
		require.NoError(w.t, rows.Err())
	}
	return slices.DeleteFunc(out, func(line string) bool { return strings.Contains(line, "_not_null NOT NULL ") })
}

// data returns the values of columns as text, in the order of the rows'
// insertion.
func (w *workbench) data(table string, columns []string) string {
	w.t.Helper()
	for i, c := range columns {
		columns[i] = `"` + c + `"::text`
	}
	list := strings.Join(columns, ", ")
	var out sql.NullString
	require.NoError(w.t, w.conn.QueryRowContext(context.Background(), fmt.Sprintf(
		`SELECT string_agg(row, E'\n' ORDER BY row) FROM (SELECT ROW(%s)::text AS row FROM %q) AS all_rows`, list, table)).Scan(&out), table)
	return out.String
}

// always and never answer every question.
func always(migrate.Question) (bool, error) { return true, nil }

type pair struct {
	name   string
	change func(s *migrate.State)
	// from changes the state to begin with, nil for none.
	from func(s *migrate.State)
	// empty leaves the tables without rows, since the way back could not refer to
	// those that a dropped table had.
	empty bool
}

// column returns a column that can be changed.
func column(s *migrate.State, table, name string) *migrate.Column {
	t := s.Tables[table]
	return &t.Columns[slices.IndexFunc(t.Columns, func(c migrate.Column) bool { return c.Name == name })]
}

// without removes a column.
func without(s *migrate.State, table, name string) {
	t := s.Tables[table]
	t.Columns = slices.DeleteFunc(t.Columns, func(c migrate.Column) bool { return c.Name == name })
}

// with adds a column.
func with(s *migrate.State, table string, c migrate.Column) {
	s.Tables[table].Columns = append(s.Tables[table].Columns, c)
}

// Each kind of change leads to the state that was asked for and back, and keeps
// the data of what it does not touch.
func TestPairs(t *testing.T) {
	t.Parallel()
	w := newWorkbench(t)
	seen := map[string]bool{}
	// The short form takes every fourth pair.
	step := longtest.Size(4, 1)
	for i, p := range slices.Concat(columnPairs, partPairs, otherPairs) {
		require.False(t, seen[p.name], p.name)
		seen[p.name] = true
		if i%step != 0 {
			continue
		}
		t.Run(strings.ReplaceAll(p.name, " ", "_"), func(t *testing.T) {
			w.t = t
			to := shelves()
			p.change(to)
			from := shelves()
			if p.from != nil {
				p.from(from)
			}
			travel(w, from, to, p.empty)
		})
	}
	require.GreaterOrEqual(t, len(seen), 120)
}

// travel goes from one state to the other, back and forth again, and compares
// the database with one that was made of the state at once.
func travel(w *workbench, from, to *migrate.State, empty bool) {
	t := w.t
	w.schema("pair")
	w.exec(migrate.CreateAll(to)...)
	target := w.catalog()
	w.schema("pair")
	w.exec(migrate.CreateAll(from)...)
	origin := w.catalog()
	if !empty {
		w.exec(rows...)
	}

	ops, err := migrate.Diff(from, to, always)
	require.NoError(t, err)
	require.NotEmpty(t, ops)
	units, after, err := migrate.Split(from, ops)
	require.NoError(t, err)
	again, err := migrate.Diff(after, to, always)
	require.NoError(t, err)
	require.Empty(t, again, "the second time there is nothing to do")

	names := func(s *migrate.State, t *migrate.Table) map[string]string {
		out := map[string]string{}
		for _, c := range t.Columns {
			out[c.Name] = c.Type + c.Generated
			if e := s.Enums[c.Type]; e != nil {
				out[c.Name] += fmt.Sprint(e.Values)
			}
			if !c.NotNull { // rows that hold NULL may be filled
				out[c.Name] += " NULL"
			}
		}
		return out
	}
	kept := map[string][]string{} // the columns that nothing touches
	for name, a := range from.Tables {
		b := to.Tables[name]
		if b == nil {
			continue
		}
		have, want := names(from, a), names(to, b)
		for _, c := range slices.Sorted(maps.Keys(have)) {
			if have[c] == want[c] {
				kept[name] = append(kept[name], c)
			}
		}
	}
	snapshot := func() map[string]string {
		out := map[string]string{}
		for name, columns := range kept {
			out[name] = w.data(name, slices.Clone(columns))
		}
		return out
	}
	before := snapshot()
	up := func() {
		for _, u := range units {
			if u.NoTx {
				w.run(true, u.Forward)
				continue
			}
			if costs := w.costs(u.Forward); !slow(u) {
				require.Empty(t, costs, "a transaction reads no whole table: %v", describe([]migrate.Unit{u}))
			}
		}
		lines := w.catalog()
		fill := func(list []string) []string { return withoutFills(list, after) }
		require.Equal(t, fill(target), fill(lines), "up: %v", describe(units))
		require.Equal(t, before, snapshot())
	}
	up()
	for _, u := range slices.Backward(units) {
		w.run(u.NoTx, u.Back)
	}
	require.Equal(t, origin, w.catalog(), "back: %v", describe(units))
	require.Equal(t, before, snapshot())
	up()
}

// withoutFills removes the defaults that the database keeps for columns that
// were added to rows.
func withoutFills(list []string, s *migrate.State) []string {
	out := slices.Clone(list)
	for name, t := range s.Tables {
		for _, c := range t.Columns {
			if c.Fill == "" {
				continue
			}
			for i, line := range out {
				if strings.HasPrefix(line, "column "+name+"."+c.Name+" ") {
					head, _, _ := strings.Cut(line, " NOT NULL")
					out[i] = head
				}
			}
		}
	}
	return out
}

func describe(units []migrate.Unit) string {
	var b strings.Builder
	for _, u := range units {
		fmt.Fprintf(&b, "\n-- no transaction: %v\n%s;\n-- back\n%s", u.NoTx, strings.Join(u.Forward, ";\n"), strings.Join(u.Back, ";\n"))
	}
	return b.String()
}
