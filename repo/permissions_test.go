package repo_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
)

// permitted has a column for each permission of GORM's tags.
type permitted struct {
	models.AutoKey
	Name    string `gorm:"unique"`
	Shown   string `gorm:"->;default:db"`
	Fixed   string `gorm:"<-:false;default:db"`
	Once    string `gorm:"<-:create"`
	Later   string `gorm:"<-:update;default:db"`
	Secret  string `gorm:"->:false;<-"`
	Origin  string `gorm:"->:false;<-:create"`
	Changed string `gorm:"->:false;<-:update;default:db"`
	OwnerID *int64 `gorm:"<-:create"`
	Owner   *permittedOwner
}

type permittedOwner struct {
	models.AutoKey
	Items []*permitted `gorm:"foreignKey:OwnerID"`
}

func permittedTable(t *testing.T) (context.Context, *gorm.DB, *repo.Repository[permitted]) {
	t.Helper()
	db := openDB(t, &permittedOwner{}, &permitted{})
	return t.Context(), db, repo.New[permitted](db)
}

// full returns an object whose every column has the value.
func full(name, value string) *permitted {
	return &permitted{Name: name, Shown: value, Fixed: value, Once: value, Later: value, Secret: value, Origin: value, Changed: value}
}

// columnsOf returns the row's columns shown, fixed, once, later, secret, origin
// and changed.
func columnsOf(t *testing.T, db *gorm.DB, name string) (row string) {
	t.Helper()
	require.NoError(t, db.Raw("SELECT concat_ws(' ', shown, fixed, once, later, secret, origin, changed) FROM permitteds WHERE name = ?", name).Scan(&row).Error)
	return row
}

// Each verb writes the columns that GORM lets it write: those of an insert
// where the tag permits create, those of an update where it permits update.
func TestPermissionsOfWrites(t *testing.T) {
	t.Parallel()
	ctx, db, r := permittedTable(t)
	const inserted, updated = "db db new db new new db", "db db old new new old new"
	for verb, write := range map[string]func(name string) error{
		"plain GORM":  func(name string) error { return db.Create(full(name, "new")).Error },
		"Create":      func(name string) error { return r.Create(ctx, full(name, "new")) },
		"BulkCreate":  func(name string) error { return r.BulkCreate(ctx, []*permitted{full(name, "new")}) },
		"COPY":        func(name string) error { return r.BulkCreate(ctx, []*permitted{full(name, "new")}, repo.UseCopy()) },
		"GetOrCreate": func(name string) error { _, err := r.By("name").GetOrCreate(ctx, full(name, "new")); return err },
		"UpdateOrCreate": func(name string) error {
			_, err := r.By("name").UpdateOrCreate(ctx, full(name, "new"), "secret")
			return err
		},
		"upsert": func(name string) error { return r.OnConflict("name").Update("secret").Create(ctx, full(name, "new")) },
	} {
		require.NoError(t, write(verb), verb)
		require.Equal(t, inserted, columnsOf(t, db, verb), verb)
	}
	for verb, write := range map[string]func(o *permitted) error{
		"plain GORM":    func(o *permitted) error { return db.Save(o).Error },
		"Save":          func(o *permitted) error { return r.Save(ctx, o) },
		"Save of names": func(o *permitted) error { return r.Save(ctx, o, "later", "secret", "changed") },
		"BulkUpdate": func(o *permitted) error {
			_, err := r.BulkUpdate(ctx, []*permitted{o}, "later", "secret", "changed")
			return err
		},
		"UpdateOrCreate": func(o *permitted) error {
			_, err := r.By("name").UpdateOrCreate(ctx, o, "later", "secret", "changed")
			return err
		},
		"Update": func(o *permitted) error {
			_, err := r.Filter("id", o.ID).Update(ctx, r.Set("later", "new"), r.Set("secret", "new"), r.Set("changed", "new"))
			return err
		},
	} {
		o := full("update "+verb, "old")
		require.NoError(t, r.Create(ctx, o), verb)
		key := o.ID
		*o = *full(o.Name, "new")
		o.ID = key
		require.NoError(t, write(o), verb)
		require.Equal(t, updated, columnsOf(t, db, o.Name), verb)
	}
}

// A verb that names a column which it may not write is an error, and writes
// nothing.
func TestForbiddenColumns(t *testing.T) {
	t.Parallel()
	ctx, db, r := permittedTable(t)
	o := full("a", "old")
	require.NoError(t, r.Create(ctx, o))
	before := columnsOf(t, db, "a")
	var mistake *repo.FieldError
	for _, column := range []repo.Name[permitted]{"shown", "fixed", "once", "origin"} {
		for verb, write := range map[string]func() error{
			"Save":           func() error { return r.Save(ctx, o, column) },
			"BulkUpdate":     func() error { _, err := r.BulkUpdate(ctx, []*permitted{o}, column); return err },
			"UpdateOrCreate": func() error { _, err := r.By("name").UpdateOrCreate(ctx, o, column); return err },
			"upsert":         func() error { return r.OnConflict("name").Update(column).Create(ctx, o) },
			"Update":         func() error { _, err := r.AllRows().Update(ctx, r.Set(column, "x")); return err },
			"Update by F":    func() error { _, err := r.AllRows().Update(ctx, r.Set(column, repo.F("name"))); return err },
			"UpdateReturning": func() error {
				_, err := repo.UpdateReturning[permitted](ctx, r.AllRows(), r.Set(column, "x"))
				return err
			},
		} {
			require.ErrorAs(t, write(), &mistake, "%s of %s", verb, column)
		}
	}
	for _, column := range []repo.Name[permitted]{"later", "changed"} {
		err := r.OnConflict("name").Update(column).Create(ctx, o)
		require.ErrorAs(t, err, &mistake, column)
		require.ErrorContains(t, err, "cannot be updated by an upsert")
	}
	require.Equal(t, before, columnsOf(t, db, "a"))
}

