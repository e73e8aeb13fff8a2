package repo_test

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
)

// calls counts by "model hook" in the context of a delete.
type calls map[string]int

type callsKey struct{}

func called(tx *gorm.DB, name string) error {
	if c, ok := tx.Statement.Context.Value(callsKey{}).(calls); ok {
		c[name]++
	}
	return nil
}

type tOwner struct {
	models.AutoKey
	Tags []tTag `gorm:"many2many:t_owner_tags"`
}

func (*tOwner) BeforeDelete(tx *gorm.DB) error { return called(tx, "tOwner before") }
func (*tOwner) AfterDelete(tx *gorm.DB) error  { return called(tx, "tOwner after") }

type tTag struct{ models.AutoKey }

// tChild goes along by two ways, and has a parent by which it stays.
type tChild struct {
	models.AutoKey
	OwnerID  *int64
	Owner    *tOwner
	SecondID *int64
	Second   *tOwner
	LooseID  *int64
	Loose    *tOwner
}

func (*tChild) BeforeDelete(tx *gorm.DB) error { return called(tx, "tChild before") }
func (*tChild) AfterDelete(tx *gorm.DB) error  { return called(tx, "tChild after") }

func (tChild) Meta() models.Meta {
	m := cascading("owner", "second")
	m.Relations["loose"] = models.RelationOptions{OnDelete: models.SetNull}
	return m
}

// tDBChild is removed by the constraint.
type tDBChild struct {
	models.AutoKey
	OwnerID int64
	Owner   *tOwner `gorm:"constraint:OnDelete:CASCADE"`
}

func (*tDBChild) BeforeDelete(tx *gorm.DB) error { return called(tx, "tDBChild before") }
func (*tDBChild) AfterDelete(tx *gorm.DB) error  { return called(tx, "tDBChild after") }

type tSoft struct {
	models.AutoKey
	models.SoftDelete
}

func (*tSoft) BeforeDelete(tx *gorm.DB) error { return called(tx, "tSoft before") }
func (*tSoft) AfterDelete(tx *gorm.DB) error  { return called(tx, "tSoft after") }

type tSoftChild struct {
	models.AutoKey
	models.SoftDelete
	SoftID int64
	Soft   *tSoft
}

func (*tSoftChild) BeforeDelete(tx *gorm.DB) error { return called(tx, "tSoftChild before") }
func (*tSoftChild) AfterDelete(tx *gorm.DB) error  { return called(tx, "tSoftChild after") }
func (tSoftChild) Meta() models.Meta               { return cascading("soft") }

