package migrate_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/longtest"
	"github.com/gormango/gormango/migrate"
	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repotest"
)

// The models of a help desk, in its first release and in the next one. Agent1
// and agent2 are two releases of one model.

type agent1 struct {
	ID    int64
	Name  string `gorm:"size:200;not null"`
	Email string `gorm:"unique;not null"`
	Phone string
}

func (agent1) TableName() string { return "agents" }

type ticket1 struct {
	ID      int64
	Subject string `gorm:"size:200;not null"`
	Status  string `gorm:"not null;default:open;check:tickets_status,status IN ('open', 'closed')"`
	Search  string `gorm:"generated:lower(subject)"`
	Price   string `gorm:"type:numeric(10,2);not null;default:0"`
	AgentID *int64
	Agent   *agent1
	Open    string `gorm:"index:idx_tickets_open,where:status = 'open'"`
	Fax     *string
}

func (ticket1) TableName() string { return "tickets" }

type note1 struct {
	ID       int64
	Text     string `gorm:"not null"`
	Internal bool   `gorm:"not null;default:false"`
	TicketID int64
	Ticket   ticket1 `gorm:"constraint:OnDelete:CASCADE"`
	Stars    int
}

func (note1) TableName() string { return "notes" }

func (note1) Meta() models.Meta {
	return models.Meta{Constraints: []models.Constraint{{Check: "text <> ''"}}}
}

type fax1 struct {
	ID     int64
	Number string
}

func (fax1) TableName() string { return "faxes" }

type agent2 struct {
	ID    int64
	Name  string `gorm:"size:300;not null;comment:as customers see it"`
	Email string `gorm:"not null"`
	Phone *string
	models.Timestamps
}

func (agent2) TableName() string { return "agents" }

type ticket2 struct {
	ID      int64
	Subject string `gorm:"size:200;not null"`
	Status  string `gorm:"not null;default:new;check:tickets_status,status IN ('new', 'open', 'closed')"`
	Search  string `gorm:"generated:lower(subject || ' ' || status)"`
	Price   string `gorm:"type:numeric(12,2);not null;default:0"`
	AgentID *int64
	Agent   *agent2
	Open    string `gorm:"index:idx_tickets_open,where:status <> 'closed'"`
}

func (ticket2) TableName() string { return "tickets" }

// note2 has Internal under another name.
type note2 struct {
	ID       int64
	Text     string `gorm:"not null"`
	Private  bool   `gorm:"not null;default:false"`
	TicketID int64
	Ticket   ticket2 `gorm:"constraint:OnDelete:CASCADE"`
	Stars    int
}

func (note2) TableName() string { return "notes" }

func (note2) Meta() models.Meta {
	return models.Meta{Constraints: []models.Constraint{{Check: "stars >= 0"}, {Check: "text <> ''"}}}
}

// note3 says that it is a rename.
type note3 struct {
	ID       int64
	Text     string `gorm:"not null"`
	Private  bool   `gorm:"not null;default:false;renamed_from:internal"`
	TicketID int64
	Ticket   ticket2 `gorm:"constraint:OnDelete:CASCADE"`
	Stars    int
}

func (note3) TableName() string { return "notes" }

func (note3) Meta() models.Meta { return note2{}.Meta() }

var (
	desk1 = []any{&agent1{}, &ticket1{}, &note1{}, &fax1{}}
	desk2 = []any{&agent2{}, &ticket2{}, &note2{}}
	desk3 = []any{&agent2{}, &ticket2{}, &note3{}}
)

// desk returns a help desk in its first release, with tickets: 500 by default,
// 50,000 with GORMANGO_LONG=1.
func desk(t testing.TB) (db *gorm.DB, open func(models ...any) *gorm.DB) {
	t.Helper()
	return deskAt(t, repotest.URL(t))
}

func deskAt(t testing.TB, url string) (db *gorm.DB, open func(models ...any) *gorm.DB) {
	t.Helper()
	open = databaseAt(t, url)
	db = open(desk1...)
	_, err := migrate.Auto(t.Context(), db)
	require.NoError(t, err)
	fillDesk(t, db)
	return db, open
}

