package repo_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/txutil"
)

func spares(c *club, a *clubArea) *repo.RelatedManager[clubArea, clubShop] {
	return repo.RelatedByName[clubShop](c.areas, a, "spares")
}

// RM-01, RM-02, RM-03: a foreign key from the other end.
func TestRelatedChildren(t *testing.T) {
	t.Parallel()
	ctx, c := openClub(t)
	areas := c.area(t, "north", "south")
	north, south := areas[0], areas[1]
	shops := c.shop(t, north, "a", "b", "c")
	m := spares(c, south)
	names := func() []string { return texts(t, m.OrderBy("name"), "name") }

	c.sends(t, 1, func() { require.NoError(t, m.Add(ctx, shops[0], shops[1], shops[0])) })
	require.Equal(t, []string{"a", "b"}, names())
	require.Equal(t, south.ID, *shops[0].SpareID, "the objects handed in have the owner")
	require.Same(t, south, shops[0].Spare)

	c.sends(t, 1, func() { require.NoError(t, m.Remove(ctx, shops[0])) })
	require.Equal(t, []string{"b"}, names())
	require.NotNil(t, shops[0].SpareID, "what leaves is not touched in memory")
	err := spares(c, north).Remove(ctx, shops[1])
	require.ErrorIs(t, err, repo.ErrDoesNotExist)
	require.ErrorContains(t, err, "it is not one of the spares of this clubArea")

	c.sends(t, 3, func() { require.NoError(t, m.Replace(ctx, shops[2])) })
	require.Equal(t, []string{"c"}, names())
	c.sends(t, 1, func() { require.NoError(t, m.Replace(ctx, shops[2])) })
	c.sends(t, 2, func() { require.NoError(t, m.ClearFirst().Replace(ctx, shops[2])) })
	c.sends(t, 2, func() { require.NoError(t, m.ReplaceKeys(ctx, shops[0].ID, shops[2].ID)) })
	require.Equal(t, []string{"a", "c"}, names())
	require.NoError(t, m.RemoveKeys(ctx, shops[0].ID, shops[1].ID))
	require.NoError(t, m.AddKeys(ctx, shops[1].ID))
	require.Equal(t, []string{"b", "c"}, names())

	made := &clubShop{Name: "d", AreaID: north.ID}
	require.NoError(t, m.Create(ctx, made))
	require.NotZero(t, made.ID)
	require.Equal(t, []string{"b", "c", "d"}, names())
	c.sends(t, 1, func() { require.NoError(t, m.Clear(ctx)) })
	require.Empty(t, names())
}

// A foreign key that is not null: rows come, and never leave.
func TestRelatedChildrenThatStay(t *testing.T) {
	t.Parallel()
	ctx, c := openClub(t)
	areas := c.area(t, "north", "south")
	shops := c.shop(t, areas[0], "a", "b")
	m := repo.RelatedByName[clubShop](c.areas, areas[1], "shops")
	require.NoError(t, m.Add(ctx, shops[0]))
	for name, err := range map[string]error{"remove": m.Remove(ctx, shops[0]), "clear": m.Clear(ctx), "keys": m.RemoveKeys(ctx, shops[0].ID)} {
		require.ErrorIs(t, err, repo.ErrRequired, name)
		require.ErrorContains(t, err, "clubShop.area_id is not null, so a clubShop cannot leave its clubArea", name)
	}
	c.sends(t, 1, func() { require.NoError(t, m.Replace(ctx, shops[1])) })
	require.Equal(t, []string{"a", "b"}, texts(t, m.OrderBy("name"), "name"), "Replace only adds")
}

