package deletion

import (
	"fmt"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/query"
	"github.com/gormango/gormango/internal/store"
	"github.com/gormango/gormango/models"
)

// Statement returns the statement that removes the rows, or marks them.
func Statement(s *store.State) (*compile.Stmt, error) {
	if f := s.Model.SoftDelete; f != nil && s.Query.Deleted == query.Live {
		return compile.Update(s.Query, []compile.Set{{Field: f, Value: s.DB.NowFunc()}})
	}
	return compile.Delete(s.Query)
}

// Alone refuses a delete that other rows are involved in.
func Alone(s *store.State) error {
	keys, err := s.Registry.Referrers(s.Model)
	if err != nil {
		return err
	}
	for _, k := range keys {
		switch {
		case k.Link:
			return s.Mistaken("", fmt.Errorf("rows cannot be returned by the delete, since links of %s.%s go with them (read them first, or use Delete)", k.Many[0].From.Name, k.Many[0].Name))
		case k.OnDelete != models.DoNothing && k.OnDelete.Action() == "":
			return s.Mistaken("", fmt.Errorf("rows cannot be returned by the delete, since %s is %s (read them first, or use Delete)", k.Name(), k.OnDelete))
		}
	}
	return nil
}
