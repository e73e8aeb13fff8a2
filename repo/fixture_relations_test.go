package repo_test

import (
	"context"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/migrate"
	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/repotest"
)

// The models of a club have every kind of relation.

type clubArea struct {
	models.AutoKey
	Name   string      `gorm:"not null"`
	Shops  []*clubShop `gorm:"foreignKey:AreaID"`
	Spares []*clubShop `gorm:"foreignKey:SpareID"`
}

// clubShop has a foreign key that cannot be NULL and one that can, a reverse
// one-to-one and a polymorphic relation.
type clubShop struct {
	models.AutoKey
	Name    string `gorm:"not null"`
	AreaID  int64  `gorm:"not null"`
	Area    *clubArea
	SpareID *int64
	Spare   *clubArea
	Keeper  *clubKeeper `gorm:"foreignKey:ShopID"`
	Notes   []clubNote  `gorm:"polymorphic:Owner"`
}

type clubKeeper struct {
	models.AutoKey
	Name   string `gorm:"not null"`
	ShopID *int64 `gorm:"unique"`
	Shop   *clubShop
}

type clubNote struct {
	models.AutoKey
	Text      string `gorm:"not null"`
	OwnerID   int64
	OwnerType string
}

// clubPerson has relations to itself, and no field for its teams.
type clubPerson struct {
	models.AutoKey
	Name    string        `gorm:"not null;uniqueIndex"`
	Friends []*clubPerson `gorm:"many2many:club_friends;joinForeignKey:from_id;joinReferences:to_id"`
	Follows []*clubPerson `gorm:"many2many:club_follows;joinForeignKey:from_id;joinReferences:to_id"`
}

func (clubPerson) Meta() models.Meta {
	return models.Meta{Ordering: []string{"name"}, Relations: map[string]models.RelationOptions{
		"friends": {Symmetrical: true},
		"follows": {RelatedName: "followers"},
	}}
}

type clubTeam struct {
	models.AutoKey
	Name    string        `gorm:"not null"`
	People  []*clubPerson `gorm:"many2many:club_members;joinForeignKey:TeamID;joinReferences:PersonID"`
	Guests  []*clubPerson `gorm:"many2many:club_visits;joinForeignKey:TeamID;joinReferences:PersonID"`
	Members []clubMember  `gorm:"foreignKey:TeamID"`
}

func (clubTeam) Meta() models.Meta {
	return models.Meta{Relations: map[string]models.RelationOptions{"people": {RelatedName: "teams"}, "guests": {RelatedName: "visited"}}}
}

// clubMember is a model between, with columns of its own and no constraint on
// the two keys.
type clubMember struct {
	models.AutoKey
	models.Timestamps
	TeamID    int64  `gorm:"not null"`
	PersonID  int64  `gorm:"not null"`
	Role      string `gorm:"not null;default:'member'"`
	Points    int    `gorm:"not null"`
	InvitedBy *int64
}

func (clubMember) TableName() string { return "club_members" }

// clubVisit is one with such a constraint, and keys that the client makes.
type clubVisit struct {
	models.UUIDKey
	TeamID   int64 `gorm:"not null;uniqueIndex:idx_visit"`
	PersonID int64 `gorm:"not null;uniqueIndex:idx_visit"`
	Times    int   `gorm:"not null"`
}

func (clubVisit) TableName() string { return "club_visits" }

// clubRoom and clubSeat are tied by a key of two columns, both ways.
type clubRoom struct {
	House string      `gorm:"primaryKey"`
	No    int         `gorm:"primaryKey;autoIncrement:false"`
	Name  string      `gorm:"not null"`
	Seats []*clubSeat `gorm:"foreignKey:House,RoomNo;references:House,No"`
	Lamps []*clubLamp `gorm:"many2many:club_room_lamps"`
}

