package migrate_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/migrate"
)

// scenario is a case of Django's AutodetectorTests by its name there. want are
// the operations that Django expects, in the words of this package; differs is
// the reason where they are others.
type scenario struct {
	name    string
	models  func() (from, to []any)
	state   func(from, to *migrate.State) // what the models' tags cannot say
	no      bool                          // the answer to questions
	want    []string
	differs string
}

// scenarios are those that have a meaning for tables.
var scenarios = slices.Concat(djangoTables, djangoFields, djangoColumns, djangoRelations)

func TestScenariosOfDjangosAutodetector(t *testing.T) {
	t.Parallel()
	for _, s := range scenarios {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			from, to := &migrate.State{}, &migrate.State{}
			a, b := s.models()
			if len(a) > 0 {
				from = state(t, a...)
			}
			if len(b) > 0 {
				to = state(t, b...)
			}
			if s.state != nil {
				s.state(from, to)
			}
			require.Equal(t, s.want, descriptions(t, from, to, func(migrate.Question) (bool, error) { return !s.no, nil }), s.differs)
		})
	}
}

// novelist and its books are what most scenarios begin with.
type novelist struct {
	ID   int64
	Name string `gorm:"not null"`
}

type novel struct {
	ID         int64
	NovelistID int64
	Novelist   novelist
}

type press struct {
	ID        int64
	Novelists []novelist `gorm:"many2many:contracts"`
}

