package repo_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
)

// GORM's polymorphic relations: what leaves is deleted.
func TestRelatedPolymorphic(t *testing.T) {
	t.Parallel()
	ctx, c := openClub(t)
	shops := c.shop(t, c.area(t, "north")[0], "a", "b")
	notes := repo.New[clubNote](c.db)
	foreign := &clubNote{Text: "another's", OwnerID: shops[0].ID, OwnerType: "rooms"}
	require.NoError(t, notes.Create(ctx, foreign))
	m := repo.RelatedByName[clubNote](c.shops, shops[0], "notes")
	one, two := &clubNote{Text: "one"}, &clubNote{Text: "two"}
	require.NoError(t, m.Create(ctx, one, two))
	require.Equal(t, "club_shops", one.OwnerType)
	require.Equal(t, []string{"one", "two"}, texts(t, m.OrderBy("id"), "text"))
	require.NoError(t, m.Add(ctx, foreign))
	require.Equal(t, "club_shops", foreign.OwnerType)
	other := repo.RelatedByName[clubNote](c.shops, shops[1], "notes")
	require.NoError(t, other.Remove(ctx, one), "a row of another owner is passed over")
	c.sends(t, 1, func() { require.NoError(t, m.Remove(ctx, one)) })
	require.NoError(t, m.Replace(ctx, two))
	require.Equal(t, []string{"two"}, texts(t, notes, "text"))
	require.NoError(t, m.SaveEach().Clear(ctx))
	n, err := notes.Count(ctx)
	require.NoError(t, err)
	require.Zero(t, n)
}

type numbered struct {
	models.AutoKey
	Stamps []*stamp `gorm:"polymorphicType:KindID;polymorphicId:ObjectID;polymorphicValue:6"`
}

type stamp struct {
	models.AutoKey
	KindID   int32  `gorm:"not null"`
	ObjectID int64  `gorm:"not null"`
	Text     string `gorm:"not null"`
}

// The type of a polymorphic relation may stand in a column of numbers, as
// Django's content_type_id does.
func TestRelatedPolymorphicByNumber(t *testing.T) {
	t.Parallel()
	ctx, db := context.Background(), openDB(t, &numbered{}, &stamp{})
	owners, stamps := repo.New[numbered](db), repo.New[stamp](db)
	o, other := &numbered{}, &stamp{KindID: 5, ObjectID: 1, Text: "other"}
	require.NoError(t, owners.Create(ctx, o))
	require.NoError(t, stamps.Create(ctx, other))
	m := repo.RelatedByName[stamp](owners, o, "stamps")
	one := &stamp{Text: "one"}
	require.NoError(t, m.Create(ctx, one))
	require.EqualValues(t, 6, one.KindID)
	require.Equal(t, []string{"one"}, texts(t, m, "text"))
	got, err := owners.PrefetchRelated("stamps").Filter("stamps__text", "one").Get(ctx)
	require.NoError(t, err)
	require.Len(t, got.Stamps, 1)
	require.NoError(t, m.Add(ctx, other))
	require.NoError(t, m.Remove(ctx, one))
	require.Equal(t, []string{"other"}, texts(t, stamps, "text"))
	require.NoError(t, stamps.Create(ctx, &stamp{KindID: 5, ObjectID: o.ID, Text: "of another model"}))
	d, err := owners.Delete(ctx, o)
	require.NoError(t, err)
	require.Equal(t, map[string]int64{"numbered": 1, "stamp": 1}, d.By, "no orphan stays")
	require.Equal(t, []string{"of another model"}, texts(t, stamps, "text"))
}

// Keys of several columns, on both ends.
func TestRelatedCompositeKeys(t *testing.T) {
	t.Parallel()
	ctx, c := openClub(t)
	r1, r2 := &clubRoom{House: "h", No: 1}, &clubRoom{House: "h", No: 2}
	require.NoError(t, c.rooms.Create(ctx, r1, r2))
	all := []*clubSeat{{House: "h", Seat: 1}, {House: "h", Seat: 2}, {House: "h", Seat: 3}}
	require.NoError(t, repo.New[clubSeat](c.db).Create(ctx, all[0], all[1:]...))
	seats := repo.RelatedByName[clubSeat](c.rooms, r1, "seats")
	count := func(want int64) {
		t.Helper()
		n, err := seats.Count(ctx)
		require.NoError(t, err)
		require.Equal(t, want, n)
	}
	c.sends(t, 1, func() { require.NoError(t, seats.Add(ctx, all[0], all[1])) })
	count(2)
	require.NoError(t, seats.Remove(ctx, all[0]))
	count(1)
	require.NoError(t, seats.Replace(ctx, all[0], all[2]))
	count(2)
	require.NoError(t, seats.AddKeys(ctx, []any{"h", 2}))
	count(3)
	require.ErrorContains(t, seats.AddKeys(ctx, "h"), "its key has 2 columns (house, seat), so a key is a slice of 2 values, not a string")
	require.NoError(t, seats.Clear(ctx))
	count(0)

	lamps := []*clubLamp{{Maker: "x", Model: "1"}, {Maker: "x", Model: "2"}, {Maker: "y", Model: "1"}}
	require.NoError(t, c.lamps.Create(ctx, lamps[0], lamps[1:]...))
	m := repo.RelatedByName[clubLamp](c.rooms, r2, "lamps")
	of := func() string {
		rows, err := repo.Values[[]any](ctx, m.OrderBy("maker", "model"), "maker", "model")
		require.NoError(t, err)
		return fmt.Sprint(rows)
	}
	require.NoError(t, m.Add(ctx, lamps[0], lamps[2]))
	require.Equal(t, "[[x 1] [y 1]]", of())
	require.NoError(t, m.Remove(ctx, lamps[0]))
	require.NoError(t, m.Replace(ctx, lamps[1], lamps[2]))
	require.Equal(t, "[[x 2] [y 1]]", of())
	n, err := repo.RelatedByName[clubRoom](c.lamps, lamps[1], "rooms").Count(ctx)
	require.NoError(t, err)
	require.EqualValues(t, 1, n)
	require.NoError(t, m.Clear(ctx))
	require.Equal(t, "[]", of())
}
