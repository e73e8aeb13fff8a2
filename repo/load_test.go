package repo_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/repo"
)

// RM-11: relations of objects at hand; what is loaded stays.
func TestLoad(t *testing.T) {
	t.Parallel()
	ctx, c := openClub(t)
	areas := c.area(t, "north", "south")
	shops := c.shop(t, areas[0], "a", "b")
	shops = append(shops, c.shop(t, areas[1], "c")...)
	for _, s := range shops {
		require.NoError(t, repo.RelatedByName[clubNote](c.shops, s, "notes").Create(ctx, &clubNote{Text: s.Name}))
	}
	c.sends(t, 2, func() { require.NoError(t, repo.Load(ctx, c.shops, shops, "area", "notes")) })
	require.Equal(t, "north", shops[0].Area.Name)
	require.Same(t, shops[0].Area, shops[1].Area, "shared")
	require.Equal(t, "c", shops[2].Notes[0].Text)
	c.sends(t, 0, func() { require.NoError(t, repo.Load(ctx, c.shops, shops, "area", "notes", "spare")) })

	mine := &clubArea{Name: "mine"}
	shops[0].Area, shops[1].Area = mine, nil
	c.sends(t, 1, func() { require.NoError(t, repo.Load(ctx, c.shops, shops, "area")) })
	require.Same(t, mine, shops[0].Area)
	require.Equal(t, "north", shops[1].Area.Name, "only what is missing")

	c.sends(t, 1, func() { require.NoError(t, repo.Load(ctx, c.shops, shops[1:], "area__shops")) })
	require.Len(t, shops[1].Area.Shops, 2)
	c.sends(t, 0, func() { require.NoError(t, repo.Load(ctx, c.shops, nil, "area")) })

	fresh := c.shop(t, areas[0], "d")
	require.NoError(t, repo.Load(ctx, c.areas.Prefetch("shops", c.shops.Filter("name", "d")), areas))
	require.Len(t, areas[0].Shops, 1)
	require.Equal(t, fresh[0].ID, areas[0].Shops[0].ID)
	require.ErrorContains(t, repo.Load(ctx, c.shops, []*clubShop{nil}, "area"), "clubShop: a nil object")
	require.ErrorContains(t, repo.Load(ctx, c.shops, shops, "aera"), `clubShop has no field "aera"`)
	require.ErrorIs(t, repo.Load(ctx, &repo.Repository[clubShop]{}, shops, "area"), repo.ErrUnbound)
}

func TestLoaded(t *testing.T) {
	t.Parallel()
	ctx, c := openClub(t)
	area := c.area(t, "north")[0]
	shop := c.shop(t, area, "a")[0]
	is := func(want bool, rel repo.Rel[clubShop]) {
		t.Helper()
		got, err := repo.Loaded(c.shops, shop, rel)
		require.NoError(t, err)
		require.Equal(t, want, got, rel)
	}
	is(false, "area")
	is(false, "notes")
	is(true, "spare") // its foreign key is NULL
	_, err := repo.Loaded(c.shops, shop, "keeper")
	require.ErrorIs(t, err, repo.ErrCannotTell)
	require.ErrorContains(t, err, "clubShop.keeper is nil, so it was not loaded or there is none")
	require.NoError(t, repo.Load(ctx, c.shops, []*clubShop{shop}, "area", "notes", "keeper"))
	is(true, "area")
	is(true, "notes")
	is(false, "area__shops")
	_, err = repo.Loaded(c.shops, shop, "keeper")
	require.ErrorIs(t, err, repo.ErrCannotTell, "there is none")
	require.NoError(t, repo.RelatedByName[clubKeeper](c.shops, shop, "keeper").Create(ctx, &clubKeeper{Name: "kim"}))
	require.NoError(t, repo.Load(ctx, c.shops, []*clubShop{shop}, "keeper", "area__shops"))
	is(true, "keeper")
	is(true, "area__shops")
	is(false, "area__shops__area")
	_, err = repo.Loaded(c.people, &clubPerson{}, "teams")
	require.ErrorContains(t, err, "clubPerson has no Go field for teams")
	_, err = repo.Loaded(c.shops, nil, "area")
	require.ErrorContains(t, err, "a nil object")
}

