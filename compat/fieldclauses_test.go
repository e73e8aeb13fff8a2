package compat

import (
	"context"
	"database/sql"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
	"gorm.io/gorm/schema"
	"gorm.io/plugin/optimisticlock"
	"gorm.io/plugin/soft_delete"

	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
)

// Soft deletes by the plugin, in each of its forms, and by a type that embeds
// GORM's own.
type (
	bin       struct{ gorm.DeletedAt }
	bySeconds struct {
		models.AutoKey
		Name    string
		GroupID *int64
		Deleted soft_delete.DeletedAt
	}
	byMillis struct {
		models.AutoKey
		Name    string
		GroupID *int64
		Deleted soft_delete.DeletedAt `gorm:"softDelete:milli"`
	}
	byFlag struct {
		models.AutoKey
		Name      string
		GroupID   *int64
		Deleted   soft_delete.DeletedAt `gorm:"softDelete:flag,DeletedAtField:DeletedAt"`
		DeletedAt *time.Time
	}
	byBin struct {
		models.AutoKey
		Name    string
		GroupID *int64
		Deleted bin
	}
	group[T any] struct {
		models.AutoKey
		Name    string
		Deleted soft_delete.DeletedAt
		Items   []*T `gorm:"foreignKey:GroupID"`
	}
)

func (group[T]) TableName() string { return "groups" }

func (group[T]) Meta() models.Meta {
	return models.Meta{Relations: map[string]models.RelationOptions{"items": {OnDelete: models.Cascade}}}
}

func TestSoftDeleteOfFieldTypes(t *testing.T) {
	t.Parallel()
	testSoftDelete(t, "seconds", func(name string, g *int64) *bySeconds { return &bySeconds{Name: name, GroupID: g} })
	testSoftDelete(t, "milliseconds", func(name string, g *int64) *byMillis { return &byMillis{Name: name, GroupID: g} })
	testSoftDelete(t, "flag", func(name string, g *int64) *byFlag { return &byFlag{Name: name, GroupID: g} })
	testSoftDelete(t, "embedded", func(name string, g *int64) *byBin { return &byBin{Name: name, GroupID: g} })
}

// testSoftDelete expects that a repository hides and marks the rows that plain
// GORM hides and marks.
func testSoftDelete[T any](t *testing.T, what string, item func(name string, g *int64) *T) {
	t.Run(what, func(t *testing.T) {
		t.Parallel()
		ctx := context.Background()
		db := ours(t, new(group[T]), new(T))
		require.NoError(t, db.AutoMigrate(new(group[T]), new(T)))
		items, groups := repo.New[T](db), repo.New[group[T]](db)
		g := &group[T]{Name: "g"}
		require.NoError(t, groups.Create(ctx, g))
		a, b, c, d := item("a", &g.ID), item("b", &g.ID), item("c", &g.ID), item("d", &g.ID)
		require.NoError(t, items.Create(ctx, a, b))
		require.NoError(t, items.BulkCreate(ctx, []*T{c, d}))
		expect := func(want ...string) {
			t.Helper()
			var plain []string
			require.NoError(t, db.Model(new(T)).Order("name").Pluck("name", &plain).Error)
			ours, err := repo.Values[string](ctx, items.OrderBy("name"), "name")
			require.NoError(t, err)
			require.Equal(t, want, ours)
			require.Equal(t, plain, ours)
			n, err := groups.Filter("items__name__isnull", false).Count(ctx)
			require.NoError(t, err)
			require.EqualValues(t, len(want), n, "by a join")
			got, err := groups.PrefetchRelated("items").Get(ctx)
			require.NoError(t, err)
			require.Len(t, got.Items, len(want))
		}
		expect("a", "b", "c", "d")
		require.NoError(t, db.Delete(a).Error)
		expect("b", "c", "d")
		deleted, err := items.Delete(ctx, b)
		require.NoError(t, err)
		require.EqualValues(t, 1, deleted.Total)
		expect("c", "d")
		_, err = items.Filter("name", "c").Delete(ctx)
		require.NoError(t, err)
		expect("d")

		// both wrote the same kind of mark
		marks := lines(t, db, `SELECT pg_typeof(deleted), length(deleted::text) > 5, deleted::text IN ('0', '1') FROM `+tableOf[T](db)+` WHERE name IN ('a', 'b', 'c')`)
		require.Len(t, marks, 3)
		require.Equal(t, marks[0], marks[1])
		require.Equal(t, marks[0], marks[2])

		hidden, err := repo.Values[string](ctx, items.OnlyDeleted().OrderBy("name"), "name")
		require.NoError(t, err)
		require.Equal(t, []string{"a", "b", "c"}, hidden)
		n, err := items.WithDeleted().Count(ctx)
		require.NoError(t, err)
		require.EqualValues(t, 4, n)
		n, err = items.AllRows().Update(ctx, items.Set("name", "d"))
		require.NoError(t, err)
		require.EqualValues(t, 1, n, "hidden rows stay as they are")
		_, err = items.HardDelete(ctx, a)
		require.NoError(t, err)

		// rows go along with their parent
		_, err = groups.Delete(ctx, g)
		require.NoError(t, err)
		n, err = items.Count(ctx)
		require.NoError(t, err)
		require.Zero(t, n)
		n, err = items.WithDeleted().Count(ctx)
		require.NoError(t, err)
		require.EqualValues(t, 3, n)
		_, err = groups.Restore(ctx, g)
		require.ErrorContains(t, err, "group[")
		require.ErrorContains(t, err, "holds no time of deletion")
	})
}

