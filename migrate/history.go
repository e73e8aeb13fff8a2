package migrate

import (
	"context"
	"fmt"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"
)

// historyTable is the default name of the table with the applied migrations.
const historyTable = "schema_history"

// The states of a row of the history.
const (
	stateRunning = "running" // begun, in several transactions
	stateDone    = "done"
	stateFaked   = "faked"   // recorded without running it
	stateUndoing = "undoing" // the way back has begun, in several transactions
)

// Applied is a row of the history.
type Applied struct {
	ID ID `json:"id"`
	// Sum is the checksum of the file, "" for a GoMigration.
	Sum string    `json:"sum,omitempty"`
	At  time.Time `json:"at"` // when it began
	// Took is how long the last run of it took, without the time before a crash.
	Took time.Duration `json:"took"`
	By   string        `json:"by"`   // role, host and process
	Tool string        `json:"tool"` // the version of the library and the program
	// State is "done", "faked", "running" for one that has begun and not ended, or
	// "undoing" for one whose way back has.
	State string `json:"state"`
	Note  string `json:"note,omitempty"`

	cursor string
	after  []ID
	breaks string // why an older program does not work with it, "" if it does
	where  string // the schema of the table that has the row
}

// Faked reports whether the migration was recorded without running it.
func (a Applied) Faked() bool { return a.State == stateFaked }

// done reports whether nothing is left to do.
func (a Applied) done() bool { return a.State == stateDone || a.State == stateFaked }

// history is the table with the applied migrations, and its log beside it, to
// which rows are only added.
type history struct {
	schema string // "" for the current schema, before it is known
	table  string
}

func (h history) name() string {
	if h.schema == "" {
		return quote(h.table)
	}
	return quote(h.schema) + "." + quote(h.table)
}

func (h history) log() string { return history{h.schema, h.table + "_log"}.name() }

func (h history) create() []string {
	return []string{
		`CREATE TABLE IF NOT EXISTS ` + h.name() + ` (
	id text PRIMARY KEY,
	sum bytea,
	state text NOT NULL CHECK (state IN ('running', 'done', 'faked', 'undoing')),
	at timestamptz NOT NULL DEFAULT now(),
	took interval,
	by text NOT NULL,
	tool text NOT NULL,
	after text NOT NULL DEFAULT '',
	breaks text NOT NULL DEFAULT '',
	cursor jsonb,
	note text NOT NULL DEFAULT ''
)`,
		`CREATE TABLE IF NOT EXISTS ` + h.log() + ` (
	n bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	id text NOT NULL,
	event text NOT NULL,
	at timestamptz NOT NULL DEFAULT clock_timestamp(),
	took interval,
	by text NOT NULL,
	tool text NOT NULL,
	sum bytea,
	note text NOT NULL DEFAULT ''
)`,
	}
}

// ensure creates the tables. A role that may not create tables can migrate
// where they are there.
func (h history) ensure(ctx context.Context, db *gorm.DB) error {
	var missing bool
	if err := session(ctx, db).Raw(`SELECT to_regclass(?) IS NULL OR to_regclass(?) IS NULL`, h.name(), h.log()).Row().Scan(&missing); err != nil {
		return fmt.Errorf("migrate: look for the history table: %w", err)
	}
	if !missing {
		return nil
	}
	for _, sql := range h.create() {
		// Another process may create it, where the lock is lost.
		if err := session(ctx, db).Exec(sql).Error; err != nil && !slices.Contains([]string{"23505", "42P07", "42710"}, code(err)) {
			return fmt.Errorf("migrate: create the history table: %w", err)
		}
	}
	return nil
}

// read returns the rows of the history by their IDs, in one statement, and the
// current schema if there are rows. Without a table there are none.
func (h history) read(ctx context.Context, db *gorm.DB) (map[ID]Applied, error) {
	rows, err := session(ctx, db).Raw(`SELECT id, coalesce(encode(sum, 'hex'), ''), state, at, coalesce(extract(epoch FROM took), 0)::float8,
	by, tool, after, breaks, coalesce(cursor::text, ''), note,
	(SELECT n.nspname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = h.tableoid), coalesce(current_schema()::text, '')
FROM ` + h.name() + ` h ORDER BY at, id`).Rows()
	if code(err) == "42P01" {
		return map[ID]Applied{}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("migrate: read the history: %w", err)
	}
	defer rows.Close()
	out := map[ID]Applied{}
	for rows.Next() {
		var a Applied
		var seconds float64
		var after, current string
		if err := rows.Scan(&a.ID, &a.Sum, &a.State, &a.At, &seconds, &a.By, &a.Tool, &after, &a.breaks, &a.cursor, &a.Note, &a.where, &current); err != nil {
			return nil, fmt.Errorf("migrate: read the history: %w", err)
		}
		if h.schema == "" && a.where != current {
			return map[ID]Applied{}, nil // the table is that of another schema of the search path
		}
		a.Took = time.Duration(seconds * float64(time.Second))
		a.after = ids(strings.Fields(after))
		out[a.ID] = a
	}
	if err := rows.Err(); err != nil {
		if code(err) == "42P01" {
			return map[ID]Applied{}, nil
		}
		return nil, fmt.Errorf("migrate: read the history: %w", err)
	}
	return out, nil
}

// begin inserts the row of a migration. It reports false if there is one.
func (h history) begin(tx *gorm.DB, m *Migration, state, breaks, note string) (bool, error) {
	var after []string
	for _, id := range m.After {
		after = append(after, string(id))
	}
	res := tx.Exec(`INSERT INTO `+h.name()+` (id, sum, state, by, tool, after, breaks, note)
VALUES (?, nullif(decode(?, 'hex'), ''), ?, current_user || ' on ' || ?::text, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
		string(m.ID), m.Sum, state, by(), tool(), strings.Join(after, " "), breaks, note)
	return res.RowsAffected == 1, res.Error
}

// finish sets the row of a migration to done. It reports false if it was not in
// the state.
func (h history) finish(tx *gorm.DB, id ID, from string, took time.Duration) (bool, error) {
	res := tx.Exec(`UPDATE `+h.name()+` SET state = 'done', cursor = NULL, took = make_interval(secs => ?) WHERE id = ? AND state = ?`, took.Seconds(), string(id), from)
	return res.RowsAffected == 1, res.Error
}

// remove deletes the row of a migration. It reports false if it was not in one
// of the states.
func (h history) remove(tx *gorm.DB, id ID, states ...string) (bool, error) {
	res := tx.Exec(`DELETE FROM `+h.name()+` WHERE id = ? AND state IN ?`, string(id), states)
	return res.RowsAffected == 1, res.Error
}

// note adds a line to the log.
func (h history) note(tx *gorm.DB, id ID, event, sum, text string, took time.Duration) error {
	return tx.Exec(`INSERT INTO `+h.log()+` (id, event, took, by, tool, sum, note) VALUES (?, ?, make_interval(secs => ?), current_user || ' on ' || ?::text, ?, nullif(decode(?, 'hex'), ''), ?)`,
		string(id), event, took.Seconds(), by(), tool(), sum, text).Error
}

// by returns who runs a migration: the host and the process. The server adds
// the role.
func by() string {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown host"
	}
	return fmt.Sprintf("%s, process %d", host, os.Getpid())
}

// tool returns the versions of the library and the program.
func tool() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "gormango"
	}
	version := info.Main.Version
	for _, m := range info.Deps {
		if m.Path == "github.com/gormango/gormango" {
			return "gormango " + m.Version + ", " + info.Main.Path + " " + version
		}
	}
	return "gormango " + version
}
