package repo_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/repotest"
	"github.com/gormango/gormango/txutil"
)

// sentBy are the statements that fn sends by the db that it is given.
func sentBy(db *gorm.DB, fn func(db *gorm.DB)) []string {
	w := &recorded{Interface: logger.Discard}
	fn(db.Session(&gorm.Session{Logger: w}))
	return w.take()
}

// level1 to level5 are a chain, each with a row for each row above.
type level1 struct {
	models.AutoKey
	Name string
}
type level2 struct {
	models.AutoKey
	UpID int64 `gorm:"index"`
	Up   *level1
}
type level3 struct {
	models.AutoKey
	UpID int64 `gorm:"index"`
	Up   *level2
}
type level4 struct {
	models.AutoKey
	UpID int64 `gorm:"index"`
	Up   *level3
}
type level5 struct {
	models.AutoKey
	UpID int64 `gorm:"index"`
	Up   *level4
}

func (level2) Meta() models.Meta { return cascading("up") }
func (level3) Meta() models.Meta { return cascading("up") }
func (level4) Meta() models.Meta { return cascading("up") }
func (level5) Meta() models.Meta { return cascading("up") }

// Django sends 8 statements for an object at the top of five tables (3 SELECT,
// 5 DELETE) and 9 for a queryset, each DELETE of them once for a hundred rows.
// Here their number is the same for 70,000 rows, and no list is too long.
func TestDeleteStatements(t *testing.T) {
	t.Parallel()
	db := openDB(t, &level1{}, &level2{}, &level3{}, &level4{}, &level5{})
	ctx := context.Background()
	fill := func(n int) *level1 {
		top := &level1{}
		require.NoError(t, repo.New[level1](db).Create(ctx, top))
		require.NoError(t, db.Exec("INSERT INTO level2 (up_id) SELECT ? FROM generate_series(1, ?)", top.ID, n).Error)
		for i := 3; i <= 5; i++ {
			require.NoError(t, db.Exec(fmt.Sprintf("INSERT INTO level%d (up_id) SELECT id FROM level%d LIMIT 300", i, i-1)).Error)
		}
		return top
	}
	for _, n := range []int{1, 300, 70_000} {
		top := fill(n)
		var d repo.Deleted
		var err error
		sent := sentBy(db, func(db *gorm.DB) {
			if n == 300 {
				d, err = repo.New[level1](db).Filter("pk", top.ID).Delete(ctx)
			} else {
				d, err = repo.New[level1](db).Delete(ctx, top)
			}
		})
		require.NoError(t, err)
		require.Equal(t, map[string]int64{"level1": 1, "level2": int64(n), "level3": int64(min(n, 300)), "level4": int64(min(n, 300)), "level5": int64(min(n, 300))}, d.By)
		want := 8
		if n == 300 {
			want++
		}
		require.Len(t, sent, want, strings.Join(sent, "\n"))
	}
	// Rows to which nothing refers: one statement, whatever the conditions.
	fill(3)
	sent := sentBy(db, func(db *gorm.DB) {
		d, err := repo.New[level5](db).Filter("up__up__up_id__gt", 0).Delete(ctx)
		require.NoError(t, err)
		require.EqualValues(t, 3, d.Total)
	})
	require.Len(t, sent, 1)
	require.Contains(t, sent[0], `DELETE FROM "level5" WHERE "level5"."id" IN (SELECT`)
	// Nothing matches: nothing follows.
	sent = sentBy(db, func(db *gorm.DB) {
		d, err := repo.New[level1](db).Filter("name", "nobody").Delete(ctx)
		require.NoError(t, err)
		require.Zero(t, d.Total)
	})
	require.Len(t, sent, 1)
	require.Contains(t, sent[0], `SELECT "level1"."id" FROM`, "keys only")
}