func tableOf[T any](db *gorm.DB) string {
	stmt := &gorm.Statement{DB: db}
	if err := stmt.Parse(new(T)); err != nil {
		panic(err)
	}
	return stmt.Quote(stmt.Table)
}

func TestRestoreOfAnEmbeddedDeletedAt(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	db := ours(t, &byBin{})
	require.NoError(t, db.AutoMigrate(&byBin{}))
	items := repo.New[byBin](db)
	b := &byBin{Name: "b"}
	require.NoError(t, items.Create(ctx, b))
	_, err := items.Delete(ctx, b)
	require.NoError(t, err)
	require.True(t, b.Deleted.Valid)
	_, err = items.Restore(ctx, b)
	require.NoError(t, err)
	require.False(t, b.Deleted.Valid)
	n, err := items.Count(ctx)
	require.NoError(t, err)
	require.EqualValues(t, 1, n)
}

type locked struct {
	models.AutoKey
	Name    string
	Version optimisticlock.Version
}

// The plugin's version is checked and raised as that of models.Versioned.
func TestOptimisticLock(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	db := ours(t, &locked{})
	require.NoError(t, db.AutoMigrate(&locked{}))
	r := repo.New[locked](db)
	o, byGORM := &locked{Name: "a"}, &locked{Name: "b"}
	require.NoError(t, r.Create(ctx, o))
	require.NoError(t, db.Create(byGORM).Error)
	require.EqualValues(t, byGORM.Version.Int64, o.Version.Int64)
	require.NoError(t, r.BulkCreate(ctx, []*locked{{Name: "c"}}))
	old, err := r.ByPK(ctx, o.ID)
	require.NoError(t, err)

	o.Name = "a2"
	require.NoError(t, r.Save(ctx, o))
	require.EqualValues(t, 2, o.Version.Int64)
	require.ErrorIs(t, r.Save(ctx, old), repo.ErrStaleObject)
	require.EqualValues(t, 1, old.Version.Int64, "a failed save leaves the version")
	require.Zero(t, db.Model(old).Update("name", "x").RowsAffected, "as plain GORM says")
	_, err = r.BulkUpdate(ctx, []*locked{old}, "name")
	require.ErrorIs(t, err, repo.ErrStaleObject)
	_, err = r.Delete(ctx, old)
	require.ErrorIs(t, err, repo.ErrStaleObject)

	require.NoError(t, db.Model(o).Update("name", "a3").Error)
	require.ErrorIs(t, r.Save(ctx, o), repo.ErrStaleObject, "plain GORM raised the version")
	require.NoError(t, r.Refresh(ctx, o))
	n, err := r.Filter("name", "a3").Update(ctx, r.Set("name", "a4"))
	require.NoError(t, err)
	require.EqualValues(t, 1, n)
	require.ErrorIs(t, r.Save(ctx, o), repo.ErrStaleObject, "Update raised the version")
	require.NoError(t, r.Refresh(ctx, o))
	n, err = r.BulkUpdate(ctx, []*locked{o}, "name")
	require.NoError(t, err)
	require.EqualValues(t, 1, n)
	require.NoError(t, r.Save(ctx, o))
	require.NoError(t, r.OnConflict("pk").Update("name").Create(ctx, o))
	require.NoError(t, r.Refresh(ctx, o))
	_, err = r.Delete(ctx, o)
	require.NoError(t, err)
	require.Equal(t, []string{"(b,1)", "(c,1)"}, lines(t, db, "SELECT name, version FROM lockeds ORDER BY name"))
}

