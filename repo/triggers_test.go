package repo_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/txutil"
)

type dropped struct {
	models.AutoKey
	Name   string `gorm:"unique"`
	Stock  int
	ShopID *int64
	Shop   *droppedShop
}

type droppedShop struct {
	models.AutoKey
	Items []*dropped `gorm:"foreignKey:ShopID"`
}

// keyed has a key of the application's, so that an insert reads nothing back.
type keyedDropped struct {
	Name  string `gorm:"primaryKey"`
	Stock int
}

type versionedDropped struct {
	models.AutoKey
	models.Versioned
	Name string
}

// droppingTables returns a database whose tables drop each write of a row named
// bad, without an error.
func droppingTables(t *testing.T) (context.Context, *gorm.DB) {
	t.Helper()
	db := openDB(t, &droppedShop{}, &dropped{}, &keyedDropped{}, &versionedDropped{})
	require.NoError(t, db.Exec(`CREATE FUNCTION drop_bad() RETURNS trigger LANGUAGE plpgsql AS $$
		BEGIN
			IF TG_OP = 'DELETE' THEN RETURN CASE WHEN OLD.name = 'bad' THEN NULL ELSE OLD END; END IF;
			RETURN CASE WHEN NEW.name = 'bad' THEN NULL ELSE NEW END;
		END $$`).Error)
	for _, table := range []string{"droppeds", "keyed_droppeds", "versioned_droppeds"} {
		require.NoError(t, db.Exec("CREATE TRIGGER drop_bad BEFORE INSERT OR UPDATE OR DELETE ON "+table+" FOR EACH ROW EXECUTE FUNCTION drop_bad()").Error)
	}
	return t.Context(), db
}

// An insert that the database drops a row of is an error, and leaves neither
// rows nor keys, so that a second call does not double them.
func TestDroppedInserts(t *testing.T) {
	t.Parallel()
	ctx, db := droppingTables(t)
	r, keyed, shops := repo.New[dropped](db), repo.New[keyedDropped](db), repo.New[droppedShop](db)
	shop := &droppedShop{}
	require.NoError(t, shops.Create(ctx, shop))
	m := repo.RelatedByName[dropped](shops, shop, "items")
	three := func() []*dropped { return []*dropped{{Name: "a"}, {Name: "bad"}, {Name: "c"}} }
	many := func() []*keyedDropped { return []*keyedDropped{{Name: "a"}, {Name: "bad"}, {Name: "c"}} }
	for verb, write := range map[string]func(list []*dropped) error{
		"Create":         func(l []*dropped) error { return r.Create(ctx, l[1]) },
		"Create of many": func(l []*dropped) error { return r.Create(ctx, l[0], l[1:]...) },
		"BulkCreate":     func(l []*dropped) error { return r.BulkCreate(ctx, l) },
		"batches":        func(l []*dropped) error { return r.BulkCreate(ctx, l, repo.BatchSize(1)) },
		"Seq": func(l []*dropped) error {
			_, err := r.BulkCreateSeq(ctx, func(yield func(*dropped, error) bool) {
				for _, o := range l {
					if !yield(o, nil) {
						return
					}
				}
			})
			return err
		},
		"upsert": func(l []*dropped) error { return r.OnConflict("name").Update("stock").Create(ctx, l[1]) },
		"upsert, Set": func(l []*dropped) error {
			return r.OnConflict("name").Set(r.Set("stock", repo.Excluded("stock"))).Create(ctx, l[1])
		},
		"upserts, Set": func(l []*dropped) error {
			return r.OnConflict("name").Set(r.Set("stock", repo.Excluded("stock"))).BulkCreate(ctx, l)
		},
		"upserts":        func(l []*dropped) error { return r.OnConflict("name").Update("stock").BulkCreate(ctx, l) },
		"GetOrCreate":    func(l []*dropped) error { _, err := r.By("name").GetOrCreate(ctx, l[1]); return err },
		"UpdateOrCreate": func(l []*dropped) error { _, err := r.By("name").UpdateOrCreate(ctx, l[1], "stock"); return err },
		"manager":        func(l []*dropped) error { return m.Create(ctx, l[1]) },
		"keyed":          func([]*dropped) error { return keyed.BulkCreate(ctx, many()) },
		"COPY":           func([]*dropped) error { return keyed.BulkCreate(ctx, many(), repo.UseCopy()) },
		"one":            func([]*dropped) error { return keyed.Create(ctx, many()[1]) },
	} {
		list := three()
		err := write(list)
		require.ErrorIs(t, err, repo.ErrNotWritten, verb)
		require.NotContains(t, err.Error(), "'bad'", verb)
		for _, o := range list {
			if verb != "Seq" {
				require.Zero(t, o.ID, verb)
			}
		}
		require.Zero(t, countOf(t, r)+countOf(t, keyed), verb)
	}
	var at *repo.ObjectError
	require.ErrorAs(t, r.BulkCreate(ctx, three()), &at)
	require.Equal(t, 1, at.Index)
	require.NoError(t, r.OnConflict("name").Ignore().BulkCreate(ctx, three()), "rows that are skipped are no mistake")
	require.Equal(t, 2, countOf(t, r))
}

