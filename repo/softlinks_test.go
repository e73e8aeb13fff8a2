package repo_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"
	"pgregory.net/rapid"

	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
)

// A club has sports by a table that GORM makes, fans by a model between that is
// soft deleted itself, players by their foreign key, and a town by its own.
type (
	hClub struct {
		models.AutoKey
		models.SoftDelete
		Name    string
		TownID  *int64
		Town    *hTown
		Sports  []*hSport  `gorm:"many2many:h_club_sports"`
		Fans    []*hFan    `gorm:"many2many:h_visits;joinForeignKey:ClubID;joinReferences:FanID"`
		Players []*hPlayer `gorm:"foreignKey:ClubID"`
	}
	hTown struct {
		models.AutoKey
		models.SoftDelete
		Name  string
		Clubs []*hClub `gorm:"foreignKey:TownID"`
	}
	hSport struct {
		models.AutoKey
		models.SoftDelete
		Name  string
		Clubs []*hClub `gorm:"many2many:h_club_sports"`
	}
	hFan struct {
		models.AutoKey
		models.SoftDelete
		Name string
	}
	hVisit struct {
		models.AutoKey
		models.SoftDelete
		ClubID int64
		FanID  int64
	}
	hPlayer struct {
		models.AutoKey
		models.SoftDelete
		Name   string
		ClubID *int64
		Club   *hClub
	}
)

func (hVisit) TableName() string { return "h_visits" }

// hWorld is what the tables hold: the visible rows of each relation by club,
// and the town that each club's column holds.
type hWorld struct {
	clubs []int64
	seen  map[string]map[int64][]int64
	town  map[int64]int64
}

// drawWorld fills the tables with rows some of which are hidden.
func drawWorld(ctx context.Context, t *rapid.T, tx *gorm.DB) hWorld {
	db := tx.WithContext(ctx)
	exec := func(sql string, args ...any) { require.NoError(t, db.Exec(sql, args...).Error) }
	exec("TRUNCATE h_clubs, h_towns, h_sports, h_fans, h_visits, h_players, h_club_sports RESTART IDENTITY")
	w := hWorld{seen: map[string]map[int64][]int64{"sports": {}, "fans": {}, "players": {}}, town: map[int64]int64{}}
	hidden := func() string {
		if rapid.Bool().Draw(t, "hidden") {
			return "now()"
		}
		return "NULL"
	}
	live := map[string][]bool{}
	for _, table := range []string{"h_towns", "h_sports", "h_fans"} {
		for i := range 3 {
			mark := hidden()
			live[table] = append(live[table], mark == "NULL")
			exec("INSERT INTO "+table+" (name, deleted_at) VALUES (?, "+mark+")", fmt.Sprint(table, i+1))
		}
	}
	for c := int64(1); c <= 3; c++ {
		w.clubs = append(w.clubs, c)
		if town := rapid.Int64Range(0, 3).Draw(t, "town"); town > 0 {
			w.town[c] = town
			exec("INSERT INTO h_clubs (name, town_id) VALUES (?, ?)", fmt.Sprint("club", c), town)
		} else {
			exec("INSERT INTO h_clubs (name) VALUES (?)", fmt.Sprint("club", c))
		}
		for far := int64(1); far <= 3; far++ {
			if rapid.Bool().Draw(t, "plays") {
				exec("INSERT INTO h_club_sports (h_club_id, h_sport_id) VALUES (?, ?)", c, far)
				if live["h_sports"][far-1] {
					w.seen["sports"][c] = append(w.seen["sports"][c], far)
				}
			}
			if rapid.Bool().Draw(t, "visits") {
				mark := hidden()
				exec("INSERT INTO h_visits (club_id, fan_id, deleted_at) VALUES (?, ?, "+mark+")", c, far)
				if mark == "NULL" && live["h_fans"][far-1] {
					w.seen["fans"][c] = append(w.seen["fans"][c], far)
				}
			}
		}
		for range rapid.IntRange(0, 2).Draw(t, "players") {
			mark := hidden()
			var id int64
			require.NoError(t, db.Raw("INSERT INTO h_players (name, club_id, deleted_at) VALUES ('p', ?, "+mark+") RETURNING id", c).Scan(&id).Error)
			if mark == "NULL" {
				w.seen["players"][c] = append(w.seen["players"][c], id)
			}
		}
	}
	return w
}

// where returns the clubs of which holds is true.
func (w hWorld) where(holds func(club int64) bool) []int64 {
	out := []int64{}
	for _, c := range w.clubs {
		if holds(c) {
			out = append(out, c)
		}
	}
	return out
}