// tenantID lets a statement see and write the rows of the context's tenant
// alone.
type (
	tenantID  int64
	tenantKey struct{}
)

type tenantClause struct{ column string }

func (tenantClause) Name() string               { return "" }
func (tenantClause) Build(clause.Builder)       {}
func (tenantClause) MergeClause(*clause.Clause) {}
func (c tenantClause) ModifyStatement(stmt *gorm.Statement) {
	if id, ok := stmt.Context.Value(tenantKey{}).(int64); ok {
		stmt.AddClause(clause.Where{Exprs: []clause.Expression{clause.Eq{Column: clause.Column{Table: clause.CurrentTable, Name: c.column}, Value: id}}})
		return
	}
	_ = stmt.AddError(gorm.ErrInvalidData)
}

func (tenantID) QueryClauses(f *schema.Field) []clause.Interface {
	return []clause.Interface{tenantClause{f.DBName}}
}
func (tenantID) UpdateClauses(f *schema.Field) []clause.Interface {
	return []clause.Interface{tenantClause{f.DBName}}
}
func (tenantID) DeleteClauses(f *schema.Field) []clause.Interface {
	return []clause.Interface{tenantClause{f.DBName}}
}

type (
	account struct {
		models.AutoKey
		Name     string
		TenantID tenantID
		ShopID   *int64
		Shop     *shop
	}
	shop struct {
		models.AutoKey
		Name     string
		Accounts []*account
	}
	// epoch marks live rows by a time, and stamps writes.
	epoch struct {
		models.AutoKey
		Deleted gorm.DeletedAt `gorm:"zeroValue:1970-01-01 00:00:01"`
	}
	stamped struct {
		models.AutoKey
		By author
	}
	author string
)

func (shop) Meta() models.Meta {
	return models.Meta{Relations: map[string]models.RelationOptions{"accounts": {OnDelete: models.Cascade}}}
}

type stampClause struct{ tenantClause }

func (c stampClause) ModifyStatement(stmt *gorm.Statement) { stmt.SetColumn(c.column, "me", true) }

func (author) CreateClauses(f *schema.Field) []clause.Interface {
	return []clause.Interface{stampClause{tenantClause{f.DBName}}}
}

// A repository refuses what it would leave out; plain GORM goes on.
func TestRefusedFieldTypes(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	all := []any{&shop{}, &account{}, &epoch{}, &stamped{}}
	db := ours(t, all...)
	require.NoError(t, db.AutoMigrate(all...))
	for model, err := range map[string]error{
		"account.tenant_id: the type compat.tenantID has QueryClauses, UpdateClauses, DeleteClauses": repo.New[account](db).Err(),
		"epoch.deleted: the type gorm.DeletedAt has QueryClauses":                                    repo.New[epoch](db).Err(),
		"stamped.by: the type compat.author has CreateClauses":                                       repo.New[stamped](db).Err(),
	} {
		var mistake *repo.FieldError
		require.ErrorAs(t, err, &mistake, model)
		require.ErrorContains(t, err, model)
	}
	shops := repo.New[shop](db)
	s := &shop{Name: "s"}
	require.NoError(t, shops.Create(ctx, s))
	_, joined := shops.Filter("accounts__name", "a").Count(ctx)
	_, prefetched := shops.PrefetchRelated("accounts").All(ctx)
	_, counted := repo.Values[int](ctx, shops.Annotate("n", repo.Count(repo.F("accounts"))), "n")
	_, deleted := shops.Delete(ctx, s)
	m := repo.RelatedByName[account](shops, s, "accounts")
	for what, err := range map[string]error{"a join": joined, "a prefetch": prefetched, "an aggregate": counted, "a cascade": deleted,
		"a manager": m.Err(), "its Create": m.Create(ctx, &account{})} {
		require.ErrorContains(t, err, "account.tenant_id: the type compat.tenantID", what)
	}
	n, err := shops.Count(ctx)
	require.NoError(t, err)
	require.EqualValues(t, 1, n)

	mine := context.WithValue(ctx, tenantKey{}, int64(1))
	require.NoError(t, db.WithContext(mine).Create([]*account{{Name: "a", TenantID: 1}, {Name: "b", TenantID: 2}}).Error)
	var names []string
	require.NoError(t, db.WithContext(mine).Model(&account{}).Pluck("name", &names).Error)
	require.Equal(t, []string{"a"}, names)
	require.ErrorIs(t, db.Find(&[]account{}).Error, gorm.ErrInvalidData)
}

var _ sql.Scanner = (*bin)(nil)