// An update or a delete that the database drops is neither a success nor a
// missing row.
func TestDroppedUpdates(t *testing.T) {
	t.Parallel()
	ctx, db := droppingTables(t)
	r, versions := repo.New[dropped](db), repo.New[versionedDropped](db)
	o, v := &dropped{Name: "a"}, &versionedDropped{Name: "a"}
	require.NoError(t, r.Create(ctx, o))
	require.NoError(t, versions.Create(ctx, v))
	o2, v2 := &dropped{Name: "b"}, &versionedDropped{Name: "b"}
	require.NoError(t, r.Create(ctx, o2))
	require.NoError(t, versions.Create(ctx, v2))
	o.Name, v.Name, o2.Name, v2.Name = "bad", "bad", "b2", "b2"
	require.ErrorIs(t, r.Save(ctx, o), repo.ErrNotWritten)
	require.ErrorIs(t, r.Save(ctx, o, "name"), repo.ErrNotWritten)
	require.ErrorIs(t, versions.Save(ctx, v), repo.ErrNotWritten)
	require.EqualValues(t, 1, v.LockVersion)
	for name, list := range map[string][]*dropped{"one": {o}, "two": {o2, o}, "one without a row": {o2, {AutoKey: models.AutoKey{ID: 77}, Name: "c"}, o}} {
		n, err := r.BulkUpdate(ctx, list, "name")
		require.ErrorIs(t, err, repo.ErrNotWritten, name)
		require.Zero(t, n, name)
		var at *repo.ObjectError
		require.ErrorAs(t, err, &at, name)
		require.Equal(t, len(list)-1, at.Index, name)
	}
	_, err := versions.BulkUpdate(ctx, []*versionedDropped{v2, v}, "name")
	require.ErrorIs(t, err, repo.ErrNotWritten)
	require.EqualValues(t, 1, v.LockVersion)
	require.EqualValues(t, 1, v2.LockVersion)
	require.Equal(t, 1, countOf(t, r.Filter("name", "b")), "nothing is written")
	require.Equal(t, 1, countOf(t, versions.Filter("name", "b")))
	n, err := r.BulkUpdate(ctx, []*dropped{o2, {AutoKey: models.AutoKey{ID: 77}, Name: "c"}}, "stock")
	require.NoError(t, err, "rows that do not exist are no mistake")
	require.EqualValues(t, 1, n)
	require.NoError(t, db.Exec("ALTER TABLE versioned_droppeds DISABLE TRIGGER ALL; UPDATE versioned_droppeds SET lock_version = 5; ALTER TABLE versioned_droppeds ENABLE TRIGGER ALL").Error)
	require.ErrorIs(t, versions.Save(ctx, v), repo.ErrStaleObject)
	n, err = r.AllRows().Update(ctx, r.Set("name", "bad"))
	require.NoError(t, err)
	require.Zero(t, n, "it counts the rows")
	require.NoError(t, db.Exec("ALTER TABLE droppeds DISABLE TRIGGER ALL; UPDATE droppeds SET name = 'bad' WHERE name = 'a'; ALTER TABLE droppeds ENABLE TRIGGER ALL").Error)
	for _, list := range [][]*dropped{{o}, {o2, o}} {
		_, err = r.Delete(ctx, list...)
		require.ErrorIs(t, err, repo.ErrNotWritten)
		require.NotZero(t, o.ID)
		require.NotZero(t, o2.ID)
	}
	require.Equal(t, 2, countOf(t, r), "nothing is deleted")
	o.ID = 77
	require.ErrorIs(t, r.Save(ctx, o), repo.ErrDoesNotExist)
	_, err = r.Delete(ctx, o)
	require.ErrorIs(t, err, repo.ErrDoesNotExist)
}

type droppedPost struct {
	models.AutoKey
	Tags []*droppedTag  `gorm:"many2many:dropped_post_tags"`
	Kin  []*droppedPost `gorm:"many2many:dropped_kin;joinForeignKey:a_id;joinReferences:b_id"`
}

func (droppedPost) Meta() models.Meta {
	return models.Meta{Relations: map[string]models.RelationOptions{"kin": {Symmetrical: true}}}
}

