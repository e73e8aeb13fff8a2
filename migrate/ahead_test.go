package migrate_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/migrate"
)

// An older program starts beside a newer one that has migrated: that is no
// error if the older one can work, and ErrNewer if it cannot.
func TestOlderProgramOfFiles(t *testing.T) {
	t.Parallel()
	db, ctx := setup(t), context.Background()
	old := loadSet(t, shopFiles())
	for name, c := range map[string]struct{ op, why string }{
		"a column":                {`{"add_column":{"table":"orders","column":{"name":"x","type":"text"}}}`, ""},
		"a column with a default": {`{"add_column":{"table":"orders","column":{"name":"x","type":"text","not_null":true,"default":"''"}}}`, ""},
		"a wider text":            {`{"alter_column":{"table":"orders","column":{"name":"note","type":"text"}}}`, ""},
		"an index":                {`{"add_index":{"table":"orders","index":{"name":"i","parts":["\"note\""],"columns":["note"]}}}`, ""},
		"a needed column":         {`{"add_column":{"table":"orders","column":{"name":"x","type":"text","not_null":true}}}`, "add column orders.x, which inserts must name"},
		"no column":               {`{"drop_column":{"table":"orders","column":"note"}}`, "drop column orders.note"},
		"another name":            {`{"rename_column":{"table":"orders","column":"note","to":"text"}}`, "rename column"},
		"another type":            {`{"alter_column":{"table":"orders","column":{"name":"note","type":"varchar(5)"}}}`, "from text to varchar(5)"},
		"no NULL":                 {`{"alter_column":{"table":"orders","column":{"name":"note","type":"text","not_null":true}}}`, "which takes NULL no longer"},
		"another table's name":    {`{"rename_table":{"table":"orders","to":"x"}}`, "rename table"},
	} {
		empty(t, db)
		texts := shopFiles()
		texts["0004_next.sql"] = opFile("shop/0004_next", "shop/0003_note", c.op)
		texts["0005_more.sql"] = opFile("shop/0005_more", "shop/0004_next", `{"nothing":{}}`)
		_, err := migrate.Up(ctx, db, loadSet(t, texts))
		require.NoError(t, err, name)
		report, err := migrate.Up(ctx, db, old)
		_, back := newRunner(t, db, old).Back(ctx, "0001")
		require.ErrorIs(t, back, migrate.ErrNewer, name)
		if c.why == "" {
			require.NoError(t, err, name)
			require.True(t, report.Newer, name)
			require.NoError(t, newRunner(t, db, old).Wait(ctx))
		} else {
			require.ErrorIs(t, err, migrate.ErrNewer, name)
			require.ErrorContains(t, err, c.why, name)
			require.ErrorContains(t, err, "shop/0004_next, shop/0005_more are applied")
		}
		require.Len(t, history(t, db), 5)
	}
	// Rows that do not follow the chain are no newer program's.
	empty(t, db)
	_, err := migrate.Up(ctx, db, old)
	require.NoError(t, err)
	for _, after := range []string{"", "shop/0002_channel", "shop/0009_y"} {
		run(t, db, `DELETE FROM schema_history WHERE id = 'shop/0009_x'`, strings.ReplaceAll(`INSERT INTO schema_history (id, state, by, tool, after) VALUES ('shop/0009_x', 'done', 'x', 'y', '@')`, "@", after))
		_, err = migrate.Up(ctx, db, old)
		require.ErrorIs(t, err, migrate.ErrChecksum, after)
		require.ErrorContains(t, err, "shop/0009_x is applied to this database")
	}
}