func TestDeleteTellsWhatRefuses(t *testing.T) {
	t.Parallel()
	db := openDB(t, zoo()...)
	ctx, pens := context.Background(), repo.New[zPen](db)
	area := &zArea{Code: "a"}
	require.NoError(t, repo.New[zArea](db).Create(ctx, area))
	pen := &zPen{AreaID: area.ID, HomeID: area.ID}
	require.NoError(t, pens.Create(ctx, pen))
	for range 5 {
		require.NoError(t, repo.New[zContract](db).Create(ctx, &zContract{PenID: &pen.ID, AreaID: &area.ID}))
	}
	_, err := repo.New[zArea](db).Delete(ctx, area)
	var protected *repo.ProtectedError
	require.ErrorAs(t, err, &protected)
	require.EqualError(t, err, "repo: zArea cannot be deleted, it is protected by zContract.pen (1, 2, 3 and 2 more): delete those first, or make them refer to something else")
	require.ErrorIs(t, err, gorm.ErrForeignKeyViolated)
	require.Len(t, protected.Holders, 5)
	require.Equal(t, repo.Holder{Model: "zContract", Key: int64(1), Relation: "zContract.pen"}, protected.Holders[0])
	require.NotZero(t, area.ID)

	_, err = repo.New[zContract](db).AllRows().Delete(ctx)
	require.NoError(t, err)
	id := uuid.MustParse("00000000-0000-0000-0000-000000000001")
	require.NoError(t, repo.New[zBeast](db).Create(ctx, &zBeast{ID: id, PenID: &pen.ID}))
	_, err = pens.Filter("area_id", area.ID).Delete(ctx)
	var restricted *repo.RestrictedError
	require.ErrorAs(t, err, &restricted)
	require.EqualError(t, err, "repo: zPen cannot be deleted, it is restricted by zBeast.pen (00000000-0000-0000-0000-000000000001): delete those first, or make them refer to something else")
	require.ErrorIs(t, err, gorm.ErrForeignKeyViolated)
	require.Equal(t, []repo.Holder{{Model: "zBeast", Key: id, Relation: "zBeast.pen"}}, restricted.Holders)
	require.EqualError(t, &repo.ProtectedError{Model: "A", Holders: []repo.Holder{{"B", []any{"x", 1}, "B.a"}, {"C", nil, "C.a"}}},
		`repo: A cannot be deleted, it is protected by B.a (("x", 1)) and C.a (a row without a key): delete those first, or make them refer to something else`)
}

// A row that is not there is an error, and nothing that refers to it goes. A
// block around it may go on.
func TestDeleteOfWhatIsGone(t *testing.T) {
	t.Parallel()
	db := openDB(t, zoo()...)
	ctx, areas, notes := context.Background(), repo.New[zArea](db), repo.New[zNote](db)
	a, b := &zArea{Code: "a"}, &zArea{Code: "b"}
	require.NoError(t, areas.Create(ctx, a, b))
	require.NoError(t, areas.Create(ctx, &zArea{Code: "kid", ParentID: &b.ID}))
	require.NoError(t, db.Exec("DELETE FROM z_areas WHERE id = ?", a.ID).Error)
	require.NoError(t, txutil.Atomic(ctx, db, func(ctx context.Context) error {
		_, err := areas.Delete(ctx, b, a)
		require.ErrorIs(t, err, repo.ErrDoesNotExist)
		return nil
	}))
	require.NotZero(t, b.ID)
	require.EqualValues(t, 2, count(t, ctx, areas))

	n := &zNote{OwnerType: "else"}
	require.NoError(t, notes.Create(ctx, n))
	gone := *n
	_, err := notes.Delete(ctx, n)
	require.NoError(t, err)
	_, err = notes.Delete(ctx, &gone)
	require.ErrorIs(t, err, repo.ErrDoesNotExist, "also where one statement is all")
	_, err = notes.Delete(ctx, n)
	require.ErrorIs(t, err, repo.ErrNoKey)
}

// Keys that are made become zero, and come back when the transaction rolls
// back; others stay.
func TestDeleteForgetsKeys(t *testing.T) {
	t.Parallel()
	db := openDB(t, append(zoo(), &document{}, &sheet{})...)
	ctx, notes := context.Background(), repo.New[zNote](db)
	n, stop := &zNote{OwnerType: "else"}, errors.New("stop")
	require.NoError(t, notes.Create(ctx, n))
	id := n.ID
	require.ErrorIs(t, txutil.Atomic(ctx, db, func(ctx context.Context) error {
		_, err := notes.Delete(ctx, n)
		require.NoError(t, err)
		require.Zero(t, n.ID)
		return stop
	}), stop)
	require.Equal(t, id, n.ID)
	other := *n
	_, err := notes.Delete(ctx, n, &other)
	require.NoError(t, err)
	require.Zero(t, n.ID)
	require.Zero(t, other.ID, "it was handed in as well")
	require.NoError(t, notes.Save(ctx, n), "inserted anew")
	require.Greater(t, n.ID, id)

	tag := &zTag{ID: "x"}
	require.NoError(t, repo.New[zTag](db).Create(ctx, tag))
	_, err = repo.New[zTag](db).Delete(ctx, tag)
	require.NoError(t, err)
	require.Equal(t, "x", tag.ID)
	doc := &document{Name: "a"}
	require.NoError(t, repo.New[document](db).Create(ctx, doc))
	_, err = repo.New[document](db).HardDelete(ctx, doc)
	require.NoError(t, err)
	require.Equal(t, uuid.Nil, doc.ID)
}

