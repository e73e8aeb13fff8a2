package migrate_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/migrate"
)

type crate struct {
	ID     int64   `gorm:"type:bigint GENERATED ALWAYS AS IDENTITY;autoIncrement:false"`
	Labels []label `gorm:"many2many:crate_labels"`
	Items  []item
}

type label struct {
	ID string `gorm:"type:uuid NOT NULL DEFAULT gen_random_uuid();primaryKey"`
}

type item struct {
	ID      int64
	CrateID *int64
	LabelID *string
	Label   *label
	OtherID string `gorm:"type:uuid NOT NULL DEFAULT gen_random_uuid()"`
	Other   label
}

// A foreign key has the type of the key that it refers to, but is no counter
// and has no default of the key's.
func TestForeignKeyHasTheTypeAlone(t *testing.T) {
	t.Parallel()
	models := []any{&crate{}, &item{}, &label{}}
	s := state(t, models...)
	column := func(table, name string) migrate.Column {
		c, ok := s.Tables[table].Column(name)
		require.True(t, ok, name)
		return c
	}
	require.Equal(t, migrate.Column{Name: "id", Type: "bigint", Identity: "ALWAYS", NotNull: true}, column("crates", "id"))
	require.Equal(t, migrate.Column{Name: "crate_id", Type: "bigint"}, column("items", "crate_id"))
	require.Equal(t, migrate.Column{Name: "label_id", Type: "uuid"}, column("items", "label_id"))
	require.Equal(t, migrate.Column{Name: "other_id", Type: "uuid", Default: "gen_random_uuid()", NotNull: true}, column("items", "other_id"), "a text of its own")
	require.Equal(t, migrate.Column{Name: "crate_id", Type: "bigint", NotNull: true}, column("crate_labels", "crate_id"))
	require.Equal(t, migrate.Column{Name: "label_id", Type: "uuid", NotNull: true}, column("crate_labels", "label_id"))

	db := setup(t, models...)
	_, err := migrate.Auto(t.Context(), db)
	require.NoError(t, err)
	run(t, db, "INSERT INTO crates DEFAULT VALUES", "INSERT INTO labels DEFAULT VALUES", "INSERT INTO items (other_id) SELECT id FROM labels",
		"INSERT INTO crate_labels (crate_id, label_id) SELECT c.id, l.id FROM crates c, labels l")
	require.Equal(t, []string{"none"}, names(t, db, "SELECT coalesce(crate_id::text, 'none') FROM items"))
	require.Equal(t, []string{"1"}, names(t, db, "SELECT crate_id::text FROM crate_labels"))
	again(t, db)
	report, err := migrate.Auto(t.Context(), db)
	require.NoError(t, err)
	require.Empty(t, report.Statements)
}

type tenantText struct {
	Tenant int64 `gorm:"primaryKey;type:bigint PRIMARY KEY"`
	Number int64 `gorm:"primaryKey;autoIncrement:false"`
}

type tenantHalf struct {
	Code   string `gorm:"type:text PRIMARY KEY"`
	Number int64  `gorm:"primaryKey;autoIncrement:false"`
}

type tenantCode struct {
	ID   int64
	Code string `gorm:"type:text PRIMARY KEY"`
}

type tagText struct {
	ID     int64    `gorm:"type:bigint PRIMARY KEY"`
	Crates []parcel `gorm:"many2many:parcel_tags"`
}

type parcel struct{ ID int64 }

// A type text that says PRIMARY KEY takes no other field out of the key.
func TestPrimaryKeyInATypeText(t *testing.T) {
	t.Parallel()
	require.Equal(t, []string{"tenant", "number"}, state(t, &tenantText{}).Tables["tenant_texts"].Key)
	require.Equal(t, []string{"code"}, state(t, &tenantCode{}).Tables["tenant_codes"].Key)
	require.Equal(t, `migrate: tenantHalf: the type of column "code" says PRIMARY KEY, and the tag primaryKey is on number (tag each field of the key primaryKey)`,
		stateError(t, &tenantHalf{}))
	require.ElementsMatch(t, []string{"tag_text_id", "parcel_id"}, state(t, &tagText{}).Tables["parcel_tags"].Key)
}

type daybook struct {
	ID      int64   `gorm:"type:bigint GENERATED ALWAYS AS IDENTITY"`
	Entries []entry `gorm:"many2many:daybook_entries"`
}

type entry struct {
	Number int32 `gorm:"primaryKey;type:integer generated always as identity"`
	Groups []group
}

type group struct {
	ID          string     `gorm:"type:uuid;default:gen_random_uuid();comment:given by the server;renamed_from:old"`
	EntryNumber int32      `gorm:"comment:of an entry"`
	Counters    []counters `gorm:"many2many:group_counters"`
}

type counters struct {
	ID int64 `gorm:"primaryKey;generated:identity always;comment:a counter"`
}

// A key that the server alone may number stays so.
func TestIdentityAlwaysOfAKey(t *testing.T) {
	t.Parallel()
	s := state(t, &daybook{}, &group{})
	id := func(table string) migrate.Column { return s.Tables[table].Columns[0] }
	require.Equal(t, migrate.Column{Name: "id", Type: "bigint", Identity: "ALWAYS", NotNull: true}, id("daybooks"))
	require.Equal(t, migrate.Column{Name: "number", Type: "integer", Identity: "ALWAYS", NotNull: true}, id("entries"))
	require.Equal(t, "ALWAYS", id("counters").Identity)
	number, _ := s.Tables["groups"].Column("entry_number")
	require.Equal(t, migrate.Column{Name: "entry_number", Type: "integer", Comment: "of an entry"}, number)

	db := setup(t, &daybook{}, &group{})
	_, err := migrate.Auto(t.Context(), db)
	require.NoError(t, err)
	require.Equal(t, []string{"a", "a", "a"}, names(t, db, `SELECT attidentity FROM pg_attribute WHERE attidentity <> '' AND attrelid IN ('daybooks'::regclass, 'entries'::regclass, 'counters'::regclass)`))
	again(t, db)
}

// The columns of a many-to-many table have the types of the keys, and none of
// what else their tags say.
func TestManyToManyHasTheTypeAlone(t *testing.T) {
	t.Parallel()
	s := state(t, &daybook{}, &group{})
	require.ElementsMatch(t, []migrate.Column{{Name: "daybook_id", Type: "bigint", NotNull: true}, {Name: "entry_number", Type: "integer", NotNull: true}}, s.Tables["daybook_entries"].Columns)
	require.ElementsMatch(t, []migrate.Column{{Name: "group_id", Type: "uuid", NotNull: true}, {Name: "counters_id", Type: "bigint", NotNull: true}}, s.Tables["group_counters"].Columns)
}
