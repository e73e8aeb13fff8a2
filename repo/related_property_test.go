package repo_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/repo"
)

// ties is the reference: who is tied to whom, as plain sets.
type ties struct {
	of        map[int]map[int]bool
	exclusive bool // a row has one owner at most: a foreign key
	mutual    bool
}

func (s *ties) set(owner, row int, on bool) {
	if on && s.exclusive {
		for _, rows := range s.of {
			delete(rows, row)
		}
	}
	for _, p := range [][2]int{{owner, row}, {row, owner}} {
		if s.of[p[0]] == nil {
			s.of[p[0]] = map[int]bool{}
		}
		if delete(s.of[p[0]], p[1]); on {
			s.of[p[0]][p[1]] = true
		}
		if !s.mutual {
			return
		}
	}
}

// play makes random changes through managers and through sets, and compares
// every owner's rows after each. manager returns that of an owner, row an
// object by its number.
func play[P, C any](t *testing.T, s *ties, owners, rows int, manager func(i int) *repo.RelatedManager[P, C], row func(i int) *C, id func(*C) int64) {
	t.Helper()
	ctx, r := context.Background(), rand.New(rand.NewPCG(6, 1))
	numbers := map[int64]int{}
	for i := range rows {
		numbers[id(row(i))] = i
	}
	for step := range 60 {
		owner, verb := r.IntN(owners), r.IntN(8)
		var some []*C
		var keys []any
		var chosen []int
		for range 1 + r.IntN(4) {
			n := r.IntN(rows)
			chosen = append(chosen, n)
			some, keys = append(some, row(n)), append(keys, id(row(n)))
		}
		m, mine := manager(owner), slices.Collect(maps.Keys(s.of[owner]))
		var err error
		switch verb {
		case 0:
			err = m.Add(ctx, some[0], some[1:]...)
		case 1:
			err = m.AddKeys(ctx, keys[0], keys[1:]...)
		case 2, 3:
			err = m.RemoveKeys(ctx, keys[0], keys[1:]...)
		case 4:
			err = m.Replace(ctx, some...)
		case 5:
			err = m.ReplaceKeys(ctx, keys...)
		case 6:
			err = m.ClearFirst().Replace(ctx, some...)
		case 7:
			chosen, err = nil, m.Clear(ctx)
		}
		require.NoError(t, err, "step %d, verb %d", step, verb)
		if verb >= 4 {
			for _, n := range mine {
				s.set(owner, n, false)
			}
		}
		for _, n := range chosen {
			s.set(owner, n, verb != 2 && verb != 3)
		}
		for i := range owners {
			got, err := manager(i).All(ctx)
			require.NoError(t, err)
			have := []int{}
			for _, o := range got {
				have = append(have, numbers[id(o)])
			}
			require.ElementsMatch(t, slices.Collect(maps.Keys(s.of[i])), have, "step %d, verb %d, owner %d", step, verb, i)
		}
	}
}

// Managers mean what sets mean.
func TestRelatedManagersAreSets(t *testing.T) {
	t.Parallel()
	ctx, c := openClub(t)
	p := c.person(t, "a", "b", "c", "d", "e", "f")
	areas := c.area(t, "x", "y", "z")
	shops := c.shop(t, areas[0], "1", "2", "3", "4", "5")
	var teams []*clubTeam
	for i := range 3 {
		teams = append(teams, &clubTeam{Name: fmt.Sprint(i)})
	}
	require.NoError(t, c.teams.Create(ctx, teams[0], teams[1:]...))
	person, personID := func(i int) *clubPerson { return p[i] }, func(x *clubPerson) int64 { return x.ID }
	for _, name := range []repo.Rel[clubPerson]{"follows", "followers", "friends"} {
		t.Run(string(name), func(t *testing.T) {
			s := &ties{of: map[int]map[int]bool{}, mutual: name == "friends"}
			play(t, s, 6, 6, func(i int) *repo.RelatedManager[clubPerson, clubPerson] {
				return repo.RelatedByName[clubPerson](c.people, p[i], name)
			}, person, personID)
			for _, x := range p {
				require.NoError(t, repo.RelatedByName[clubPerson](c.people, x, name).Clear(ctx))
			}
		})
	}
	for _, name := range []repo.Rel[clubTeam]{"people", "guests"} {
		t.Run(string(name), func(t *testing.T) {
			play(t, &ties{of: map[int]map[int]bool{}}, 3, 6, func(i int) *repo.RelatedManager[clubTeam, clubPerson] {
				return repo.RelatedByName[clubPerson](c.teams, teams[i], name)
			}, person, personID)
		})
	}
	t.Run("spares", func(t *testing.T) {
		play(t, &ties{of: map[int]map[int]bool{}, exclusive: true}, 3, 5, func(i int) *repo.RelatedManager[clubArea, clubShop] { return spares(c, areas[i]) },
			func(i int) *clubShop { return shops[i] }, func(x *clubShop) int64 { return x.ID })
	})
}