// An object may hold anything but its key: what else foreign keys refer to is
// read.
func TestDeleteByKeyAlone(t *testing.T) {
	t.Parallel()
	db := openDB(t, zoo()...)
	ctx, areas := context.Background(), repo.New[zArea](db)
	a, b := &zArea{Code: "a"}, &zArea{Code: "b"}
	require.NoError(t, areas.Create(ctx, a, b))
	require.NoError(t, repo.New[zTicket](db).Create(ctx, &zTicket{AreaCode: ptr("a")}, &zTicket{AreaCode: ptr("b")}))
	d, err := areas.Delete(ctx, &zArea{AutoKey: key(a.ID), Code: "b"})
	require.NoError(t, err)
	require.Equal(t, map[string]int64{"zArea": 1, "zTicket": 1}, d.By)
	left, err := repo.New[zTicket](db).Get(ctx)
	require.NoError(t, err)
	require.Equal(t, "b", *left.AreaCode)
	_, err = areas.Delete(ctx, &zArea{AutoKey: key(a.ID)})
	require.ErrorIs(t, err, repo.ErrDoesNotExist)
}

type vRoot struct {
	models.AutoKey
	models.Versioned
	UpID *int64
	Up   *vRoot
}

func (vRoot) Meta() models.Meta { return cascading("up") }

// The version of objects is looked at, that of rows that go along is not.
func TestDeleteVersioned(t *testing.T) {
	t.Parallel()
	db := openDB(t, &vRoot{})
	ctx, rows := context.Background(), repo.New[vRoot](db)
	a := &vRoot{}
	require.NoError(t, rows.Create(ctx, a))
	b := &vRoot{UpID: &a.ID}
	require.NoError(t, rows.Create(ctx, b))
	require.NoError(t, rows.Save(ctx, b))
	old := *a
	require.NoError(t, rows.Save(ctx, a))
	_, err := rows.Delete(ctx, &old)
	require.ErrorIs(t, err, repo.ErrStaleObject)
	require.EqualValues(t, 2, count(t, ctx, rows))
	_, err = rows.Delete(ctx, &old, b)
	require.ErrorIs(t, err, repo.ErrStaleObject)
	d, err := rows.Delete(ctx, a)
	require.NoError(t, err)
	require.EqualValues(t, 2, d.Total)
	_, err = rows.Delete(ctx, &old)
	require.ErrorIs(t, err, repo.ErrDoesNotExist)
}

type unkeyed struct {
	Text string
	UpID int64
	Up   *level1
}

func (unkeyed) Meta() models.Meta { return cascading("up") }

// Rows without a primary key go along, and cannot take others along.
func TestDeleteWithoutPrimaryKey(t *testing.T) {
	t.Parallel()
	db := openDB(t, &level1{}, &unkeyed{})
	ctx, tops := context.Background(), repo.New[level1](db)
	top := &level1{}
	require.NoError(t, tops.Create(ctx, top))
	require.NoError(t, repo.New[unkeyed](db).Create(ctx, &unkeyed{UpID: top.ID}))
	stop := repo.PreDelete(db, func(context.Context, repo.DeleteEvent[unkeyed]) error { return nil })
	_, err := tops.AllRows().Delete(ctx)
	require.ErrorContains(t, err, "unkeyed has no primary key")
	stop()
	d, err := tops.AllRows().Delete(ctx)
	require.NoError(t, err)
	require.EqualValues(t, 2, d.Total)
}

type bossy struct {
	models.AutoKey
	Children []bossyChild `gorm:"foreignKey:BossID"`
}

type bossyChild struct {
	models.AutoKey
	BossID int64
}

func (bossy) Meta() models.Meta {
	return models.Meta{Relations: map[string]models.RelationOptions{"children": {OnDelete: models.Protect}}}
}

func (b *bossy) BeforeDelete(tx *gorm.DB) error {
	return tx.Where("boss_id = ?", b.ID).Delete(&bossyChild{}).Error
}

// A BeforeDelete may remove what would refuse, as it does with GORM.
func TestBeforeDeleteClearsTheWay(t *testing.T) {
	t.Parallel()
	db := openDB(t, &bossy{}, &bossyChild{})
	ctx, rows := context.Background(), repo.New[bossy](db)
	b := &bossy{}
	require.NoError(t, rows.Create(ctx, b))
	require.NoError(t, repo.New[bossyChild](db).Create(ctx, &bossyChild{BossID: b.ID}))
	_, err := rows.AllRows().Delete(ctx)
	var protected *repo.ProtectedError
	require.ErrorAs(t, err, &protected, "rows have no hooks")
	_, err = rows.Delete(ctx, b)
	require.NoError(t, err)
}

