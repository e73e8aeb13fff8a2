package shop

import (
	"context"
	"net/http"
	"strconv"

	"github.com/gormango/gormango/example_app/store"
	"github.com/gormango/gormango/repo"
)

func (s *site) artistRoutes(t routes) {
	t.handle("GET /artists", s.artistList)
}

var artistLists = list[store.Artist]{
	Search:    []repo.Lookup[store.Artist]{"name__icontains"},
	Orderings: []repo.Ordering[store.Artist]{"name"},
}

// artistList answers GET /artists?q=quill&order_by=-name.
func (s *site) artistList(w http.ResponseWriter, r *http.Request) error {
	found, err := artistLists.read(r, s.artists)
	if err != nil {
		return err
	}
	albums, err := s.albumsOf(r.Context(), found.Items)
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, "artists.html", page{Title: "Artists", Section: "/artists", Data: struct {
		List   listing[store.Artist]
		Albums map[int64]int64
	}{found, albums}})
}

// albumsOf counts the albums of artists.
func (s *site) albumsOf(ctx context.Context, artists []*store.Artist) (map[int64]int64, error) {
	ids := make([]int64, len(artists))
	for i, a := range artists {
		ids[i] = a.ID
	}
	rows, err := repo.Values[struct{ ArtistID, N int64 }](ctx,
		s.albums.Filter("artist_id__in", ids).OrderBy().GroupBy("artist_id").Annotate("n", repo.CountAll()))
	counts := make(map[int64]int64, len(rows))
	for _, row := range rows {
		counts[row.ArtistID] = row.N
	}
	return counts, err
}

// pathID is the key in the request's path; what cannot be one names no row.
func pathID(r *http.Request) (int64, error) {
	id, err := strconv.ParseUint(r.PathValue("id"), 10, 63)
	if err != nil {
		return 0, repo.ErrDoesNotExist
	}
	return int64(id), nil
}
