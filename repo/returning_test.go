package repo_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"github.com/gormango/gormango/internal/blog"
	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/repo/fn"
)

func TestUpdateReturning(t *testing.T) {
	t.Parallel()
	_, db, seats := seats(t)
	h := &happened{Interface: logger.Discard}
	ctx := context.WithValue(context.Background(), happenedKey{}, h)
	require.NoError(t, seats.BulkCreate(context.Background(), []*seat{seatCoded("a", 1), seatCoded("b", 2), seatCoded("c", 3)}))
	watched := repo.New[seat](db.Session(&gorm.Session{Logger: h}))
	got, err := repo.UpdateReturning[seat](ctx, watched.Filter("rank__gte", 2), watched.Set("rank", repo.F("rank").Mul(10)), watched.Set("status", "hot"))
	require.NoError(t, err)
	require.Equal(t, []string{"UPDATE", "AfterFind", "AfterFind"}, h.steps, "one statement")
	for _, s := range got {
		is, err := seats.ByPK(context.Background(), s.ID)
		require.NoError(t, err)
		require.Equal(t, *is, s)
	}
	require.Len(t, got, 2)
	codes, err := repo.UpdateReturning[string](ctx, seats.Columns("code").Filter("rank", 30), seats.Set("rank", 31))
	require.NoError(t, err)
	require.Equal(t, []string{"c"}, codes)
	type brief struct {
		Code string
		Rank int
	}
	briefs, err := repo.UpdateReturning[brief](ctx, seats.Filter("code", "a").Columns("rank", "code"), seats.Set("rank", 0))
	require.NoError(t, err)
	require.Equal(t, []brief{{"a", 0}}, briefs)
	none, err := repo.UpdateReturning[seat](ctx, seats.None(), seats.Set("rank", 0))
	require.NoError(t, err)
	require.Equal(t, []seat{}, none)

	_, err = repo.UpdateReturning[seat](ctx, seats, seats.Set("rank", 0))
	require.ErrorIs(t, err, gorm.ErrMissingWhereClause)
	_, err = repo.UpdateReturning[seat](ctx, seats.Filter("rank", 1).Limit(1), seats.Set("rank", 0))
	require.ErrorIs(t, err, repo.ErrSliced)
	_, err = repo.UpdateReturning[brief](ctx, seats.Filter("rank", 1), seats.Set("rank", 0))
	require.ErrorContains(t, err, "or choose what comes back by Columns")
	_, err = repo.UpdateReturning[int64](ctx, seats.Filter("rank", 1).Annotate("x", repo.F("rank").Add(1)).Columns("x"), seats.Set("rank", 0))
	require.ErrorContains(t, err, `"x" is no column of the row itself`)
	_, err = repo.UpdateReturning[int64](ctx, seats.GroupBy("rank"), seats.Set("rank", 0))
	require.ErrorContains(t, err, "groups cannot be written")
	var fe *repo.FieldError
	_, err = repo.UpdateReturning[seat](ctx, seats.Filter("rank", 1), seats.Set("rnak", 0))
	require.ErrorAs(t, err, &fe)
	_, err = repo.UpdateReturning[seat, seat](ctx, nil, seats.Set("rank", 0))
	require.ErrorIs(t, err, repo.ErrUnbound)

	// Over joins the rows are chosen by key.
	bctx, posts, _ := filled(t)
	titles, err := repo.UpdateReturning[string](bctx, posts.Filter("writer__name", "Ann").Filter("comments__stars__gte", 1).Columns("title"), posts.Set("likes", 0))
	require.NoError(t, err)
	want, err := repo.Values[string](bctx, posts.Filter("writer__name", "Ann").Filter("comments__stars__gte", 1).Distinct(), "title")
	require.NoError(t, err)
	require.NotEmpty(t, titles)
	require.ElementsMatch(t, want, titles)
}