// fillDesk fills a help desk in its first release.
func fillDesk(t testing.TB, db *gorm.DB) {
	t.Helper()
	n := longtest.Size(500, 50_000)
	run(t, db,
		`INSERT INTO agents (name, email) SELECT 'agent ' || i, i || '@example.org' FROM generate_series(1, 20) i`,
		fmt.Sprintf(`INSERT INTO tickets (subject, agent_id, price) SELECT 'Ticket ' || i, 1 + i %% 20, i FROM generate_series(1, %d) i`, n),
		`INSERT INTO notes (text, internal, ticket_id, stars) SELECT 'note ' || id, id % 10 = 0, id, 1 FROM tickets`,
		`ANALYZE`)
}

// The differences that a program must decide are named, all at once, and
// nothing is changed meanwhile.
func TestHelpDeskByAuto(t *testing.T) {
	t.Parallel()
	db, open := desk(t)
	before := contents(t, db)
	new2 := open(desk2...)
	report, err := migrate.Auto(t.Context(), new2)
	var pending *migrate.PendingError
	require.ErrorAs(t, err, &pending)
	require.Empty(t, report.Statements)
	require.Equal(t, before, contents(t, db))
	kinds := map[string]string{}
	for _, d := range pending.Differences {
		kinds[d.Table+"."+d.Name] = d.Kind
	}
	require.Equal(t, map[string]string{
		"notes.private":            "column",
		"tickets.tickets_status":   "constraint",
		"tickets.search":           "generated",
		"tickets.idx_tickets_open": "index",
	}, kinds)
	require.ErrorContains(t, err, "if it was renamed, tag the field renamed_from:internal, else renamed_from:-")

	// What is left is by hand, or by steps.
	run(t, db, `ALTER TABLE tickets DROP CONSTRAINT tickets_status, ADD CONSTRAINT tickets_status CHECK (status IN ('new', 'open', 'closed'))`,
		`ALTER TABLE tickets DROP search, ADD search text GENERATED ALWAYS AS (lower(subject || ' ' || status)) STORED`, `DROP INDEX idx_tickets_open`)
	new3 := open(desk3...)
	report, err = migrate.Auto(t.Context(), new3)
	require.NoError(t, err)
	require.ElementsMatch(t, []string{
		`ALTER TABLE "notes" RENAME COLUMN "internal" TO "private"`,
		`ALTER TABLE "agents" ALTER COLUMN "name" TYPE varchar(300)`,
		`COMMENT ON COLUMN "agents"."name" IS 'as customers see it'`,
		`ALTER TABLE "agents" ADD COLUMN "created_at" timestamptz NOT NULL DEFAULT now()`,
		`ALTER TABLE "agents" ADD COLUMN "updated_at" timestamptz NOT NULL DEFAULT now()`,
		`ALTER TABLE "tickets" ALTER COLUMN "status" SET DEFAULT 'new'`,
		`ALTER TABLE "tickets" ALTER COLUMN "price" TYPE numeric(12,2)`,
	}, slices.DeleteFunc(slices.Clone(report.Statements), func(s string) bool {
		return strings.Contains(s, "chk_notes_stars") || strings.Contains(s, "idx_tickets_open")
	}))
	check, index := `ADD CONSTRAINT "chk_notes_stars_`+checkSum(t, new3, "notes")+`" CHECK (stars >= 0)`, `CREATE INDEX "idx_tickets_open"`
	if longtest.Asked() { // 50,000 rows are many
		check, index = check+" NOT VALID", `CREATE INDEX CONCURRENTLY "idx_tickets_open"`
	}
	require.Contains(t, report.Statements, `ALTER TABLE "notes" `+check)
	require.Contains(t, report.Statements, index+` ON "tickets" ("open") WHERE status <> 'closed'`)
	require.Equal(t, "10", names(t, db, `SELECT (100 * count(*) FILTER (WHERE private) / count(*))::text FROM notes`)[0], "private notes stay private")

	// What the models have dropped is named at each start.
	want := []string{
		"not in the models: column tickets.fax (text)",
		"not in the models: constraint agents.uni_agents_email (UNIQUE (email))",
		"not in the models: table faxes",
	}
	for range 2 {
		for _, line := range want {
			require.Contains(t, report.String(), line)
		}
		report, err = migrate.Auto(t.Context(), new3)
		require.NoError(t, err)
		require.Empty(t, report.Statements)
	}

	t.Run("the first release starts again", func(t *testing.T) {
		before := contents(t, db)
		report, err := migrate.Auto(t.Context(), open(desk1...))
		require.ErrorIs(t, err, migrate.ErrNewer)
		require.ErrorContains(t, err, `notes.internal: column is "missing"`)
		require.Empty(t, report.Statements)
		require.Equal(t, before, contents(t, db))
	})
}

