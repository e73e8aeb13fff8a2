package migrate_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/migrate"
	"github.com/gormango/gormango/models"
)

type chamber struct {
	ID   int64
	Name string
}

type stay struct {
	ID        int64  `gorm:"primaryKey"`
	Span      string `gorm:"type:tstzrange;not null"`
	ChamberID int64  `gorm:"renamed_from:old_id"`
	Chamber   chamber
	Mood      string `gorm:"type:mood"`
}

func (stay) TableName() string { return "hotel.stays" }

func (stay) Meta() models.Meta {
	return models.Meta{
		Comment: "who sleeps where", RenamedFrom: "hotel.nights",
		Constraints: []models.Constraint{{Exclude: "USING gist (chamber_id WITH =, span WITH &&)", Deferrable: "deferred"}},
		Indexes:     []models.Index{{Fields: []string{"span"}, Method: "gist", With: "fillfactor = 70"}},
	}
}

type visit struct {
	At time.Time `gorm:"not null"`
}

func (visit) Meta() models.Meta {
	return models.Meta{PartitionBy: "RANGE (at)", Partitions: []models.Partition{{Name: "visits_rest", Values: "DEFAULT"}}}
}

type foreign struct {
	ID        int64
	ChamberID int64
	Chamber   chamber
}

func (foreign) Meta() models.Meta { return models.Meta{Unmanaged: true} }

type guest struct {
	ID        int64
	ForeignID int64 `gorm:"index:-"`
	Foreign   foreign
	ChamberID int64
	Chamber   chamber
	Chambers  []chamber `gorm:"many2many:guest_chambers"`
}

func (guest) Meta() models.Meta {
	return models.Meta{Relations: map[string]models.RelationOptions{"chamber": {NoIndex: true}, "chambers": {NoIndex: true}}}
}

func TestDeclarations(t *testing.T) {
	t.Parallel()
	s := state(t, &stay{}, visit{}, guest{}, migrate.Enum{Name: "mood", Values: []string{"sad", "glad"}},
		&migrate.Extension{Name: "btree_gist"}, migrate.Extension{Name: "btree_gist"},
		migrate.SQLObject{Kind: "Materialized  VIEW", Name: "shop.long", Create: "CREATE MATERIALIZED VIEW shop.long AS SELECT 1;\n"})
	require.Equal(t, []string{"btree_gist"}, s.Extensions)
	require.Equal(t, []string{"hotel"}, s.Schemas)
	require.Equal(t, []string{"sad", "glad"}, s.Enums["mood"].Values)
	require.Equal(t, map[string]*migrate.SQLObject{"materialized view shop.long": {Kind: "materialized view", Name: "shop.long",
		Create: "CREATE MATERIALIZED VIEW shop.long AS SELECT 1", Drop: `DROP MATERIALIZED VIEW "shop"."long"`}}, s.Objects)

	h := s.Tables["hotel.stays"]
	require.Equal(t, "who sleeps where", h.Comment)
	require.Equal(t, []migrate.Constraint{{Name: "exc_hotel_stays_chamber_id_fa5a3ae2",
		Definition: "EXCLUDE USING gist (chamber_id WITH =, span WITH &&) DEFERRABLE INITIALLY DEFERRED"}}, h.Constraints)
	require.Equal(t, "WITH (fillfactor = 70)", h.Indexes[0].Option)
	require.Equal(t, "idx_hotel_stays_chamber_id", h.Indexes[1].Name, "a foreign key gets an index")
	require.Equal(t, []migrate.Partition{{Name: "visits_rest", Values: "DEFAULT"}}, s.Tables["visits"].Partitions)

	require.Nil(t, s.Tables["foreigns"], "another program creates it")
	require.Len(t, s.Tables["guests"].ForeignKeys, 2)
	require.Empty(t, s.Tables["guests"].Indexes)
	require.Empty(t, s.Tables["guest_chambers"].Indexes)
}

func TestWrongDeclarations(t *testing.T) {
	t.Parallel()
	mood := migrate.Enum{Name: "mood", Values: []string{"sad"}}
	for want, models := range map[string][]any{
		`migrate: enum "mood" is declared twice`:                     {mood, &mood},
		`migrate: enum "x" needs a name and values`:                  {migrate.Enum{Name: "x"}},
		`migrate: enum "x" has the value "a" twice`:                  {migrate.Enum{Name: "x", Values: []string{"a", "a"}}},
		`migrate: object "view x" needs Kind, Name and Create`:       {migrate.SQLObject{Kind: "view", Name: "x"}},
		`migrate: trigger x needs Drop, the statement that drops it`: {migrate.SQLObject{Kind: "trigger", Name: "x", Create: "CREATE TRIGGER x"}},
	} {
		require.Equal(t, want, stateError(t, append(models, chamber{})...))
	}
}

type served struct {
	ID        int64
	ChamberID int64 `gorm:"uniqueIndex:one,priority:1"`
	Chamber   chamber
	Number    int   `gorm:"uniqueIndex:one,priority:2"`
	OtherID   int64 `gorm:"index:some,where:number > 0"`
	Other     chamber
	SecondID  int64 `gorm:"index:idx_serveds_second_id,where:number > 0"`
	Second    chamber
}

func TestForeignKeysAreIndexedOnce(t *testing.T) {
	t.Parallel()
	var names []string
	for _, x := range state(t, served{}).Tables["serveds"].Indexes {
		names = append(names, x.Name)
	}
	require.Equal(t, []string{"one", "some", "idx_serveds_second_id", "idx_serveds_other_id", "idx_serveds_second_id_fk"}, names)
}