// A row that a soft delete hides counts in no call that reads a relation to
// many, and a foreign key is its own column in each.
func TestHiddenRowsCountNowhere(t *testing.T) {
	t.Parallel()
	db := openDB(t, &hTown{}, &hSport{}, &hFan{}, &hClub{}, &hVisit{}, &hPlayer{})
	ctx, clubs := t.Context(), repo.New[hClub](db)
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(ctx, t, db)
		ids := func(qs *repo.QuerySet[hClub]) []int64 {
			got, err := repo.Values[int64](ctx, qs.OrderBy("id"), "id")
			require.NoError(t, err)
			return slices.Compact(got) // a join finds a club once for each of its rows
		}
		type q = repo.Lookup[hClub]
		for rel, seen := range w.seen {
			name := map[string]string{"sports": "name", "fans": "name", "players": "id"}[rel]
			has := func(c int64) bool { return len(seen[c]) > 0 }
			hasNone := func(c int64) bool { return !has(c) }
			for _, path := range []string{rel, rel + "__pk", rel + "__" + name, rel + "__id"} {
				require.Equal(t, w.where(hasNone), ids(clubs.Filter(q(path+"__isnull"), true)), "%s is null", path)
				require.Equal(t, w.where(has), ids(clubs.Filter(q(path+"__isnull"), false)), "%s is not null", path)
				require.Equal(t, w.where(has), ids(clubs.Exclude(q(path+"__isnull"), true)), "exclude %s is null", path)
				require.Equal(t, w.where(hasNone), ids(clubs.Exclude(q(path+"__isnull"), false)), "exclude %s is not null", path)
				type counted struct {
					ID int64
					N  int
				}
				got, err := repo.Values[counted](ctx, clubs.Annotate("n", repo.Count(repo.F(repo.Ref(path)))).OrderBy("id"), "id", "n")
				require.NoError(t, err)
				for i, c := range w.clubs {
					require.Equal(t, counted{c, len(seen[c])}, got[i], "count of %s", path)
				}
			}
			for far := int64(1); far <= 3; far++ {
				holds := func(c int64) bool { return slices.Contains(seen[c], far) }
				lacks := func(c int64) bool { return !holds(c) }
				for _, path := range []string{rel, rel + "__pk", rel + "__id"} {
					require.Equal(t, w.where(holds), ids(clubs.Filter(q(path), far)), "%s = %d", path, far)
					require.Equal(t, w.where(holds), ids(clubs.Filter(q(path+"__in"), []int64{far})), "%s in %d", path, far)
					require.Equal(t, w.where(lacks), ids(clubs.Exclude(q(path), far)), "exclude %s = %d", path, far)
					require.Equal(t, w.where(lacks), ids(clubs.Where(clubs.Q(q(path), far).Not())), "not %s = %d", path, far)
				}
			}
			var pairs [][2]int64
			for _, c := range w.clubs {
				for _, far := range seen[c] {
					pairs = append(pairs, [2]int64{c, far})
				}
			}
			type pair struct {
				ID  int64
				Far *int64
			}
			rows, err := repo.Values[pair](ctx, clubs.Annotate("far", repo.F(repo.Ref(rel))).Filter("far__isnull", false).OrderBy("id", "far"), "id", "far")
			require.NoError(t, err)
			var got [][2]int64
			for _, r := range rows {
				got = append(got, [2]int64{r.ID, *r.Far})
			}
			require.Equal(t, pairs, got, "values of %s", rel)
			n, err := clubs.Filter(q(rel+"__isnull"), false).Distinct().Count(ctx)
			require.NoError(t, err)
			require.Len(t, w.where(has), int(n))
		}

		list, err := clubs.PrefetchRelated("sports", "fans", "players").OrderBy("id").All(ctx)
		require.NoError(t, err)
		for _, c := range list {
			require.Len(t, c.Sports, len(w.seen["sports"][c.ID]))
			require.Len(t, c.Fans, len(w.seen["fans"][c.ID]))
			require.Len(t, c.Players, len(w.seen["players"][c.ID]))
			n, err := repo.RelatedByName[hSport](clubs, c, "sports").Count(ctx)
			require.NoError(t, err)
			require.Len(t, c.Sports, int(n))
			n, err = repo.RelatedByName[hFan](clubs, c, "fans").Count(ctx)
			require.NoError(t, err)
			require.Len(t, c.Fans, int(n))
		}

		for _, path := range []string{"town", "town__pk", "town__id", "town_id"} {
			require.Equal(t, w.where(func(c int64) bool { return w.town[c] == 0 }), ids(clubs.Filter(q(path+"__isnull"), true)), "%s is null", path)
			for town := int64(1); town <= 3; town++ {
				require.Equal(t, w.where(func(c int64) bool { return w.town[c] == town }), ids(clubs.Filter(q(path), town)), path)
				require.Equal(t, w.where(func(c int64) bool { return w.town[c] != town }), ids(clubs.Exclude(q(path), town)), path)
			}
			got, err := repo.Values[*int64](ctx, clubs.Annotate("t", repo.F(repo.Ref(path))).OrderBy("id"), "t")
			require.NoError(t, err)
			for i, c := range w.clubs {
				if want := w.town[c]; want == 0 {
					require.Nil(t, got[i], path)
				} else {
					require.Equal(t, want, *got[i], path)
				}
			}
		}
	})
}

// The manager of a hidden owner reads and changes its rows, as a prefetch does.
func TestManagerOfAHiddenOwner(t *testing.T) {
	t.Parallel()
	db := openDB(t, &hTown{}, &hSport{}, &hFan{}, &hClub{}, &hVisit{}, &hPlayer{})
	ctx, clubs, sports := t.Context(), repo.New[hClub](db), repo.New[hSport](db)
	c, a, b := &hClub{Name: "c"}, &hSport{Name: "a"}, &hSport{Name: "b"}
	require.NoError(t, clubs.Create(ctx, c))
	require.NoError(t, sports.Create(ctx, a, b))
	m := repo.RelatedByName[hSport](clubs, c, "sports")
	require.NoError(t, m.Add(ctx, a, b))
	_, err := clubs.Delete(ctx, c)
	require.NoError(t, err)
	n, err := m.Filter("name", "a").Count(ctx)
	require.NoError(t, err)
	require.EqualValues(t, 1, n)
	require.NoError(t, m.Remove(ctx, a))
	got, err := clubs.WithDeleted().PrefetchRelated("sports").Get(ctx)
	require.NoError(t, err)
	require.Len(t, got.Sports, 1)
	n, err = sports.Filter("clubs__isnull", true).Count(ctx)
	require.NoError(t, err)
	require.EqualValues(t, 2, n, "the club is hidden")
}
