package migrate

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// library returns a state with something of each kind.
func library() *State {
	s := newState()
	s.Extensions, s.Schemas = []string{"pg_trgm"}, []string{"shop"}
	s.Enums["mood"] = &Enum{Name: "mood", Values: []string{"sad", "glad"}}
	s.Tables["authors"] = &Table{Name: "authors", Key: []string{"id"}, Columns: []Column{
		{Name: "id", Type: "bigint", NotNull: true, Identity: "BY DEFAULT"}, {Name: "name", Type: "text", NotNull: true},
	}}
	s.Tables["books"] = &Table{
		Name: "books", Key: []string{"id"},
		Columns: []Column{
			{Name: "id", Type: "bigint", NotNull: true, Identity: "BY DEFAULT"}, {Name: "title", Type: "text", NotNull: true},
			{Name: "pages", Type: "integer"}, {Name: "author_id", Type: "bigint"}, {Name: "mood", Type: "mood", Default: "'sad'"},
			{Name: "upper_title", Type: "text", Generated: "upper(title)"},
		},
		Indexes: []Index{
			{Name: "idx_books_author_id", Parts: []string{`"author_id"`}, Columns: []string{"author_id"}},
			{Name: "idx_books_title", Parts: []string{"(lower(title))"}, Where: "title <> 'title'", Unique: true},
		},
		ForeignKeys: []ForeignKey{{Name: "fk_books_author", Columns: []string{"author_id"}, Ref: "authors", RefColumns: []string{"id"}, NotValid: true}},
		Constraints: []Constraint{{Name: "chk_pages", Definition: "CHECK (books.pages > 0)", NotValid: true},
			{Name: "uni_title", Definition: `UNIQUE ("title")`, Unique: []string{"title"}}},
	}
	s.Tables["logs"] = &Table{Name: "logs", Columns: []Column{{Name: "at", Type: "date", NotNull: true}}, PartitionBy: "RANGE (at)",
		Partitions: []Partition{{Name: "logs_rest", Values: "DEFAULT"}}}
	view := &SQLObject{Kind: "view", Name: "long_books", Create: "CREATE VIEW long_books AS SELECT id FROM books WHERE pages > 500", Drop: "DROP VIEW long_books"}
	s.Objects[view.key()] = view
	return s
}

// samples are operations that library permits.
var samples = []Op{
	CreateTable{Table: Table{Name: "tags", Columns: []Column{{Name: "name", Type: "text", NotNull: true}}, Key: []string{"name"}}},
	DropTable{Table: "logs"}, RenameTable{Table: "authors", To: "writers"}, RenameTable{Table: "books", To: "works"},
	AddPartition{Table: "logs", Partition: Partition{Name: "logs_2026", Values: "FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')"}},
	DropPartition{Table: "logs", Name: "logs_rest"}, SetKey{Table: "logs", Columns: []string{"at"}}, SetKey{Table: "books"},
	AddColumn{Table: "books", Column: Column{Name: "isbn", Type: "text", Comment: "it's one"}, Once: "''"},
	DropColumn{Table: "books", Column: "upper_title"}, RenameColumn{Table: "books", Column: "title", To: "label"},
	RenameColumn{Table: "authors", Column: "id", To: "number"},
	AlterColumn{Table: "books", Column: Column{Name: "pages", Type: "bigint", Default: "1", NotNull: true}, Fill: "1"},
	FillColumn{Table: "books", Column: "pages", Value: "1"}, CommentOn{Table: "books", Comment: "all of them"},
	AddIndex{Table: "books", Index: Index{Name: "idx_books_pages", Parts: []string{`"pages"`}, Columns: []string{"pages"}}},
	DropIndex{Table: "books", Name: "idx_books_title"}, RenameIndex{Table: "books", Name: "idx_books_title", To: "idx_other"},
	AddForeignKey{Table: "books", ForeignKey: ForeignKey{Name: "fk_more", Columns: []string{"author_id"}, Ref: "authors", RefColumns: []string{"id"}, OnDelete: "CASCADE"}},
	DropForeignKey{Table: "books", Name: "fk_books_author"},
	AddConstraint{Table: "books", Constraint: Constraint{Name: "chk_title", Definition: "CHECK (title <> '')"}},
	DropConstraint{Table: "books", Name: "uni_title"}, RenameConstraint{Table: "books", Name: "fk_books_author", To: "fk_other"},
	RenameConstraint{Table: "books", Name: "chk_pages", To: "chk_other"},
	ValidateConstraint{Table: "books", Name: "fk_books_author"}, ValidateConstraint{Table: "books", Name: "chk_pages"},
	CreateEnum{Enum: Enum{Name: "shop.size", Values: []string{"s"}}}, CreateEnum{Enum: Enum{Name: "unused", Values: []string{"it's"}}},
	RenameEnum{Name: "mood", To: "feeling"}, AddEnumValue{Name: "mood", Value: "so so", Before: "glad"},
	RenameEnumValue{Name: "mood", Value: "glad", To: "merry"}, AlterEnum{Name: "mood", Values: []string{"sad", "mad"}},
	CreateExtension{Name: "citext"}, DropExtension{Name: "pg_trgm"}, CreateSchema{Name: "depot"}, DropSchema{Name: "shop"},
	CreateObject{Object: SQLObject{Kind: "view", Name: "moods", Create: "CREATE VIEW moods AS SELECT mood FROM books", Drop: "DROP VIEW moods"}},
	DropObject{Kind: "view", Name: "long_books"},
	ReplaceObject{Object: SQLObject{Kind: "view", Name: "long_books", Create: "CREATE OR REPLACE VIEW long_books AS SELECT id FROM books WHERE pages > 9", Drop: "DROP VIEW long_books"}},
	Nothing{Note: "tidy up"}, DropEnum{Name: "mood"},
}

