package migrate_test

import (
	goflag "flag"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/longtest"
	"github.com/gormango/gormango/migrate"
	"github.com/gormango/gormango/models"
)

// loaded loads the files in a directory.
func loaded(t testing.TB, dir string, models ...any) *migrate.Set {
	t.Helper()
	s, err := migrate.Load(os.DirFS(dir), migrate.App("shop", models...))
	require.NoError(t, err)
	return s
}

// grow writes the files that lead to the models, and returns their names.
func grow(t testing.TB, dir string, ask migrate.Asker, models ...any) []string {
	t.Helper()
	s := loaded(t, dir, models...)
	ops, err := s.Changes(offline(t, gorm.Config{}), ask)
	require.NoError(t, err)
	names := []string{}
	if len(ops) == 0 {
		return names
	}
	ms, err := migrate.Generate(s, ops, "")
	require.NoError(t, err)
	require.NoError(t, migrate.Write(dir, ms...))
	for _, m := range ms {
		names = append(names, m.ID.Name())
	}
	return names
}

// withoutHistory removes the tables of the runner.
func withoutHistory(list []string) []string {
	return slices.DeleteFunc(list, func(line string) bool { return strings.Contains(line, "schema_history") })
}

func read(t testing.TB, dir, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, name+".sql"))
	require.NoError(t, err)
	return string(text)
}

// orders are the models of a shop in two releases.
func orders() (before, after []any) {
	type Customer struct {
		ID   int64
		Name string `gorm:"not null"`
	}
	type Order struct {
		ID         int64
		Total      int
		CustomerID int64
		Customer   Customer
		Note       string `gorm:"size:200"`
	}
	before = []any{Order{}, Customer{}}
	{
		type Customer struct {
			ID       int64
			FullName string `gorm:"not null;renamed_from:name"`
		}
		type Order struct {
			models.Timestamps
			ID         int64
			Total      int    `gorm:"index;check:total >= 0"`
			Channel    string `gorm:"not null;default:'web'"`
			Token      string `gorm:"type:uuid;not null;default:gen_random_uuid();unique"`
			CustomerID int64  `gorm:"not null"`
			Customer   Customer
			ReferrerID *int64
			Referrer   *Customer
			Note       string `gorm:"size:300"`
		}
		after = []any{Order{}, Customer{}}
	}
	return before, after
}

func TestFilesOfModelsThatGrow(t *testing.T) {
	t.Parallel()
	before, after := orders()
	dir := t.TempDir()
	require.Equal(t, []string{"0001_initial"}, grow(t, dir, nil, before...))
	require.Empty(t, grow(t, dir, nil, before...), "the second time there is nothing to do")
	require.Equal(t, []string{
		"0002_rename_name_customers_full_name",
		"0003_alter_orders_note_orders_created_at_and_more",
		"0004_fill_orders_token",
		"0005_uni_orders_token",
		"0006_idx_orders_total",
		"0007_idx_orders_referrer_id",
		"0008_orders_customer_id_is_not_null_and_more",
		"0009_validate_orders_customer_id_is_not_null_and_more",
		"0010_alter_orders_customer_id_and_more",
	}, grow(t, dir, nil, after...))
	require.Empty(t, grow(t, dir, nil, after...))
	require.Contains(t, read(t, dir, "0006_idx_orders_total"), "-- +goose NO TRANSACTION")

	// The files lead to the models, on tables with rows, and back.
	db := setup(t)
	first := t.TempDir()
	require.Equal(t, []string{"0001_initial"}, grow(t, first, nil, before...))
	_, err := migrate.Up(t.Context(), db, loaded(t, first))
	require.NoError(t, err)
	run(t, db, `INSERT INTO customers (name) VALUES ('Ann'), ('Bob')`, `INSERT INTO orders (total, customer_id, note) SELECT i, 1 + i % 2, 'n' FROM generate_series(1, 6000) AS i`)
	origin := contents(t, db)
	runner, err := migrate.New(db, loaded(t, dir), migrate.LoseData())
	require.NoError(t, err)
	_, err = runner.Up(t.Context())
	require.NoError(t, err)
	require.Equal(t, []string{"Ann", "Bob"}, names(t, db, `SELECT full_name FROM customers ORDER BY id`))
	require.Equal(t, []string{"6000 6000 0"}, names(t, db, `SELECT count(DISTINCT token) || ' ' || count(created_at) || ' ' || count(*) FILTER (WHERE channel <> 'web') FROM orders`))

	fresh := setup(t)
	_, err = migrate.Auto(t.Context(), fresh, after...)
	require.NoError(t, err)
	state, err := loaded(t, dir).State()
	require.NoError(t, err)
	history := func(list []string) []string { return withoutHistory(withoutFills(list, state)) }
	require.Equal(t, history(contents(t, fresh)), history(contents(t, db)))

	_, err = runner.Back(t.Context(), "shop/0001_initial")
	require.NoError(t, err)
	require.Equal(t, origin, contents(t, db))
	_, err = runner.Up(t.Context())
	require.NoError(t, err)
}

