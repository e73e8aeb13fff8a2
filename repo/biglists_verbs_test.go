package repo_test

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/repotest"
)

// fillBig runs statements that fill tables, in which ":rows" is the length of
// the long lists.
func fillBig(t *testing.T, db *gorm.DB, statements ...string) {
	t.Helper()
	for _, sql := range append(statements, "ANALYZE") {
		require.NoError(t, db.Exec(strings.ReplaceAll(sql, ":rows", strconv.Itoa(bigList))).Error)
	}
}

// The verbs of a manager take any number of objects and keys, whatever the
// relation and the keys.
func TestBigListsOfRelated(t *testing.T) {
	t.Parallel()
	ctx, c := openClub(t)
	fillBig(t, c.db,
		`INSERT INTO club_areas (name) VALUES ('a'), ('b')`,
		`INSERT INTO club_people (name) SELECT 'p' || i FROM generate_series(1, :rows) i`,
		`INSERT INTO club_teams (name) VALUES ('t')`,
		`INSERT INTO club_shops (name, area_id) SELECT 's' || i, 1 FROM generate_series(1, :rows) i`,
		`INSERT INTO club_notes (text, owner_id, owner_type) SELECT 'n' || i, 0, '' FROM generate_series(1, :rows) i`,
		`INSERT INTO club_rooms (house, no, name) SELECT 'h', i, '' FROM generate_series(1, :rows) i`,
		`INSERT INTO club_lamps (maker, model) SELECT 'm', i::text FROM generate_series(1, :rows) i`,
		`INSERT INTO club_seats (house, seat, room_no) SELECT 'h', i, 2 FROM generate_series(1, :rows) i`,
	)
	area, team, room := &clubArea{AutoKey: key(1)}, &clubTeam{AutoKey: key(1)}, &clubRoom{House: "h", No: 1}
	shop := &clubShop{AutoKey: key(1)}
	t.Run("foreign key", func(t *testing.T) {
		verbs(t, ctx, repo.RelatedByName[clubShop](c.areas, area, "spares"), all(t, c.shops), func(s *clubShop) any { return s.ID })
	})
	t.Run("foreign key of two columns", func(t *testing.T) {
		seats := repo.New[clubSeat](c.db)
		verbs(t, ctx, repo.RelatedByName[clubSeat](c.rooms, room, "seats"), all(t, seats), func(s *clubSeat) any { return []any{s.House, s.Seat} })
	})
	t.Run("polymorphic", func(t *testing.T) {
		notes := repo.New[clubNote](c.db)
		list := all(t, notes)
		m := repo.RelatedByName[clubNote](c.shops, shop, "notes")
		require.NoError(t, m.Add(ctx, list[0], list[1:]...))
		require.EqualValues(t, bigList, count(t, ctx, repo.From(m)))
		require.NoError(t, m.Remove(ctx, list[0], list[1:]...))
		require.Zero(t, count(t, ctx, notes), "they belong to nobody else")
	})
	people := all(t, c.people)
	person := func(p *clubPerson) any { return p.ID }
	t.Run("links", func(t *testing.T) {
		verbs(t, ctx, repo.RelatedByName[clubPerson](c.people, people[0], "follows"), people, person)
	})
	t.Run("symmetrical links", func(t *testing.T) {
		verbs(t, ctx, repo.RelatedByName[clubPerson](c.people, people[0], "friends"), people, person)
	})
	t.Run("links of a model", func(t *testing.T) {
		verbs(t, ctx, repo.RelatedByName[clubPerson](c.teams, team, "people"), people, person)
	})
	t.Run("links of a model with UUIDs", func(t *testing.T) {
		verbs(t, ctx, repo.RelatedByName[clubPerson](c.teams, team, "guests"), people, person)
	})
	t.Run("links of two columns at each end", func(t *testing.T) {
		verbs(t, ctx, repo.RelatedByName[clubLamp](c.rooms, room, "lamps"), all(t, c.lamps), func(l *clubLamp) any { return []any{l.Maker, l.Model} })
	})
	t.Run("links that are listened to", func(t *testing.T) {
		heard := 0
		stop, err := repo.M2MChanged[clubPerson](c.db, "follows", func(context.Context, repo.LinkEvent) error { heard++; return nil })
		require.NoError(t, err)
		defer stop()
		verbs(t, ctx, repo.RelatedByName[clubPerson](c.people, people[0], "follows"), people, person)
		require.NotZero(t, heard)
	})
}

