package migrate_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/migrate"
	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
)

// softUser has every form of a unique index, and softKept the same for deleted
// rows too.
type softUser struct {
	models.AutoKey
	models.SoftDelete
	Email  string `gorm:"unique"`
	Login  string `gorm:"uniqueIndex"`
	Own    string `gorm:"uniqueIndex:,where:own <> ''"`
	Number string `gorm:"unique"` // softCard refers to it
	Pair   int
	Lower  string
	Late   int
}

func (softUser) Meta() models.Meta {
	return models.Meta{Constraints: []models.Constraint{
		{Unique: []string{"pair", "email"}, NullsNotDistinct: true},
		{Expressions: []string{"lower(lower)"}},
		{Unique: []string{"late"}, Deferrable: "deferred"},
		{Name: "uni_some", Unique: []string{"pair"}, Where: "pair > 10", Include: []string{"late"}},
	}}
}

type softCard struct {
	models.AutoKey
	UserNumber string
	User       *softUser `gorm:"foreignKey:UserNumber;references:Number"`
}

type softKept struct {
	models.AutoKey
	models.SoftDelete
	Email string `gorm:"unique"`
	Login string `gorm:"uniqueIndex"`
}

func (softKept) TableName() string { return "soft_users" }

func (softKept) Meta() models.Meta { return models.Meta{UniqueDeleted: true} }

// softLean is softKept without that.
type softLean struct {
	models.AutoKey
	models.SoftDelete
	Email string `gorm:"unique"`
	Login string `gorm:"uniqueIndex"`
}

func (softLean) TableName() string { return "soft_users" }

func TestUniqueOfRowsThatAreNotDeleted(t *testing.T) {
	t.Parallel()
	all := []any{&softUser{}, &softCard{}}
	db := setup(t, all...)
	report, err := migrate.Auto(t.Context(), db)
	require.NoError(t, err)
	require.Contains(t, report.Statements, `CREATE UNIQUE INDEX "uni_soft_users_email" ON "soft_users" ("email") WHERE "deleted_at" IS NULL`)
	require.Contains(t, report.Statements, `CREATE UNIQUE INDEX "idx_soft_users_login" ON "soft_users" ("login") WHERE "deleted_at" IS NULL`)
	require.Contains(t, report.Statements, `CREATE UNIQUE INDEX "uni_some" ON "soft_users" ("pair") INCLUDE ("late") WHERE pair > 10`)
	report, err = migrate.Auto(t.Context(), db)
	require.NoError(t, err)
	require.Empty(t, report.Statements)
	require.Empty(t, report.Extra)

	ctx, users := t.Context(), repo.New[softUser](db)
	first := &softUser{Email: "a@b", Login: "a", Number: "1", Pair: 1, Lower: "x", Late: 1}
	require.NoError(t, users.Create(ctx, first))
	refused := func(u softUser, constraint string) {
		t.Helper()
		var e *gormango.IntegrityError
		require.ErrorAs(t, users.Create(ctx, &u), &e)
		require.Equal(t, constraint, e.Constraint)
	}
	other := softUser{Email: "c@d", Login: "c", Number: "2", Pair: 2, Lower: "y", Late: 2}
	same := other
	same.Email = "a@b"
	refused(same, "uni_soft_users_email")
	same = other
	same.Lower = "X"
	refused(same, "uni_soft_users_lower_f819b396")

	updated := &softUser{Email: "a@b", Login: "b", Number: "3", Pair: 1, Lower: "z", Late: 3}
	require.NoError(t, users.OnConflict("email").Update("login").Create(ctx, updated))
	require.Equal(t, first.ID, updated.ID, "an upsert finds the row by the partial index")

	_, err = users.Delete(ctx, first)
	require.NoError(t, err)
	again := &softUser{Email: "a@b", Login: "b", Number: "4", Pair: 1, Lower: "x", Late: 4}
	require.NoError(t, users.Create(ctx, again), "a deleted row is in nobody's way")
	same = other
	same.Number = "1"
	refused(same, "uni_soft_users_number")
}

