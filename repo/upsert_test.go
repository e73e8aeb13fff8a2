package repo_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm/clause"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
)

// A4: if the second of three rows exists, GORM sets the second struct's key to
// the third's, and leaves the third's zero.
func TestUpsertGivesEachObjectItsOwnKey(t *testing.T) {
	t.Parallel()
	ctx, db, seats := seats(t)
	require.NoError(t, seats.Create(ctx, seatCoded("b", 1)))
	there, err := seats.Get(ctx)
	require.NoError(t, err)

	trap := []*hookless{{Code: "a"}, {Code: "b"}, {Code: "c"}}
	require.NoError(t, db.Clauses(clause.OnConflict{DoNothing: true}).Create(&trap).Error)
	real := map[string]int64{}
	all, err := seats.All(ctx)
	require.NoError(t, err)
	for _, s := range all {
		real[s.Code] = s.ID
	}
	require.Equal(t, real["c"], trap[1].ID, "the middle struct has the third's key")
	require.Zero(t, trap[2].ID)

	// Ignore leaves all keys unset.
	ours := []*seat{seatCoded("d", 1), seatCoded("b", 1), seatCoded("e", 1)}
	require.NoError(t, seats.OnConflict("code").Ignore().BulkCreate(ctx, ours))
	require.EqualValues(t, 5, count(t, ctx, seats))
	for _, s := range ours {
		require.Zero(t, s.ID)
	}
	// Update fills each with its own, in the order given and across groups and
	// batches.
	ours = []*seat{seatCoded("f", 10), seatCoded("b", 11), {AutoKey: key(9000), Code: "g", Rank: 12}, seatCoded("a", 13), {AutoKey: key(9001), Code: "c", Rank: 14}, seatCoded("h", 15)}
	require.NoError(t, seats.OnConflict("code").Update("rank").BulkCreate(ctx, ours, repo.BatchSize(2)))
	require.Equal(t, there.ID, ours[1].ID)
	require.Equal(t, real["c"], ours[4].ID, "a key that was given gives way to that of the row")
	for _, s := range ours {
		got, err := seats.ByPK(ctx, s.ID)
		require.NoError(t, err)
		require.Equal(t, s.Code, got.Code)
		require.Equal(t, s.Rank, got.Rank)
	}
	got, err := seats.ByPK(ctx, there.ID)
	require.NoError(t, err)
	require.Equal(t, there.UpdatedAt, got.UpdatedAt, "what was not named stays")
}

// hookless is seat's table for plain GORM.
type hookless struct {
	ID                   int64
	Code, Status         string
	Rank                 int
	CreatedAt, UpdatedAt time.Time
}

func (hookless) TableName() string { return "seats" }

func TestUpsertRules(t *testing.T) {
	t.Parallel()
	ctx, db, seats := seats(t)
	heard := 0
	repo.PreSave(db, func(_ context.Context, _ repo.SaveEvent[seat]) error { heard++; return nil })
	a := seatCoded("a", 1)
	require.NoError(t, seats.OnConflict("code").Update("rank").Create(ctx, a))
	require.NotZero(t, a.ID)
	b := seatCoded("a", 2)
	b.Status = "mine"
	require.NoError(t, seats.OnConflict("code").Update("rank").Create(ctx, b))
	require.Equal(t, a.ID, b.ID)
	require.Equal(t, "mine", b.Status, "the object keeps what it had")
	require.NoError(t, seats.OnConflict().Ignore().Create(ctx, seatCoded("a", 3)))
	require.NoError(t, seats.OnConflict("pk").Update("rank", "status").Create(ctx, &seat{AutoKey: a.AutoKey, Code: "x", Rank: 4}))
	got, err := seats.Get(ctx)
	require.NoError(t, err)
	require.Equal(t, "a", got.Code)
	require.Equal(t, 4, got.Rank)
	require.Zero(t, heard, "no signals")
	require.NoError(t, seats.Defaults("rank").OnConflict("code").Update("status").Create(ctx, seatCoded("d", 1)))
	require.EqualValues(t, 1, count(t, ctx, seats.Filter("rank", 7)))

	// Only the conflict is ignored.
	ie, se := new(gormango.IntegrityError), new(gormango.SyntaxError)
	_, l := setup(t)
	err = l.books.OnConflict().Ignore().Create(ctx, &Book{Title: "x", AuthorID: 77})
	require.ErrorAs(t, err, &ie)
	require.Equal(t, gormango.ForeignKey, ie.Kind)
	err = seats.OnConflict("rank").Update("status").Create(ctx, seatCoded("z", 1))
	require.ErrorAs(t, err, &se, "no unique constraint on it")
	require.ErrorContains(t, seats.OnConflict("code").Update("rank").BulkCreate(ctx, []*seat{seatCoded("t", 1), seatCoded("t", 2)}), "21000")
	require.Zero(t, count(t, ctx, seats.Filter("code", "t")))

	var fe *repo.FieldError
	require.ErrorAs(t, seats.OnConflict("cod").Ignore().Create(ctx, a), &fe)
	require.ErrorAs(t, seats.OnConflict("code").Update("id").Create(ctx, a), &fe)
	require.ErrorContains(t, seats.OnConflict().Update("rank").Create(ctx, a), "OnConflict without names takes only Ignore")
	require.ErrorContains(t, seats.OnConflict("code").Create(ctx, a), "OnConflict without Update or Ignore")
	require.ErrorContains(t, seats.OnConflict("code").Ignore().BulkCreate(ctx, nil, repo.UseCopy()), "COPY cannot handle conflicts")
	require.EqualError(t, seats.OnConflict("code").Ignore().Create(ctx, nil), "repo: seat: a nil object")
	var unbound repo.Upsert[seat]
	require.ErrorIs(t, unbound.Create(ctx, a), repo.ErrUnbound)
	require.ErrorIs(t, unbound.Update("rank").Create(ctx, a), repo.ErrUnbound)
}