// A delete would miss the foreign keys of models that were not named.
func TestDeleteNeedsAllModels(t *testing.T) {
	t.Parallel()
	onlyOpened(t, "models that were not named")
	db, err := gormango.Open(context.Background(), gormango.Config{URL: repotest.URL(t)})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, gormango.Close(db)) })
	_, err = repo.New[zPen](db).Delete(context.Background(), &zPen{AutoKey: key(1)})
	require.EqualError(t, err, `repo: zPen: zPen.notes is CASCADE, and models that are not named may refer to zPen too (name all models of the database in gormango.Config.Models)`)
	_, err = repo.New[level1](db).Filter("pk", 1).Delete(context.Background())
	require.ErrorContains(t, err, "level1", "no keys, no error but that of the table")
	require.NotContains(t, err.Error(), "Config.Models")
}

type uTop struct{ models.AutoKey }

type uLeaf struct {
	models.AutoKey
	ParentID   int64
	Parent     *uTop
	FallbackID int64 `gorm:"default:1;uniqueIndex"`
	Fallback   *uTop
}

func (uLeaf) Meta() models.Meta {
	m := cascading("parent")
	m.Relations["fallback"] = models.RelationOptions{OnDelete: models.SetDefault}
	return m
}

// Rows that are deleted unread have gone before columns are set, so that a
// default which they would share is no conflict.
func TestSetDefaultSparesRowsThatGo(t *testing.T) {
	t.Parallel()
	db := openDB(t, &uTop{}, &uLeaf{})
	ctx, tops := context.Background(), repo.New[uTop](db)
	a, b := &uTop{}, &uTop{}
	require.NoError(t, tops.Create(ctx, a, b))
	require.NoError(t, repo.New[uLeaf](db).Create(ctx, &uLeaf{ParentID: a.ID, FallbackID: a.ID}, &uLeaf{ParentID: b.ID, FallbackID: b.ID}))
	d, err := tops.Delete(ctx, b)
	require.NoError(t, err)
	require.EqualValues(t, 2, d.Total)
}

type tile struct {
	Pos   []int32     `gorm:"type:int[];primaryKey"`
	Level int         `gorm:"primaryKey;autoIncrement:false"`
	Notes []*tileNote `gorm:"foreignKey:TilePos,TileLevel;references:Pos,Level"`
	Marks []*tileMark `gorm:"foreignKey:TilePos,TileLevel;references:Pos,Level"`
}

func (tile) Meta() models.Meta {
	return models.Meta{Relations: map[string]models.RelationOptions{"notes": {OnDelete: models.Cascade}, "marks": {OnDelete: models.SetNull}}}
}

type tileNote struct {
	Words     []string `gorm:"type:text[];primaryKey"`
	TilePos   []int32  `gorm:"type:int[]"`
	TileLevel int
	Replies   []*tileReply `gorm:"foreignKey:NoteWords;references:Words"`
}

func (tileNote) Meta() models.Meta {
	return models.Meta{Relations: map[string]models.RelationOptions{"replies": {OnDelete: models.Cascade}}}
}

type tileMark struct {
	models.AutoKey
	TilePos   []int32 `gorm:"type:int[]"`
	TileLevel *int
}

type tileReply struct {
	models.AutoKey
	NoteWords []string `gorm:"type:text[]"`
}

// Rows whose keys are arrays are found by cascades.
func TestDeleteByArrayKeys(t *testing.T) {
	t.Parallel()
	ctx, db := t.Context(), openDB(t, &tile{}, &tileNote{}, &tileMark{}, &tileReply{})
	tiles, notes, marks, replies := repo.New[tile](db), repo.New[tileNote](db), repo.New[tileMark](db), repo.New[tileReply](db)
	for level := range 3 {
		pos, words := []int32{1, int32(level)}, []string{"a b", string(rune('a' + level))}
		require.NoError(t, tiles.Create(ctx, &tile{Pos: pos, Level: level}))
		require.NoError(t, notes.Create(ctx, &tileNote{Words: words, TilePos: pos, TileLevel: level}))
		require.NoError(t, marks.Create(ctx, &tileMark{TilePos: pos, TileLevel: &level}))
		require.NoError(t, replies.Create(ctx, &tileReply{NoteWords: words}))
	}
	all, err := tiles.OrderBy("level").All(ctx)
	require.NoError(t, err)
	n, err := tiles.Delete(ctx, all[0], all[1])
	require.NoError(t, err)
	require.EqualValues(t, 6, n.Total)
	require.Equal(t, []int{1, 1, 3, 1}, []int{countOf(t, tiles), countOf(t, notes), countOf(t, marks), countOf(t, replies)})
	require.Equal(t, 1, countOf(t, marks.Filter("tile_level", 2)))
	n, err = tiles.Filter("pos", []int32{1, 2}).Delete(ctx)
	require.NoError(t, err)
	require.EqualValues(t, 3, n.Total)
	_, err = tiles.Delete(ctx, all[0])
	require.ErrorIs(t, err, repo.ErrDoesNotExist)
}