func TestPlainUniqueBecomesPartial(t *testing.T) {
	t.Parallel()
	require.Equal(t, []string{
		"drop constraint uni_soft_users_email of soft_users", "drop index idx_soft_users_login of soft_users",
		"add index idx_soft_users_login to soft_users", "add index uni_soft_users_email to soft_users",
	}, descriptions(t, state(t, &softKept{}), state(t, &softLean{}), nil))

	open := database(t)
	_, err := migrate.Auto(t.Context(), open(&softKept{}))
	require.NoError(t, err)
	db := open(&softLean{})
	report, err := migrate.Auto(t.Context(), db)
	require.NoError(t, err)
	require.Empty(t, report.Statements, "Auto changes no index by itself")
	var extra []string
	for _, d := range report.Extra {
		extra = append(extra, d.String())
	}
	require.Equal(t, []string{
		`soft_users.uni_soft_users_email: constraint is "UNIQUE (email)", should be "not in the models"`,
		`soft_users.idx_soft_users_login: index is "CREATE UNIQUE INDEX idx_soft_users_login ON public.soft_users USING btree (login)", should be "not in the models"`,
	}, extra)

	users := repo.New[softLean](db) // an upsert takes the plain indexes too
	require.NoError(t, users.Create(t.Context(), &softLean{Email: "a", Login: "a"}))
	o := &softLean{Email: "b", Login: "a"}
	require.NoError(t, users.OnConflict("login").Update("email").Create(t.Context(), o))
	require.EqualValues(t, 1, o.ID)
	require.NoError(t, users.OnConflict("email").Ignore().Create(t.Context(), &softLean{Email: "b", Login: "c"}))

	report, err = migrate.Run(t.Context(), db, migrate.Alter("soft_users", "uni_soft_users_email"), migrate.Alter("soft_users", "idx_soft_users_login"))
	require.NoError(t, err)
	require.Contains(t, report.Statements, `CREATE UNIQUE INDEX "uni_soft_users_email" ON "soft_users" ("email") WHERE "deleted_at" IS NULL`)
	require.Empty(t, report.Extra)
}

type indexKinds struct {
	models.AutoKey
	Name  string
	Code  string
	Size  int
	Tags  []string `gorm:"type:text[]"`
	Data  string   `gorm:"type:jsonb"`
	Span  string   `gorm:"type:int4range"`
	Place string   `gorm:"type:point"`
}

func (indexKinds) Meta() models.Meta {
	return models.Meta{
		Comment: "of every kind",
		Indexes: []models.Index{
			{Fields: []string{"name", "-code nulls last"}, Include: []string{"size"}, With: "fillfactor = 70, deduplicate_items = off", Tablespace: "pg_default"},
			{Fields: []string{"size nulls first"}},
			{Fields: []string{"name"}, Method: "hash"},
			{Fields: []string{"tags"}, Method: "gin", With: "fastupdate = off"},
			{Fields: []string{"data"}, Method: "gin", Opclasses: []string{"jsonb_path_ops"}},
			{Fields: []string{"span"}, Method: "gist"},
			{Fields: []string{"place"}, Method: "spgist"},
			{Fields: []string{"size"}, Method: "brin", With: "pages_per_range = 16, autosummarize = on"},
			{Fields: []string{"name", "code"}, Method: "bloom", With: "length = 64, col1 = 2"},
			{Fields: []string{"name"}, Method: "gin", Opclasses: []string{"gin_trgm_ops"}},
			{Expressions: []string{`name COLLATE "C"`, "upper(code)"}, Opclasses: []string{"text_pattern_ops", ""}, Where: "size > 0"},
			{Fields: []string{"code"}, Unique: true, NullsNotDistinct: true},
		},
		Constraints: []models.Constraint{
			{Check: "size >= 0"},
			{Unique: []string{"code", "size"}, Deferrable: "immediate", NullsNotDistinct: true},
			{Unique: []string{"name"}, Opclasses: []string{"text_pattern_ops"}},
			{Exclude: `USING gist (span WITH &&, size WITH =) INCLUDE (name) WHERE (size > 0)`, Deferrable: "deferred"},
		},
	}
}

// Every kind of index and constraint is made, and is found again as it is.
func TestIndexKinds(t *testing.T) {
	t.Parallel()
	all := []any{migrate.Extension{Name: "bloom"}, migrate.Extension{Name: "pg_trgm"}, migrate.Extension{Name: "btree_gist"}, &indexKinds{}}
	db := setup(t)
	report, err := migrate.Auto(t.Context(), db, all...)
	require.NoError(t, err)
	require.Contains(t, report.Statements, `CREATE INDEX "idx_index_kinds_name_code" ON "index_kinds" ("name", "code" DESC NULLS LAST) INCLUDE ("size") WITH (fillfactor = 70, deduplicate_items = off) TABLESPACE "pg_default"`)
	report, err = migrate.Auto(t.Context(), db, all...)
	require.NoError(t, err)
	require.Empty(t, report.Statements)
	require.Empty(t, report.Extra)
	var kinds int
	require.NoError(t, db.Raw(`SELECT count(DISTINCT am.amname) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am am ON am.oid = c.relam
		WHERE i.indrelid = 'index_kinds'::regclass`).Scan(&kinds).Error)
	require.Equal(t, 7, kinds)
	found, err := migrate.InspectDB(t.Context(), migrate.ConnPool(db), "")
	require.NoError(t, err)
	var written strings.Builder
	require.NoError(t, migrate.WriteModels(&written, found, "x"))
	require.Contains(t, written.String(), `Fields: []string{"name", "-code nulls last"}, Include: []string{"size"}`)
}