// The table "What runs when" of docs/deleting.md, row for row.
func TestDeleteRunsHooksAndSignals(t *testing.T) {
	t.Parallel()
	db := openDB(t, &tOwner{}, &tTag{}, &tChild{}, &tDBChild{}, &tSoft{}, &tSoftChild{})
	pre, post := map[string]int64{}, map[string]int64{}
	listenTo[tOwner](db, "tOwner", pre, post)
	listenTo[tChild](db, "tChild", pre, post)
	listenTo[tDBChild](db, "tDBChild", pre, post)
	listenTo[tSoft](db, "tSoft", pre, post)
	listenTo[tSoftChild](db, "tSoftChild", pre, post)
	listenTo[tTag](db, "tTag", pre, post)

	bg := context.Background()
	owner := func(t *testing.T) *tOwner {
		o := &tOwner{}
		require.NoError(t, repo.New[tOwner](db).Create(bg, o))
		require.NoError(t, repo.New[tChild](db).Create(bg, &tChild{OwnerID: &o.ID, SecondID: &o.ID}, &tChild{LooseID: &o.ID}))
		require.NoError(t, repo.New[tDBChild](db).Create(bg, &tDBChild{OwnerID: o.ID}))
		require.NoError(t, db.Model(o).Association("Tags").Append(&tTag{}))
		return o
	}
	soft := func(t *testing.T) *tSoft {
		s := &tSoft{}
		require.NoError(t, repo.New[tSoft](db).Create(bg, s))
		require.NoError(t, repo.New[tSoftChild](db).Create(bg, &tSoftChild{SoftID: s.ID}))
		return s
	}
	ok := func(_ any, err error) error { return err }
	object := func(ctx context.Context, t *testing.T) error { return ok(repo.New[tOwner](db).Delete(ctx, owner(t))) }
	rows := func(ctx context.Context, t *testing.T) error {
		return ok(repo.New[tOwner](db).Filter("pk", owner(t).ID).Delete(ctx))
	}
	mark := func(ctx context.Context, t *testing.T) error { return ok(repo.New[tSoft](db).Delete(ctx, soft(t))) }
	markRows := func(ctx context.Context, t *testing.T) error {
		return ok(repo.New[tSoft](db).Filter("pk", soft(t).ID).Delete(ctx))
	}
	quiet := db.Session(&gorm.Session{SkipHooks: true})
	cases := map[string]struct {
		model string
		run   func(ctx context.Context, t *testing.T) error
	}{
		"an object handed to Repository.Delete": {"tOwner", object},
		"an object handed to Repository.Delete with SkipHooks": {"tOwner", func(ctx context.Context, t *testing.T) error {
			return ok(repo.New[tOwner](quiet).Delete(ctx, owner(t)))
		}},
		"an object handed to Repository.HardDelete": {"tSoft", func(ctx context.Context, t *testing.T) error {
			return ok(repo.New[tSoft](db).HardDelete(ctx, soft(t)))
		}},
		"an object that a Repository marks as deleted":         {"tSoft", mark},
		"a row that goes along with an object by Cascade":      {"tChild", object},
		"a row that is marked along with an object by Cascade": {"tSoftChild", mark},
		"a row of QuerySet.Delete":                             {"tOwner", rows},
		"a row that a QuerySet marks as deleted":               {"tSoft", markRows},
		"a row that goes along with a row of a QuerySet":       {"tChild", rows},
		"a row that stays, its foreign key set by SetNull": {"tChild", func(ctx context.Context, t *testing.T) error {
			o := &tOwner{}
			require.NoError(t, repo.New[tOwner](db).Create(bg, o))
			require.NoError(t, repo.New[tChild](db).Create(bg, &tChild{LooseID: &o.ID}))
			return ok(repo.New[tOwner](db).Delete(ctx, o))
		}},
		"a link of a many-to-many relation":                    {"tTag", object},
		"a row that the database removes by ON DELETE CASCADE": {"tDBChild", object},
		"a row that Restore brings back": {"tSoft", func(ctx context.Context, t *testing.T) error {
			s := soft(t)
			_, err := repo.New[tSoft](db).Delete(bg, s)
			require.NoError(t, err)
			clear(pre)
			clear(post)
			return ok(repo.New[tSoft](db).Restore(ctx, s))
		}},
	}
	text, err := os.ReadFile(filepath.Join("..", "docs", "deleting.md"))
	require.NoError(t, err)
	table := regexp.MustCompile(`(?m)^\| (an? .*?) \| (once|no) \| (once|no) \|$`).FindAllStringSubmatch(string(text), -1)
	require.Len(t, table, len(cases))
	times := map[string]int{"once": 1, "no": 0}
	for _, line := range table {
		c, known := cases[line[1]]
		require.True(t, known, line[1])
		clear(pre)
		clear(post)
		seen := calls{}
		require.NoError(t, c.run(context.WithValue(bg, callsKey{}, seen), t), line[1])
		require.Equal(t, times[line[2]], seen[c.model+" before"], line[1])
		require.Equal(t, times[line[2]], seen[c.model+" after"], line[1])
		require.EqualValues(t, times[line[3]], pre[c.model], line[1])
		require.EqualValues(t, times[line[3]], post[c.model], line[1])
	}
}

// What a receiver sees and refuses: all are told before the first row goes, the
// object has its key to the end, and an error ends the delete.
func TestDeleteReceivers(t *testing.T) {
	t.Parallel()
	db := openDB(t, zoo()...)
	ctx, areas := context.Background(), repo.New[zArea](db)
	a := &zArea{Code: "a"}
	require.NoError(t, areas.Create(ctx, a))
	kid := &zArea{Code: "kid", ParentID: &a.ID}
	require.NoError(t, areas.Create(ctx, kid))
	var order []string
	note := func(what string) func(context.Context, repo.DeleteEvent[zArea]) error {
		return func(ctx context.Context, e repo.DeleteEvent[zArea]) error {
			n, err := areas.Count(ctx)
			require.NoError(t, err)
			require.NotZero(t, e.Obj.ID)
			if e.Obj.Code == "a" {
				require.Same(t, a, e.Obj, "the object that was handed in")
			}
			order = append(order, what+" "+e.Obj.Code+map[bool]string{true: " there", false: " gone"}[n > 0])
			return nil
		}
	}
	stopPre := repo.PreDelete(db, note("pre"))
	repo.PostDelete(db, note("post"))
	stop := repo.PreDelete(db, func(_ context.Context, e repo.DeleteEvent[zArea]) error {
		if e.Obj.Code == "kid" {
			return os.ErrPermission
		}
		return nil
	})
	_, err := areas.Delete(ctx, a)
	require.ErrorIs(t, err, os.ErrPermission)
	require.EqualValues(t, 2, count(t, ctx, areas))
	require.NotZero(t, a.ID)
	stop()
	order = nil
	d, err := areas.Delete(ctx, a)
	require.NoError(t, err)
	require.EqualValues(t, 2, d.Total)
	require.ElementsMatch(t, []string{"pre a there", "pre kid there", "post a gone", "post kid gone"}, order)
	require.Equal(t, "pre", order[1][:3])
	stopPre()
}
