package migrate_test

import (
	"slices"

	"github.com/gormango/gormango/migrate"
)

// books changes the table books.
func books(change func(*migrate.Table)) func(*st) {
	return func(s *st) { change(s.Tables["books"]) }
}

// addIndex adds an index to books.
func addIndex(x migrate.Index) func(*st) {
	return books(func(t *migrate.Table) { t.Indexes = append(t.Indexes, x) })
}

// addConstraint adds a constraint to books.
func addConstraint(c migrate.Constraint) func(*st) {
	return books(func(t *migrate.Table) { t.Constraints = append(t.Constraints, c) })
}

var partPairs = []pair{
	{name: "index added", change: addIndex(index("idx_new", "count"))},
	{name: "index of two columns", change: addIndex(index("idx_new", "count", "pages"))},
	{name: "index descending", change: addIndex(migrate.Index{Name: "idx_new", Parts: []string{`"count" DESC`}, Columns: []string{"count"}})},
	{name: "unique index", change: addIndex(migrate.Index{Name: "idx_new", Parts: []string{`"count"`}, Columns: []string{"count"}, Unique: true})},
	{name: "index on an expression", change: addIndex(migrate.Index{Name: "idx_new", Parts: []string{"(pages + 1)"}})},
	{name: "partial index", change: addIndex(migrate.Index{Name: "idx_new", Parts: []string{`"count"`}, Columns: []string{"count"}, Where: "count > 5"})},
	{name: "index with include", change: addIndex(migrate.Index{Name: "idx_new", Parts: []string{`"count"`}, Columns: []string{"count"}, Include: []string{"title"}})},
	{name: "gin index", change: addIndex(migrate.Index{Name: "idx_new", Method: "gin", Parts: []string{`"meta" jsonb_path_ops`}, Columns: []string{"meta"}})},
	{name: "hash index", change: addIndex(migrate.Index{Name: "idx_new", Method: "hash", Parts: []string{`"note"`}, Columns: []string{"note"}})},
	{name: "brin index", change: addIndex(migrate.Index{Name: "idx_new", Method: "brin", Parts: []string{`"at"`}, Columns: []string{"at"}})},
	{name: "gist index", change: func(s *st) {
		s.Tables["prices"].Indexes = []migrate.Index{{Name: "idx_new", Method: "gist", Parts: []string{`"span"`}, Columns: []string{"span"}}}
	}},
	{name: "index with parameters", change: addIndex(migrate.Index{Name: "idx_new", Parts: []string{`"count"`}, Columns: []string{"count"}, Option: "WITH (fillfactor = 70)"})},
	{name: "index on a partitioned table", change: func(s *st) { s.Tables["visits"].Indexes = []migrate.Index{index("idx_visits_who", "who")} }},
	{name: "index dropped", change: books(func(t *migrate.Table) { t.Indexes = t.Indexes[:3] })},
	{name: "index renamed", change: books(func(t *migrate.Table) { t.Indexes[3].Name = "other" })},
	{name: "index changed under its name", change: books(func(t *migrate.Table) { t.Indexes[3] = index("idx_books_note", "count") })},
	{name: "condition of an index changed", change: books(func(t *migrate.Table) { t.Indexes[1].Where = "pages > 1" })},
	{name: "index becomes unique", change: books(func(t *migrate.Table) { t.Indexes[2].Unique = true })},
	{name: "two indexes swap their names", change: books(func(t *migrate.Table) { t.Indexes[2].Name, t.Indexes[3].Name = t.Indexes[3].Name, t.Indexes[2].Name })},
	{name: "three names in a ring", change: books(func(t *migrate.Table) {
		t.Indexes[0].Name, t.Indexes[2].Name, t.Indexes[3].Name = t.Indexes[2].Name, t.Indexes[3].Name, t.Indexes[0].Name
	})},
	{name: "index moves to another table", change: func(s *st) {
		t := s.Tables["books"]
		t.Indexes = t.Indexes[:3]
		s.Tables["authors"].Indexes = []migrate.Index{index("idx_books_note", "name")}
	}},
	{name: "index becomes a constraint", change: func(s *st) {
		t := s.Tables["books"]
		t.Indexes = append(t.Indexes[:2:2], t.Indexes[3])
		t.Constraints = append(t.Constraints, unique("idx_books_at", "at"))
	}},

	{name: "unique added", change: addConstraint(unique("uni_new", "count"))},
	{name: "unique of two columns", change: addConstraint(unique("uni_new", "count", "title"))},
	{name: "unique deferrable", change: addConstraint(migrate.Constraint{Name: "uni_new", Unique: []string{"count"}, Definition: `UNIQUE ("count") DEFERRABLE INITIALLY DEFERRED`})},
	{name: "unique dropped", change: books(func(t *migrate.Table) { t.Constraints = t.Constraints[1:] })},
	{name: "unique renamed", change: books(func(t *migrate.Table) { t.Constraints[0].Name = "isbn_is_unique" })},
	{name: "unique changed under its name", change: books(func(t *migrate.Table) { t.Constraints[0] = unique("uni_books_isbn", "isbn", "title") })},
	{name: "unique not null", change: func(s *st) { column(s, "books", "isbn").NotNull = true }},
	{name: "check added", change: addConstraint(check("chk_new", "length(title) > 1"))},
	{name: "check dropped", change: books(func(t *migrate.Table) { t.Constraints = t.Constraints[:2] })},
	{name: "check changed under its name", change: books(func(t *migrate.Table) { t.Constraints[1].Definition = "CHECK (pages >= 1)" })},
	{name: "check put before another one", change: books(func(t *migrate.Table) {
		t.Constraints = append(t.Constraints[:1:1], check("chk_books_1", "count < 1000"), check("chk_books_2", "pages > 0"), check("chk_books_3", "price >= 0"))
	})},
	{name: "checks swap their names", change: books(func(t *migrate.Table) {
		t.Constraints[1].Name, t.Constraints[2].Name = t.Constraints[2].Name, t.Constraints[1].Name
	})},
	{name: "exclusion added", change: func(s *st) {
		s.Tables["prices"].Constraints = []migrate.Constraint{{Name: "no_overlap", Definition: "EXCLUDE USING gist (span WITH &&)"}}
	}},
	{name: "check on a partitioned table", change: func(s *st) { s.Tables["visits"].Constraints = []migrate.Constraint{check("chk_who", "who <> ''")} }},

	{name: "foreign key added", change: func(s *st) {
		s.Tables["books"].ForeignKeys = append(s.Tables["books"].ForeignKeys, migrate.ForeignKey{Name: "fk_count", Columns: []string{"count"}, Ref: "books", RefColumns: []string{"id"}})
		column(s, "books", "count").Type = "bigint"
	}},
	{name: "foreign key to a new unique column", change: func(s *st) {
		s.Tables["authors"].Constraints = append(s.Tables["authors"].Constraints, unique("uni_authors_email", "email"))
		with(s, "books", col{Name: "mail", Type: "varchar(100)"})
		s.Tables["books"].ForeignKeys = append(s.Tables["books"].ForeignKeys, migrate.ForeignKey{Name: "fk_mail", Columns: []string{"mail"}, Ref: "authors", RefColumns: []string{"email"}})
	}},
	{name: "foreign key dropped", change: books(func(t *migrate.Table) { t.ForeignKeys = nil })},
	{name: "foreign key renamed", change: books(func(t *migrate.Table) { t.ForeignKeys[0].Name = "of_author" })},
	{name: "action of a foreign key", change: books(func(t *migrate.Table) { t.ForeignKeys[0].OnDelete = "RESTRICT" })},
	{name: "foreign key deferrable", change: books(func(t *migrate.Table) { t.ForeignKeys[0].Deferrable = true })},
	{name: "no action is the default", change: func(s *st) {
		s.Tables["book_tags"].ForeignKeys[0].OnDelete = "NO ACTION"
		s.Tables["book_tags"].ForeignKeys[0].Name = "fk_other"
	}},
	{name: "foreign key to another table", change: func(s *st) {
		t := s.Tables["books"]
		t.ForeignKeys[0].Ref = "nodes"
		t.Constraints = append(t.Constraints, check("chk_new", "author_id <= 10 or true"))
		t.ForeignKeys = slices.Clone(t.ForeignKeys)
		s.Tables["nodes"].Comment = "trees"
		t.ForeignKeys[0].Ref = "books"
	}},

	{name: "key of two columns", change: func(s *st) {
		s.Tables["nodes"].ForeignKeys, s.Tables["nodes"].Indexes = nil, nil
		s.Tables["nodes"].Key = []string{"id", "label"}
	}},
	{name: "key of a nullable column", change: func(s *st) { s.Tables["visits"].Comment = "x"; column(s, "nodes", "label").Type = "varchar" }},
	{name: "key added", change: func(s *st) { s.Tables["visits"].Key = []string{"day"} }},
	{name: "key changed", change: func(s *st) { s.Tables["prices"].Key = []string{"number"} }},
	{name: "order of the key", change: func(s *st) { s.Tables["prices"].Key = []string{"number", "shop"} }},
	{name: "key dropped", change: func(s *st) {
		s.Tables["book_tags"].Key = nil
		s.Tables["book_tags"].Indexes = append(s.Tables["book_tags"].Indexes, index("idx_book_tags_book_id", "book_id"))
	}},
	{empty: true, name: "key replaced by another column", change: func(s *st) {
		s.Tables["prices"].Key = []string{"uid"}
		without(s, "prices", "number")
		with(s, "prices", col{Name: "uid", Type: "uuid", NotNull: true, Default: "gen_random_uuid()"})
	}},
}