// The old program inserts into tables that got NOT NULL columns.
func TestOldProgramsInsertAfterTheChange(t *testing.T) {
	t.Parallel()
	before, after := orders()
	dir := t.TempDir()
	grow(t, dir, nil, before...)
	grow(t, dir, nil, after...)
	db := setup(t)
	_, err := migrate.Up(t.Context(), db, loaded(t, dir))
	require.NoError(t, err)
	run(t, db, `INSERT INTO customers (full_name) VALUES ('Ann')`, `INSERT INTO orders (total, customer_id, note) VALUES (1, 1, 'x')`)
	require.Equal(t, []string{"t"}, names(t, db, `SELECT (created_at = updated_at)::text::"char" FROM orders`))
}

func TestGenerateNames(t *testing.T) {
	t.Parallel()
	before, after := orders()
	dir := t.TempDir()
	grow(t, dir, nil, before...)
	s := loaded(t, dir, after...)
	ops, err := s.Changes(offline(t, gorm.Config{}), nil)
	require.NoError(t, err)
	ms, err := migrate.Generate(s, ops, "release")
	require.NoError(t, err)
	require.Equal(t, migrate.ID("shop/0002_release"), ms[0].ID)
	require.Equal(t, []migrate.ID{"shop/0001_initial"}, ms[0].After)
	require.Equal(t, migrate.ID("shop/0003_release_2"), ms[1].ID)
	require.Equal(t, []migrate.ID{ms[0].ID}, ms[1].After)
	require.Equal(t, []string{"orders.referrer_id", "orders.token", "orders.channel", "orders.updated_at", "orders.created_at"}, ms[1].Loses)
	byHand, err := migrate.Generate(s, nil, "by_hand")
	require.NoError(t, err)
	require.Len(t, byHand, 1)
	require.Equal(t, migrate.ID("shop/0002_by_hand"), byHand[0].ID)
	require.Empty(t, byHand[0].Forward)

	again, err := s.Changes(nil, nil)
	require.NoError(t, err)
	require.Equal(t, ops, again, "no database is needed")
}

// Extensions, which another role may have to create, are in a file before the
// others, and are dropped in one after them.
func TestExtensionsAreInFilesOfTheirOwn(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	kinds := func() (out [][]string) {
		for _, id := range loaded(t, dir).IDs() {
			m, err := loaded(t, dir).Migration(id)
			require.NoError(t, err)
			list := []string{m.ID.Name()}
			for _, op := range m.Ops {
				list = append(list, op.Describe())
			}
			out = append(out, list)
		}
		return out
	}
	grow(t, dir, nil, migrate.Extension{Name: "pg_trgm"}, novelist{}, migrate.Extension{Name: "citext"})
	require.Equal(t, [][]string{{"0001_citext_pg_trgm", "create extension citext", "create extension pg_trgm"}, {"0002_initial", "create table novelists"}}, kinds())
	grow(t, dir, func(migrate.Question) (bool, error) { return false, nil }, migrate.Extension{Name: "btree_gin"}, chamber{})
	require.Equal(t, [][]string{
		{"0003_btree_gin", "create extension btree_gin"},
		{"0004_delete_novelists_chambers", "drop table novelists", "create table chambers"},
		{"0005_delete_citext_delete_pg_trgm", "drop extension citext", "drop extension pg_trgm"},
	}, kinds()[2:])
	for range 2 { // there, back and there again
		db := setup(t)
		r := newRunner(t, db, loaded(t, dir), migrate.Unlinted())
		_, err := r.Up(t.Context())
		require.NoError(t, err)
		_, err = r.Back(t.Context(), "zero")
		require.NoError(t, err)
	}
}