// SaveEach saves: Django's bulk=False.
func TestRelatedSaveEach(t *testing.T) {
	t.Parallel()
	ctx, c := openClub(t)
	area := c.area(t, "north")[0]
	m := spares(c, area)
	fresh := &clubShop{Name: "new", AreaID: area.ID}
	err := m.Add(ctx, fresh)
	require.ErrorIs(t, err, repo.ErrNoKey)
	require.ErrorContains(t, err, "repo: the object has no primary key: clubShop: it cannot be one of clubArea.spares (create it first, or use SaveEach or Create)")
	require.NoError(t, m.SaveEach().Add(ctx, fresh))
	require.NotZero(t, fresh.ID)
	fresh.Name = "renamed"
	require.NoError(t, m.SaveEach().Add(ctx, fresh))
	require.Equal(t, []string{"renamed"}, texts(t, m, "name"))
	require.NoError(t, m.SaveEach().Remove(ctx, fresh))
	require.Empty(t, texts(t, m, "name"))
	require.NoError(t, m.Add(ctx, fresh))
	require.NoError(t, m.SaveEach().Clear(ctx))
	require.Empty(t, texts(t, m, "name"))
}

// RM-04, RM-05: links of a table that GORM makes.
func TestRelatedLinks(t *testing.T) {
	t.Parallel()
	ctx, c := openClub(t)
	p := c.person(t, "ann", "bob", "cid", "dee")
	m := repo.RelatedByName[clubPerson](c.people, p[0], "follows")
	names := func() []string { return texts(t, m, "name") }
	c.sends(t, 1, func() { require.NoError(t, m.Add(ctx, p[1], p[2], p[1])) })
	c.sends(t, 1, func() { require.NoError(t, m.Add(ctx, p[1])) })
	require.Equal(t, []string{"bob", "cid"}, names())
	require.Equal(t, []string{"ann"}, texts(t, repo.RelatedByName[clubPerson](c.people, p[1], "followers"), "name"))

	c.sends(t, 1, func() { require.NoError(t, m.Remove(ctx, p[1], p[3])) })
	require.Equal(t, []string{"cid"}, names())
	c.sends(t, 3, func() { require.NoError(t, m.Replace(ctx, p[3], p[1])) })
	require.Equal(t, []string{"bob", "dee"}, names())
	c.sends(t, 2, func() { require.NoError(t, m.Replace(ctx, p[3], p[1], p[2])) })
	c.sends(t, 2, func() { require.NoError(t, m.ReplaceKeys(ctx, p[3].ID)) })
	c.sends(t, 1, func() { require.NoError(t, m.ReplaceKeys(ctx, p[3].ID)) })
	c.sends(t, 2, func() { require.NoError(t, m.ClearFirst().Replace(ctx, p[1])) })
	require.NoError(t, m.AddKeys(ctx, p[2].ID))
	require.NoError(t, m.RemoveKeys(ctx, p[1].ID))
	require.Equal(t, []string{"cid"}, names())

	eve := &clubPerson{Name: "eve"}
	c.sends(t, 2, func() { require.NoError(t, m.Create(ctx, eve)) })
	require.Equal(t, []string{"cid", "eve"}, names())
	followers := repo.RelatedByName[clubPerson](c.people, eve, "followers")
	require.Equal(t, []string{"ann"}, texts(t, followers, "name"))
	require.NoError(t, followers.Clear(ctx))
	require.Equal(t, []string{"cid"}, names())
	c.sends(t, 1, func() { require.NoError(t, m.Clear(ctx)) })
	require.Empty(t, names())
	require.ErrorIs(t, m.Add(ctx, &clubPerson{Name: "nobody"}), repo.ErrNoKey)
	require.ErrorIs(t, m.AddKeys(ctx, 99999), gormErrForeign)
}

