package migrate_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/migrate"
)

// A value that the new type would change is refused, and the error has the
// row's key but not the value.
func TestConversionsThatLoseAreRefused(t *testing.T) {
	t.Parallel()
	db := setup(t)
	for _, c := range []struct{ from, to, good, bad string }{
		{"numeric(12,4)", "numeric(10,2)", "7.2500", "7.2512"},
		{"numeric(12,4)", "bigint", "7.0000", "7.5"},
		{"double precision", "real", "0.5", "0.1234567890123"},
		{"double precision", "numeric(8,2)", "1.25", "1.255"},
		{"timestamptz", "timestamptz(0)", "'2026-01-01 10:00:00Z'", "'2026-01-01 10:00:00.5Z'"},
		{"timestamptz", "date", "'2026-01-01 00:00:00'", "'2026-01-01 10:00'"},
		{"varchar(20)", "varchar(5)", "'abc'", "'abcdefgh'"},
		{"integer", "smallint", "7", "70000"},
		{"text", "integer", "'7'", "'x'"},
	} {
		table := func(typ string) *migrate.State {
			s := &migrate.State{Tables: map[string]*migrate.Table{}}
			s.Tables["t"] = &migrate.Table{Name: "t", Key: []string{"id"}, Columns: []col{{Name: "id", Type: "bigint", NotNull: true}, {Name: "v", Type: typ}}}
			return s
		}
		ops, err := migrate.Diff(table(c.from), table(c.to), nil)
		require.NoError(t, err)
		units, _, err := migrate.Split(table(c.from), ops)
		require.NoError(t, err)
		require.Len(t, units, 1)
		empty(t, db)
		run(t, db, migrate.CreateAll(table(c.from))...)
		run(t, db, `INSERT INTO t VALUES (1, NULL), (2, `+c.good+`), (42, `+c.bad+`)`)
		before := names(t, db, "SELECT coalesce(v::text, 'none') FROM t ORDER BY id")
		var failed error
		for _, sql := range units[0].Forward {
			if failed = db.Exec(sql).Error; failed != nil {
				break
			}
		}
		require.Error(t, failed, c)
		if strings.Contains(units[0].Forward[0], "$check$") {
			require.EqualError(t, failed, "gormango: t.v: "+c.to+" would change the value of the row with id = 42 (SQLSTATE 22000)")
		}
		require.Equal(t, before, names(t, db, "SELECT coalesce(v::text, 'none') FROM t ORDER BY id"))
		run(t, db, "DELETE FROM t WHERE id = 42")
		run(t, db, units[0].Forward...)
		require.Len(t, names(t, db, "SELECT id FROM t WHERE v IS NOT NULL"), 1)
	}
}

