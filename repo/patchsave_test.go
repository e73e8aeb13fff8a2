package repo_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/repotest"
)

type psTag struct {
	models.AutoKey
	Name string `gorm:"not null"`
}

type psPost struct {
	models.AutoKey
	Title  string   `gorm:"not null;unique" json:"title"`
	Views  int      `gorm:"not null" json:"views"`
	Hidden bool     `gorm:"not null" json:"hidden"`
	Tags   []*psTag `gorm:"many2many:ps_post_tags" json:"-"`
}

func (psPost) Meta() models.Meta {
	return models.Meta{Fields: map[string]models.FieldOptions{"title": {Editable: true}, "hidden": {Editable: true}}}
}

func TestPatch(t *testing.T) {
	t.Parallel()
	ctx, db := context.Background(), repotest.Open(t, &psTag{}, &psPost{})
	posts, tags := repo.New[psPost](db), repo.New[psTag](db)
	require.NoError(t, tags.Create(ctx, &psTag{Name: "a"}, &psTag{Name: "b"}, &psTag{Name: "c"}))
	patch := repo.Patch[psPost]{Required: []repo.Name[psPost]{"title"}, Links: []repo.Rel[psPost]{"tags"}}

	post := &psPost{}
	patched, err := patch.Decode(strings.NewReader(`{"title": "x", "tags": [1, 2]}`), post)
	require.NoError(t, err)
	require.NoError(t, patched.Save(ctx, posts, post))
	linked := func() []int64 {
		ids, err := repo.Values[int64](ctx, repo.RelatedByName[psTag](posts, post, "tags").OrderBy("id"), "id")
		require.NoError(t, err)
		return ids
	}
	require.Equal(t, []int64{1, 2}, linked())

	patch.Required = nil
	patched, err = patch.Decode(strings.NewReader(`{"hidden": true, "tags": [3]}`), post)
	require.NoError(t, err)
	require.Equal(t, []repo.Name[psPost]{"hidden"}, patched.Names)
	require.NoError(t, patched.Save(ctx, posts, post))
	require.Equal(t, []int64{3}, linked())
	patched, err = patch.Decode(strings.NewReader(`{"tags": []}`), post)
	require.NoError(t, err)
	require.NoError(t, patched.Save(ctx, posts, post))
	require.Empty(t, linked())
	patched, err = patch.Decode(strings.NewReader(`{"title": "y", "tags": [99]}`), post)
	require.NoError(t, err)
	require.ErrorAs(t, patched.Save(ctx, posts, post), new(*gormango.IntegrityError))
	require.NoError(t, posts.Refresh(ctx, post))
	require.Equal(t, "x", post.Title, "one transaction")
	patched, err = patch.Decode(strings.NewReader(`{"title": ""}`), post)
	require.NoError(t, err)
	require.EqualError(t, patched.Save(ctx, posts, post), "models: invalid title: This field cannot be blank.")
	patched, err = patch.Decode(strings.NewReader(`{}`), &psPost{AutoKey: key(77)})
	require.NoError(t, err)
	require.NoError(t, patched.Save(ctx, posts, &psPost{AutoKey: key(77)}), "nothing is sent")

	patch.Required = []repo.Name[psPost]{"title"}
	for body, want := range map[string]string{
		`{}`:                           "models: invalid title: This field is required.",
		`{"title": "x", "views": 1}`:   "models: invalid views: This field cannot be set.",
		`{"title": "x", "tags": 1}`:    "models: invalid tags: Enter a list of values.",
		`{"title": "x", "tags": [{}]}`: "models: invalid tags: Enter a list of values.",
		`{"title": null}`:              "models: invalid title: This field cannot be null.",
		`{"title": 7}`:                 "models: invalid title: Enter a text.",
		`{"hidden": "x"}`:              "models: invalid hidden: Enter true or false.",
		`[]`:                           "models: invalid __all__: The request is no valid JSON object.",
		`{"title": "` + strings.Repeat("x", 100) + `"}`: "models: invalid __all__: The request is too large.",
	} {
		patch.MaxBytes = 100
		_, err := patch.Decode(strings.NewReader(body), post)
		require.ErrorAs(t, err, new(*repo.PatchError), body)
		invalid, ok := repo.Validation(ctx, err)
		require.True(t, ok, body)
		require.EqualError(t, invalid, want, body)
	}
	patched = &repo.Patched[psPost]{Links: map[repo.Rel[psPost]][]any{"nix": {1}}}
	require.ErrorAs(t, patched.Save(ctx, posts, post), new(*repo.FieldError))
}