// RL-07: friends are friends both ways, and one row with oneself.
func TestRelatedSymmetrical(t *testing.T) {
	t.Parallel()
	ctx, c := openClub(t)
	p := c.person(t, "ann", "bob", "cid")
	friends := func(i int) *repo.RelatedManager[clubPerson, clubPerson] {
		return repo.RelatedByName[clubPerson](c.people, p[i], "friends")
	}
	rows := func() int64 {
		var n int64
		require.NoError(t, c.db.Table("club_friends").Count(&n).Error)
		return n
	}
	c.sends(t, 1, func() { require.NoError(t, friends(0).Add(ctx, p[1], p[2], p[0])) })
	require.EqualValues(t, 5, rows())
	require.Equal(t, []string{"ann", "bob", "cid"}, texts(t, friends(0), "name"))
	require.Equal(t, []string{"ann"}, texts(t, friends(1), "name"))
	c.sends(t, 1, func() { require.NoError(t, friends(1).Remove(ctx, p[0])) })
	require.Equal(t, []string{"ann", "cid"}, texts(t, friends(0), "name"))
	require.EqualValues(t, 3, rows())
	require.NoError(t, friends(0).Replace(ctx, p[1]))
	require.EqualValues(t, 2, rows())
	c.sends(t, 1, func() { require.NoError(t, friends(1).Clear(ctx)) })
	require.Zero(t, rows())
}

// RL-08: a model between, with columns, with and without a constraint.
func TestRelatedThrough(t *testing.T) {
	t.Parallel()
	ctx, c := openClub(t)
	p := c.person(t, "ann", "bob", "cid")
	team := &clubTeam{Name: "red"}
	require.NoError(t, c.teams.Create(ctx, team))
	people, members := repo.RelatedByName[clubPerson](c.teams, team, "people"), repo.New[clubMember](c.db)
	c.sends(t, 2, func() { require.NoError(t, people.Add(ctx, p[0])) })
	c.sends(t, 1, func() { require.NoError(t, people.Add(ctx, p[0])) })
	got, err := members.Get(ctx)
	require.NoError(t, err)
	require.Equal(t, "member", got.Role, "the column's default")
	require.False(t, got.CreatedAt.IsZero())
	boss := people.Through(map[string]any{"role": "boss", "points": 3, "invited_by": nil})
	require.NoError(t, boss.Add(ctx, p[0], p[1]))
	require.Equal(t, []string{"member", "boss"}, texts(t, members.OrderBy("id"), "role"), "a link that is there stays")
	require.NoError(t, boss.Create(ctx, &clubPerson{Name: "dee"}))
	require.NoError(t, boss.Replace(ctx, p[1], p[2]))
	require.Equal(t, []string{"bob", "cid"}, texts(t, people, "name"))
	require.NoError(t, members.Create(ctx, &clubMember{TeamID: team.ID, PersonID: p[1].ID, Role: "twice"}))
	require.Equal(t, []string{"bob", "bob", "cid"}, texts(t, people, "name"), "a person twice in the team")
	c.sends(t, 1, func() { require.NoError(t, people.Replace(ctx, p[1], p[2])) })
	require.NoError(t, people.Remove(ctx, p[1]))
	require.Equal(t, []string{"cid"}, texts(t, people, "name"))
	require.Equal(t, []string{"red"}, texts(t, repo.RelatedByName[clubTeam](c.people, p[2], "teams"), "name"))

	guests, visits := repo.RelatedByName[clubPerson](c.teams, team, "guests"), repo.New[clubVisit](c.db)
	c.sends(t, 1, func() {
		require.NoError(t, guests.Through(map[string]any{"times": 2}).Add(ctx, p[0], p[1]))
	})
	c.sends(t, 1, func() { require.NoError(t, guests.Add(ctx, p[1], p[2])) })
	all, err := visits.OrderBy("person_id").All(ctx)
	require.NoError(t, err)
	require.Len(t, all, 3)
	require.NotEqual(t, all[0].ID, all[1].ID)
	require.Equal(t, []int{2, 2, 0}, []int{all[0].Times, all[1].Times, all[2].Times})

	for want, m := range map[string]*repo.RelatedManager[clubTeam, clubPerson]{
		`clubMember has no field "rolle" (did you mean "role"?)`:            people.Through(map[string]any{"rolle": "x"}),
		`clubMember.points takes an integer, not string`:                    people.Through(map[string]any{"points": "x"}),
		`clubMember.team_id is an end of the link, which the verbs fill in`: people.Through(map[string]any{"team_id": 1}),
		`a link takes values, no expressions`:                               people.Through(map[string]any{"points": repo.F("points")}),
	} {
		require.ErrorContains(t, m.Add(ctx, p[0]), want)
	}
	follows := repo.RelatedByName[clubPerson](c.people, p[0], "follows")
	require.ErrorContains(t, follows.Through(map[string]any{"x": 1}).Err(), "the table between of clubPerson.follows has no columns but the keys")
	require.NoError(t, follows.Through(nil).Err())
	require.ErrorContains(t, spares(c, c.area(t, "n")[0]).Through(map[string]any{"x": 1}).Err(), "clubArea.spares is not many-to-many")
}

