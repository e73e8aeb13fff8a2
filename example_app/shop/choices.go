package shop

import (
	"context"
	"strconv"

	"github.com/gormango/gormango/example_app/store"
)

// genreChoices returns the genres for a select. none is the label of the choice
// without a genre.
func (s *site) genreChoices(ctx context.Context, none string) ([]choice, error) {
	genres, err := s.genres.All(ctx)
	return choices(genres, none, func(g *store.Genre) (int64, string) { return g.ID, g.Name }), err
}

func (s *site) mediaTypeChoices(ctx context.Context) ([]choice, error) {
	types, err := s.mediaTypes.All(ctx)
	return choices(types, "Choose one", func(m *store.MediaType) (int64, string) { return m.ID, m.Name }), err
}

// albumChoices returns all albums, by artist.
func (s *site) albumChoices(ctx context.Context) ([]choice, error) {
	albums, err := s.albums.SelectRelated("artist").OrderBy("artist__name", "title", "id").All(ctx)
	return choices(albums, "None", func(a *store.Album) (int64, string) { return a.ID, a.Artist.Name + " – " + a.Title }), err
}

func (s *site) artistChoices(ctx context.Context) ([]choice, error) {
	artists, err := s.artists.All(ctx)
	return choices(artists, "Choose one", func(a *store.Artist) (int64, string) { return a.ID, a.Name }), err
}

// choices returns rows as the options of a select, after one without a value.
func choices[T any](rows []*T, none string, of func(*T) (int64, string)) []choice {
	out := []choice{{"", none}}
	for _, row := range rows {
		id, label := of(row)
		out = append(out, choice{strconv.FormatInt(id, 10), label})
	}
	return out
}

// keyText returns a number as text, "" for nil.
func keyText(n *int64) string {
	if n == nil {
		return ""
	}
	return strconv.FormatInt(*n, 10)
}