// Remove hashes many keys of two columns: with statistics of a time when the
// owner had no rows, the server would compare each row with each key.
func TestManyRemovedKeysAreHashed(t *testing.T) {
	t.Parallel()
	ctx, db := context.Background(), repotest.Open(t, clubModels()...)
	rooms, seats := repo.New[clubRoom](db), repo.New[clubSeat](db)
	room := &clubRoom{House: "h", No: 1}
	require.NoError(t, rooms.Create(ctx, room))
	m := repo.RelatedByName[clubSeat](rooms, room, "seats")
	for n, hashed := range map[int]bool{10: false, 500: true} {
		var list []*clubSeat
		for i := range n {
			list = append(list, &clubSeat{House: "h", Seat: n + i})
		}
		require.NoError(t, seats.BulkCreate(ctx, list))
		require.NoError(t, repo.AddAll(ctx, m, list))
		queries := repotest.Queries(ctx, func(ctx context.Context) { require.NoError(t, repo.RemoveAll(ctx, m, list)) })
		require.Equal(t, hashed, strings.Contains(queries[len(queries)-1].SQL, ") IS TRUE"), "%v", queries)
		require.Zero(t, count(t, ctx, repo.From(m)))
	}
}

// verbs runs every verb that takes a list.
func verbs[P, C any](t *testing.T, ctx context.Context, m *repo.RelatedManager[P, C], objs []*C, key func(*C) any) {
	t.Helper()
	keys := make([]any, len(objs))
	for i, o := range objs {
		keys[i] = key(o)
	}
	has := func(n int, what string) {
		t.Helper()
		require.EqualValues(t, n, count(t, ctx, repo.From(m)), what)
	}
	require.NoError(t, m.Add(ctx, objs[0], objs[1:]...))
	has(len(objs), "Add")
	require.NoError(t, m.Remove(ctx, objs[1], objs[2:]...))
	has(1, "Remove")
	require.NoError(t, m.Replace(ctx, objs[1:]...))
	has(len(objs)-1, "Replace")
	require.NoError(t, m.RemoveKeys(ctx, keys[0], keys[1:]...))
	has(0, "RemoveKeys")
	require.NoError(t, m.AddKeys(ctx, keys[0], keys[1:]...))
	has(len(objs), "AddKeys")
	require.NoError(t, m.ReplaceKeys(ctx, keys[1:]...))
	has(len(objs)-1, "ReplaceKeys")
	require.NoError(t, m.ReplaceKeys(ctx))
	has(0, "ReplaceKeys of none")
}

func all[T any](t *testing.T, qs *repo.QuerySet[T]) []*T {
	t.Helper()
	list, err := qs.OrderBy().All(context.Background())
	require.NoError(t, err)
	return list
}

// Relations of more objects than a statement has parameters, however they are
// loaded.
func TestBigListsOfOwners(t *testing.T) {
	t.Parallel()
	ctx, c := openClub(t)
	fillBig(t, c.db,
		`INSERT INTO club_areas (name) SELECT 'a' || i FROM generate_series(1, :rows) i`,
		`INSERT INTO club_shops (name, area_id) SELECT 's' || i, i FROM generate_series(1, :rows) i`,
		`INSERT INTO club_notes (text, owner_id, owner_type) SELECT 'n' || i, i, 'club_shops' FROM generate_series(1, :rows) i`,
		`INSERT INTO club_rooms (house, no, name) SELECT 'h', i, '' FROM generate_series(1, :rows) i`,
		`INSERT INTO club_lamps (maker, model) SELECT 'm', i::text FROM generate_series(1, :rows) i`,
		`INSERT INTO club_seats (house, seat, room_no) SELECT 'h', i, i FROM generate_series(1, :rows) i`,
		`INSERT INTO club_room_lamps (club_lamp_maker, club_lamp_model, club_room_house, club_room_no) SELECT 'm', i::text, 'h', i FROM generate_series(1, :rows) i`,
	)
	for name, load := range map[string]func() ([]*clubRoom, error){
		"Prefetch": func() ([]*clubRoom, error) { return c.rooms.PrefetchRelated("seats__room", "lamps").All(ctx) },
		"some of each": func() ([]*clubRoom, error) {
			return c.rooms.Prefetch("seats", repo.New[clubSeat](c.db).OrderBy("seat").Limit(1)).Prefetch("lamps", c.lamps.OrderBy("model").Limit(1)).PrefetchRelated("seats__room").All(ctx)
		},
		"Load": func() ([]*clubRoom, error) {
			rooms := all(t, c.rooms)
			return rooms, repo.Load(ctx, c.rooms, rooms, "seats__room", "lamps")
		},
	} {
		rooms, err := load()
		require.NoError(t, err, name)
		require.Len(t, rooms, bigList, name)
		for _, r := range rooms {
			if len(r.Seats) != 1 || len(r.Lamps) != 1 || r.Seats[0].Seat != r.No || r.Lamps[0].Model != fmt.Sprint(r.No) || r.Seats[0].Room.No != r.No {
				require.Fail(t, "wrong relations", "%s: room %d", name, r.No)
			}
		}
	}
	shops := all(t, c.shops)
	require.NoError(t, repo.Load(ctx, c.shops, shops, "area", "notes"))
	require.EqualValues(t, bigList, shops[bigList-1].Area.ID)
	require.Equal(t, fmt.Sprint("n", bigList), shops[bigList-1].Notes[0].Text)
}