// The tables of another app stay out of an app's files, which wait for those
// that create what they refer to.
func TestFilesOfTwoApps(t *testing.T) {
	t.Parallel()
	type Customer struct{ ID int64 }
	type Order struct {
		ID         int64
		CustomerID int64
		Customer   Customer
	}
	people := t.TempDir()
	crm, err := migrate.Load(os.DirFS(people), migrate.App("crm", Customer{}))
	require.NoError(t, err)
	ops, err := crm.Changes(offline(t, gorm.Config{}), nil)
	require.NoError(t, err)
	ms, err := migrate.Generate(crm, ops, "")
	require.NoError(t, err)
	require.NoError(t, migrate.Write(people, ms...))
	crm, err = migrate.Load(os.DirFS(people), migrate.App("crm", Customer{}))
	require.NoError(t, err)
	shop, err := migrate.Join(loaded(t, t.TempDir(), Order{}), crm)
	require.NoError(t, err)
	shop, err = shop.ForApp("shop")
	require.NoError(t, err)
	ops, err = shop.Changes(offline(t, gorm.Config{}), nil)
	require.NoError(t, err)
	require.Len(t, ops, 1)
	require.Equal(t, "create table orders", ops[0].Describe())
	ms, err = migrate.Generate(shop, ops, "")
	require.NoError(t, err)
	require.Equal(t, []migrate.ID{"crm/0001_initial"}, ms[0].After)
	_, err = shop.ForApp("depot")
	require.EqualError(t, err, `migrate: ForApp: the set has no app "depot" (choices are crm, shop)`)
}

// Each line is what a help desk met when its models grew, and was silent about.
func TestChangesOfTheHelpDesk(t *testing.T) {
	t.Parallel()
	type Note struct {
		ID       int64
		Internal bool   `gorm:"default:false"`
		Kind     string `gorm:"check:kind IN ('a', 'b')"`
		Words    int    `gorm:"check:words > 0"`
		Twice    int    `gorm:"generated:words * 2"`
		Subject  string `gorm:"index:idx_subject,where:words > 0;size:200;unique"`
	}
	before := []any{Note{}}
	{
		type Note struct {
			models.Timestamps
			ID      int64
			Private bool   `gorm:"default:false;renamed_from:internal"`
			Kind    string `gorm:"check:kind IN ('a', 'b', 'c')"`
			Words   int    `gorm:"check:words > 0"`
			Twice   int    `gorm:"generated:words * 3"`
			Subject string `gorm:"index:idx_subject,where:words > 1;size:300"`
		}
		from, to := state(t, before...), state(t, Note{})
		require.Equal(t, []string{
			"rename column notes.internal to private", "drop constraint chk_notes_kind of notes", "drop constraint uni_notes_subject of notes",
			"drop index idx_subject of notes", "drop column notes.twice", "alter column notes.subject",
			"add column notes.created_at (rows that are there get now())", "add column notes.updated_at (rows that are there get now())", "add column notes.twice",
			"add constraint chk_notes_kind to notes", "add index idx_subject to notes",
		}, descriptions(t, from, to, nil))
	}
}

var writeFiles = goflag.Bool("write-files", false, "keep the generated files that other machines must generate too")

// The files of the same models are the same bytes, whatever the order of the
// models, and those that another machine has written into testdata.
func TestFilesAreTheSameEachTime(t *testing.T) {
	t.Parallel()
	files := func() string {
		before, after := orders()
		dir := t.TempDir()
		grow(t, dir, nil, before...)
		rand.Shuffle(len(after), func(i, j int) { after[i], after[j] = after[j], after[i] })
		grow(t, dir, nil, after...)
		entries, err := os.ReadDir(dir)
		require.NoError(t, err)
		var all strings.Builder
		for _, e := range entries {
			text, err := os.ReadFile(filepath.Join(dir, e.Name()))
			require.NoError(t, err)
			all.WriteString(e.Name() + "\n" + string(text))
		}
		return all.String()
	}
	const elsewhere = "testdata/files.txt"
	if *writeFiles {
		require.NoError(t, os.WriteFile(elsewhere, []byte(files()), 0o644))
	}
	want, err := os.ReadFile(elsewhere)
	require.NoError(t, err)
	for range longtest.Count(5, 100) {
		require.Equal(t, string(want), files(), "-write-files keeps new ones")
	}
}