// RL-06: a one-to-one from the other end, and a foreign key of the object's
// own.
func TestRelatedToOne(t *testing.T) {
	t.Parallel()
	ctx, c := openClub(t)
	area := c.area(t, "north")[0]
	shops := c.shop(t, area, "a", "b")
	m := repo.RelatedByName[clubKeeper](c.shops, shops[0], "keeper")
	_, err := m.Get(ctx)
	require.ErrorIs(t, err, repo.ErrDoesNotExist)
	k := &clubKeeper{Name: "kim"}
	require.NoError(t, m.Create(ctx, k))
	got, err := m.Get(ctx)
	require.NoError(t, err)
	require.Equal(t, k.ID, got.ID)
	require.Same(t, shops[0], got.Shop)
	require.NoError(t, m.Clear(ctx))

	forward := repo.RelatedByName[clubArea](c.shops, shops[0], "area")
	a, err := forward.Get(ctx)
	require.NoError(t, err)
	require.Equal(t, area.ID, a.ID)
	require.ErrorContains(t, forward.Add(ctx, area), "clubShop.area is a foreign key of clubShop itself (set it in the object, and save that)")
	_, err = repo.RelatedByName[clubArea](c.shops, shops[0], "spare").Get(ctx)
	require.ErrorIs(t, err, repo.ErrDoesNotExist, "a foreign key that is NULL")
	a, err = repo.RelatedByName[clubArea](c.shops, &clubShop{AreaID: area.ID}, "area").Get(ctx)
	require.NoError(t, err, "the object need not be in the database for that")
	require.Equal(t, area.ID, a.ID)
}

// GetOrCreate looks among the owner's rows.
func TestRelatedGetOrCreate(t *testing.T) {
	t.Parallel()
	ctx, c := openClub(t)
	areas := c.area(t, "north", "south")
	m := repo.RelatedByName[clubShop](c.areas, areas[0], "shops")
	s := &clubShop{Name: "a"}
	created, err := m.By("name").GetOrCreate(ctx, s)
	require.NoError(t, err)
	require.True(t, created)
	again := &clubShop{Name: "a"}
	created, err = m.By("name").GetOrCreate(ctx, again)
	require.NoError(t, err)
	require.False(t, created)
	require.Equal(t, s.ID, again.ID)
	created, err = repo.RelatedByName[clubShop](c.areas, areas[1], "shops").By("name").GetOrCreate(ctx, &clubShop{Name: "a"})
	require.NoError(t, err)
	require.True(t, created, "another owner's row is not found")

	p := c.person(t, "ann", "bob")
	follows := repo.RelatedByName[clubPerson](c.people, p[0], "follows")
	created, err = follows.By("name").GetOrCreate(ctx, &clubPerson{Name: "cid"})
	require.NoError(t, err)
	require.True(t, created)
	c.sends(t, 1, func() {
		created, err = follows.By("name").GetOrCreate(ctx, &clubPerson{Name: "cid"})
		require.NoError(t, err)
		require.False(t, created)
	})
	_, err = follows.By("name").GetOrCreate(ctx, &clubPerson{Name: "bob"})
	require.ErrorIs(t, err, gormErrDuplicated, "bob is there, and not followed")
}

