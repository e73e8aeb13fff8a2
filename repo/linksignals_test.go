package repo_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/repo"
)

// SG-03: what is told of links, in which order, with which keys.
func TestM2MChanged(t *testing.T) {
	t.Parallel()
	ctx, c := openClub(t)
	p := c.person(t, "ann", "bob", "cid")
	var told []string
	names := map[any]string{}
	for _, x := range p {
		names[x.ID] = x.Name
	}
	stop, err := repo.M2MChanged[clubPerson](c.db, "follows", func(_ context.Context, e repo.LinkEvent) error {
		var keys []string
		for _, k := range e.Keys {
			keys = append(keys, names[k])
		}
		told = append(told, fmt.Sprint(e.Action, " ", e.Obj.(*clubPerson).Name, " ", e.Reverse, " ", keys, e.Keys == nil))
		return nil
	})
	require.NoError(t, err)
	heard := func(want ...string) {
		t.Helper()
		require.Equal(t, want, told)
		told = nil
	}
	m := repo.RelatedByName[clubPerson](c.people, p[0], "follows")
	c.sends(t, 2, func() { require.NoError(t, m.Add(ctx, p[1])) })
	heard("pre_add ann false [bob] false", "post_add ann false [bob] false")
	c.sends(t, 2, func() { require.NoError(t, m.Add(ctx, p[1], p[2])) })
	heard("pre_add ann false [cid] false", "post_add ann false [cid] false")
	c.sends(t, 1, func() { require.NoError(t, m.Add(ctx, p[1])) })
	heard("pre_add ann false [] false", "post_add ann false [] false")
	followers := repo.RelatedByName[clubPerson](c.people, p[1], "followers")
	require.NoError(t, followers.Remove(ctx, p[2], p[0]))
	heard("pre_remove bob true [cid ann] false", "post_remove bob true [cid ann] false")
	require.NoError(t, m.Replace(ctx, p[1]))
	heard("pre_remove ann false [cid] false", "post_remove ann false [cid] false", "pre_add ann false [bob] false", "post_add ann false [bob] false")
	require.NoError(t, followers.Clear(ctx))
	heard("pre_clear bob true [] true", "post_clear bob true [] true")
	require.NoError(t, m.Replace(ctx))
	heard()
	require.NoError(t, repo.RelatedByName[clubPerson](c.people, p[0], "friends").Add(ctx, p[1]))
	heard()
	stop()
	require.NoError(t, m.Add(ctx, p[1]))
	heard()

	boom := errors.New("no")
	stop, err = repo.M2MChanged[clubPerson](c.db, "followers", func(_ context.Context, e repo.LinkEvent) error {
		require.True(t, e.Reverse, "followers was named, and follows is its other end")
		if e.Action == repo.PostAdd {
			return boom
		}
		return nil
	})
	require.NoError(t, err)
	defer stop()
	require.ErrorIs(t, m.Add(ctx, p[2]), boom)
	require.Equal(t, []string{"bob"}, texts(t, m, "name"), "undone")

	var field *repo.FieldError
	for _, name := range []repo.Rel[clubPerson]{"folows", "name", "follows__friends"} {
		_, err = repo.M2MChanged(c.db, name, func(context.Context, repo.LinkEvent) error { return nil })
		require.ErrorAs(t, err, &field, name)
	}
	_, err = repo.M2MChanged(c.db, repo.Rel[clubShop]("area"), func(context.Context, repo.LinkEvent) error { return nil })
	require.ErrorContains(t, err, "clubShop.area is no many-to-many relation, so it has no links")
}

// A symmetrical relation and a model between are told once too.
func TestM2MChangedOfOtherTables(t *testing.T) {
	t.Parallel()
	ctx, c := openClub(t)
	p := c.person(t, "ann", "bob")
	n := 0
	count := func(context.Context, repo.LinkEvent) error { n++; return nil }
	for _, name := range []repo.Rel[clubPerson]{"friends", "teams"} {
		stop, err := repo.M2MChanged(c.db, name, count)
		require.NoError(t, err)
		defer stop()
	}
	require.NoError(t, repo.RelatedByName[clubPerson](c.people, p[0], "friends").Add(ctx, p[0], p[1]))
	require.Equal(t, 2, n)
	require.NoError(t, repo.RelatedByName[clubPerson](c.people, p[1], "friends").Clear(ctx))
	require.Equal(t, 4, n)
	team := &clubTeam{Name: "red"}
	require.NoError(t, c.teams.Create(ctx, team))
	require.NoError(t, repo.RelatedByName[clubPerson](c.teams, team, "people").Add(ctx, p[0], p[1]))
	require.Equal(t, 6, n)
	require.NoError(t, repo.RelatedByName[clubTeam](c.people, p[0], "teams").Remove(ctx, team))
	require.Equal(t, 8, n)
	require.Equal(t, []string{"bob"}, texts(t, repo.RelatedByName[clubPerson](c.teams, team, "people"), "name"))
}