// stateText returns the state as JSON with the parts of its tables by name.
func stateText(t testing.TB, s *State) string {
	t.Helper()
	s = s.Clone()
	for _, table := range s.Tables {
		slices.SortFunc(table.Columns, func(a, b Column) int { return strings.Compare(a.Name, b.Name) })
		slices.SortFunc(table.Indexes, func(a, b Index) int { return strings.Compare(a.Name, b.Name) })
		slices.SortFunc(table.ForeignKeys, func(a, b ForeignKey) int { return strings.Compare(a.Name, b.Name) })
		slices.SortFunc(table.Constraints, func(a, b Constraint) int { return strings.Compare(a.Name, b.Name) })
	}
	out, err := json.MarshalIndent(s, "", " ")
	require.NoError(t, err)
	return string(out)
}

// scribble overwrites the lists of a state.
func scribble(s *State) {
	over := func(lists ...[]string) {
		for _, l := range lists {
			for i := range l {
				l[i] = "overwritten"
			}
		}
	}
	for _, t := range s.Tables {
		over(t.Key)
		for _, x := range t.Indexes {
			over(x.Parts, x.Columns, x.Include)
		}
		for _, fk := range t.ForeignKeys {
			over(fk.Columns, fk.RefColumns)
		}
		for _, c := range t.Constraints {
			over(c.Unique)
		}
	}
	for _, e := range s.Enums {
		over(e.Values)
	}
}

func TestEveryOperation(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, op := range samples {
		seen[kindOf(op)] = true
		line, err := encodeOp(op)
		require.NoError(t, err)
		require.NotContains(t, string(line), "\n")
		back, err := decodeOp(line)
		require.NoError(t, err, string(line))
		require.Equal(t, op, back, string(line))
		require.NotEmpty(t, op.Describe())
		require.Regexp(t, `^[a-z][a-z0-9_]*$`, op.fragment())

		before := library()
		if _, drops := op.(DropEnum); drops {
			require.ErrorContains(t, op.Apply(before), "books.mood needs it")
			before.Tables["books"].Columns = slices.Delete(before.Tables["books"].Columns, 4, 5)
		}
		start := stateText(t, before)
		undo, err := op.inverse(before)
		require.NoError(t, err)
		require.Equal(t, start, stateText(t, before), "inverse reads only")
		_, err = op.forward(before)
		require.NoError(t, err)
		require.Equal(t, start, stateText(t, before), "forward reads only")
		require.NoError(t, op.Apply(before), string(line))
		scribble(before)
		require.Equal(t, back, op, "%s shares nothing with the state", line)
		before = library()
		if _, drops := op.(DropEnum); drops {
			before.Tables["books"].Columns = slices.Delete(before.Tables["books"].Columns, 4, 5)
		}
		require.NoError(t, op.Apply(before), string(line))
		switch op.(type) {
		case FillColumn, Nothing:
			require.Equal(t, start, stateText(t, before))
		default:
			require.NotEqual(t, start, stateText(t, before), string(line))
		}
		for _, o := range undo {
			require.NoError(t, o.Apply(before), o.Describe())
		}
		require.Equal(t, start, stateText(t, before), "%s is undone", line)

		// An operation that does not fit is an error that changes nothing.
		if _, ok := op.(Nothing); !ok {
			other := newState()
			if err := op.Apply(other); err != nil {
				var e *OpError
				require.ErrorAs(t, err, &e)
				require.Equal(t, newState(), other)
			}
		}
	}
	for kind := range kinds {
		require.True(t, seen[kind], "%s has a sample", kind)
	}
}

