package migrate_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/internal/longtest"
	"github.com/gormango/gormango/migrate"
	"github.com/gormango/gormango/repotest"
)

// The help desk's next release arrives by generated files, with an answer to
// the question for the renamed column. Each row stays, and a private note stays
// private, forward, back and forward again. Tickets are as in desk: the linter
// refuses what stops those who use a large table until a reason is given.
func TestHelpDeskByFiles(t *testing.T) {
	t.Parallel()
	ctx, dir := t.Context(), t.TempDir()
	db := open(t, repotest.URL(t))
	runner := func(models []any, o ...migrate.Option) *migrate.Runner {
		return newRunner(t, db, loaded(t, dir, models...), append(o, migrate.LoseData())...)
	}
	grow(t, dir, nil, desk1...)
	_, err := runner(desk1).Up(ctx)
	require.NoError(t, err)
	fillDesk(t, db)

	var asked []migrate.Question
	files := grow(t, dir, func(q migrate.Question) (bool, error) {
		asked = append(asked, q)
		return q.Kind == "column" && q.Old == "internal" && q.New == "private", nil
	}, desk2...)
	require.NotEmpty(t, files)
	require.True(t, slices.ContainsFunc(asked, func(q migrate.Question) bool { return q.Table == "notes" && q.Old == "internal" && q.New == "private" }))
	require.Empty(t, grow(t, dir, nil, desk2...), "the files lead to the models")

	rows := func(private string) []string {
		return names(t, db, `SELECT md5(string_agg(concat_ws('|', id, text, `+private+`, ticket_id, stars), ',' ORDER BY id)) FROM notes
UNION ALL SELECT md5(string_agg(concat_ws('|', id, subject, status, price::numeric(10,2), agent_id, open), ',' ORDER BY id)) FROM tickets
UNION ALL SELECT md5(string_agg(concat_ws('|', id, name, email, phone), ',' ORDER BY id)) FROM agents`)
	}
	before := rows("internal")
	tickets := longtest.Size(500, 50_000)
	if longtest.Asked() {
		_, err := runner(desk2).Up(ctx)
		require.ErrorIs(t, err, migrate.ErrDangerous)
		require.ErrorContains(t, err, "programs that run still name the column notes.internal")
		require.Equal(t, before, rows("internal"))
	}
	var allowed []migrate.Option
	for _, rule := range []string{"L12", "L16", "L17", "L20"} {
		allowed = append(allowed, migrate.Allow(rule, "the old program is stopped"))
	}
	for range 2 {
		r := runner(desk2, allowed...)
		report, err := r.Up(ctx)
		require.NoError(t, err)
		require.Len(t, report.Applied, len(files))
		require.Equal(t, before, rows("private"))
		var private int
		require.NoError(t, db.Raw("SELECT count(*) FROM notes WHERE private").Scan(&private).Error)
		require.Equal(t, tickets/10, private)
		require.Equal(t, []string{"ticket 1 open"}, names(t, db, "SELECT search FROM tickets WHERE id = 1"))
		noDrift(t, r)

		_, err = r.Back(ctx, "0001")
		require.NoError(t, err)
		require.Equal(t, before, rows("internal"))
		noDrift(t, r)
	}
	_, err = runner(desk2, allowed...).Up(ctx)
	require.NoError(t, err)
	require.Equal(t, before, rows("private"))
	require.NoError(t, runner(desk2).Verify(ctx))
}

// noDrift checks that the database is what its migrations say.
func noDrift(t *testing.T, r *migrate.Runner) {
	t.Helper()
	found, err := r.Drift(t.Context())
	require.NoError(t, err)
	require.Empty(t, found)
}
