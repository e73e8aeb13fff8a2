package migrate_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/internal/longtest"
	"github.com/gormango/gormango/migrate"
	"github.com/gormango/gormango/repotest"
)

// chain writes the files of random changes into a directory, until it has at
// least n.
func chain(t *testing.T, dir string, n int) {
	t.Helper()
	all := append(append(append([]pair{}, columnPairs...), partPairs...), otherPairs...)
	db := setup(t)
	to := &migrate.State{Tables: map[string]*migrate.Table{}}
	for try := 1; ; try++ {
		s := loaded(t, dir)
		if len(s.IDs()) >= n {
			return
		}
		at, err := s.State()
		require.NoError(t, err)
		if len(at.Tables) == 0 || try%10 == 0 { // a state that no change fits is left
			to = shelves()
			to.Objects, to.Extensions = map[string]*migrate.SQLObject{}, nil
		} else {
			to = at.Clone()
			func() {
				defer func() { _ = recover() }() // a change that needs what another one removed
				p := all[rand.IntN(len(all))]
				next := to.Clone()
				p.change(next)
				delete(next.Objects, "view long_books")
				delete(next.Objects, "trigger touched")
				delete(next.Objects, "function touch")
				if len(next.Objects)+len(next.Extensions)+len(next.Schemas) == 0 && possible(next) && buildable(db, next) {
					to = next
				}
			}()
		}
		ops, err := migrate.Diff(at, to, func(migrate.Question) (bool, error) { return rand.IntN(2) == 0, nil })
		if err != nil || len(ops) == 0 {
			continue // a column that needs a value
		}
		ms, err := migrate.Generate(s, ops, fmt.Sprint("n", rand.IntN(1000)))
		require.NoError(t, err)
		require.NoError(t, migrate.Write(dir, ms...))
	}
}

// buildable reports whether a server makes the state, whose expressions may
// name what does not exist.
func buildable(db *gorm.DB, s *migrate.State) bool {
	ended := errors.New("rolled back")
	return errors.Is(db.Transaction(func(tx *gorm.DB) error {
		for _, sql := range migrate.CreateAll(s) {
			if err := tx.Exec(sql).Error; err != nil {
				return err
			}
		}
		return ended
	}), ended)
}

func TestSquash(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	chain(t, dir, longtest.Size(12, 200))
	s := loaded(t, dir)
	ids := s.IDs()
	squashed, err := migrate.Squash(s, ids[0], ids[len(ids)-1])
	require.NoError(t, err)
	require.Len(t, squashed, 1)
	require.Equal(t, ids, squashed[0].Replaces)

	long := setup(t)
	_, err = migrate.Up(t.Context(), long, s, migrate.Unlinted())
	require.NoError(t, err)
	require.NoError(t, migrate.Write(dir, squashed...))
	both := loaded(t, dir)
	short := setup(t)
	report, err := migrate.Up(t.Context(), short, both, migrate.Unlinted())
	require.NoError(t, err)
	require.Len(t, report.Applied, 1)
	require.Equal(t, withoutHistory(contents(t, long)), withoutHistory(contents(t, short)))
	state, err := s.State()
	require.NoError(t, err)
	require.LessOrEqual(t, float64(len(squashed[0].Forward)), 1.2*float64(len(migrate.CreateAll(state))))

	// A database at any point of the old chain goes forward: a copy of one that
	// goes through the chain.
	server, origin := setup(t), repotest.URL(t)
	points := 0
	for i, id := range ids {
		if !longtest.Asked() && i != len(ids)/3 && i != len(ids)*2/3 {
			continue
		}
		points++
		walker, err := gormango.Open(t.Context(), gormango.Config{URL: origin})
		require.NoError(t, err)
		_, err = newRunner(t, walker, s, migrate.Unlinted()).Up(t.Context(), id)
		require.NoError(t, err)
		require.NoError(t, gormango.Close(walker)) // one in use is not copied
		copied(t, server, origin, func(db *gorm.DB) {
			_, err = migrate.Up(t.Context(), db, both, migrate.Unlinted())
			require.NoError(t, err, id)
			require.Equal(t, withoutHistory(contents(t, long)), withoutHistory(contents(t, db)), id)
		})
	}
	t.Logf("%d migrations, databases at %d points", len(ids), points)
}

// copied calls fn with a copy of the database of a URL, which it drops then.
func copied(t *testing.T, server *gorm.DB, from string, fn func(db *gorm.DB)) {
	u, err := url.Parse(from)
	require.NoError(t, err)
	original := strings.TrimPrefix(u.Path, "/")
	u.Path += "_copy"
	run(t, server, fmt.Sprintf("CREATE DATABASE %q TEMPLATE %q", original+"_copy", original))
	defer run(t, server, fmt.Sprintf("DROP DATABASE %q WITH (FORCE)", original+"_copy"))
	db, err := gormango.Open(t.Context(), gormango.Config{URL: u.String()})
	require.NoError(t, err)
	defer gormango.Close(db)
	fn(db)
}

func TestSquashStopsAtWhatNoOperationDescribes(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	before, _ := orders()
	grow(t, dir, nil, before...)
	code := migrate.GoMigration{ID: "shop/0002_code", After: []migrate.ID{"shop/0001_initial"},
		Up: func(context.Context, *migrate.Batch) error { return nil }}
	s, err := migrate.Load(os.DirFS(dir), migrate.App("shop"), migrate.WithGo(code))
	require.NoError(t, err)
	_, err = migrate.Squash(s, "0001", "0002")
	var e *migrate.ChainError
	require.ErrorAs(t, err, &e)
	require.EqualError(t, err, "migrate: shop/0002_code: its code may change rows (set Elidable if a new database does not need it, or squash up to the migration before)")
	code.Elidable = true
	s, err = migrate.Load(os.DirFS(dir), migrate.App("shop"), migrate.WithGo(code))
	require.NoError(t, err)
	ms, err := migrate.Squash(s, "0001", "0002")
	require.NoError(t, err)
	require.Equal(t, migrate.ID("shop/0001_initial_squashed_0002_code"), ms[0].ID)
	_, err = migrate.Squash(s, "0002", "0001")
	require.ErrorContains(t, err, "the first does not come before the second")

	dir = t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "0001_x.sql"), []byte("-- +goose Up\nUPDATE a SET b = 1;\n"), 0o600))
	require.NoError(t, migrate.Rehash(dir))
	s = loaded(t, dir)
	_, err = migrate.Squash(s, "0001", "0001")
	require.EqualError(t, err, "migrate: shop/0001_x: no operation describes what its SQL does (squash up to the migration before)")
}