type clubSeat struct {
	House  string `gorm:"primaryKey"`
	Seat   int    `gorm:"primaryKey;autoIncrement:false"`
	RoomNo *int
	Room   *clubRoom `gorm:"foreignKey:House,RoomNo;references:House,No"`
}

type clubLamp struct {
	Maker string      `gorm:"primaryKey"`
	Model string      `gorm:"primaryKey"`
	Rooms []*clubRoom `gorm:"many2many:club_room_lamps"`
}

func clubModels() []any {
	return []any{&clubArea{}, &clubShop{}, &clubKeeper{}, &clubNote{}, &clubPerson{}, &clubTeam{}, &clubMember{}, &clubVisit{}, &clubRoom{}, &clubSeat{}, &clubLamp{}}
}

// club is an empty club of its own.
type club struct {
	db     *gorm.DB
	seen   *statements // nil with -plain
	areas  *repo.Repository[clubArea]
	shops  *repo.Repository[clubShop]
	people *repo.Repository[clubPerson]
	teams  *repo.Repository[clubTeam]
	rooms  *repo.Repository[clubRoom]
	lamps  *repo.Repository[clubLamp]
}

func openClub(t testing.TB) (context.Context, *club) {
	t.Helper()
	c, ctx := &club{}, context.Background()
	if *plain {
		c.db = openDB(t, clubModels()...)
	} else {
		c.seen = &statements{}
		var err error
		c.db, err = gormango.Open(ctx, gormango.Config{URL: repotest.URL(t), Models: clubModels(), Logger: slog.New(c.seen)})
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, gormango.Close(c.db)) })
		_, err = migrate.Auto(ctx, c.db)
		require.NoError(t, err)
	}
	c.areas, c.shops, c.people, c.teams = repo.New[clubArea](c.db), repo.New[clubShop](c.db), repo.New[clubPerson](c.db), repo.New[clubTeam](c.db)
	c.rooms, c.lamps = repo.New[clubRoom](c.db), repo.New[clubLamp](c.db)
	return ctx, c
}

// sends checks how many statements fn sends.
func (c *club) sends(t testing.TB, n int, fn func()) {
	t.Helper()
	if c.seen == nil {
		fn()
		return
	}
	c.seen.take()
	fn()
	var sent []string
	for _, sql := range c.seen.take() {
		switch sql {
		case "BEGIN", "COMMIT", "ROLLBACK":
		default:
			sent = append(sent, sql[:min(len(sql), 300)])
		}
	}
	require.Equal(t, n, len(sent), "%s", sent)
}

func (c *club) person(t testing.TB, names ...string) []*clubPerson {
	t.Helper()
	var out []*clubPerson
	for _, n := range names {
		out = append(out, &clubPerson{Name: n})
	}
	require.NoError(t, c.people.Create(context.Background(), out[0], out[1:]...))
	return out
}

func (c *club) area(t testing.TB, names ...string) []*clubArea {
	t.Helper()
	var out []*clubArea
	for _, n := range names {
		out = append(out, &clubArea{Name: n})
	}
	require.NoError(t, c.areas.Create(context.Background(), out[0], out[1:]...))
	return out
}

func (c *club) shop(t testing.TB, area *clubArea, names ...string) []*clubShop {
	t.Helper()
	var out []*clubShop
	for _, n := range names {
		out = append(out, &clubShop{Name: n, AreaID: area.ID})
	}
	require.NoError(t, c.shops.Create(context.Background(), out[0], out[1:]...))
	return out
}

// texts reads one text column in its order.
func texts[T any](t testing.TB, qs repo.Source[T], name repo.Name[T]) []string {
	t.Helper()
	out, err := repo.Values[string](context.Background(), qs, name)
	require.NoError(t, err)
	return out
}

// gormDB is what scopes of plain GORM take.
type gormDB = gorm.DB

// What a foreign key and a unique constraint refuse.
var gormErrForeign, gormErrDuplicated = gorm.ErrForeignKeyViolated, gorm.ErrDuplicatedKey
