package repo_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/internal/pgpool"
	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/repotest"
)

// shortNames refuses tags with short names, and fails for some.
type shortNames struct{}

var errShortNames = errors.New("no dictionary")

func (shortNames) ValidateStruct(_ context.Context, obj any) error {
	switch t, ok := obj.(*psTag); {
	case !ok:
		return nil
	case t.Name == "fail":
		return errShortNames
	case len(t.Name) < 3:
		return models.Invalid("name", "too short")
	}
	return nil
}

// Config.Validator tests objects wherever Clean runs, and beside it.
func TestConfigValidator(t *testing.T) {
	t.Parallel()
	ctx, all := context.Background(), []any{&psTag{}, &psPost{}, &fcItem{}, &fcShop{}}
	src, ok := pgpool.Of(repotest.Open(t, all...))
	require.True(t, ok)
	db, err := gormango.Open(ctx, gormango.Config{URL: src.Pool().Pgx().Config().ConnString(), Models: all, Validator: shortNames{}})
	require.NoError(t, err)
	defer func() { require.NoError(t, gormango.Close(db)) }()
	tags := repo.New[psTag](db)
	tag := &psTag{Name: "go"}
	for name, err := range map[string]error{
		"Create":     tags.Create(ctx, tag),
		"BulkCreate": tags.BulkCreate(ctx, []*psTag{tag}),
		"FullClean":  repo.FullClean(ctx, tags, tag),
	} {
		invalid, ok := repo.Validation(ctx, err)
		require.True(t, ok, "%s: %v", name, err)
		require.Equal(t, "too short", invalid.Fields["name"][0].Message, name)
	}
	tag.Name = "fail"
	require.ErrorIs(t, tags.Create(ctx, tag), errShortNames)
	tag.Name = "golang"
	require.NoError(t, tags.Create(ctx, tag))
	require.NoError(t, repo.New[psPost](db).Create(ctx, &psPost{Title: "x"}))
	n, err := tags.Count(ctx)
	require.NoError(t, err)
	require.EqualValues(t, 1, n)

	german := models.WithTranslator(ctx, func(string, models.Problem) string { return "zu kurz" })
	tag.Name = "x"
	require.EqualError(t, tags.Save(german, tag), "models: invalid name: zu kurz")
}
