package migrate_test

import "github.com/gormango/gormango/migrate"

type (
	st  = migrate.State
	col = migrate.Column
)

// retype changes the type of a column.
func retype(table, name, to string) func(*st) {
	return func(s *st) { column(s, table, name).Type = to }
}

// rename renames a column and nothing that needs it.
func rename(table, from, to string) func(*st) {
	return func(s *st) { column(s, table, from).Name = to }
}

// add adds a column to books.
func add(c col) func(*st) { return func(s *st) { with(s, "books", c) } }

// set changes a column of books.
func set(name string, change func(*col)) func(*st) {
	return func(s *st) { change(column(s, "books", name)) }
}

var columnPairs = []pair{
	{name: "add nullable", change: add(col{Name: "extra", Type: "text"})},
	{name: "add with default", change: add(col{Name: "extra", Type: "text", NotNull: true, Default: "'web'"})},
	{name: "add with now", change: add(col{Name: "extra", Type: "timestamptz", NotNull: true, Default: "now()"})},
	{name: "add with random uuid", change: add(col{Name: "extra", Type: "uuid", NotNull: true, Default: "gen_random_uuid()"})},
	{name: "add nullable with random", change: add(col{Name: "extra", Type: "double precision", Default: "random()"})},
	{name: "add with random to table with composite key", change: func(s *st) {
		with(s, "prices", col{Name: "x", Type: "uuid", NotNull: true, Default: "gen_random_uuid()"})
	}},
	{name: "add not null without default", change: add(col{Name: "extra", Type: "bigint", NotNull: true})},
	{name: "add not null text", change: add(col{Name: "extra", Type: "varchar(9)", NotNull: true})},
	{name: "add not null time", change: add(col{Name: "created_at", Type: "timestamptz", NotNull: true})},
	{name: "add not null bool", change: add(col{Name: "extra", Type: "boolean", NotNull: true})},
	{name: "add not null enum", change: add(col{Name: "extra", Type: "mood", NotNull: true})},
	{name: "add not null array", change: add(col{Name: "extra", Type: "text[]", NotNull: true})},
	{name: "add not null jsonb", change: add(col{Name: "extra", Type: "jsonb", NotNull: true})},
	{name: "add two", change: func(s *st) {
		with(s, "books", col{Name: "a1", Type: "text"})
		with(s, "books", col{Name: "a2", Type: "integer", NotNull: true})
	}},
	{name: "add to two tables", change: func(s *st) {
		with(s, "books", col{Name: "a1", Type: "text"})
		with(s, "authors", col{Name: "a2", Type: "integer"})
	}},
	{name: "add with comment", change: add(col{Name: "extra", Type: "text", Comment: "it's new"})},
	{name: "add with collation", change: add(col{Name: "extra", Type: "text", Collation: `"C"`})},
	{name: "add generated", change: add(col{Name: "double", Type: "integer", Generated: "pages * 2"})},
	{name: "add generated from a new column", change: func(s *st) {
		with(s, "books", col{Name: "double", Type: "integer", Generated: "width * 2"})
		with(s, "books", col{Name: "width", Type: "integer", NotNull: true, Default: "3"})
	}},
	{name: "add identity", change: func(s *st) {
		with(s, "visits", col{Name: "serial", Type: "text"})
		with(s, "tags", col{Name: "number", Type: "bigint", NotNull: true, Identity: "ALWAYS"})
	}},
	{name: "add foreign key column", change: func(s *st) {
		with(s, "books", col{Name: "editor_id", Type: "bigint"})
		t := s.Tables["books"]
		t.Indexes = append(t.Indexes, index("idx_books_editor_id", "editor_id"))
		t.ForeignKeys = append(t.ForeignKeys, migrate.ForeignKey{Name: "fk_books_editor", Columns: []string{"editor_id"}, Ref: "authors", RefColumns: []string{"id"}})
	}},
	{name: "add unique column", change: func(s *st) {
		with(s, "books", col{Name: "slug", Type: "text"})
		t := s.Tables["books"]
		t.Constraints = append(t.Constraints, unique("uni_books_slug", "slug"))
	}},
	{name: "add column of a reserved word", change: add(col{Name: "order", Type: "text", NotNull: true, Default: "'x'"})},

	{name: "drop plain", change: func(s *st) { without(s, "books", "at"); s.Tables["books"].Indexes = s.Tables["books"].Indexes[:2] }},
	{name: "drop not null column", change: func(s *st) { without(s, "authors", "name") }},
	{name: "drop with check", change: func(s *st) { without(s, "books", "price"); t := s.Tables["books"]; t.Constraints = t.Constraints[:2] }},
	{name: "drop generated", change: func(s *st) { without(s, "books", "upper_title") }},
	{name: "drop unique", change: func(s *st) { without(s, "books", "isbn"); t := s.Tables["books"]; t.Constraints = t.Constraints[1:] }},
	{name: "drop enum column", change: func(s *st) { without(s, "books", "mood") }},
	{name: "drop enum column and enum", change: func(s *st) { without(s, "books", "mood"); delete(s.Enums, "mood") }},
	{name: "drop foreign key column", change: func(s *st) {
		without(s, "nodes", "parent_id")
		t := s.Tables["nodes"]
		t.Indexes, t.ForeignKeys = nil, nil
	}},
	{name: "drop column with what it generates", change: func(s *st) {
		without(s, "books", "title")
		without(s, "books", "upper_title")
		t := s.Tables["books"]
		t.Indexes = append(t.Indexes[:1:1], t.Indexes[2:]...)
		object(s, "view", "long_books", "CREATE VIEW long_books AS SELECT id, pages FROM books WHERE pages > 500", "")
	}},

	{name: "rename plain", change: rename("authors", "email", "mail")},
	{name: "rename in generated text", change: func(s *st) {
		column(s, "books", "title").Name = "label"
		column(s, "books", "upper_title").Generated = "upper(label)"
		s.Tables["books"].Indexes[1].Parts[0] = "(lower(label))"
		object(s, "view", "long_books", "CREATE VIEW long_books AS SELECT id, label, pages FROM books WHERE pages > 500", "")
	}},
	{name: "rename in checks and conditions", change: func(s *st) {
		column(s, "books", "pages").Name = "length"
		s.Tables["books"].Indexes[1].Where = "length > 0"
		s.Tables["books"].Constraints[1].Definition = "CHECK (length > 0)"
		object(s, "view", "long_books", "CREATE VIEW long_books AS SELECT id, title, length FROM books WHERE length > 500", "")
	}},
	{name: "rename a unique column", change: func(s *st) {
		column(s, "authors", "code").Name = "letters"
		s.Tables["authors"].Constraints[0] = unique("uni_authors_letters", "letters")
	}},
	{name: "rename a foreign key", change: func(s *st) {
		column(s, "books", "author_id").Name = "writer_id"
		t := s.Tables["books"]
		t.Indexes[0] = index("idx_books_writer_id", "writer_id")
		t.ForeignKeys[0].Name, t.ForeignKeys[0].Columns = "fk_books_writer", []string{"writer_id"}
	}},
	{name: "rename a key", change: func(s *st) {
		column(s, "tags", "name").Name = "word"
		s.Tables["tags"].Key = []string{"word"}
		s.Tables["book_tags"].ForeignKeys[1].RefColumns = []string{"word"}
	}},
	{name: "rename an identity", change: func(s *st) {
		column(s, "authors", "id").Name = "number"
		s.Tables["authors"].Key = []string{"number"}
		s.Tables["books"].ForeignKeys[0].RefColumns = []string{"number"}
	}},
	{name: "rename two of a type", change: func(s *st) {
		column(s, "books", "note").Name = "notes"
		column(s, "books", "count").Name = "counted"
		s.Tables["books"].Indexes[3] = index("idx_books_notes", "notes")
	}},
	{name: "rename to a reserved word", change: rename("authors", "email", "user")},
	{name: "rename by tag and widen", change: func(s *st) { *column(s, "authors", "email") = renamedFrom(col{Name: "mail", Type: "text"}, "email") }},

	{name: "int to bigint", change: retype("books", "count", "bigint")},
	{name: "int to bigint with check and default", change: func(s *st) { retype("books", "pages", "bigint")(s) }},
	{name: "int to text", change: retype("books", "count", "text")},
	{name: "int to numeric", change: retype("books", "count", "numeric(10,2)")},
	{name: "int to smallint", change: retype("books", "count", "smallint")},
	{name: "varchar wider", change: retype("books", "isbn", "varchar(30)")},
	{name: "varchar to text", change: retype("books", "isbn", "text")},
	{name: "varchar narrower", change: retype("books", "isbn", "varchar(10)")},
	{name: "text to varchar", change: retype("books", "note", "varchar(40)")},
	{name: "numeric wider", change: retype("books", "price", "numeric(14,2)")},
	{name: "numeric finer", change: retype("books", "price", "numeric(14,4)")},
	{name: "numeric without limit", change: retype("books", "price", "numeric")},
	{name: "numeric to float", change: retype("prices", "amount", "double precision")},
	{name: "numeric coarser, nothing lost", change: retype("prices", "amount", "numeric(10,0)")},
	{name: "numeric to bigint, nothing lost", change: retype("prices", "amount", "bigint")},
	{name: "timestamptz to date and back", change: retype("books", "at", "timestamptz(3)")},
	{name: "timestamp to timestamptz", change: retype("books", "naive", "timestamptz")},
	{name: "jsonb to json", change: retype("books", "meta", "json")},
	{name: "jsonb to text", change: retype("books", "meta", "text")},
	{name: "enum to text", change: func(s *st) { column(s, "books", "mood").Type = "text" }},
	{name: "type under a generated column", change: func(s *st) { column(s, "books", "title").Type = "varchar(200)" }},
	{name: "type under a generated column that goes", change: func(s *st) {
		column(s, "books", "title").Type = "varchar(200)"
		without(s, "books", "upper_title")
	}},
	{name: "type under a view", change: func(s *st) {
		column(s, "books", "pages").Type = "bigint"
	}},
	{name: "type of a key and its foreign keys", change: func(s *st) {
		column(s, "authors", "id").Type = "integer"
		column(s, "books", "author_id").Type = "integer"
	}},
	{name: "type of a text key and its foreign keys", change: func(s *st) {
		column(s, "tags", "name").Type = "varchar(50)"
		column(s, "book_tags", "tag_name").Type = "varchar(50)"
	}},
	{name: "type with an index on an expression", change: func(s *st) { column(s, "books", "title").Type = "varchar" }},
	{name: "collation", change: func(s *st) { column(s, "authors", "name").Collation = `"C"` }},

	{name: "set not null", change: set("at", func(c *col) { c.NotNull = true })},
	{name: "set not null with default", change: set("note", func(c *col) { c.NotNull, c.Default = true, "'none'" })},
	{name: "drop not null", change: set("title", func(c *col) { c.NotNull = false })},
	{name: "set not null twice in two tables", change: func(s *st) {
		column(s, "books", "count").NotNull = true
		column(s, "authors", "born").NotNull = true
	}},
	{name: "set not null and type", change: set("count", func(c *col) { c.NotNull, c.Type = true, "bigint" })},
	{name: "set default", change: set("count", func(c *col) { c.Default = "7" })},
	{name: "change default", change: set("pages", func(c *col) { c.Default = "2" })},
	{name: "drop default", change: set("pages", func(c *col) { c.Default = "" })},
	{name: "change default of an enum", change: set("mood", func(c *col) { c.Default = "'glad'" })},
	{name: "type and default", change: set("pages", func(c *col) { c.Type, c.Default = "numeric(8,1)", "1.5" })},
	{name: "set comment", change: set("title", func(c *col) { c.Comment = "it's one" })},
	{name: "change comment", change: set("isbn", func(c *col) { c.Comment = `an\other` })},
	{name: "drop comment", change: set("isbn", func(c *col) { c.Comment = "" })},
	{name: "change what generates", change: set("upper_title", func(c *col) { c.Generated = "lower(title)" })},
	{name: "change the type of a generated column", change: set("upper_title", func(c *col) { c.Type = "varchar" })},
	{name: "generated becomes plain", change: set("upper_title", func(c *col) { c.Generated = "" })},
	{name: "plain becomes generated", change: set("count", func(c *col) { c.Generated = "pages + 1" })},
	{name: "identity always", change: func(s *st) { column(s, "nodes", "id").Identity = "ALWAYS" }},
	{name: "identity goes", change: func(s *st) { column(s, "nodes", "id").Identity = "" }},
	{name: "identity comes", change: func(s *st) { column(s, "prices", "number").Identity = "BY DEFAULT" }},
}
