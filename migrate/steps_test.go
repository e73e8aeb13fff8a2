package migrate_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango/migrate"
	"github.com/gormango/gormango/repotest"
)

// deskSteps are the steps from the first release of the help desk to the next.
func deskSteps() []migrate.Step {
	return []migrate.Step{
		migrate.Rename("notes", "internal", "private"),
		migrate.Alter("tickets", "tickets_status"),
		migrate.Alter("tickets", "search").Locking(),
		migrate.Alter("tickets", "idx_tickets_open"),
		migrate.Drop("agents", "uni_agents_email"),
		migrate.Drop("tickets", "fax"),
		migrate.DropModel("faxes"),
		migrate.SQL("stars of nothing are none", `UPDATE notes SET stars = 0 WHERE stars IS NULL; UPDATE notes SET text = 'is it?' WHERE text = ''`).ForUpgradesOnly(),
		migrate.Go("phones", func(ctx context.Context, b *migrate.Batch) error {
			for keys, err := range b.Keys(ctx, "agents", "id", "", 7) {
				if err != nil {
					return err
				}
				if err := b.Tx(ctx, func(tx *gorm.DB) error {
					return tx.Exec("UPDATE agents SET phone = coalesce(phone, '') || '+' WHERE id BETWEEN ? AND ?", keys.From, keys.To).Error
				}); err != nil {
					return err
				}
			}
			return nil
		}),
	}
}

func TestHelpDeskBySteps(t *testing.T) {
	t.Parallel()
	db, open := desk(t)
	next := open(desk2...)
	report, err := migrate.Run(t.Context(), next, deskSteps()...)
	require.NoError(t, err)
	require.Equal(t, []string{
		"rename notes.internal to private", "alter tickets.tickets_status", "alter tickets.search", "alter tickets.idx_tickets_open",
		"drop agents.uni_agents_email", "drop tickets.fax", "drop faxes", "stars of nothing are none", "phones",
	}, report.Steps)
	require.Empty(t, report.Extra)
	require.Equal(t, "10", names(t, db, `SELECT (100 * count(*) FILTER (WHERE private) / count(*))::text FROM notes`)[0])
	require.Equal(t, []string{"+"}, names(t, db, `SELECT DISTINCT phone FROM agents`))
	fresh := database(t)(desk2...)
	_, err = migrate.Auto(t.Context(), fresh)
	require.NoError(t, err)
	require.Equal(t, contents(t, fresh), contents(t, db))

	counted, s := recorded(next)
	report, err = migrate.Run(t.Context(), counted, deskSteps()...)
	require.NoError(t, err)
	require.Empty(t, report.Steps)
	require.Len(t, s.list, 1)

	t.Run("the first release starts again", func(t *testing.T) {
		before := contents(t, db)
		_, err := migrate.Auto(t.Context(), open(desk1...))
		require.ErrorIs(t, err, migrate.ErrNewer)
		require.ErrorContains(t, err, `faxes: table is "missing"`)
		_, err = migrate.Run(t.Context(), open(desk1...), migrate.SQL("never", "SELECT 1/0"))
		require.ErrorIs(t, err, migrate.ErrNewer)
		require.Equal(t, before, contents(t, db))
	})
}

func TestStepsOnANewDatabase(t *testing.T) {
	t.Parallel()
	db := database(t)(desk2...)
	ran := 0
	steps := append(deskSteps(), migrate.SQL("first agent", `INSERT INTO agents (name, email) VALUES ('root', 'a?b;c')`),
		migrate.Go("count", func(context.Context, *migrate.Batch) error { ran++; return nil }))
	for range 2 {
		report, err := migrate.Run(t.Context(), db, steps...)
		require.NoError(t, err)
		if ran == 1 && len(report.Steps) > 0 {
			require.Equal(t, []string{"phones", "first agent", "count"}, report.Steps)
		}
	}
	require.Equal(t, 1, ran)
	require.Equal(t, []string{"a?b;c"}, names(t, db, `SELECT email FROM agents`))
	require.Equal(t, []string{"8"}, names(t, db, `SELECT count(*)::text FROM gormango_steps WHERE state = 'passed'`))
}

// A step that fails is made again, a Go step from where it stopped.
func TestStepsThatFail(t *testing.T) {
	t.Parallel()
	db, open := desk(t)
	next := open(desk2...)
	calls, boom := 0, errors.New("boom")
	fail := true
	steps := append(deskSteps()[:6:6], migrate.Go("halves", func(ctx context.Context, b *migrate.Batch) error {
		for keys, err := range b.Keys(ctx, "agents", "id", "", 10) {
			if err != nil {
				return err
			}
			if calls++; calls == 2 && fail {
				return boom
			}
			if err := b.Tx(ctx, func(tx *gorm.DB) error {
				return tx.Exec("UPDATE agents SET phone = coalesce(phone, '') || '+' WHERE id BETWEEN ? AND ?", keys.From, keys.To).Error
			}); err != nil {
				return err
			}
		}
		return nil
	}))
	report, err := migrate.Run(t.Context(), next, steps...)
	var failed *migrate.StepError
	require.ErrorAs(t, err, &failed)
	require.Equal(t, "halves", failed.Step)
	require.ErrorIs(t, err, boom)
	require.Len(t, report.Steps, 6)
	fail = false
	report, err = migrate.Run(t.Context(), next, steps...)
	require.NoError(t, err)
	require.Equal(t, []string{"halves"}, report.Steps)
	require.Equal(t, []string{"+"}, names(t, db, `SELECT DISTINCT phone FROM agents`), "each row once")

	before := contents(t, db)
	_, err = migrate.Run(t.Context(), next, append(steps, migrate.SQL("bad", `ALTER TABLE agents ADD more text; SELECT 1/0`))...)
	require.ErrorContains(t, err, `migrate: step "bad": `)
	require.ErrorContains(t, err, "division by zero")
	require.Equal(t, before, contents(t, db))
	for text, step := range map[string]migrate.Step{
		`the models have "name" in table "agents"`:                    migrate.Drop("agents", "name"),
		`the models have the table "agents"`:                          migrate.DropModel("agents"),
		`table "agents" has no column "nothing"`:                      migrate.Rename("agents", "nothing", "more"),
		`table "nothing" does not exist`:                              migrate.RenameModel("nothing", "more"),
		`the models have no column, constraint or index "x" in table`: migrate.Alter("agents", "x"),
		`the models have no table "faxes"`:                            migrate.Alter("faxes", "x"),
	} {
		_, err = migrate.Run(t.Context(), next, append(steps, step)...)
		require.ErrorContains(t, err, text)
		require.ErrorAs(t, err, &failed)
	}
	for text, list := range map[string][]migrate.Step{
		`two steps are named "drop a.b" (name one of them by Named)`: {migrate.Drop("a", "b"), migrate.Drop("a", "b")},
		`step 1 is empty`:         {{}},
		`step 1 has the name ""`:  {migrate.SQL("", "SELECT 1")},
		`step 1 has the name "au`: {migrate.SQL("auto: fill x", "SELECT 1")},
	} {
		_, err = migrate.Run(t.Context(), next, list...)
		require.ErrorContains(t, err, text)
	}
	require.Equal(t, before, contents(t, db))
}