func TestRenamesReachEveryText(t *testing.T) {
	t.Parallel()
	s := library()
	require.NoError(t, RenameColumn{Table: "books", Column: "title", To: "name"}.Apply(s))
	require.NoError(t, RenameTable{Table: "books", To: "works"}.Apply(s))
	require.NoError(t, RenameColumn{Table: "authors", Column: "id", To: "number"}.Apply(s))
	require.NoError(t, RenameTable{Table: "authors", To: "writers"}.Apply(s))
	b := s.Tables["works"]
	require.Equal(t, "(lower(name))", b.Indexes[1].Parts[0])
	require.Equal(t, "name <> 'title'", b.Indexes[1].Where)
	require.Equal(t, "upper(name)", b.Columns[5].Generated)
	require.Equal(t, "CHECK (works.pages > 0)", b.Constraints[0].Definition)
	require.Equal(t, `UNIQUE ("name")`, b.Constraints[1].Definition)
	require.Equal(t, []string{"name"}, b.Constraints[1].Unique)
	require.Equal(t, "writers", b.ForeignKeys[0].Ref)
	require.Equal(t, []string{"number"}, b.ForeignKeys[0].RefColumns)
	require.Equal(t, []string{"number"}, s.Tables["writers"].Key)
}

func TestOperationsOfFilesAreChecked(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		`{"add_colum":{}}`:                    `migrate: unknown operation "add_colum" (choices are add_column, `,
		`{"add_column":{"tabel":"x"}}`:        `migrate: operation add_column: json: unknown field "tabel"`,
		`{}`:                                  `migrate: operation has 0 names`,
		`[]`:                                  `migrate: operation: json`,
		`{"drop_index":1}`:                    `migrate: operation drop_index: json`,
		`{"drop_index":{},"create_table":{}}`: `migrate: operation has 2 names`,
		`{"rename_column":{"table":"a","to":""}}`: ``,
	} {
		_, err := decodeOp([]byte(line))
		if want == "" {
			require.NoError(t, err)
		} else {
			require.ErrorContains(t, err, want)
		}
	}
	s := library()
	err := DropColumn{Table: "books", Column: "titel"}.Apply(s)
	require.EqualError(t, err, `migrate: drop column books.titel: table "books" has no column "titel" (choices are "id", "title", "pages", "author_id", "mood", "upper_title")`)
	err = DropColumn{Table: "books", Column: "title"}.Apply(s)
	require.EqualError(t, err, `migrate: drop column books.title: index idx_books_title needs it (drop that first)`)
	err = DropTable{Table: "authors"}.Apply(s)
	require.EqualError(t, err, `migrate: drop table authors: foreign key fk_books_author of table books refers to it (drop that first)`)
}

func TestStateSurvivesJSONAndClone(t *testing.T) {
	t.Parallel()
	s := library()
	s.Tables["books"].ignored = []string{"x"}
	c := s.Clone()
	require.Equal(t, s, c)
	c.Tables["books"].Indexes[0].Parts[0] = "changed"
	c.Tables["books"].Columns[0].Name = "changed"
	c.Enums["mood"].Values[0] = "changed"
	c.Tables["books"].ignored = nil
	require.NotEqual(t, s, c)
	again := library()
	again.Tables["books"].ignored = []string{"x"}
	require.Equal(t, again, s)

	line, err := json.Marshal(library())
	require.NoError(t, err)
	var read State
	require.NoError(t, json.Unmarshal(line, &read))
	require.Equal(t, library(), &read)
}
