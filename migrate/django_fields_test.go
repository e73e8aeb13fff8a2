package migrate_test

import (
	"time"

	"github.com/gormango/gormango/migrate"
)

func twice(model any) func() (from, to []any) {
	return func() (from, to []any) { return []any{model}, []any{model} }
}

// novelists changes the indexes or constraints of the table novelists.
func novelists(change func(*migrate.Table)) func(_, to *migrate.State) {
	return func(_, to *migrate.State) { change(to.Tables["novelists"]) }
}

var djangoFields = []scenario{
	{name: "test_add_field", models: func() (from, to []any) {
		type Novelist struct{ ID int64 }
		return []any{Novelist{}}, []any{novelist{}}
	}, want: []string{"add column novelists.name (rows that are there get '')"}, differs: "Django asks for a default; Go's zero value is one"},
	{name: "test_add_date_fields_with_auto_now_not_asking_for_default", models: func() (from, to []any) {
		type Novelist struct {
			ID   int64
			Name string    `gorm:"not null"`
			Born time.Time `gorm:"not null"`
		}
		return []any{novelist{}}, []any{Novelist{}}
	}, want: []string{"add column novelists.born (rows that are there get now())"}, differs: "Django asks, for auto_now with the suggestion of now()"},
	{name: "test_add_not_null_field_with_db_default", models: func() (from, to []any) {
		type Novelist struct {
			ID   int64
			Name string `gorm:"not null"`
			Age  int    `gorm:"not null;default:1"`
		}
		return []any{novelist{}}, []any{Novelist{}}
	}, want: []string{"add column novelists.age"}},
	{name: "test_remove_field", models: func() (from, to []any) {
		type Novelist struct{ ID int64 }
		return []any{novelist{}}, []any{Novelist{}}
	}, want: []string{"drop column novelists.name"}},
	{name: "test_alter_field", models: func() (from, to []any) {
		type Novelist struct {
			ID   int64
			Name string `gorm:"not null;size:100"`
		}
		return []any{novelist{}}, []any{Novelist{}}
	}, want: []string{"alter column novelists.name"}},
	{name: "test_alter_field_to_not_null_with_default", models: func() (from, to []any) {
		type A struct {
			ID   int64
			Name *string
		}
		type B struct {
			ID   int64
			Name string `gorm:"not null;default:x"`
		}
		return []any{A{}}, []any{B{}}
	}, state: func(from, to *migrate.State) { renameTable(from, "as", "bs") }, want: []string{"alter column bs.name"}},
	{name: "test_alter_field_to_not_null_without_default", models: twice(novelist{}),
		state: func(from, _ *migrate.State) { column(from, "novelists", "name").NotNull = false }, want: []string{"alter column novelists.name"}},
	{name: "test_rename_field", models: func() (from, to []any) {
		type Novelist struct {
			ID       int64
			FullName string `gorm:"not null"`
		}
		return []any{novelist{}}, []any{Novelist{}}
	}, want: []string{"rename column novelists.name to full_name"}},
	{name: "test_rename_field_preserved_db_column", models: func() (from, to []any) {
		type Novelist struct {
			ID       int64
			FullName string `gorm:"column:name;not null"`
		}
		return []any{novelist{}}, []any{Novelist{}}
	}, differs: "Django records the name of the attribute; here the column is all that counts"},
	{name: "test_rename_field_foreign_key_to_field", models: func() (from, to []any) {
		type A struct {
			ID   int64
			Code string `gorm:"uniqueIndex"`
		}
		type B struct {
			ID    int64
			ACode string
			A     A `gorm:"references:Code"`
		}
		return []any{B{}}, []any{B{}}
	}, state: func(_, to *migrate.State) {
		column(to, "as", "code").Name = "letters"
		to.Tables["as"].Indexes[0] = migrate.Index{Name: "idx_as_letters", Columns: []string{"letters"}, Parts: []string{`"letters"`}, Unique: true}
		to.Tables["bs"].ForeignKeys[0].RefColumns[0] = "letters"
	}, want: []string{"rename column as.code to letters", "rename index idx_as_code to idx_as_letters"}},
	{name: "test_rename_referenced_primary_key", models: func() (from, to []any) {
		type Novelist struct {
			Number int64  `gorm:"primaryKey"`
			Name   string `gorm:"not null"`
		}
		type Novel struct {
			ID         int64
			NovelistID int64
			Novelist   Novelist
		}
		return []any{novel{}}, []any{Novel{}}
	}, want: []string{"rename column novelists.id to number"}},
	{name: "test_rename_field_with_renamed_model", models: func() (from, to []any) {
		type Writer struct {
			ID       int64
			FullName string `gorm:"not null"`
		}
		return []any{novelist{}}, []any{Writer{}}
	}, want: []string{"rename table novelists to writers", "rename column writers.name to full_name"}, differs: "Django needs two runs: it renames a model only if every field is equal"},
	{name: "test_alter_fk_before_model_deletion", models: func() (from, to []any) {
		type Press struct{ ID int64 }
		type Novel struct {
			ID         int64
			NovelistID int64
			Novelist   Press
		}
		return []any{novel{}}, []any{Novel{}}
	}, no: true, want: []string{"drop foreign key fk_novels_novelist of novels", "drop table novelists", "create table presses", "add foreign key fk_novels_novelist to novels"}},
	{name: "test_pk_fk_included", models: func() (from, to []any) {
		type Profile struct {
			NovelistID int64 `gorm:"primaryKey;autoIncrement:false"`
			Novelist   novelist
		}
		return nil, []any{Profile{}}
	}, want: []string{"create table novelists", "create table profiles"}},
	{name: "test_create_model_with_indexes", models: func() (from, to []any) { return nil, []any{served{}} }, want: []string{"create table chambers", "create table serveds"}},
	{name: "test_add_indexes", models: twice(novelist{}), state: novelists(func(t *migrate.Table) { t.Indexes = append(t.Indexes, index("x", "name")) }),
		want: []string{"add index x to novelists"}},
	{name: "test_remove_indexes", models: twice(novelist{}), state: func(from, _ *migrate.State) {
		from.Tables["novelists"].Indexes = append(from.Tables["novelists"].Indexes, index("x", "name"))
	},
		want: []string{"drop index x of novelists"}},
	{name: "test_rename_indexes", models: twice(novelist{}), state: func(from, to *migrate.State) {
		from.Tables["novelists"].Indexes = []migrate.Index{index("x", "name")}
		to.Tables["novelists"].Indexes = []migrate.Index{index("y", "name")}
	}, want: []string{"rename index x to y"}},
	{name: "test_order_fields_indexes", models: twice(novelist{}), state: func(from, to *migrate.State) {
		from.Tables["novelists"].Indexes = []migrate.Index{index("x", "name", "id")}
		to.Tables["novelists"].Indexes = []migrate.Index{index("x", "id", "name")}
	}, want: []string{"drop index x of novelists", "add index x to novelists"}},
	{name: "test_create_model_with_check_constraint", models: func() (from, to []any) { return nil, []any{novelist{}} },
		state: novelists(func(t *migrate.Table) { t.Constraints = []migrate.Constraint{check("c", "name <> ''")} }), want: []string{"create table novelists"}},
	{name: "test_add_constraints", models: twice(novelist{}), state: novelists(func(t *migrate.Table) { t.Constraints = []migrate.Constraint{check("c", "name <> ''")} }),
		want: []string{"add constraint c to novelists"}},
	{name: "test_remove_constraints", models: twice(novelist{}), state: func(from, _ *migrate.State) {
		from.Tables["novelists"].Constraints = []migrate.Constraint{check("c", "id > 0")}
	},
		want: []string{"drop constraint c of novelists"}},
	{name: "test_constraint_dropped_and_recreated", models: twice(novelist{}), state: func(from, to *migrate.State) {
		from.Tables["novelists"].Constraints = []migrate.Constraint{check("c", "name <> ''")}
		to.Tables["novelists"].Constraints = []migrate.Constraint{check("c", `"name"<>''`)}
	}},
	{name: "test_add_unique_together", models: twice(novelist{}), state: novelists(func(t *migrate.Table) { t.Constraints = []migrate.Constraint{unique("u", "id", "name")} }),
		want: []string{"add constraint u to novelists"}},
	{name: "test_unique_together_ordering", models: twice(novelist{}), state: func(from, to *migrate.State) {
		from.Tables["novelists"].Constraints = []migrate.Constraint{unique("u", "id", "name")}
		to.Tables["novelists"].Constraints = []migrate.Constraint{unique("u", "name", "id")}
	}, want: []string{"drop constraint u of novelists", "add constraint u to novelists"}},
	{name: "test_add_field_and_unique_together", models: func() (from, to []any) {
		type Novelist struct {
			ID   int64
			Name string `gorm:"not null;uniqueIndex:u"`
			Age  int    `gorm:"uniqueIndex:u"`
		}
		return []any{novelist{}}, []any{Novelist{}}
	}, want: []string{"add column novelists.age", "add index u to novelists"}},
	{name: "test_remove_field_and_unique_together", models: func() (from, to []any) {
		type Novelist struct {
			ID   int64
			Name string `gorm:"not null;uniqueIndex:u"`
			Age  int    `gorm:"uniqueIndex:u"`
		}
		return []any{Novelist{}}, []any{novelist{}}
	}, want: []string{"drop index u of novelists", "drop column novelists.age"}},
	{name: "test_rename_field_and_unique_together", models: func() (from, to []any) {
		type Novelist struct {
			ID  int64
			Age int `gorm:"uniqueIndex:u"`
		}
		type Other struct {
			ID    int64
			Years int `gorm:"uniqueIndex:u"`
		}
		return []any{Novelist{}}, []any{Other{}}
	}, state: func(from, to *migrate.State) { renameTable(to, "others", "novelists") }, want: []string{"rename column novelists.age to years"}},
}
