package migrate_test

import (
	"time"

	"github.com/gormango/gormango/migrate"
)

// writer is novelist under another name of the type.
type writer struct {
	ID   int64
	Name string `gorm:"not null"`
}

func (writer) TableName() string { return "novelists" }

// djangoColumns are the scenarios of defaults, generated columns, keys and
// names of tables.
var djangoColumns = []scenario{
	{name: "test_add_field_with_default", models: func() (from, to []any) {
		type Novelist struct {
			ID   int64
			Name string `gorm:"not null;default:Ada"`
		}
		type Before struct{ ID int64 }
		return []any{Before{}}, []any{Novelist{}}
	}, state: func(from, _ *migrate.State) { renameTable(from, "befores", "novelists") }, want: []string{"add column novelists.name"}},
	{name: "test_add_blank_textfield_and_charfield", models: func() (from, to []any) {
		type Novelist struct {
			ID        int64
			Name      string `gorm:"not null"`
			Biography string `gorm:"not null;default:''"`
			City      string `gorm:"not null;size:20;default:''"`
		}
		return []any{novelist{}}, []any{Novelist{}}
	}, want: []string{"add column novelists.biography", "add column novelists.city"}},
	{name: "test_add_non_blank_textfield_and_charfield", models: func() (from, to []any) {
		type Novelist struct {
			ID        int64
			Name      string `gorm:"not null"`
			Biography string `gorm:"not null"`
			City      string `gorm:"not null;size:20"`
		}
		return []any{novelist{}}, []any{Novelist{}}
	}, want: []string{"add column novelists.biography (rows that are there get '')", "add column novelists.city (rows that are there get '')"},
		differs: "Django asks for a value; Go's zero value is one"},
	{name: "test_add_auto_field_does_not_request_default", models: func() (from, to []any) {
		type Novelist struct {
			Name string `gorm:"primaryKey"`
		}
		return []any{Novelist{}}, []any{novelist{}}
	}, want: []string{"add column novelists.id", "set the primary key of novelists"}},
	{name: "test_add_date_fields_with_auto_now_add_not_asking_for_null_addition", models: func() (from, to []any) {
		type Novelist struct {
			ID        int64
			Name      string `gorm:"not null"`
			CreatedAt *time.Time
		}
		return []any{novelist{}}, []any{Novelist{}}
	}, want: []string{"add column novelists.created_at"}},
	{name: "test_add_date_fields_with_auto_now_add_asking_for_default", models: func() (from, to []any) {
		type Novelist struct {
			ID        int64
			Name      string    `gorm:"not null"`
			CreatedAt time.Time `gorm:"not null"`
		}
		return []any{novelist{}}, []any{Novelist{}}
	}, want: []string{"add column novelists.created_at (rows that are there get now())"}, differs: "Django asks, with the suggestion of now()"},
	{name: "test_add_field_before_generated_field", models: func() (from, to []any) {
		type Novelist struct {
			ID    int64
			Name  string `gorm:"not null"`
			Both  string `gorm:"generated:name || after"`
			After string `gorm:"not null;default:''"`
		}
		return []any{novelist{}}, []any{Novelist{}}
	}, want: []string{"add column novelists.after", "add column novelists.both"}},
	{name: "test_add_fk_before_generated_field", models: func() (from, to []any) {
		type Novelist struct {
			ID     int64
			Name   string `gorm:"not null"`
			Twice  int64  `gorm:"generated:home_id * 2"`
			HomeID *int64
			Home   *chamber
		}
		return []any{novelist{}}, []any{Novelist{}}
	}, want: []string{"create table chambers", "add column novelists.home_id", "add column novelists.twice", "add index idx_novelists_home_id to novelists", "add foreign key fk_novelists_home to novelists"}},
	{name: "test_alter_field_to_not_null_with_db_default", models: twice(novelist{}), state: func(from, to *migrate.State) {
		column(from, "novelists", "name").NotNull = false
		column(to, "novelists", "name").Default = "'Ada'"
	}, want: []string{"alter column novelists.name"}},
	{name: "test_add_composite_pk", models: twice(novelist{}), state: novelists(func(t *migrate.Table) { t.Key = []string{"id", "name"} }),
		want: []string{"set the primary key of novelists"}, differs: "Django adds the attribute only and leaves the constraint to the reader"},
	{name: "test_remove_composite_pk", models: twice(novelist{}), state: func(from, _ *migrate.State) { from.Tables["novelists"].Key = []string{"id", "name"} },
		want: []string{"set the primary key of novelists"}, differs: "Django removes the attribute only"},
	{name: "test_alter_db_table_add", models: twice(novelist{}), state: func(_, to *migrate.State) { renameTable(to, "novelists", "author_one") },
		want: []string{"rename table novelists to author_one"}, differs: "the operation renames the table, whatever gives it its name"},
	{name: "test_alter_db_table_change", models: twice(novelist{}), state: func(from, to *migrate.State) {
		renameTable(from, "novelists", "author_one")
		renameTable(to, "novelists", "author_two")
	}, want: []string{"rename table author_one to author_two"}},
	{name: "test_alter_db_table_remove", models: twice(novelist{}), state: func(from, _ *migrate.State) { renameTable(from, "novelists", "author_one") },
		want: []string{"rename table author_one to novelists"}},
	{name: "test_keep_db_table_with_model_change", models: func() (from, to []any) { return []any{novelist{}}, []any{writer{}} },
		differs: "Django records the name of the class; here the table is all that counts"},
	{name: "test_unmanaged_delete", models: func() (from, to []any) { return []any{foreign{}, chamber{}}, []any{chamber{}} }},
	{name: "test_unmanaged_custom_pk", models: func() (from, to []any) {
		type Visit struct {
			ID        int64
			ForeignID int64
			Foreign   foreign
		}
		return nil, []any{Visit{}}
	}, want: []string{"create table chambers", "create table visits"}},
	{name: "test_empty_unique_together", models: twice(novelist{}), state: func(from, to *migrate.State) {
		from.Tables["novelists"].Constraints, to.Tables["novelists"].Constraints = nil, []migrate.Constraint{}
	}},
	{name: "test_unique_together_no_changes", models: twice(novelist{}), state: func(from, to *migrate.State) {
		from.Tables["novelists"].Constraints = []migrate.Constraint{unique("u", "id", "name")}
		to.Tables["novelists"].Constraints = []migrate.Constraint{unique("u", "id", "name")}
	}},
	{name: "test_remove_unique_together", models: twice(novelist{}), state: func(from, _ *migrate.State) {
		from.Tables["novelists"].Constraints = []migrate.Constraint{unique("u", "id", "name")}
	}, want: []string{"drop constraint u of novelists"}},
	{name: "test_partly_alter_unique_together_increase", models: twice(novelist{}), state: func(from, to *migrate.State) {
		from.Tables["novelists"].Constraints = []migrate.Constraint{unique("u", "id", "name")}
		to.Tables["novelists"].Constraints = []migrate.Constraint{unique("u", "id", "name"), unique("v", "name")}
	}, want: []string{"add constraint v to novelists"}},
	{name: "test_partly_alter_unique_together_decrease", models: twice(novelist{}), state: func(from, to *migrate.State) {
		from.Tables["novelists"].Constraints = []migrate.Constraint{unique("u", "id", "name"), unique("v", "name")}
		to.Tables["novelists"].Constraints = []migrate.Constraint{unique("u", "id", "name")}
	}, want: []string{"drop constraint v of novelists"}},
	{name: "test_alter_field_and_unique_together", models: func() (from, to []any) {
		type Novelist struct {
			ID   int64
			Name string `gorm:"not null;index:,unique,composite:u"`
			Age  int    `gorm:"index"`
		}
		type Other struct {
			ID   int64
			Name string `gorm:"not null"`
			Age  int64  `gorm:"not null;default:0"`
		}
		return []any{Novelist{}}, []any{Other{}}
	}, state: func(from, to *migrate.State) {
		renameTable(to, "others", "novelists")
		from.Tables["novelists"].Indexes = nil
		from.Tables["novelists"].Constraints = []migrate.Constraint{unique("u", "name")}
		to.Tables["novelists"].Constraints = []migrate.Constraint{unique("v", "age")}
	}, want: []string{"drop constraint u of novelists", "alter column novelists.age", "add constraint v to novelists"}},
	{name: "test_create_model_and_unique_together", models: func() (from, to []any) { return []any{novelist{}}, []any{novel{}} },
		state: func(_, to *migrate.State) {
			to.Tables["novels"].Constraints = []migrate.Constraint{unique("u", "id", "novelist_id")}
		},
		want: []string{"create table novels"}, differs: "a new table has its constraints"},
	{name: "test_add_constraints_with_new_model", models: func() (from, to []any) { return []any{novelist{}}, []any{novel{}} },
		state: func(_, to *migrate.State) {
			to.Tables["novels"].Constraints = []migrate.Constraint{check("c", "novelist_id > 0")}
		},
		want: []string{"create table novels"}, differs: "a new table has its constraints"},
	{name: "test_add_index_with_new_model", models: func() (from, to []any) { return []any{novelist{}}, []any{novel{}} },
		state: func(_, to *migrate.State) {
			to.Tables["novels"].Indexes = append(to.Tables["novels"].Indexes, index("x", "novelist_id", "id"))
		},
		want: []string{"create table novels"}, differs: "a new table has its indexes"},
}
