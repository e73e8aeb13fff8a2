package migrate_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/migrate"
	"github.com/gormango/gormango/models"
)

// house has no tag for its relation, which makes GORM lose the child's.
type house struct {
	ID    int64
	Rooms []room
}

type room struct {
	ID      int64
	HouseID int64
	House   house `gorm:"constraint:OnDelete:CASCADE"`
}

type ship struct {
	ID     int64
	Cabins []cabin `gorm:"constraint:OnDelete:SET NULL"`
}

type cabin struct {
	ID     int64
	ShipID *int64
	Ship   *ship `gorm:"constraint:OnDelete:CASCADE"`
}

type truck struct {
	ID    int64
	Boxes []box `gorm:"constraint:fk_load,OnUpdate:cascade"`
}

type box struct {
	ID      int64
	TruckID int64
	Truck   truck `gorm:"constraint:OnDelete:set  null"`
}

type lorry struct {
	ID    int64
	Loads []load `gorm:"constraint:-"`
}

type load struct {
	ID      int64
	LorryID int64
	Lorry   lorry
}

type van struct {
	ID    int64
	Bikes []bike `gorm:"constraint:-"`
}

type bike struct {
	ID    int64
	VanID int64
	Van   van `gorm:"constraint:OnDelete:CASCADE"`
}

type kite struct {
	ID      int64
	ShelfID int64
	Shelf   shelf `gorm:"constraint:OnDelete:DESTROY"`
}

type parentOnly struct {
	ID       int64
	Children []childOnly `gorm:"foreignKey:ParentID"`
}

type childOnly struct {
	ID       int64
	ParentID int64
}

type skipped struct {
	ID      int64
	ShelfID int64
	Shelf   shelf `gorm:"-:migration"`
}

func TestForeignKeysMergeBothEnds(t *testing.T) {
	t.Parallel()
	require.Equal(t, []migrate.ForeignKey{{Name: "fk_houses_rooms", Columns: []string{"house_id"}, Ref: "houses", RefColumns: []string{"id"},
		OnDelete: "CASCADE"}}, state(t, &house{}, &room{}).Tables["rooms"].ForeignKeys)
	require.Equal(t, []migrate.ForeignKey{{Name: "fk_load", Columns: []string{"truck_id"}, Ref: "trucks", RefColumns: []string{"id"},
		OnDelete: "SET NULL", OnUpdate: "CASCADE"}}, state(t, &box{}).Tables["boxes"].ForeignKeys)
	require.Empty(t, state(t, &load{}).Tables["loads"].ForeignKeys)
	require.Len(t, state(t, &parentOnly{}, &childOnly{}).Tables["child_onlies"].ForeignKeys, 1)
	require.Empty(t, state(t, &childOnly{}).Tables["child_onlies"].ForeignKeys)
	skip := state(t, &skipped{})
	require.Len(t, skip.Tables, 1)
	require.Empty(t, skip.Tables["skippeds"].ForeignKeys)
	require.NotContains(t, state(t, &house{}).Tables, "rooms", "GORM does not make the table of a has-many either")
}

func TestForeignKeysThatContradict(t *testing.T) {
	t.Parallel()
	require.Equal(t, `migrate: foreign key of "cabins" (ship_id): cabin.Ship says OnDelete "CASCADE" and ship.Cabins says "SET NULL" `+
		`(let both agree, or leave one empty)`, stateError(t, &cabin{}))
	require.Equal(t, `migrate: foreign key of "bikes" (van_id): van.Bikes says that there is none and bike.Van says what it does `+
		`(let both agree, or leave one empty)`, stateError(t, &bike{}))
	require.Equal(t, `migrate: kite.Shelf: OnDelete is "DESTROY" (choices are CASCADE, RESTRICT, SET NULL, SET DEFAULT and NO ACTION)`,
		stateError(t, &kite{}))
}