// A column that is never read keeps its value when an object that was read is
// saved. A value that the program sets is written, and a name empties it.
func TestUnreadableColumnsStay(t *testing.T) {
	t.Parallel()
	ctx, db, r := permittedTable(t)
	require.NoError(t, r.Create(ctx, full("a", "old")))
	secret := func() (s string) {
		require.NoError(t, db.Raw("SELECT secret FROM permitteds").Scan(&s).Error)
		return s
	}
	for what, read := range map[string]func() (*permitted, error){
		"Get":   func() (*permitted, error) { return r.Get(ctx) },
		"First": func() (*permitted, error) { return r.First(ctx) },
		"Only":  func() (*permitted, error) { return r.Only("name").Get(ctx) },
		"Defer": func() (*permitted, error) { return r.Defer("later").Get(ctx) },
		"All":   func() (*permitted, error) { list, err := r.All(ctx); return list[0], err },
		"Refresh": func() (*permitted, error) {
			o := &permitted{AutoKey: models.AutoKey{ID: 1}}
			return o, r.Refresh(ctx, o)
		},
		"GetOrCreate": func() (*permitted, error) {
			o := &permitted{Name: "a"}
			_, err := r.By("name").GetOrCreate(ctx, o)
			return o, err
		},
		"Returning": func() (*permitted, error) {
			list, err := repo.UpdateReturning[permitted](ctx, r.AllRows(), r.Set("later", "x"))
			return &list[0], err
		},
	} {
		o, err := read()
		require.NoError(t, err, what)
		require.Empty(t, o.Secret, what)
		require.Empty(t, o.Origin, what)
		require.NoError(t, r.Save(ctx, o), what)
		require.NoError(t, r.Only("name").Save(ctx, o), what)
		require.Equal(t, "old", secret(), what)
	}
	o, err := r.Get(ctx)
	require.NoError(t, err)
	o.Secret = "set"
	require.NoError(t, r.Save(ctx, o))
	require.Equal(t, "set", secret())
	o.Secret = ""
	require.NoError(t, r.Save(ctx, o, "secret"))
	require.Empty(t, secret())
	require.Error(t, r.Refresh(ctx, o, "secret"))
	n, err := r.Filter("secret", "").Count(ctx)
	require.NoError(t, err)
	require.EqualValues(t, 1, n, "conditions may name it, as in GORM")
}

// A foreign key that is written once does not move to another owner.
func TestPermissionsOfManagers(t *testing.T) {
	t.Parallel()
	ctx, db, _ := permittedTable(t)
	owners := repo.New[permittedOwner](db)
	o, other := &permittedOwner{}, &permittedOwner{}
	require.NoError(t, owners.Create(ctx, o, other))
	m := repo.RelatedByName[permitted](owners, o, "items")
	item := full("a", "x")
	require.NoError(t, m.Create(ctx, item))
	require.Equal(t, o.ID, *item.OwnerID)
	for verb, err := range map[string]error{
		"Add":     repo.RelatedByName[permitted](owners, other, "items").Add(ctx, item),
		"Replace": repo.RelatedByName[permitted](owners, other, "items").Replace(ctx, item),
		"Remove":  m.Remove(ctx, item),
		"Clear":   m.Clear(ctx),
	} {
		require.ErrorContains(t, err, "permitted.owner_id forbid", verb)
	}
	n, err := m.Count(ctx)
	require.NoError(t, err)
	require.EqualValues(t, 1, n)
}

// A column that an insert does not write is neither Excluded nor looked for
// before one.
func TestPermissionsOfTheInsertsRow(t *testing.T) {
	t.Parallel()
	ctx, db, r := permittedTable(t)
	require.NoError(t, r.Create(ctx, full("a", "old")))
	for _, column := range []repo.Name[permitted]{"later", "changed"} {
		err := r.OnConflict("name").Set(r.Set(column, repo.Excluded(repo.Ref(column)))).Create(ctx, full("a", "new"))
		wrong, is := errors.AsType[*repo.FieldError](err)
		require.True(t, is, "%v", err)
		require.Contains(t, wrong.Error(), "Excluded")
	}
	require.Error(t, r.OnConflict("name").Set(r.Set("secret", repo.Coalesce(repo.Excluded("later"), "x"))).Create(ctx, full("a", "new")))
	require.NoError(t, r.OnConflict("name").Set(r.Set("secret", repo.Excluded("once"))).Create(ctx, full("a", "new")))
	require.Equal(t, "db db old db new old db", columnsOf(t, db, "a"))
	for _, column := range []repo.Name[permitted]{"shown", "fixed", "later", "changed"} {
		_, err := r.By("name", column).GetOrCreate(ctx, full("b", "x"))
		_, is := errors.AsType[*repo.FieldError](err)
		require.True(t, is, "%s: %v", column, err)
	}
	require.EqualValues(t, 1, count(t, ctx, r))
}