// Keys of several columns prefetch as others do, a slice of them by owner too.
func TestPrefetchCompositeKeys(t *testing.T) {
	t.Parallel()
	ctx, c := openClub(t)
	require.NoError(t, c.rooms.Create(ctx, &clubRoom{House: "g", No: 1}, &clubRoom{House: "h", No: 1}, &clubRoom{House: "h", No: 2}))
	seats := repo.New[clubSeat](c.db)
	for i := range 6 {
		s := &clubSeat{House: "h", Seat: i}
		if i < 5 {
			s.RoomNo = ptr(i%2 + 1)
		}
		require.NoError(t, seats.Create(ctx, s))
	}
	lamps := []*clubLamp{{Maker: "x", Model: "1"}, {Maker: "x", Model: "2"}, {Maker: "y", Model: "1"}}
	require.NoError(t, c.lamps.Create(ctx, lamps[0], lamps[1:]...))
	rooms, err := c.rooms.OrderBy("house", "no").All(ctx)
	require.NoError(t, err)
	require.NoError(t, repo.RelatedByName[clubLamp](c.rooms, rooms[1], "lamps").Add(ctx, lamps[0], lamps[2]))
	require.NoError(t, repo.RelatedByName[clubLamp](c.rooms, rooms[2], "lamps").Add(ctx, lamps[0]))
	c.sends(t, 4, func() {
		rooms, err = c.rooms.OrderBy("house", "no").Prefetch("seats", seats.OrderBy("seat")).PrefetchRelated("seats__room").Prefetch("lamps", c.lamps.OrderBy("-maker")).All(ctx)
		require.NoError(t, err)
	})
	require.NotNil(t, rooms[0].Seats)
	require.Equal(t, []int{0, 3, 2}, []int{len(rooms[0].Seats), len(rooms[1].Seats), len(rooms[2].Seats)})
	require.Equal(t, 4, rooms[1].Seats[2].Seat)
	require.Equal(t, 2, rooms[2].Seats[0].Room.No)
	require.Same(t, rooms[1].Seats[0].Room, rooms[1].Seats[1].Room)
	require.Equal(t, []int{0, 2, 1}, []int{len(rooms[0].Lamps), len(rooms[1].Lamps), len(rooms[2].Lamps)})
	require.Equal(t, "y", rooms[1].Lamps[0].Maker)

	rooms, err = c.rooms.OrderBy("house", "no").Prefetch("seats", seats.OrderBy("-seat").Limit(2)).Prefetch("lamps", c.lamps.OrderBy("maker").Limit(1)).All(ctx)
	require.NoError(t, err)
	require.Equal(t, []int{0, 2, 2}, []int{len(rooms[0].Seats), len(rooms[1].Seats), len(rooms[2].Seats)})
	require.Equal(t, 4, rooms[1].Seats[0].Seat)
	require.Equal(t, "x", rooms[1].Lamps[0].Maker)
	require.Len(t, rooms[1].Lamps, 1)

	loose, err := seats.Filter("room_no__isnull", true).PrefetchRelated("room").Get(ctx)
	require.NoError(t, err)
	require.Nil(t, loose.Room)
	lamp, err := c.lamps.PrefetchRelated("rooms__seats").Filter("maker", "x").And("model", "1").Get(ctx)
	require.NoError(t, err)
	require.Len(t, lamp.Rooms, 2)
}

// RM-07, RM-08: statements for each relation and not for each row, and more
// rows than a statement has parameters.
func TestPrefetchManyRows(t *testing.T) {
	t.Parallel()
	ctx, c := openClub(t)
	require.NoError(t, c.db.Exec(`INSERT INTO club_areas (name) SELECT 'a' || i FROM generate_series(1, 70000) i`).Error)
	require.NoError(t, c.db.Exec(`INSERT INTO club_shops (name, area_id) SELECT 's' || id, id FROM club_areas WHERE id <= 10000`).Error)
	require.NoError(t, c.db.Exec(`INSERT INTO club_notes (text, owner_id, owner_type) SELECT 'n' || id, id, 'club_shops' FROM club_shops`).Error)
	require.NoError(t, c.db.Exec(`INSERT INTO club_keepers (name, shop_id) SELECT 'k' || id, id FROM club_shops WHERE id % 2 = 0`).Error)
	c.sends(t, 4, func() {
		areas, err := c.areas.PrefetchRelated("shops__notes", "shops__keeper").OrderBy("id").All(ctx)
		require.NoError(t, err)
		require.Len(t, areas, 70000)
		require.Equal(t, "n"+areas[9999].Shops[0].Name[1:], areas[9999].Shops[0].Notes[0].Text)
		require.Equal(t, areas[9999].Shops[0].ID, *areas[9999].Shops[0].Keeper.ShopID)
		require.Nil(t, areas[0].Shops[0].Keeper)
		require.Empty(t, areas[10000].Shops)
	})
	c.sends(t, 4, func() {
		areas, err := c.areas.Filter("id__lte", 10000).PrefetchRelated("shops__notes", "shops__keeper").All(ctx)
		require.NoError(t, err)
		require.Len(t, areas, 10000)
	})
	c.sends(t, 1, func() {
		shops, err := c.shops.SelectRelated("area", "spare", "keeper").OrderBy("id").All(ctx)
		require.NoError(t, err)
		require.Nil(t, shops[0].Spare)
		require.Nil(t, shops[0].Keeper)
		require.NotNil(t, shops[1].Keeper)
		require.Equal(t, shops[1].AreaID, shops[1].Area.ID)
	})
	c.sends(t, 2, func() {
		shops, err := c.shops.SelectRelated("area").PrefetchRelated("area__shops").Limit(10).All(ctx)
		require.NoError(t, err)
		require.Len(t, shops[3].Area.Shops, 1)
	})
}

// A relation below one that was loaded before is loaded, though the QuerySet
// for the relation above would have loaded it too.
func TestLoadBelowWhatWasLoaded(t *testing.T) {
	t.Parallel()
	ctx, l := setup(t)
	a := l.author(t, "a")
	l.book(t, "one", a)
	list, err := l.books.PrefetchRelated("author").All(ctx)
	require.NoError(t, err)
	require.NoError(t, repo.Load(ctx, l.books.Prefetch("author", l.authors.PrefetchRelated("books")), list, "author__books"))
	require.Len(t, list[0].Author.Books, 1)
}