const stepsURL = "GORMANGO_STEPS_TEST_URL"

// TestStepsProcess is the process that TestStepsByFiveProcesses starts.
func TestStepsProcess(t *testing.T) {
	url := os.Getenv(stepsURL)
	if url == "" {
		t.Skip("run by TestStepsByFiveProcesses")
	}
	report, err := migrate.Run(t.Context(), open(t, url, desk2...), deskSteps()...)
	require.NoError(t, err)
	for _, s := range report.Steps {
		os.Stdout.WriteString("did: " + s + "\n")
	}
}

func TestStepsByFiveProcesses(t *testing.T) {
	t.Parallel()
	url := repotest.URL(t)
	db, open := deskAt(t, url)
	total := atOnce(t, 5, func(int) (migrate.Report, error) {
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestStepsProcess$", "-test.count=1")
		cmd.Env = append(os.Environ(), stepsURL+"="+url)
		out, err := cmd.CombinedOutput()
		if err != nil {
			return migrate.Report{}, errors.New(err.Error() + ": " + string(out))
		}
		var report migrate.Report
		for _, line := range strings.Split(string(out), "\n") {
			if s, ok := strings.CutPrefix(line, "did: "); ok {
				report.Statements = append(report.Statements, s)
			}
		}
		return report, nil
	})
	require.Len(t, total, len(deskSteps()), "each step once")
	require.Equal(t, []string{"+"}, names(t, db, `SELECT DISTINCT phone FROM agents`))
	report, err := migrate.Run(t.Context(), open(desk2...), deskSteps()...)
	require.NoError(t, err)
	require.Empty(t, report.Steps)
}

type room1 struct {
	ID    int64
	Label string `gorm:"size:100"`
	Area  int
	Lower string `gorm:"generated:lower(label);index"`
	Twice int    `gorm:"generated:area * 2"`
}

func (room1) TableName() string { return "rooms" }

type room2 struct {
	ID    int64
	Label string  `gorm:"size:300;not null;default:none"`
	Area  float64 `gorm:"type:numeric(10,2);check:area_ok,area > 0"`
	Lower string  `gorm:"generated:lower(label);index"`
	Twice int     `gorm:"generated:area * 2"`
}

func (room2) TableName() string { return "rooms" }

// The type of a column under a generated one changes, and the generated column
// keeps its index.
func TestAlterUnderGeneratedColumns(t *testing.T) {
	t.Parallel()
	open := database(t)
	db := open(&room1{})
	_, err := migrate.Auto(t.Context(), db)
	require.NoError(t, err)
	run(t, db, `INSERT INTO rooms (label, area) VALUES ('A', 3)`, `CREATE INDEX by_hand ON rooms (lower, area)`)
	next := open(&room2{})
	_, err = migrate.Auto(t.Context(), next)
	require.ErrorIs(t, err, migrate.ErrPending)
	require.ErrorContains(t, err, `the generated column "lower" reads it: change it by hand, or by the step migrate.Alter("rooms", "label")`)
	report, err := migrate.Run(t.Context(), next, migrate.Alter("rooms", "label"), migrate.Alter("rooms", "area"))
	require.NoError(t, err)
	require.Len(t, report.Steps, 2)
	require.Equal(t, []string{"a 6 by_hand,idx_rooms_lower,rooms_pkey"}, names(t, db, `SELECT lower || ' ' || twice || ' ' ||
		(SELECT string_agg(indexname, ',' ORDER BY indexname) FROM pg_indexes WHERE tablename = 'rooms') FROM rooms`))
}

// A process sees the table of steps that another one has created since its
// transaction began.
func TestStepsTableOfAnotherProcess(t *testing.T) {
	t.Parallel()
	db := setup(t)
	require.NoError(t, db.Transaction(func(tx *gorm.DB) error {
		for range 3 { // the connection answers from its cache
			var there bool
			require.NoError(t, tx.Raw(`SELECT pg_catalog.to_regclass(?::text) IS NOT NULL`, `"public"."gormango_steps"`).Scan(&there).Error)
			require.False(t, there)
		}
		require.NoError(t, migrate.CreateSteps(db, "public"))
		return migrate.CreateSteps(tx, "public")
	}))
}