// UpdateOrCreate too, and src's Defaults hold for what is created.
func TestRelatedUpdateOrCreate(t *testing.T) {
	t.Parallel()
	ctx, c := openClub(t)
	areas := c.area(t, "north", "south")
	shops := c.shop(t, areas[0], "a")
	m := repo.RelatedByName[clubShop](c.areas, areas[0], "shops")
	s := &clubShop{Name: "a", SpareID: &areas[1].ID}
	created, err := m.By("name").UpdateOrCreate(ctx, s, "spare_id")
	require.NoError(t, err)
	require.False(t, created)
	require.Equal(t, shops[0].ID, s.ID)
	require.Equal(t, []string{"a"}, texts(t, spares(c, areas[1]), "name"))
	created, err = spares(c, areas[1]).By("name").UpdateOrCreate(ctx, &clubShop{Name: "b", AreaID: areas[0].ID}, "area_id")
	require.NoError(t, err)
	require.True(t, created)

	p := c.person(t, "ann", "bob")
	follows := repo.RelatedByName[clubPerson](c.people, p[0], "follows")
	require.NoError(t, follows.Add(ctx, p[1]))
	c.sends(t, 2, func() {
		created, err = follows.By("id").UpdateOrCreate(ctx, &clubPerson{AutoKey: p[1].AutoKey, Name: "bea"}, "name")
		require.NoError(t, err)
		require.False(t, created)
	})
	created, err = follows.By("name").UpdateOrCreate(ctx, &clubPerson{Name: "cid"}, "name")
	require.NoError(t, err)
	require.True(t, created)
	require.Equal(t, []string{"bea", "cid"}, texts(t, follows, "name"))

	team := &clubTeam{Name: "red"}
	require.NoError(t, c.teams.Create(ctx, team))
	members := repo.New[clubMember](c.db)
	mine := repo.RelatedByName[clubMember](c.teams, team, "members").With(members.Defaults("role"))
	require.NoError(t, mine.Create(ctx, &clubMember{PersonID: p[0].ID}))
	require.Equal(t, []string{"member"}, texts(t, members, "role"))
}

// A hundred goroutines make the same ties: one row each, no error, no deadlock.
func TestRelatedRaces(t *testing.T) {
	t.Parallel()
	ctx, c := openClub(t)
	names := []string{"ann"}
	for i := range 20 {
		names = append(names, fmt.Sprintf("p%02d", i))
	}
	p := c.person(t, names...)
	team := &clubTeam{Name: "red"}
	require.NoError(t, c.teams.Create(ctx, team))
	follows := repo.RelatedByName[clubPerson](c.people, p[0], "follows")
	friends := repo.RelatedByName[clubPerson](c.people, p[0], "friends")
	guests := repo.RelatedByName[clubPerson](c.teams, team, "guests")
	var wg sync.WaitGroup
	errs := make(chan error, 400)
	for i := range 100 {
		wg.Go(func() {
			mine := slices.Clone(p[1:])
			if i%2 == 1 {
				slices.Reverse(mine)
			}
			errs <- follows.Add(ctx, mine[0], mine[1:]...)
			errs <- friends.Add(ctx, mine[0], mine[1:]...)
			errs <- guests.Add(ctx, mine[0], mine[1:]...)
			_, err := follows.By("name").GetOrCreate(ctx, &clubPerson{Name: "new"})
			errs <- err
		})
	}
	wg.Wait()
	close(errs)
	for err := range errs {
		require.NoError(t, err)
	}
	for table, want := range map[string]int64{"club_follows": 21, "club_friends": 40, "club_visits": 20} {
		var n int64
		require.NoError(t, c.db.Table(table).Count(&n).Error)
		require.Equal(t, want, n, table)
	}
}