var djangoTables = []scenario{
	{name: "test_new_model", models: func() (from, to []any) { return nil, []any{novelist{}} }, want: []string{"create table novelists"}},
	{name: "test_old_model", models: func() (from, to []any) { return []any{novelist{}}, nil }, want: []string{"drop table novelists"}},
	{name: "test_identical_regex_doesnt_alter", models: func() (from, to []any) { return []any{novelist{}}, []any{novelist{}} }},
	{name: "test_fk_dependency", models: func() (from, to []any) { return nil, []any{novel{}} }, want: []string{"create table novelists", "create table novels"}},
	{name: "test_same_app_no_fk_dependency", models: func() (from, to []any) {
		type Tree struct {
			ID       int64
			ParentID *int64
			Parent   *Tree
		}
		return nil, []any{Tree{}}
	}, want: []string{"create table trees"}},
	{name: "test_same_app_circular_fk_dependency", models: func() (from, to []any) { return nil, []any{Country{}, City{}} },
		want: []string{"create table countries", "create table cities", "add foreign key fk_countries_capital to countries"}},
	{name: "test_foreign_key_removed_before_target_model", models: func() (from, to []any) { return []any{novel{}}, nil },
		want: []string{"drop table novels", "drop table novelists"}, differs: "a table goes with its foreign keys; Django drops the field before"},
	{name: "test_non_circular_foreignkey_dependency_removal", models: func() (from, to []any) { return []any{Country{}, City{}}, nil },
		want: []string{"drop foreign key fk_countries_capital of countries", "drop table cities", "drop table countries"}},
	{name: "test_create_with_through_model", models: func() (from, to []any) { return nil, []any{press{}} },
		want: []string{"create table novelists", "create table presses", "create table contracts"}},
	{name: "test_add_many_to_many", models: func() (from, to []any) {
		type Press struct{ ID int64 }
		return []any{Press{}, novelist{}}, []any{press{}}
	}, want: []string{"create table contracts"}, differs: "the relation is a table"},
	{name: "test_alter_many_to_many", models: func() (from, to []any) { return []any{press{}}, []any{press{}} }},
	{name: "test_many_to_many_removed_before_through_model", models: func() (from, to []any) { return []any{press{}}, []any{novelist{}} },
		want: []string{"drop table contracts", "drop table presses"}},
	{name: "test_concrete_field_changed_to_many_to_many", models: func() (from, to []any) {
		type Press struct {
			ID        int64
			Novelists string
		}
		return []any{Press{}, novelist{}}, []any{press{}}
	}, want: []string{"create table contracts", "drop column presses.novelists"}},
	{name: "test_many_to_many_changed_to_concrete_field", models: func() (from, to []any) {
		type Press struct {
			ID        int64
			Novelists string
		}
		return []any{press{}}, []any{Press{}, novelist{}}
	}, want: []string{"drop table contracts", "add column presses.novelists"}},
	{name: "test_rename_model", models: func() (from, to []any) {
		type Writer struct {
			ID   int64
			Name string `gorm:"not null"`
		}
		return []any{novelist{}}, []any{Writer{}}
	}, want: []string{"rename table novelists to writers"}},
	{name: "test_rename_model_case", models: func() (from, to []any) {
		type NovelIst struct {
			ID   int64
			Name string `gorm:"not null"`
		}
		return []any{novelist{}}, []any{NovelIst{}}
	}, want: []string{"rename table novelists to novel_ists"}, differs: "the name of the table is made of another word; Django's ends in the same letters"},
	{name: "test_rename_model_reverse_relation_dependencies", models: func() (from, to []any) {
		type Writer struct {
			ID   int64
			Name string `gorm:"not null"`
		}
		type Novel struct {
			ID         int64
			NovelistID int64
			Novelist   Writer
		}
		return []any{novel{}}, []any{Novel{}}
	}, want: []string{"rename table novelists to writers"}},
	{name: "test_rename_model_with_renamed_rel_field", models: func() (from, to []any) {
		type Writer struct {
			ID   int64
			Name string `gorm:"not null"`
		}
		type Novel struct {
			ID       int64
			WriterID int64
			Writer   Writer
		}
		return []any{novel{}}, []any{Novel{}}
	}, want: []string{"rename table novelists to writers", "rename column novels.novelist_id to writer_id",
		"rename index idx_novels_novelist_id to idx_novels_writer_id", "rename constraint fk_novels_novelist to fk_novels_writer"},
		differs: "index and foreign key take the names that a new database would give them"},
	{name: "test_rename_m2m_through_model", models: func() (from, to []any) {
		type Publisher struct {
			ID        int64
			Novelists []novelist `gorm:"many2many:deals"`
		}
		return []any{press{}}, []any{Publisher{}}
	}, want: []string{"rename table presses to publishers", "rename table contracts to deals", "rename column deals.press_id to publisher_id",
		"rename index idx_contracts_novelist_id to idx_deals_novelist_id", "rename constraint fk_contracts_novelist to fk_deals_novelist",
		"rename constraint fk_contracts_press to fk_deals_publisher"}},
	{name: "test_rename_model_with_fks_in_different_position", models: func() (from, to []any) {
		type Letter struct {
			ID             int64
			FromID, ToID   *int64
			From, To       *novelist
			Sent, Received bool
		}
		type Mail struct {
			ID             int64
			ToID, FromID   *int64
			To, From       *novelist
			Received, Sent bool
		}
		return []any{Letter{}}, []any{Mail{}}
	}, want: []string{"rename table letters to mails", "rename index idx_letters_from_id to idx_mails_from_id", "rename index idx_letters_to_id to idx_mails_to_id",
		"rename constraint fk_letters_from to fk_mails_from", "rename constraint fk_letters_to to fk_mails_to"}},
	{name: "test_alter_db_table_with_model_change", models: func() (from, to []any) { return []any{novelist{}}, []any{novelist{}} },
		state: func(_, to *migrate.State) {
			renameTable(to, "novelists", "authors_one")
			to.Tables["authors_one"].Columns[1].Type = "varchar"
		},
		want: []string{"rename table novelists to authors_one", "alter column authors_one.name"}, differs: "a table is asked about, as a model is in Django; here a column changes at once"},
	{name: "test_alter_db_table_no_changes", models: func() (from, to []any) { return []any{novel{}}, []any{novel{}} }},
	{name: "test_alter_db_table_comment_add", models: func() (from, to []any) { return []any{novelist{}}, []any{novelist{}} },
		state: func(_, to *migrate.State) { to.Tables["novelists"].Comment = "x" }, want: []string{"set the comment of table novelists"}},
	{name: "test_alter_db_table_comment_change", models: func() (from, to []any) { return []any{novelist{}}, []any{novelist{}} },
		state: func(from, to *migrate.State) {
			from.Tables["novelists"].Comment, to.Tables["novelists"].Comment = "x", "y"
		}, want: []string{"set the comment of table novelists"}},
	{name: "test_alter_db_table_comment_remove", models: func() (from, to []any) { return []any{novelist{}}, []any{novelist{}} },
		state: func(from, _ *migrate.State) { from.Tables["novelists"].Comment = "x" }, want: []string{"set the comment of table novelists"}},
	{name: "test_alter_db_table_comment_no_changes", models: func() (from, to []any) { return []any{novelist{}}, []any{novelist{}} },
		state: func(from, to *migrate.State) {
			from.Tables["novelists"].Comment, to.Tables["novelists"].Comment = "x", "x"
		}},
	{name: "test_unmanaged_create", models: func() (from, to []any) { return nil, []any{novelist{}, foreign{}} },
		want: []string{"create table chambers", "create table novelists"}, differs: "a table of another program is no part of the state"},
	{name: "test_unmanaged_to_managed", models: func() (from, to []any) {
		type Foreign struct{ ID int64 }
		return []any{foreign{}}, []any{Foreign{}, chamber{}}
	}, want: []string{"create table foreigns"}},
	{name: "test_managed_to_unmanaged", models: func() (from, to []any) {
		type Foreign struct{ ID int64 }
		return []any{Foreign{}, chamber{}}, []any{foreign{}}
	}, want: []string{"drop table foreigns"}, differs: "as in Django; adopt the table by another program before, or write the operation by hand"},
}
