package migrate_test

import (
	"slices"

	"github.com/gormango/gormango/migrate"
)

// renameTable renames a table and the foreign keys to it, and nothing else.
func renameTable(s *st, from, to string) *migrate.Table {
	t := s.Tables[from]
	delete(s.Tables, from)
	t.Name = to
	s.Tables[to] = t
	for _, other := range s.Tables {
		for i := range other.ForeignKeys {
			if other.ForeignKeys[i].Ref == from {
				other.ForeignKeys[i].Ref = to
			}
		}
	}
	return t
}

func renamedFrom(c col, old string) col { return migrate.RenamedFrom(c, old) }

var otherPairs = []pair{
	{name: "table added", change: func(s *st) {
		s.Tables["shops"] = &migrate.Table{Name: "shops", Key: []string{"id"}, Columns: []col{{Name: "id", Type: "uuid", NotNull: true, Default: "gen_random_uuid()"}, {Name: "name", Type: "text", Comment: "called"}},
			Indexes: []migrate.Index{index("idx_shops_name", "name")}, Constraints: []migrate.Constraint{unique("uni_shops_name", "name")}, Comment: "where"}
	}},
	{name: "table with foreign keys added", change: func(s *st) {
		s.Tables["reviews"] = &migrate.Table{Name: "reviews", Key: []string{"book_id"}, Columns: []col{{Name: "book_id", Type: "bigint", NotNull: true}, {Name: "text", Type: "text"}},
			ForeignKeys: []migrate.ForeignKey{{Name: "fk_reviews_book", Columns: []string{"book_id"}, Ref: "books", RefColumns: []string{"id"}}}}
	}},
	{name: "tables that refer to each other added", change: func(s *st) {
		key := col{Name: "id", Type: "bigint", NotNull: true, Identity: "BY DEFAULT"}
		s.Tables["a"] = &migrate.Table{Name: "a", Key: []string{"id"}, Columns: []col{key, {Name: "b_id", Type: "bigint"}},
			ForeignKeys: []migrate.ForeignKey{{Name: "fk_a_b", Columns: []string{"b_id"}, Ref: "b", RefColumns: []string{"id"}}}}
		s.Tables["b"] = &migrate.Table{Name: "b", Key: []string{"id"}, Columns: []col{key, {Name: "a_id", Type: "bigint"}},
			ForeignKeys: []migrate.ForeignKey{{Name: "fk_b_a", Columns: []string{"a_id"}, Ref: "a", RefColumns: []string{"id"}}}}
	}},
	{name: "table that refers to a new unique column added", change: func(s *st) {
		s.Tables["authors"].Constraints = append(s.Tables["authors"].Constraints, unique("uni_authors_email", "email"))
		s.Tables["mails"] = &migrate.Table{Name: "mails", Columns: []col{{Name: "email", Type: "varchar(100)"}},
			ForeignKeys: []migrate.ForeignKey{{Name: "fk_mails", Columns: []string{"email"}, Ref: "authors", RefColumns: []string{"email"}}}}
	}},
	{name: "table that refers to itself by a unique column added", change: func(s *st) {
		s.Tables["words"] = &migrate.Table{Name: "words", Key: []string{"id"}, Columns: []col{{Name: "id", Type: "bigint", NotNull: true}, {Name: "w", Type: "text"}, {Name: "of", Type: "text"}},
			Indexes:     []migrate.Index{{Name: "idx_words_w", Parts: []string{`"w"`}, Columns: []string{"w"}, Unique: true}},
			ForeignKeys: []migrate.ForeignKey{{Name: "fk_words", Columns: []string{"of"}, Ref: "words", RefColumns: []string{"w"}}}}
	}},
	{name: "unique constraint that becomes an index of some rows under its name", change: func(s *st) {
		t := s.Tables["books"]
		t.Constraints = slices.DeleteFunc(t.Constraints, func(c migrate.Constraint) bool { return c.Name == "uni_books_isbn" })
		t.Indexes = append(t.Indexes, migrate.Index{Name: "uni_books_isbn", Parts: []string{`"isbn"`}, Columns: []string{"isbn"}, Unique: true, Where: "note IS NULL"})
	}},
	{name: "partitioned table added", change: func(s *st) {
		s.Tables["logs"] = &migrate.Table{Name: "logs", PartitionBy: "LIST (kind)", Columns: []col{{Name: "kind", Type: "text", NotNull: true}},
			Partitions: []migrate.Partition{{Name: "logs_a", Values: "FOR VALUES IN ('a')"}, {Name: "logs_other", Values: "DEFAULT"}}, Indexes: []migrate.Index{index("idx_logs_kind", "kind")}}
	}},
	{name: "partition added", change: func(s *st) {
		t := s.Tables["visits"]
		t.Partitions = append(t.Partitions, migrate.Partition{Name: "visits_2025", Values: "FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')"})
	}},
	{name: "table dropped", change: func(s *st) { delete(s.Tables, "prices") }},
	{name: "table dropped with those that refer to it", change: func(s *st) { delete(s.Tables, "tags"); delete(s.Tables, "book_tags") }},
	{empty: true, name: "table dropped and foreign key to it", change: func(s *st) {
		delete(s.Tables, "tags")
		t := s.Tables["book_tags"]
		t.ForeignKeys = t.ForeignKeys[:1]
	}},
	{name: "table of a view dropped", change: func(s *st) {
		delete(s.Tables, "book_tags")
		delete(s.Tables, "books")
		delete(s.Objects, "view long_books")
	}},
	{name: "table dropped, its index name taken by a new one", change: func(s *st) {
		delete(s.Tables, "nodes")
		delete(s.Objects, "trigger touched")
		s.Tables["trees"] = &migrate.Table{Name: "trees", Columns: []col{{Name: "parent_id", Type: "text"}}, Indexes: []migrate.Index{index("idx_nodes_parent_id", "parent_id")}}
	}},
	{name: "table dropped with the constraint that it rests on", from: func(s *st) {
		s.Tables["authors"].Constraints = append(s.Tables["authors"].Constraints, unique("uni_authors_email", "email"))
		s.Tables["mails"] = &migrate.Table{Name: "mails", Columns: []col{{Name: "email", Type: "varchar(100)"}},
			ForeignKeys: []migrate.ForeignKey{{Name: "fk_mails", Columns: []string{"email"}, Ref: "authors", RefColumns: []string{"email"}}}}
		with(s, "books", col{Name: "mail", Type: "varchar(100)"})
		s.Tables["books"].ForeignKeys = append(s.Tables["books"].ForeignKeys, migrate.ForeignKey{Name: "fk_mail", Columns: []string{"mail"}, Ref: "authors", RefColumns: []string{"email"}})
	}, change: func(s *st) { column(s, "authors", "born").Name = "birthday" }},
	{name: "table renamed", change: func(s *st) {
		t := renameTable(s, "nodes", "branches")
		t.Indexes[0].Name, t.ForeignKeys[0].Name = "idx_branches_parent_id", "fk_branches_parent"
		object(s, "trigger", "touched", "CREATE TRIGGER touched BEFORE UPDATE ON branches FOR EACH ROW EXECUTE FUNCTION touch()", "DROP TRIGGER touched ON branches")
	}},
	{name: "table renamed, with text that names it", change: func(s *st) {
		t := renameTable(s, "authors", "writers")
		t.Constraints = append(t.Constraints, check("chk_named", "writers.name <> ''"))
	}},
	{name: "table renamed and many-to-many follows", change: func(s *st) {
		renameTable(s, "tags", "labels")
		t := renameTable(s, "book_tags", "book_labels")
		column(s, "book_labels", "tag_name").Name = "label_name"
		t.Key[1], t.Indexes[0] = "label_name", index("idx_book_labels_label_name", "label_name")
		t.ForeignKeys[0].Name, t.ForeignKeys[1].Name, t.ForeignKeys[1].Columns[0] = "fk_book_labels_book", "fk_book_labels_label", "label_name"
		migrate.Joins(t)
	}},
	{name: "table, column, generated text and check at once", change: func(s *st) {
		t := renameTable(s, "books", "works")
		column(s, "works", "title").Name = "label"
		column(s, "works", "upper_title").Generated = "lower(label)"
		with(s, "works", col{Name: "channel", Type: "text", NotNull: true, Default: "'web'"})
		t.Indexes[0].Name, t.Indexes[1].Parts[0], t.Indexes[1].Name = "idx_works_author_id", "(lower(label))", "idx_works_label"
		t.Constraints[1].Name, t.Constraints[1].Definition = "chk_works_1", "CHECK (pages > 1)"
		column(s, "book_tags", "book_id").Name = "work_id"
		m := s.Tables["book_tags"]
		m.Key[0], m.ForeignKeys[0].Columns[0] = "work_id", "work_id"
		object(s, "view", "long_books", "CREATE VIEW long_books AS SELECT id, label, pages FROM works WHERE pages > 500", "")
	}},
	{name: "comment of a table set", change: func(s *st) { s.Tables["nodes"].Comment = "it's a tree" }},
	{name: "comment of a table dropped", change: func(s *st) { s.Tables["books"].Comment = "" }},

	{name: "enum added", change: func(s *st) { s.Enums["size"] = &migrate.Enum{Name: "size", Values: []string{"s", "m"}} }},
	{name: "enum with column added", change: func(s *st) {
		s.Enums["size"] = &migrate.Enum{Name: "size", Values: []string{"s", "it's"}}
		with(s, "books", col{Name: "size", Type: "size[]"})
	}},
	{name: "enum renamed", change: func(s *st) {
		s.Enums["feeling"] = &migrate.Enum{Name: "feeling", Values: s.Enums["mood"].Values}
		delete(s.Enums, "mood")
		column(s, "books", "mood").Type = "feeling"
	}},
	{name: "value added to an enum", change: func(s *st) { s.Enums["mood"].Values = []string{"sad", "so so", "glad"} }},
	{name: "values added to an enum and used", change: func(s *st) {
		s.Enums["mood"].Values = []string{"awful", "sad", "glad", "merry", "great"}
		column(s, "books", "mood").Default = "'great'"
	}},
	{name: "value of an enum renamed", change: func(s *st) {
		s.Enums["mood"].Values = []string{"blue", "glad"}
		column(s, "books", "mood").Default = "'blue'"
	}},
	{name: "values of an enum reordered", change: func(s *st) { s.Enums["mood"].Values = []string{"glad", "sad"} }},
	{name: "values and default of an enum replaced", change: func(s *st) {
		s.Enums["mood"].Values = []string{"glad", "sad", "blue"}
		column(s, "books", "mood").Default = "'blue'"
	}},
	{name: "values reordered under a check and an index", change: func(s *st) {
		s.Enums["mood"].Values = []string{"glad", "mad", "sad"}
		s.Tables["books"].Constraints = append(s.Tables["books"].Constraints, check("chk_mood", "mood <> 'mad'"))
	}},

	{name: "view added", change: func(s *st) { object(s, "view", "more", "CREATE VIEW more AS SELECT id FROM long_books", "") }},
	{name: "view changed", change: func(s *st) {
		object(s, "view", "long_books", "CREATE VIEW long_books AS SELECT id FROM books WHERE pages > 900", "")
	}},
	{name: "view dropped", change: func(s *st) { delete(s.Objects, "view long_books") }},
	{name: "materialized view added", change: func(s *st) {
		object(s, "materialized view", "m", "CREATE MATERIALIZED VIEW m AS SELECT count(*) FROM books", "")
	}},
	{name: "column under a view renamed", change: func(s *st) {
		column(s, "books", "pages").Name = "length"
		t := s.Tables["books"]
		t.Indexes[1].Where, t.Constraints[1].Definition = "length > 0", "CHECK (length > 0)"
		object(s, "view", "long_books", "CREATE VIEW long_books AS SELECT id, title, length AS pages FROM books WHERE length > 500", "")
	}},
	{name: "function replaced under its trigger", change: func(s *st) {
		object(s, "function", "touch", "CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.label := NEW.label; RETURN NEW; END $$", "")
	}},
	{name: "function with another head", change: func(s *st) {
		object(s, "function", "touch", "CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql STABLE AS $$ BEGIN RETURN NEW; END $$", "")
	}},
	{name: "trigger dropped", change: func(s *st) { delete(s.Objects, "trigger touched") }},
	{name: "policy added", change: func(s *st) {
		object(s, "policy", "p", "CREATE POLICY p ON authors USING (name <> '')", "DROP POLICY p ON authors")
	}},
	{name: "function used by a new column", change: func(s *st) {
		object(s, "function", "twice", "CREATE FUNCTION twice(x int) RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT x * 2 $$", "")
		with(s, "books", col{Name: "doubled", Type: "integer", Generated: "twice(pages)"})
	}},
	{name: "domain used by a new column", change: func(s *st) {
		object(s, "domain", "positive", "CREATE DOMAIN positive AS integer CHECK (VALUE > 0)", "")
		with(s, "books", col{Name: "weight", Type: "positive"})
	}},
	{name: "extension added", change: func(s *st) { s.Extensions = []string{"pg_trgm"} }},
	{name: "schema added", change: func(s *st) {
		s.Schemas = []string{"depot"}
		s.Tables["depot.things"] = &migrate.Table{Name: "depot.things", Key: []string{"id"}, Columns: []col{{Name: "id", Type: "bigint", NotNull: true, Identity: "BY DEFAULT"}},
			Constraints: []migrate.Constraint{check("chk_things", "id > 0")}}
	}},
	{name: "everything at once", change: func(s *st) {
		for _, p := range []string{"add with default", "add generated", "rename plain", "int to bigint", "set not null", "unique added", "check added", "foreign key renamed"} {
			i := slices.IndexFunc(slices.Concat(columnPairs, partPairs), func(q pair) bool { return q.name == p })
			slices.Concat(columnPairs, partPairs)[i].change(s)
		}
		delete(s.Tables, "prices")
		s.Tables["shops"] = &migrate.Table{Name: "shops", Columns: []col{{Name: "name", Type: "text"}}}
	}},
}