// RM-06: With takes the rows, the order and the loading of another repository
// of the far model.
func TestRelatedWith(t *testing.T) {
	t.Parallel()
	ctx, c := openClub(t)
	areas := c.area(t, "north", "south")
	shops := c.shop(t, areas[0], "a", "b", "hidden")
	m := spares(c, areas[1])
	require.NoError(t, m.Add(ctx, shops[0], shops[1:]...))
	visible := m.With(c.shops.Exclude("name", "hidden").OrderBy("-name").PrefetchRelated("area"))
	got, err := visible.All(ctx)
	require.NoError(t, err)
	require.Len(t, got, 2)
	require.Equal(t, "b", got[0].Name)
	require.Equal(t, "north", got[0].Area.Name)
	require.Same(t, areas[1], got[0].Spare)
	require.NoError(t, visible.Clear(ctx))
	require.Equal(t, []string{"hidden"}, texts(t, m, "name"), "what it does not hold stays")

	p := c.person(t, "ann", "bob", "cid")
	follows := repo.RelatedByName[clubPerson](c.people, p[0], "follows")
	require.NoError(t, follows.Add(ctx, p[1], p[2]))
	require.NoError(t, follows.With(c.people.Filter("name", "bob")).Clear(ctx))
	require.Equal(t, []string{"cid"}, texts(t, follows, "name"))
	require.ErrorIs(t, follows.With(c.people.Limit(1)).Err(), repo.ErrSliced)
	require.ErrorIs(t, follows.With(c.people.Columns("name")).Err(), repo.ErrGrouped)
	require.ErrorIs(t, follows.With(nil).Err(), repo.ErrUnbound)
}

// The first Filter is about the link that ties the row to the owner, a later
// one about any.
func TestRelatedFirstFilterIsSticky(t *testing.T) {
	t.Parallel()
	ctx, c := openClub(t)
	p := c.person(t, "ann", "bob", "cid")
	for i, from := range p[:2] {
		require.NoError(t, repo.RelatedByName[clubPerson](c.people, from, "follows").Add(ctx, p[2]), i)
	}
	m := repo.RelatedByName[clubPerson](c.people, p[0], "follows")
	require.Empty(t, texts(t, m.Filter("followers__name", "bob"), "name"), "ann is the follower meant")
	require.Equal(t, []string{"cid"}, texts(t, m.Filter("followers__name", "ann"), "name"))
	require.Equal(t, []string{"cid"}, texts(t, m.Filter("name", "cid").Filter("followers__name", "bob"), "name"))
}

// A many-to-many relation and the model between are the same join within one
// call, as in Django's group.members.filter(membership__…).
func TestRelatedThroughJoinsOnce(t *testing.T) {
	t.Parallel()
	ctx, c := openClub(t)
	p := c.person(t, "ann", "bob")
	team := &clubTeam{Name: "red"}
	require.NoError(t, c.teams.Create(ctx, team))
	people := repo.RelatedByName[clubPerson](c.teams, team, "people")
	require.NoError(t, people.Through(map[string]any{"role": "boss"}).Add(ctx, p[0]))
	require.NoError(t, people.Add(ctx, p[1]))
	for i, boss := range []string{"ann", "bob"} {
		teams := repo.RelatedByName[clubTeam](c.people, p[i], "teams")
		n, err := teams.Filter("members__role", "boss").Count(ctx)
		require.NoError(t, err)
		require.EqualValues(t, 1-i, n, boss)
		n, err = c.teams.Filter("people__name", boss).And("members__role", "boss").Count(ctx)
		require.NoError(t, err)
		require.EqualValues(t, 1-i, n, boss)
		n, err = c.teams.Filter("people__name", boss).Filter("members__role", "boss").Count(ctx)
		require.NoError(t, err)
		require.EqualValues(t, 1, n, boss)
	}
}