// The server behaves as the merged tags say.
func TestForeignKeysAtWork(t *testing.T) {
	t.Parallel()
	db := setup(t, &house{}, &room{})
	_, err := migrate.Auto(t.Context(), db)
	require.NoError(t, err)
	run(t, db, `INSERT INTO houses DEFAULT VALUES`, `INSERT INTO rooms (house_id) VALUES (1)`, `DELETE FROM houses`)
	require.Empty(t, names(t, db, `SELECT id::text FROM rooms`))
}

type port struct {
	ID    int64
	Docks []dock `gorm:"constraint:OnUpdate:CASCADE"`
}

type dock struct {
	ID      int64
	PortID  int64
	Port    *port
	GuardID *int64
	Guard   *port
	Cranes  []*crane `gorm:"many2many:dock_cranes"`
}

func (dock) Meta() models.Meta {
	return models.Meta{Relations: map[string]models.RelationOptions{
		"port":  {OnDelete: models.DBCascade, Deferrable: true},
		"guard": {OnDelete: models.Cascade},
	}}
}

type crane struct {
	ID    int64
	Docks []*dock `gorm:"many2many:dock_cranes"`
}

func (crane) Meta() models.Meta {
	return models.Meta{Relations: map[string]models.RelationOptions{"docks": {Deferrable: true}}}
}

type tent struct {
	ID     int64
	PortID *int64
	Port   *port `gorm:"constraint:OnDelete:SET NULL"`
}

func (tent) Meta() models.Meta {
	return models.Meta{Relations: map[string]models.RelationOptions{"port": {OnDelete: models.DBCascade}}}
}

type flag struct {
	ID     int64
	PortID *int64
	Port   *port `gorm:"constraint:-"`
}

func (flag) Meta() models.Meta {
	return models.Meta{Relations: map[string]models.RelationOptions{"port": {Deferrable: true}}}
}

// The options of Meta.Relations are merged with the tags of both ends, become
// part of the constraint, and are no difference at the second start.
func TestForeignKeysOfMeta(t *testing.T) {
	t.Parallel()
	of := state(t, &port{}, &dock{}, &crane{})
	require.ElementsMatch(t, []migrate.ForeignKey{
		{Name: "fk_docks_guard", Columns: []string{"guard_id"}, Ref: "ports", RefColumns: []string{"id"}},
		{Name: "fk_ports_docks", Columns: []string{"port_id"}, Ref: "ports", RefColumns: []string{"id"}, OnDelete: "CASCADE", OnUpdate: "CASCADE", Deferrable: true},
	}, of.Tables["docks"].ForeignKeys, "what a repository does is none of the database's business")
	for _, fk := range of.Tables["dock_cranes"].ForeignKeys {
		require.True(t, fk.Deferrable, fk.Name)
	}
	require.Equal(t, `migrate: foreign key of "tents" (port_id): tent.Port says OnDelete "SET NULL" and tent.Meta.Relations["port"] says "CASCADE" `+
		`(let both agree, or leave one empty)`, stateError(t, &port{}, &tent{}))
	require.Contains(t, stateError(t, &port{}, &flag{}), `flag.Port says that there is none and flag.Meta.Relations["port"] says what it does`)

	db := setup(t, &port{}, &dock{}, &crane{})
	_, err := migrate.Auto(t.Context(), db)
	require.NoError(t, err)
	report, err := migrate.Auto(t.Context(), db)
	require.NoError(t, err)
	require.Empty(t, report.Statements, "a second start changes nothing")
	run(t, db, `BEGIN; INSERT INTO docks (port_id) VALUES (1); INSERT INTO ports DEFAULT VALUES; COMMIT`, `DELETE FROM ports`)
	require.Empty(t, names(t, db, `SELECT id::text FROM docks`))

	run(t, db, `ALTER TABLE docks ALTER CONSTRAINT fk_ports_docks NOT DEFERRABLE`, `ALTER TABLE docks ALTER CONSTRAINT fk_docks_guard DEFERRABLE INITIALLY DEFERRED`)
	_, err = migrate.Auto(t.Context(), db)
	require.ErrorIs(t, err, migrate.ErrPending)
	require.ErrorContains(t, err, "fk_ports_docks")
	require.NotContains(t, err.Error(), "fk_docks_guard", "one that waits unasked does no harm")
}