func TestDeleteReturning(t *testing.T) {
	t.Parallel()
	ctx, _, seats := seats(t)
	require.NoError(t, seats.BulkCreate(ctx, []*seat{seatCoded("a", 1), seatCoded("b", 2), seatCoded("c", 3)}))
	got, err := repo.DeleteReturning[seat](ctx, seats.Filter("rank__gte", 3))
	require.NoError(t, err)
	require.Len(t, got, 1)
	require.Equal(t, "c", got[0].Code)
	codes, err := repo.DeleteReturning[string](ctx, seats.AllRows().Columns("code"))
	require.NoError(t, err)
	require.ElementsMatch(t, []string{"a", "b"}, codes)
	require.Zero(t, count(t, ctx, seats))
	_, err = repo.DeleteReturning[seat](ctx, seats)
	require.ErrorIs(t, err, gorm.ErrMissingWhereClause)

	// A soft delete marks.
	dctx, _, docs := documents(t)
	require.NoError(t, docs.Create(dctx, &document{Name: "a"}))
	marked, err := repo.DeleteReturning[document](dctx, docs.Filter("name", "a"))
	require.NoError(t, err)
	require.True(t, marked[0].DeletedAt.Valid)
	require.EqualValues(t, 1, count(t, dctx, docs.WithDeleted()))

	// Where other rows have a say, it is refused.
	_, err = repo.DeleteReturning[blog.Post](ctx, repo.New[blog.Post](openDB(t, blog.Models()...)).AllRows())
	require.ErrorContains(t, err, "links of Post.labels go with them")
}

func TestInsertFrom(t *testing.T) {
	t.Parallel()
	ctx, posts, _ := filled(t)
	db := openDB(t, &seat{}, &document{}, &sheet{})
	seats := repo.New[seat](db)
	require.NoError(t, seats.BulkCreate(ctx, []*seat{seatCoded("a", 1), seatCoded("b", 2), seatCoded("c", 2)}))
	heard := 0
	repo.PreSave(db, func(context.Context, repo.SaveEvent[seat]) error { heard++; return nil })
	from := seats.Filter("rank", 2).OrderBy("-code").Annotate("copy", fn.Concat(repo.F("code"), "'")).Columns("copy", "rank", "status")
	n, err := repo.InsertFrom(ctx, seats, from, "code", "rank", "status")
	require.NoError(t, err)
	require.EqualValues(t, 2, n)
	got, err := seats.Filter("code__endswith", "'").OrderBy("id").All(ctx)
	require.NoError(t, err)
	require.Equal(t, "c'", got[0].Code, "in the order of the rows, though it is not among the columns")
	require.Equal(t, 2, got[0].Rank)
	require.False(t, got[1].CreatedAt.IsZero() || got[1].UpdatedAt.IsZero())
	require.Zero(t, heard)

	groups := seats.GroupBy("rank").Annotate("n", repo.CountAll()).Annotate("name", repo.Cast(repo.F("rank"), "text"))
	n, err = repo.InsertFrom(ctx, seats.Defaults("created_at"), groups.Filter("rank", 77), "rank", "id", "code")
	require.NoError(t, err)
	require.Zero(t, n)
	n, err = repo.InsertFrom(ctx, seats, seats.None().Columns("code", "status"))
	require.NoError(t, err)
	require.Zero(t, n)

	for want, call := range map[string]func() error{
		"the rows of seat hold objects": func() error { _, err := repo.InsertFrom(ctx, seats, seats); return err },
		"1 different columns cannot be filled by the 2 ": func() error {
			_, err := repo.InsertFrom(ctx, seats, seats.Columns("code", "rank"), "code", "code")
			return err
		},
		"rows of another database": func() error { _, err := repo.InsertFrom(ctx, seats, posts.Columns("title"), "code"); return err },
		`has no field "copy"`:      func() error { _, err := repo.InsertFrom(ctx, seats, from); return err },
		"the key id is made for each object by the client": func() error {
			_, err := repo.InsertFrom(ctx, repo.New[document](db), seats.Columns("code"), "name")
			return err
		},
		"unique violation": func() error {
			_, err := repo.InsertFrom(ctx, seats, seats.Columns("code", "rank", "status"))
			return err
		},
	} {
		require.ErrorContains(t, call(), want)
	}
	require.EqualValues(t, 5, count(t, ctx, seats))
}