// bigRoom and bigDesk have keys of two columns, and are marked when they are
// deleted.
type bigRoom struct {
	House string `gorm:"primaryKey"`
	No    int    `gorm:"primaryKey;autoIncrement:false"`
	Size  int    `gorm:"not null"`
	models.Versioned
	models.SoftDelete
}

type bigDesk struct {
	InHouse string   `gorm:"primaryKey"`
	InRoom  int      `gorm:"primaryKey;autoIncrement:false"`
	Room    *bigRoom `gorm:"foreignKey:InHouse,InRoom;references:House,No"`
	models.SoftDelete
}

func (bigDesk) Meta() models.Meta { return cascading("room") }

// bigPin goes with its desk and cannot be marked, bigFlag lets go.
type bigPin struct {
	models.AutoKey
	DeskHouse string   `gorm:"not null;index:idx_pin"`
	DeskRoom  int      `gorm:"not null;index:idx_pin"`
	Desk      *bigDesk `gorm:"foreignKey:DeskHouse,DeskRoom;references:InHouse,InRoom"`
}

func (bigPin) Meta() models.Meta { return cascading("desk") }

type bigFlag struct {
	models.AutoKey
	RoomHouse *string  `gorm:"index:idx_flag"`
	RoomNo    *int     `gorm:"index:idx_flag"`
	Room      *bigRoom `gorm:"foreignKey:RoomHouse,RoomNo;references:House,No"`
}

func (bigFlag) Meta() models.Meta {
	return models.Meta{Relations: map[string]models.RelationOptions{"room": {OnDelete: models.SetNull}}}
}

// Deletes take any number of objects and of rows along, by keys of several
// columns too; so does Restore.
func TestBigListsOfDeletes(t *testing.T) {
	t.Parallel()
	ctx, db := context.Background(), openDB(t, &bigRoom{}, &bigDesk{}, &bigPin{}, &bigFlag{})
	fillBig(t, db,
		`INSERT INTO big_rooms (house, no, size, lock_version) SELECT 'h', i, 0, 1 FROM generate_series(1, :rows) i`,
		`INSERT INTO big_desks (in_house, in_room) SELECT house, no FROM big_rooms`,
		`INSERT INTO big_pins (desk_house, desk_room) SELECT house, no FROM big_rooms`,
		`INSERT INTO big_flags (room_house, room_no) SELECT house, no FROM big_rooms`,
	)
	rooms := repo.New[bigRoom](db)
	list := all(t, rooms)
	both := map[string]int64{"bigRoom": int64(bigList), "bigDesk": int64(bigList)}

	d, err := rooms.Delete(ctx, list...)
	require.NoError(t, err)
	require.Equal(t, both, d.By)
	back, err := rooms.Restore(ctx, list...)
	require.NoError(t, err)
	require.Equal(t, both, back.By)
	d, err = rooms.Filter("house", "h").Delete(ctx)
	require.NoError(t, err)
	require.Equal(t, both, d.By)
	back, err = rooms.AllRows().Restore(ctx)
	require.NoError(t, err)
	require.Equal(t, both, back.By)

	for _, r := range all(t, rooms) {
		list[r.No-1] = r
		r.Size = r.No
	}
	n, err := rooms.BulkUpdate(ctx, list, "size")
	require.NoError(t, err)
	require.EqualValues(t, bigList, n)
	stale := *list[bigList-1]
	require.NoError(t, rooms.Save(ctx, list[bigList-1]))
	_, err = rooms.BulkUpdate(ctx, append(list[:bigList-1:bigList-1], &stale), "size")
	require.ErrorIs(t, err, repo.ErrStaleObject)

	d, err = rooms.HardDelete(ctx, list...)
	require.NoError(t, err)
	require.Equal(t, map[string]int64{"bigRoom": int64(bigList), "bigDesk": int64(bigList), "bigPin": int64(bigList)}, d.By)
	flags := repo.New[bigFlag](db)
	require.EqualValues(t, bigList, count(t, ctx, flags.Filter("room_house", nil).Filter("room_no", nil)))
}

