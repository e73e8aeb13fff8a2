package repotest

import (
	"context"
	"log/slog"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/repo"
)

// heard is a test that notes what it is told.
type heard struct {
	testing.TB
	texts []string
}

func (h *heard) Helper() {}

func (h *heard) Errorf(format string, args ...any) {
	h.texts = append(h.texts, format)
	for _, a := range args {
		if s, is := a.(string); is {
			h.texts = append(h.texts, s)
		}
	}
}

func shelves(t *testing.T, db *gorm.DB) *repo.Repository[shelf] {
	t.Helper()
	shelves := repo.New[shelf](db)
	for _, name := range []string{"top", "middle", "bottom"} {
		s := &shelf{Name: name}
		require.NoError(t, shelves.Create(t.Context(), s))
		require.NoError(t, repo.New[box](db).Create(t.Context(), &box{ShelfID: s.ID}))
	}
	return shelves
}

// Statements of repositories and of plain GORM are counted, and no others.
func TestQueriesAreCounted(t *testing.T) {
	t.Parallel()
	db := Open(t, &shelf{}, &box{})
	rows := shelves(t, db)
	ctx := t.Context()
	boxes := repo.New[box](db)

	AssertQueries(ctx, t, 2, func(ctx context.Context) {
		_, err := boxes.PrefetchRelated("shelf").All(ctx)
		require.NoError(t, err)
	})
	AssertQueries(ctx, t, 1, func(ctx context.Context) {
		var all []shelf
		require.NoError(t, db.WithContext(ctx).Find(&all).Error)
		_, err := rows.All(t.Context()) // by another context
		require.NoError(t, err)
	})
	AssertQueries(ctx, t, 0, func(context.Context) {})

	other := &heard{TB: t}
	require.False(t, AssertQueries(ctx, other, 1, func(ctx context.Context) {
		for _, name := range []string{"top", "middle"} {
			_, err := rows.Filter("name", name).Get(ctx)
			require.NoError(t, err)
		}
	}))
	require.Len(t, other.texts, 2)
	require.Contains(t, other.texts[1], "2 × SELECT")
	require.NotContains(t, other.texts[1], "middle", "values are in no message")
}

func TestNPlusOne(t *testing.T) {
	t.Parallel()
	db := Open(t, &shelf{}, &box{})
	rows := shelves(t, db)
	boxes := repo.New[box](db)
	AssertNoNPlusOne(t.Context(), t, func(ctx context.Context) {
		_, err := boxes.SelectRelated("shelf").All(ctx)
		require.NoError(t, err)
	})
	other := &heard{TB: t}
	require.False(t, AssertNoNPlusOne(t.Context(), other, func(ctx context.Context) {
		all, err := boxes.All(ctx)
		require.NoError(t, err)
		for _, b := range all {
			_, err := rows.ByPK(ctx, b.ShelfID)
			require.NoError(t, err)
		}
	}))
	require.Contains(t, other.texts[1], "3 × SELECT")
	require.Less(t, strings.Index(other.texts[1], "3 ×"), strings.Index(other.texts[1], "1 ×"), "the worst comes first")
}

// Counts can stand in one another.
func TestQueriesNest(t *testing.T) {
	t.Parallel()
	rows := shelves(t, Open(t, &shelf{}, &box{}))
	outer := Queries(t.Context(), func(ctx context.Context) {
		AssertQueries(ctx, t, 1, func(ctx context.Context) {
			_, err := rows.Count(ctx)
			require.NoError(t, err)
		})
		_, err := rows.Count(ctx)
		require.NoError(t, err)
	})
	require.Len(t, outer, 1)
	require.Equal(t, 2, outer[0].Runs)
}

// A logger of the caller still gets its records at their levels.
func TestOpenWithALogger(t *testing.T) {
	t.Parallel()
	var quiet, loud strings.Builder
	for out, level := range map[*strings.Builder]slog.Level{&quiet: slog.LevelInfo, &loud: slog.LevelDebug} {
		log := slog.New(slog.NewTextHandler(out, &slog.HandlerOptions{Level: level}))
		db := OpenWith(t, gormango.Config{Logger: log, ApplicationName: "shelves"}, &shelf{}, &box{})
		AssertQueries(t.Context(), t, 1, func(ctx context.Context) {
			_, err := repo.New[shelf](db).Filter("name", "secret").All(ctx)
			require.NoError(t, err)
		})
		var name string
		require.NoError(t, db.Raw("SHOW application_name").Scan(&name).Error)
		require.Equal(t, "shelves", name)
	}
	require.Empty(t, quiet.String())
	require.Contains(t, loud.String(), "level=DEBUG")
	require.Contains(t, loud.String(), "shelves")
	require.NotContains(t, loud.String(), "secret")
}

func TestGoldenSQL(t *testing.T) {
	GoldenSQL(t, "named", repo.New[shelf](Open(t, &shelf{}, &box{})).Filter("name", "top"))
	if os.Getenv("GORMANGO_UPDATE") == "1" {
		return
	}
	other := &heard{TB: t}
	GoldenSQL(other, "named", repo.New[shelf](Open(t, &shelf{}, &box{})).Filter("name__contains", "top"))
	require.Len(t, other.texts, 3)
}
