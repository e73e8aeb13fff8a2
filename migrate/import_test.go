package migrate_test

import (
	"context"
	"os"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/migrate"
)

// written returns the set of imported migrations.
func written(t *testing.T, list []migrate.Migration) *migrate.Set {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, migrate.Write(dir, list...))
	s, err := migrate.Load(os.DirFS(dir), migrate.App("shop"))
	require.NoError(t, err)
	return s
}

func files(texts map[string]string) fstest.MapFS {
	out := fstest.MapFS{}
	for name, text := range texts {
		out[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return out
}

func TestImportOfGoose(t *testing.T) {
	t.Parallel()
	db, ctx := setup(t), context.Background()
	list, err := migrate.Import(files(map[string]string{
		"9_first.sql":   "-- +goose Up\nCREATE TABLE a (id int);\n-- +goose Down\nDROP TABLE a;\n",
		"10_second.sql": "-- +goose NO TRANSACTION\n-- +goose Up\nCREATE INDEX CONCURRENTLY i ON a (id);\nVACUUM a;\n-- +goose Down\nDROP INDEX i;\n",
		"11_third.sql":  "-- +goose Up\n-- +goose StatementBegin\nCREATE FUNCTION f() RETURNS int AS $$ SELECT 1; $$ LANGUAGE sql;\n-- +goose StatementEnd\n",
		"README.md":     "",
	}), "shop", &migrate.State{Tables: map[string]*migrate.Table{"a": {Name: "a", Columns: []migrate.Column{{Name: "id", Type: "integer"}}}}})
	require.NoError(t, err)
	s := written(t, list)
	require.Equal(t, []migrate.ID{"shop/9_first", "shop/10_second", "shop/10_second_part2", "shop/11_third"}, s.IDs())
	state, err := s.State()
	require.NoError(t, err)
	require.Contains(t, state.Tables, "a")
	// A database that goose has brought to version 10, back to 9, and there again.
	run(t, db, `CREATE TABLE a (id int)`, `CREATE TABLE goose_db_version (id serial, version_id bigint, is_applied bool)`,
		`INSERT INTO goose_db_version (version_id, is_applied) VALUES (0, true), (9, true), (10, true), (10, false)`)
	r := newRunner(t, db, s)
	report, err := r.ImportHistory(ctx)
	require.NoError(t, err)
	require.Equal(t, []migrate.ID{"shop/9_first"}, report.Applied)
	run(t, db, `INSERT INTO goose_db_version (version_id, is_applied) VALUES (10, true)`)
	report, err = r.ImportHistory(ctx)
	require.NoError(t, err)
	require.Equal(t, []migrate.ID{"shop/10_second", "shop/10_second_part2"}, report.Applied)
	status, err := r.Status(ctx)
	require.NoError(t, err)
	require.True(t, status[0].Faked())
	require.Equal(t, "imported from goose", status[0].Note)
	report, err = r.Up(ctx)
	require.NoError(t, err)
	require.Equal(t, []migrate.ID{"shop/11_third"}, report.Applied)
	run(t, db, `INSERT INTO goose_db_version (version_id, is_applied) VALUES (12, true)`)
	_, err = r.ImportHistory(ctx)
	require.ErrorIs(t, err, migrate.ErrChecksum)
	require.ErrorContains(t, err, "version 12 of goose is applied")
}

func TestImportOfGolangMigrate(t *testing.T) {
	t.Parallel()
	db, ctx := setup(t), context.Background()
	list, err := migrate.Import(files(map[string]string{
		"000001_first.up.sql":    "BEGIN;\nCREATE TABLE a (id int);\nCREATE TABLE b (id int);\nCOMMIT;",
		"000001_first.down.sql":  "DROP TABLE b; DROP TABLE a",
		"000002_second.up.sql":   "CREATE INDEX CONCURRENTLY i ON a (id)",
		"000002_second.down.sql": "DROP INDEX CONCURRENTLY i",
		"000003_third.up.sql":    "CREATE TABLE c (id int)",
	}), "shop", nil)
	require.NoError(t, err)
	s := written(t, list)
	require.Equal(t, []migrate.ID{"shop/000001_first", "shop/000002_second", "shop/000003_third"}, s.IDs())
	for _, id := range s.IDs() {
		m, err := s.Migration(id)
		require.NoError(t, err)
		require.Equal(t, id != "shop/000002_second", m.Tx)
	}
	r := newRunner(t, db, s)
	_, err = r.ImportHistory(ctx)
	require.ErrorContains(t, err, "neither goose_db_version nor schema_migrations")
	run(t, db, `CREATE TABLE a (id int)`, `CREATE TABLE b (id int)`, `CREATE TABLE schema_migrations (version bigint, dirty bool)`, `INSERT INTO schema_migrations VALUES (1, true)`)
	_, err = r.ImportHistory(ctx)
	require.ErrorContains(t, err, "version 1 is marked as dirty")
	run(t, db, `UPDATE schema_migrations SET dirty = false`)
	report, err := r.ImportHistory(ctx)
	require.NoError(t, err)
	require.Equal(t, []migrate.ID{"shop/000001_first"}, report.Applied)
	_, err = r.Up(ctx)
	require.NoError(t, err)
	require.Equal(t, []string{"a", "b", "c", "schema_history", "schema_history_log", "schema_migrations"}, tables(t, db))
	_, err = r.Back(ctx, "zero")
	require.ErrorIs(t, err, migrate.ErrIrreversible, "the third has no file down")
	run(t, db, `UPDATE schema_migrations SET version = 7`)
	_, err = r.ImportHistory(ctx)
	require.ErrorContains(t, err, "version 7 of golang-migrate is applied")
	run(t, db, `CREATE TABLE goose_db_version (id serial, version_id bigint, is_applied bool)`)
	_, err = r.ImportHistory(ctx)
	require.ErrorContains(t, err, "both goose_db_version and schema_migrations")
}

func TestImportRefuses(t *testing.T) {
	t.Parallel()
	for want, texts := range map[string]map[string]string{
		"has no files": {},
		"1_a.down.sql: there is no file 1_a.up.sql":                 {"1_a.down.sql": "SELECT 1"},
		"1_a.up.sql:2: a statement that cannot be in a transaction": {"1_a.up.sql": "SELECT 1;\nVACUUM"},
		"1_a.down.sql: one side cannot be":                          {"1_a.up.sql": "VACUUM", "1_a.down.sql": "SELECT 1; SELECT 2"},
		"a.sql: a name that does not begin with":                    {"a.sql": "-- +goose Up\n"},
		`1_a.sql:1: no line "-- +goose Up"`:                         {"1_a.sql": ""},
	} {
		_, err := migrate.Import(files(texts), "shop", nil)
		require.ErrorContains(t, err, want)
	}
}