// Mistakes are errors, never panics.
func TestRelatedRefuses(t *testing.T) {
	t.Parallel()
	ctx, c := openClub(t)
	p := c.person(t, "ann")[0]
	var nobody *clubPerson
	for want, m := range map[string]*repo.RelatedManager[clubPerson, clubPerson]{
		`clubPerson has no field "folows" (did you mean "follows"?)`: repo.RelatedByName[clubPerson](c.people, p, "folows"),
		`clubPerson.name is not a relation`:                          repo.RelatedByName[clubPerson](c.people, p, "name"),
		`follows__friends is a path of 2 relations`:                  repo.RelatedByName[clubPerson](c.people, p, "follows__friends"),
		`clubPerson.teams leads to clubTeam, not to clubPerson`:      repo.RelatedByName[clubPerson](c.people, p, "teams"),
		`clubPerson: a nil object`:                                   repo.RelatedByName[clubPerson](c.people, nobody, "follows"),
		`its follows can be read and changed after it is created`:    repo.RelatedByName[clubPerson](c.people, &clubPerson{}, "follows"),
		`clubPerson has no field ""`:                                 repo.Related(c.people, p, repo.Path[*clubPerson, *clubPerson]{}),
		`this QuerySet belongs to no database`:                       repo.RelatedByName[clubPerson](&repo.Repository[clubPerson]{}, p, "follows"),
		`Limit takes 0 or more, not -1`:                              repo.RelatedByName[clubPerson](c.people.Limit(-1), p, "follows"),
	} {
		_, err := m.All(ctx)
		require.ErrorContains(t, err, want)
		for _, err := range []error{m.Err(), m.Add(ctx, p), m.Remove(ctx, p), m.Replace(ctx, p), m.Clear(ctx), m.Create(ctx, p), m.AddKeys(ctx, 1), m.With(c.people).Add(ctx, p),
			m.SaveEach().ClearFirst().Through(nil).Replace(ctx)} {
			require.ErrorContains(t, err, want)
		}
		_, err = m.By("name").GetOrCreate(ctx, p)
		require.ErrorContains(t, err, want)
	}
	m := repo.RelatedByName[clubPerson](c.people, p, "follows")
	for _, err := range []error{m.Add(ctx, nil), m.Remove(ctx, nil), m.Replace(ctx, nil), m.Create(ctx, nil)} {
		require.ErrorContains(t, err, "clubPerson: a nil object")
	}
	_, err := m.By("name").GetOrCreate(ctx, nil)
	require.ErrorContains(t, err, "clubPerson: a nil object")
	var bad *repo.LookupValueError
	require.ErrorAs(t, m.AddKeys(ctx, "x"), &bad)
	require.ErrorAs(t, m.AddKeys(ctx, nil), &bad)
	var none *repo.RelatedManager[clubPerson, clubPerson]
	require.ErrorIs(t, none.Add(ctx, p), repo.ErrUnbound)
	require.ErrorIs(t, (&repo.RelatedManager[clubPerson, clubPerson]{}).Clear(ctx), repo.ErrUnbound)
}

// A verb is undone with the transaction that it ran in, and Replace with
// itself.
func TestRelatedRollsBack(t *testing.T) {
	t.Parallel()
	ctx, c := openClub(t)
	p := c.person(t, "ann", "bob", "cid")
	m := repo.RelatedByName[clubPerson](c.people, p[0], "follows")
	require.NoError(t, m.Add(ctx, p[1]))
	require.ErrorIs(t, m.ReplaceKeys(ctx, 99999), gormErrForeign)
	require.Equal(t, []string{"bob"}, texts(t, m, "name"))
	require.Error(t, txutil.Atomic(ctx, c.db, func(ctx context.Context) error {
		require.NoError(t, m.Add(ctx, p[2]))
		return context.Canceled
	}))
	require.Equal(t, []string{"bob"}, texts(t, m, "name"))
}