// Composite keys, columns of arrays and versions go the same way.
func TestUpsertOfOtherModels(t *testing.T) {
	t.Parallel()
	onlyOpened(t, "arrays in plain slices: GORM does not read them")
	ctx, _ := setup(t)
	db := openDB(t, &stockRow{})
	rows := repo.New[stockRow](db)
	one := &stockRow{Shop: 1, Item: "a", Qty: 1, Notes: []string{"x"}}
	require.NoError(t, rows.OnConflict("pk").Update("qty", "notes").BulkCreate(ctx, []*stockRow{one, {Shop: 1, Item: "b"}}))
	require.EqualValues(t, 1, one.LockVersion)
	two := []*stockRow{{Shop: 1, Item: "b", Qty: 5}, {Shop: 1, Item: "a", Qty: 6, Notes: []string{"y", "z"}}, {Shop: 2, Item: "a", Qty: 7}}
	require.NoError(t, rows.OnConflict("shop", "item").Update("qty", "notes").BulkCreate(ctx, two))
	require.Equal(t, []int64{2, 2, 1}, []int64{two[0].LockVersion, two[1].LockVersion, two[2].LockVersion})
	got, err := rows.OrderBy("shop", "item").All(ctx)
	require.NoError(t, err)
	require.Equal(t, []*stockRow{two[1], two[0], two[2]}, got)
	require.ErrorIs(t, rows.Save(ctx, one), repo.ErrStaleObject, "an upsert is seen by the lock")
}

type stockRow struct {
	Shop  int64  `gorm:"primaryKey;autoIncrement:false"`
	Item  string `gorm:"primaryKey"`
	Qty   int
	Notes []string `gorm:"type:text[]"`
	models.Versioned
}

type goods struct {
	models.AutoKey
	models.SoftDelete
	Code  string `gorm:"uniqueIndex:idx_shelf_live,where:deleted_at IS NULL;uniqueIndex:idx_shelf_open,where:state = 'it''s open' AND qty > -5"`
	Qty   int
	Tries int
	State string
	Seen  time.Time
}

// An upsert over an index with a condition, whose assignments are computed.
func TestUpsertOfPartialIndex(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	r := repo.New[goods](openDB(t, &goods{}))
	old := &goods{Code: "a", Qty: 1}
	require.NoError(t, r.Create(ctx, old))
	_, err := r.Delete(ctx, old)
	require.NoError(t, err)
	live := r.OnConflict("code").Where(r.Q("deleted_at", nil))
	add := live.Set(r.Set("qty", repo.F("qty").Add(repo.Excluded("qty"))), r.Set("tries", repo.F("tries").Add(1)), r.Set("state", "again"))
	for range 8 { // a plan that the server keeps must know the index too
		require.NoError(t, add.Update("seen").Create(ctx, &goods{Code: "a", Qty: 5, State: "first"}))
	}
	got, err := r.Get(ctx)
	require.NoError(t, err)
	require.Equal(t, []any{40, 7, "again"}, []any{got.Qty, got.Tries, got.State})
	o := &goods{Code: "a", Qty: 2}
	require.NoError(t, add.BulkCreate(ctx, []*goods{{Code: "b", Qty: 1}, o}))
	require.Equal(t, got.ID, o.ID)
	require.Equal(t, []any{42, 8, "again"}, []any{o.Qty, o.Tries, o.State}, "what the server computed is read")
	require.NoError(t, live.Ignore().BulkCreate(ctx, []*goods{{Code: "a"}, {Code: "c"}}))
	n, err := r.WithDeleted().Count(ctx)
	require.NoError(t, err)
	require.EqualValues(t, 4, n)

	open := r.OnConflict("code").Where(r.Q("state", `it's open`), r.Q("qty__gt", -5))
	for i := range 8 {
		require.NoError(t, open.Set(r.Set("qty", repo.Excluded("qty"))).Create(ctx, &goods{Code: "z", State: `it's open`, Qty: i}))
	}
	got, err = r.Filter("code", "z").Get(ctx)
	require.NoError(t, err)
	require.Equal(t, 7, got.Qty)

	for name, u := range map[string]*repo.Upsert[goods]{
		"no column":       live.Set(r.Set("nope", 1)),
		"the key":         live.Set(r.Set("id", 1)),
		"twice":           live.Update("qty").Set(r.Set("qty", 1)),
		"twice in Set":    live.Set(r.Set("qty", 1), r.Set("qty", 2)),
		"an aggregate":    live.Set(r.Set("qty", repo.Sum(repo.F("qty")))),
		"no such new one": live.Set(r.Set("qty", repo.Excluded("nope"))),
		"without names":   r.OnConflict().Set(r.Set("qty", 1)),
		"Where, no names": r.OnConflict().Where(r.Q("deleted_at", nil)),
		"Where, no field": r.OnConflict("code").Where(r.Q("nope", nil)),
	} {
		var fe *repo.FieldError
		require.ErrorAs(t, u.Create(ctx, &goods{}), &fe, name)
	}
	_, err = r.AllRows().Update(ctx, r.Set("qty", repo.Excluded("qty")))
	require.ErrorContains(t, err, `Excluded("qty") belongs into the Set of an upsert`)
	_, err = r.Annotate("x", repo.Excluded("qty")).Columns("x").Count(ctx)
	require.ErrorContains(t, err, "belongs into")
	var syntax *gormango.SyntaxError
	require.ErrorAs(t, r.OnConflict("code").Where(r.Q("qty", 1)).Ignore().Create(ctx, &goods{}), &syntax)
}