// What holds a delete back is named, however many rows it is.
func TestBigListsThatRefuse(t *testing.T) {
	t.Parallel()
	ctx, db := context.Background(), openDB(t, &sBin{}, &sTag{}, &sPaper{}, &sNail{}, &sLease{}, &sView{})
	fillBig(t, db,
		`INSERT INTO s_bins (name, lock_version) SELECT 'b', 1 FROM generate_series(1, :rows) i`,
		`INSERT INTO s_papers (bin_id, lock_version) SELECT id, 1 FROM s_bins`,
		`INSERT INTO s_leases (bin_id) SELECT id FROM s_bins`,
	)
	bins := repo.New[sBin](db)
	_, err := bins.AllRows().Delete(ctx)
	var restricted *repo.RestrictedError
	require.ErrorAs(t, err, &restricted)
	require.Len(t, restricted.Holders, bigList)
	require.Less(t, len(err.Error()), 1_000)
	require.NoError(t, db.Exec("UPDATE s_leases SET bin_id = NULL, paper_id = id").Error)
	_, err = bins.AllRows().Delete(ctx)
	var protected *repo.ProtectedError
	require.ErrorAs(t, err, &protected)
	require.Len(t, protected.Holders, bigList)
}

// bigRow is written many at a time: labels are an array, which goes row by row.
type bigRow struct {
	Shop   int64    `gorm:"primaryKey;autoIncrement:false"`
	Item   string   `gorm:"primaryKey"`
	Qty    int      `gorm:"not null"`
	Labels []string `gorm:"type:text[]"`
}

type bigPlain struct {
	models.AutoKey
	Item string `gorm:"not null;uniqueIndex"`
	Qty  int    `gorm:"not null"`
	Note *string
}

func TestBigListsOfWrites(t *testing.T) {
	t.Parallel()
	onlyOpened(t, "arrays in plain slices, COPY")
	ctx, db := context.Background(), openDB(t, &bigRow{}, &bigPlain{})
	fillBig(t, db)
	rows, plains := repo.New[bigRow](db), repo.New[bigPlain](db)

	list := listOf(func(i int) *bigRow {
		return &bigRow{Shop: 1, Item: fmt.Sprint(i), Qty: i, Labels: []string{fmt.Sprint(i)}}
	})
	require.NoError(t, rows.BulkCreate(ctx, list))
	for _, r := range list {
		r.Qty, r.Labels = -r.Qty, nil
	}
	n, err := rows.BulkUpdate(ctx, list, "qty", "labels")
	require.NoError(t, err)
	require.EqualValues(t, bigList, n)
	for _, r := range list {
		r.Qty = 7
	}
	require.NoError(t, rows.OnConflict("pk").Update("qty").BulkCreate(ctx, list))
	require.NoError(t, rows.OnConflict("pk").Ignore().BulkCreate(ctx, list))
	require.EqualValues(t, bigList, count(t, ctx, rows.Filter("qty", 7).Filter("labels", nil)))

	plain := listOf(func(i int) *bigPlain { return &bigPlain{Item: fmt.Sprint(i), Qty: i, Note: ptr("x")} })
	require.NoError(t, plains.BulkCreate(ctx, plain, repo.UseCopy()))
	require.NoError(t, plains.OnConflict("item").Update("note").BulkCreate(ctx, plain))
	require.EqualValues(t, bigList, count(t, ctx, plains))
	for i, p := range plain {
		if p.ID == 0 || p.Item != fmt.Sprint(i+1) {
			require.Fail(t, "an object has no key, or another's")
		}
	}
	// A bad row among so many is found.
	bad := listOf(func(i int) *bigPlain { return &bigPlain{Item: fmt.Sprint("y", i)} })
	bad[bigList-1_000].Item = fmt.Sprint(bigList - 1_000)
	var one *repo.ObjectError
	require.ErrorAs(t, plains.BulkCreate(ctx, bad), &one)
	require.Equal(t, bigList-1_000, one.Index)
	seq := func(yield func(*bigPlain, error) bool) {
		for i := range bigList {
			if !yield(&bigPlain{Item: fmt.Sprint("z", i)}, nil) {
				return
			}
		}
	}
	n, err = plains.BulkCreateSeq(ctx, seq, repo.BatchSize(bigList))
	require.NoError(t, err)
	require.EqualValues(t, bigList, n)
	d, err := plains.Delete(ctx, plain...)
	require.NoError(t, err)
	require.EqualValues(t, bigList, d.Total)
}