type droppedTag struct{ models.AutoKey }

// A link that the database drops is an error, and no other link stays.
func TestDroppedLinks(t *testing.T) {
	t.Parallel()
	ctx, db := t.Context(), openDB(t, &droppedPost{}, &droppedTag{})
	posts, tags := repo.New[droppedPost](db), repo.New[droppedTag](db)
	post, other := &droppedPost{}, &droppedPost{}
	require.NoError(t, posts.Create(ctx, post, other))
	good, bad, last := &droppedTag{}, &droppedTag{}, &droppedTag{}
	require.NoError(t, tags.Create(ctx, good, bad, last))
	require.NoError(t, db.Exec(`CREATE FUNCTION drop_link() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
			IF TG_TABLE_NAME = 'dropped_kin' THEN RETURN CASE WHEN NEW.a_id > NEW.b_id THEN NULL ELSE NEW END; END IF;
			RETURN CASE WHEN NEW.dropped_tag_id NOT IN (1, 3) THEN NULL ELSE NEW END;
		END $$;
		CREATE TRIGGER drop_link BEFORE INSERT ON dropped_post_tags FOR EACH ROW EXECUTE FUNCTION drop_link();
		CREATE TRIGGER drop_link BEFORE INSERT ON dropped_kin FOR EACH ROW EXECUTE FUNCTION drop_link()`).Error)
	m, kin := repo.RelatedByName[droppedTag](posts, post, "tags"), repo.RelatedByName[droppedPost](posts, post, "kin")
	for verb, write := range map[string]func() error{
		"Add":         func() error { return m.Add(ctx, bad) },
		"Add, many":   func() error { return m.Add(ctx, good, bad, last) },
		"AddKeys":     func() error { return m.AddKeys(ctx, good.ID, bad.ID) },
		"Create":      func() error { return m.Create(ctx, &droppedTag{}) },
		"Replace":     func() error { return m.Replace(ctx, good, bad) },
		"Symmetrical": func() error { return kin.Add(ctx, other) },
		"GetOrCreate": func() error {
			_, err := m.By("pk").GetOrCreate(ctx, &droppedTag{AutoKey: models.AutoKey{ID: 50}})
			return err
		},
	} {
		require.ErrorIs(t, write(), repo.ErrNotWritten, verb)
		require.Zero(t, countOf(t, repo.From(m))+countOf(t, repo.From(kin)), verb)
		require.Equal(t, 3, countOf(t, tags), verb)
	}
	require.NoError(t, m.Add(ctx, good))
	require.NoError(t, m.Add(ctx, good, last), "a link that exists is no mistake")
	require.NoError(t, m.Add(ctx, good, last))
	require.NoError(t, m.Add(ctx, good))
	require.ErrorIs(t, m.Add(ctx, last, bad), repo.ErrNotWritten)
	require.Equal(t, 2, countOf(t, repo.From(m)))
	err := txutil.Atomic(ctx, db, func(ctx context.Context) error { return m.Replace(ctx, good, bad) })
	require.ErrorIs(t, err, repo.ErrNotWritten)
	require.Equal(t, 2, countOf(t, repo.From(m)))
}

// A link that another transaction inserts at the same time is not one that was
// dropped.
func TestLinksAtTheSameTime(t *testing.T) {
	t.Parallel()
	ctx, db := t.Context(), openDB(t, &droppedPost{}, &droppedTag{})
	posts, tags := repo.New[droppedPost](db), repo.New[droppedTag](db)
	post, list := &droppedPost{}, []*droppedTag{{}, {}}
	require.NoError(t, posts.Create(ctx, post))
	require.NoError(t, tags.Create(ctx, list[0], list[1]))
	for _, add := range [][]*droppedTag{list[:1], list} {
		require.NoError(t, repo.RelatedByName[droppedTag](posts, post, "tags").Clear(ctx))
		done := make(chan error, 1)
		require.NoError(t, txutil.Atomic(ctx, db, func(inside context.Context) error {
			if err := repo.RelatedByName[droppedTag](posts, post, "tags").Add(inside, add[0], add[1:]...); err != nil {
				return err
			}
			go func() { done <- repo.RelatedByName[droppedTag](posts, post, "tags").Add(ctx, add[0], add[1:]...) }()
			require.Eventually(t, func() bool {
				var waiting int64
				return db.Raw("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'").Scan(&waiting).Error == nil && waiting > 0
			}, 10*time.Second, 5*time.Millisecond)
			return nil
		}))
		require.NoError(t, <-done)
		require.Equal(t, len(add), countOf(t, repo.From(repo.RelatedByName[droppedTag](posts, post, "tags"))))
	}
}