// A later state with additions only leaves an older program alone.
func TestOlderProgram(t *testing.T) {
	t.Parallel()
	open := database(t)
	one := open(&agent1{})
	_, err := migrate.Auto(t.Context(), one)
	require.NoError(t, err)
	_, err = migrate.Auto(t.Context(), open(&agent2{}))
	require.NoError(t, err)
	before := contents(t, one)
	for range 2 {
		report, err := migrate.Auto(t.Context(), one)
		require.NoError(t, err)
		require.True(t, report.Newer)
		require.Empty(t, report.Statements)
		require.Contains(t, report.String(), "the database is newer than this program, which can work with it")
	}
	require.Equal(t, before, contents(t, one))
	require.NoError(t, one.Create(&agent1{Name: "a", Email: "b"}).Error)
	counted, s := recorded(one)
	_, err = migrate.Auto(t.Context(), counted)
	require.NoError(t, err)
	require.Len(t, s.list, 1)

	run(t, one, `ALTER TABLE agents DROP phone`)
	_, err = migrate.Auto(t.Context(), one)
	require.ErrorIs(t, err, migrate.ErrNewer)
	require.ErrorContains(t, err, `agents.phone: column is "missing", should be "text"`)
	var newer *migrate.NewerError
	require.ErrorAs(t, err, &newer)
	require.Len(t, newer.Differences, 1)
}

type memo1 struct {
	ID    int64
	Text  string
	Stars int
}

func (memo1) TableName() string { return "memos" }

func (memo1) Meta() models.Meta {
	return models.Meta{Constraints: []models.Constraint{{Check: "text <> ''"}}}
}

type memo2 memo1

func (memo2) TableName() string { return "memos" }

func (memo2) Meta() models.Meta {
	return models.Meta{Constraints: []models.Constraint{{Check: "stars >= 0"}, {Check: "text <> ''"}}}
}

type memo3 memo1

func (memo3) TableName() string { return "memos" }

func (memo3) Meta() models.Meta {
	return models.Meta{Constraints: []models.Constraint{{Check: "stars >= 0"}, {Check: "text <> '' AND text <> ' '"}}}
}

// The names of unnamed checks do not move when another one is put before, and
// those of earlier releases are found by their texts.
func TestUnnamedChecks(t *testing.T) {
	t.Parallel()
	checks := func(db *gorm.DB) []string {
		return names(t, db, `SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'memos'::regclass AND contype = 'c' ORDER BY 1`)
	}
	for _, rename := range []bool{false, true} {
		open := database(t)
		db := open(&memo1{})
		_, err := migrate.Auto(t.Context(), db)
		require.NoError(t, err)
		if rename {
			run(t, db, `ALTER TABLE memos RENAME CONSTRAINT `+names(t, db, `SELECT conname FROM pg_constraint WHERE conrelid = 'memos'::regclass AND contype = 'c'`)[0]+` TO chk_memos_1`)
		}
		report, err := migrate.Auto(t.Context(), open(&memo2{}))
		require.NoError(t, err)
		require.Len(t, report.Statements, 1)
		require.Equal(t, []string{"CHECK ((stars >= 0))", "CHECK ((text <> ''::text))"}, checks(db))

		// A check with another text takes the place of the old one.
		_, err = migrate.Auto(t.Context(), open(&memo3{}))
		require.ErrorIs(t, err, migrate.ErrPending)
		require.ErrorContains(t, err, `constraint is "CHECK ((text <> ''::text))", should be "CHECK (text <> '' AND text <> ' ')" (drop the old one`)
	}
}

// checkSum returns the end of the name of a table's first check.
func checkSum(t *testing.T, db *gorm.DB, table string) string {
	t.Helper()
	state, err := migrate.FromModels(db)
	require.NoError(t, err)
	name := state.Tables[table].Constraints[0].Name
	return name[strings.LastIndex(name, "_")+1:]
}
