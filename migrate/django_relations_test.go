package migrate_test

import "github.com/gormango/gormango/migrate"

// joined is a table with a foreign key of two columns.
func joined(first, second, refFirst, refSecond string) *migrate.State {
	number := func(name string) migrate.Column {
		return migrate.Column{Name: name, Type: "bigint", NotNull: true}
	}
	return &migrate.State{Tables: map[string]*migrate.Table{
		"foo": {Name: "foo", Key: []string{refFirst, refSecond}, Columns: []migrate.Column{number(refFirst), number(refSecond)}},
		"bar": {
			Name: "bar", Key: []string{"id"}, Columns: []migrate.Column{number("id"), number(first), number(second)},
			Indexes:     []migrate.Index{index("i", first, second)},
			ForeignKeys: []migrate.ForeignKey{{Name: "f", Columns: []string{first, second}, Ref: "foo", RefColumns: []string{refFirst, refSecond}}},
		},
	}}
}

// djangoRelations are the scenarios of foreign keys and many-to-many relations.
var djangoRelations = []scenario{
	{name: "test_foreign_object_from_to_fields_list", models: func() (from, to []any) { return nil, nil }, state: func(from, to *migrate.State) {
		*from, *to = *joined("a", "b", "c", "d"), *joined("a", "b", "c", "d")
	}},
	{name: "test_rename_foreign_object_fields", models: func() (from, to []any) { return nil, nil }, state: func(from, to *migrate.State) {
		*from, *to = *joined("first", "second", "one", "two"), *joined("first", "other", "one", "zwei")
	}, want: []string{"rename column bar.second to other", "rename column foo.two to zwei"}},
	{name: "test_rename_related_field_preserved_db_column", models: func() (from, to []any) {
		type Novel struct {
			ID         int64
			NovelistID int64
			Writer     novelist `gorm:"foreignKey:NovelistID"`
		}
		return []any{novel{}}, []any{Novel{}}
	}, want: []string{"rename constraint fk_novels_novelist to fk_novels_writer"}, differs: "the column stays; the foreign key takes the name that a new database would give it"},
	{name: "test_renamed_referenced_m2m_model_case", models: func() (from, to []any) {
		type NovelIst struct {
			ID   int64
			Name string `gorm:"not null"`
		}
		type Press struct {
			ID        int64
			Novelists []NovelIst `gorm:"many2many:contracts"`
		}
		return []any{press{}}, []any{Press{}}
	}, want: []string{"rename table novelists to novel_ists", "rename column contracts.novelist_id to novel_ist_id",
		"rename index idx_contracts_novelist_id to idx_contracts_novel_ist_id", "rename constraint fk_contracts_novelist to fk_contracts_novel_ist"}, differs: "the names of table and column are made of other words; Django's end in the same letters"},
	{name: "test_replace_string_with_foreignkey", models: func() (from, to []any) {
		type Novel struct {
			ID       int64
			Novelist string
		}
		type Novelist struct {
			ID   int64
			Name string `gorm:"not null"`
		}
		type Next struct {
			ID         int64
			NovelistID *int64
			Novelist   *Novelist
		}
		return []any{Novel{}}, []any{Next{}}
	}, state: func(from, to *migrate.State) { renameTable(from, "novels", "nexts") },
		want: []string{"create table novelists", "add column nexts.novelist_id", "drop column nexts.novelist", "add index idx_nexts_novelist_id to nexts", "add foreign key fk_nexts_novelist to nexts"}},
	{name: "test_alter_field_to_fk_dependency_other_app", models: func() (from, to []any) {
		type Novel struct {
			ID         int64
			NovelistID int64
		}
		return []any{novelist{}, Novel{}}, []any{novel{}}
	}, want: []string{"add index idx_novels_novelist_id to novels", "add foreign key fk_novels_novelist to novels"}, differs: "of other apps: TestFilesOfTwoApps"},
	{name: "test_alter_unique_together_fk_to_m2m", models: func() (from, to []any) {
		type Novel struct {
			ID        int64
			Novelists []novelist `gorm:"many2many:novel_novelists"`
		}
		return []any{novel{}}, []any{Novel{}}
	}, state: func(from, _ *migrate.State) {
		from.Tables["novels"].Constraints = []migrate.Constraint{unique("u", "id", "novelist_id")}
	}, want: []string{"drop foreign key fk_novels_novelist of novels", "drop constraint u of novels", "drop index idx_novels_novelist_id of novels", "create table novel_novelists", "drop column novels.novelist_id"}},
	{name: "test_unique_together_remove_fk", models: func() (from, to []any) {
		type Novel struct{ ID int64 }
		return []any{novel{}}, []any{novelist{}, Novel{}}
	}, state: func(from, _ *migrate.State) {
		from.Tables["novels"].Constraints = []migrate.Constraint{unique("u", "id", "novelist_id")}
	}, want: []string{"drop foreign key fk_novels_novelist of novels", "drop constraint u of novels", "drop index idx_novels_novelist_id of novels", "drop column novels.novelist_id"}},
	{name: "test_m2m_w_through_multistep_remove", models: func() (from, to []any) {
		type Press struct{ ID int64 }
		return []any{press{}}, []any{Press{}, novelist{}}
	}, want: []string{"drop table contracts"}},
	{name: "test_many_to_many_removed_before_through_model_2", models: func() (from, to []any) { return []any{press{}}, nil },
		want: []string{"drop table contracts", "drop table presses", "drop table novelists"}},
	{name: "test_circular_dependency_mixed_addcreate", models: func() (from, to []any) {
		type Country struct{ ID int64 }
		return []any{Country{}}, []any{&Country2{}, &City2{}}
	}, state: func(_, to *migrate.State) { renameTable(to, "country2", "countries") },
		want: []string{"create table city2", "add column countries.capital_id", "add index idx_country2_capital_id to countries", "add foreign key fk_country2_capital to countries"}},
	{name: "test_same_app_circular_fk_dependency_with_unique_together_and_indexes", models: func() (from, to []any) { return nil, []any{Country{}, City{}} },
		state: func(_, to *migrate.State) {
			to.Tables["cities"].Constraints = []migrate.Constraint{unique("u", "id", "country_id")}
			to.Tables["countries"].Indexes = append(to.Tables["countries"].Indexes, index("x", "capital_id", "id"))
		}, want: []string{"create table countries", "create table cities", "add foreign key fk_countries_capital to countries"}},
}

// Country2 has a column that Country had not, and City2 is new.
type Country2 struct {
	ID        int64
	CapitalID *int64
	Capital   *City2
}

// TableName returns the table's name.
func (Country2) TableName() string { return "country2" }

// City2 refers to Country2, which refers to it.
type City2 struct {
	ID        int64
	CountryID int64
	Country   Country2
}

// TableName returns the table's name.
func (City2) TableName() string { return "city2" }