func TestSafeForms(t *testing.T) {
	t.Parallel()
	sql := func(to *migrate.State) (out []string) {
		ops, err := migrate.Diff(shelves(), to, always)
		require.NoError(t, err)
		units, _, err := migrate.Split(shelves(), ops)
		require.NoError(t, err)
		for _, u := range units {
			if u.NoTx {
				out = append(out, "-- no transaction")
			} else {
				out = append(out, "-- transaction")
			}
			out = append(out, u.Forward...)
		}
		return out
	}
	require.Equal(t, []string{"-- no transaction", `CREATE INDEX CONCURRENTLY "idx_new" ON "books" ("count")`}, sql(change(addIndex(index("idx_new", "count")))))
	require.Equal(t, []string{"-- no transaction", `DROP INDEX CONCURRENTLY "idx_books_note"`}, sql(change(books(func(t *migrate.Table) { t.Indexes = t.Indexes[:3] }))))
	require.Equal(t, []string{"-- no transaction", `CREATE INDEX CONCURRENTLY "idx_books_note_new" ON "books" ("count")`,
		"-- no transaction", `DROP INDEX CONCURRENTLY "idx_books_note"`, "-- transaction", `ALTER INDEX "idx_books_note_new" RENAME TO "idx_books_note"`},
		sql(change(books(func(t *migrate.Table) { t.Indexes[3] = index("idx_books_note", "count") }))))
	require.Equal(t, []string{"-- transaction", `ALTER INDEX "idx_books_at" RENAME TO "idx_books_at_swap"`, `ALTER INDEX "idx_books_note" RENAME TO "idx_books_at"`,
		`ALTER INDEX "idx_books_at_swap" RENAME TO "idx_books_note"`},
		sql(change(books(func(t *migrate.Table) { t.Indexes[2].Name, t.Indexes[3].Name = t.Indexes[3].Name, t.Indexes[2].Name }))))
	require.Equal(t, []string{"-- transaction", `ALTER TABLE "books" ADD CONSTRAINT "c" CHECK (pages < 9999) NOT VALID`,
		"-- transaction", `ALTER TABLE "books" VALIDATE CONSTRAINT "c"`}, sql(change(addConstraint(check("c", "pages < 9999")))))
	require.Equal(t, []string{"-- no transaction", `CREATE UNIQUE INDEX CONCURRENTLY "u" ON "books" ("count")`,
		"-- transaction", `ALTER TABLE "books" ADD CONSTRAINT "u" UNIQUE USING INDEX "u"`}, sql(change(addConstraint(unique("u", "count")))))
	require.Equal(t, []string{"-- transaction", `ALTER TABLE "books" ADD CONSTRAINT "books_at_is_not_null" CHECK ("at" IS NOT NULL) NOT VALID`,
		"-- transaction", `ALTER TABLE "books" VALIDATE CONSTRAINT "books_at_is_not_null"`,
		"-- transaction", `ALTER TABLE "books" ALTER COLUMN "at" SET NOT NULL`, `ALTER TABLE "books" DROP CONSTRAINT "books_at_is_not_null"`},
		sql(change(set("at", func(c *col) { c.NotNull = true }))))
	require.Equal(t, []string{"-- transaction", `ALTER TABLE "books" DROP CONSTRAINT "fk_books_author"`,
		`ALTER TABLE "books" ADD CONSTRAINT "fk_books_author" FOREIGN KEY ("author_id") REFERENCES "authors" ("id") ON DELETE RESTRICT NOT VALID`,
		"-- transaction", `ALTER TABLE "books" VALIDATE CONSTRAINT "fk_books_author"`},
		sql(change(books(func(t *migrate.Table) { t.ForeignKeys[0].OnDelete = "RESTRICT" }))))
	require.Equal(t, []string{"-- transaction", "SET LOCAL TimeZone = 'UTC'", `ALTER TABLE "books" ALTER COLUMN "naive" TYPE timestamptz`}, sql(change(retype("books", "naive", "timestamptz"))))
	require.Equal(t, []string{"-- transaction", `ALTER TYPE "mood" ADD VALUE 'so so' BEFORE 'glad'`, "-- transaction", `ALTER TABLE "books" ALTER COLUMN "mood" SET DEFAULT 'so so'`},
		sql(change(func(s *st) {
			s.Enums["mood"].Values = []string{"sad", "so so", "glad"}
			column(s, "books", "mood").Default = "'so so'"
		})))
}

// A fill that was interrupted goes on, and no row is filled twice.
func TestFillsAreResumed(t *testing.T) {
	t.Parallel()
	db := setup(t)
	from, to := shelves(), change(add(col{Name: "token", Type: "uuid", NotNull: true, Default: "gen_random_uuid()"}))
	ops, err := migrate.Diff(from, to, nil)
	require.NoError(t, err)
	units, _, err := migrate.Split(from, ops)
	require.NoError(t, err)
	run(t, db, migrate.CreateAll(from)...)
	run(t, db, rows...)
	run(t, db, `INSERT INTO books (title, author_id) SELECT 't', 1 FROM generate_series(1, 6000)`)
	run(t, db, units[0].Forward...)
	run(t, db, `UPDATE books SET token = '00000000-0000-0000-0000-000000000001' WHERE id % 3 = 0`)
	require.True(t, units[1].NoTx)
	run(t, db, units[1].Forward...)
	require.Equal(t, []string{"2033 4067"}, names(t, db, `SELECT count(*) FILTER (WHERE token = '00000000-0000-0000-0000-000000000001') || ' ' || count(DISTINCT token) - 1 FROM books`))
}
