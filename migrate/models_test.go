package migrate_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
	"gorm.io/gorm/schema"

	"github.com/gormango/gormango/migrate"
)

// offline returns a database without a server.
func offline(t testing.TB, cfg gorm.Config) *gorm.DB {
	t.Helper()
	cfg.Logger, cfg.DisableAutomaticPing = logger.Discard, true
	db, err := gorm.Open(postgres.Open("postgres://nobody@127.0.0.1:1/none"), &cfg)
	require.NoError(t, err)
	return db
}

func state(t testing.TB, models ...any) *migrate.State {
	t.Helper()
	s, err := migrate.FromModels(offline(t, gorm.Config{}), models...)
	require.NoError(t, err)
	return s
}

func stateError(t testing.TB, models ...any) string {
	t.Helper()
	_, err := migrate.FromModels(offline(t, gorm.Config{}), models...)
	require.Error(t, err)
	return err.Error()
}

func TestFromModelsNeedsNoServer(t *testing.T) {
	t.Parallel()
	s := state(t, &volume{})
	require.Equal(t, &migrate.State{Tables: map[string]*migrate.Table{
		"shelves": {
			Name: "shelves", Key: []string{"id"},
			Columns: []migrate.Column{
				{Name: "id", Type: "bigint", Identity: "BY DEFAULT", NotNull: true},
				{Name: "label", Type: "text", NotNull: true},
			},
			Indexes: []migrate.Index{{Name: "idx_shelves_label", Parts: []string{`"label"`}, Columns: []string{"label"}, Unique: true}},
		},
		"volumes": {
			Name: "volumes", Key: []string{"id"},
			Columns: []migrate.Column{
				{Name: "id", Type: "bigint", Identity: "BY DEFAULT", NotNull: true},
				{Name: "title", Type: "varchar(100)", NotNull: true},
				{Name: "pages", Type: "bigint", NotNull: true, Default: "1"},
				{Name: "isbn", Type: "text"},
				{Name: "shelf_id", Type: "bigint"},
			},
			Indexes: []migrate.Index{
				{Name: "idx_volumes_title", Parts: []string{`"title"`}, Columns: []string{"title"}},
				{Name: "idx_volumes_shelf_id", Parts: []string{`"shelf_id"`}, Columns: []string{"shelf_id"}},
			},
			ForeignKeys: []migrate.ForeignKey{{Name: "fk_volumes_shelf", Columns: []string{"shelf_id"}, Ref: "shelves",
				RefColumns: []string{"id"}, OnDelete: "CASCADE"}},
			Constraints: []migrate.Constraint{
				{Name: "chk_volumes_pages", Definition: "CHECK (pages > 0)"},
				{Name: "uni_volumes_isbn", Definition: `UNIQUE ("isbn")`, Unique: []string{"isbn"}},
			},
		},
	}, Enums: map[string]*migrate.Enum{}, Objects: map[string]*migrate.SQLObject{}}, s)
}

func TestFromModelsIsTheSameEachTime(t *testing.T) {
	t.Parallel()
	first, err := json.Marshal(state(t, zoo...))
	require.NoError(t, err)
	for range 20 { // GORM keeps relations and constraints in maps
		again, err := json.Marshal(state(t, zoo...))
		require.NoError(t, err)
		require.JSONEq(t, string(first), string(again))
	}
	var read migrate.State
	require.NoError(t, json.Unmarshal(first, &read))
	written, err := json.Marshal(read)
	require.NoError(t, err)
	require.Equal(t, string(first), string(written))
}

func TestFromModelsWithoutForeignKeys(t *testing.T) {
	t.Parallel()
	s, err := migrate.FromModels(offline(t, gorm.Config{DisableForeignKeyConstraintWhenMigrating: true}), &Book{})
	require.NoError(t, err)
	require.Contains(t, s.Tables, "book_tags")
	for _, table := range s.Tables {
		require.Empty(t, table.ForeignKeys)
	}
	s, err = migrate.FromModels(offline(t, gorm.Config{IgnoreRelationshipsWhenMigrating: true}), &Book{})
	require.NoError(t, err)
	require.Len(t, s.Tables, 1)
	require.Empty(t, s.Tables["books"].ForeignKeys)
}

// volumeLine is a smaller model of volume's table.
type volumeLine struct {
	ID    int64
	Title string `gorm:"size:100;index:idx_line"`
	Note  string
}

func (volumeLine) TableName() string { return "volumes" }

type volumeOdd struct {
	ID    int64
	Pages string
}

func (volumeOdd) TableName() string { return "volumes" }

func TestFromModelsOfOneTable(t *testing.T) {
	t.Parallel()
	table := state(t, &volume{}, &volumeLine{}).Tables["volumes"]
	title, ok := table.Column("title")
	require.True(t, ok)
	require.True(t, title.NotNull, "the first model has precedence")
	_, ok = table.Column("note")
	require.True(t, ok)
	require.Len(t, table.Indexes, 3)
	require.Equal(t, `migrate: column "pages" of table "volumes" is "bigint" in volume and "text" in volumeOdd (let the models agree)`,
		stateError(t, &volume{}, &volumeOdd{}))
}

type pupil struct {
	ID      int64
	Courses []course `gorm:"many2many:enrolments"`
}

type course struct {
	ID     int64
	Pupils []pupil `gorm:"many2many:enrolments;constraint:OnDelete:CASCADE"`
}

type enrolment struct {
	PupilID  int64 `gorm:"primaryKey;autoIncrement:false"`
	CourseID int64 `gorm:"primaryKey;autoIncrement:false"`
	Grade    int   `gorm:"not null;default:1"`
	Pupil    pupil
}

type enrolmentWithout struct {
	ID      int64
	PupilID int64
}

func (enrolmentWithout) TableName() string { return "enrolments" }

type enrolmentByID struct {
	ID       int64
	PupilID  int64
	CourseID int64
}

func (enrolmentByID) TableName() string { return "enrolments" }

func TestFromModelsManyToMany(t *testing.T) {
	t.Parallel()
	keys := []migrate.ForeignKey{
		{Name: "fk_enrolments_course", Columns: []string{"course_id"}, Ref: "courses", RefColumns: []string{"id"}, OnDelete: "CASCADE"},
		{Name: "fk_enrolments_pupil", Columns: []string{"pupil_id"}, Ref: "pupils", RefColumns: []string{"id"}, OnDelete: "CASCADE"},
	}
	t.Run("both ends, options of one", func(t *testing.T) {
		t.Parallel()
		s := state(t, &pupil{})
		require.Len(t, s.Tables, 3)
		table := s.Tables["enrolments"]
		require.ElementsMatch(t, []string{"pupil_id", "course_id"}, table.Key)
		require.Len(t, table.Columns, 2)
		require.Empty(t, table.Columns[0].Identity)
		require.ElementsMatch(t, keys, table.ForeignKeys)
	})
	t.Run("with a model of its own", func(t *testing.T) {
		t.Parallel()
		for _, models := range [][]any{{&enrolment{}, &pupil{}}, {&pupil{}, &enrolment{}}} {
			s := state(t, models...)
			require.Len(t, s.Tables, 3)
			table := s.Tables["enrolments"]
			require.Len(t, table.Columns, 3)
			require.ElementsMatch(t, []string{"pupil_id", "course_id"}, table.Key)
			require.ElementsMatch(t, keys, table.ForeignKeys)
		}
	})
	t.Run("with a model that has a key of its own", func(t *testing.T) {
		t.Parallel()
		for _, models := range [][]any{{&enrolmentByID{}, &pupil{}}, {&pupil{}, &enrolmentByID{}}} {
			table := state(t, models...).Tables["enrolments"]
			require.Equal(t, []string{"id"}, table.Key, "whichever is read first")
			require.Len(t, table.Columns, 3)
			require.ElementsMatch(t, keys, table.ForeignKeys)
		}
	})
	t.Run("with a model that lacks a column", func(t *testing.T) {
		t.Parallel()
		require.Regexp(t, `^migrate: gormango: (pupil.Courses|course.Pupils): table "enrolments" has no column "course_id" in enrolmentWithout `+
			`\(add the field, or name the columns with joinForeignKey and joinReferences\)$`, stateError(t, &enrolmentWithout{}, &pupil{}))
	})
}

type tooDeep struct{ ID int64 }

func (tooDeep) TableName() string { return "a.b.c" }

type badType struct {
	ID   int64
	Name string `gorm:"type:text check (name <> '')"`
}

func TestFromModelsRefuses(t *testing.T) {
	t.Parallel()
	require.Equal(t, `migrate: tooDeep: table "a.b.c" has two dots (write schema.table)`, stateError(t, &tooDeep{}))
	require.Equal(t, `migrate: badType.Name: "CHECK" in a column's type (tags of GORM say unique, check and foreign keys)`, stateError(t, &badType{}))
	require.Equal(t, `migrate: gormango: a model is a struct, not int`, stateError(t, 1))
}

// money is a type that returns its column type only to the dialect.
type money string

func (money) GormDBDataType(*gorm.DB, *schema.Field) string { return "numeric(14,2)" }

type priced struct {
	ID    int64
	Price money `gorm:"default:0"`
}

func TestFromModelsAsksTheFieldForItsType(t *testing.T) {
	t.Parallel()
	price, _ := state(t, &priced{}).Tables["priceds"].Column("price")
	require.Equal(t, migrate.Column{Name: "price", Type: "numeric(14,2)", Default: "'0'"}, price)
}

type snowflake struct {
	ID int64 `gorm:"default:next_id()"`
}

func TestFromModelsKeyWithADefaultIsNotCounted(t *testing.T) {
	t.Parallel()
	require.Equal(t, []migrate.Column{{Name: "id", Type: "bigint", Default: "next_id()", NotNull: true}},
		state(t, &snowflake{}).Tables["snowflakes"].Columns)
}
