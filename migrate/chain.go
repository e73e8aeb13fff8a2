package migrate

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"time"

	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/catalog"
)

const (
	// statesTable is the table of the states that Auto has brought a database to,
	// one row for each. Its comment is a note of those that were found complete,
	// so that a start reads them without a lock on any table.
	statesTable = "gormango_states"
	// stepsTable is the table of the steps of Run and of unfinished work.
	stepsTable = "gormango_steps"
	// notedStates is the number of states in the note.
	notedStates = 32
)

// bookkeeping reports whether a table belongs to this package.
func bookkeeping(table string) bool {
	name := catalog.Split(table).Table
	return slices.Contains([]string{statesTable, stepsTable, historyTable, historyTable + "_log"}, name)
}

// note is the comment of the table of states.
type note struct {
	Use    string           `json:"use"`
	States map[string]noted `json:"states"` // by their hashes
}

// noted is a state that was found complete.
type noted struct {
	Sum   string       `json:"sum"` // catalog.Start.Sum when it was
	At    time.Time    `json:"at"`
	Steps string       `json:"steps,omitempty"` // stepsHash of those that were done
	Newer bool         `json:"newer,omitempty"`
	Extra []Difference `json:"extra,omitempty"`
}

// readNote returns the note of a start, an empty one if there is none or it was
// changed by hand.
func readNote(s *catalog.Start) note {
	var n note
	if json.Unmarshal([]byte(s.Note), &n) != nil || n.States == nil {
		n.States = map[string]noted{}
	}
	n.Use = "states of the models that migrate.Auto found complete; without this comment it compares once more"
	return n
}

// add adds a state and forgets the oldest ones.
func (n note) add(hash string, s noted) {
	n.States[hash] = s
	for len(n.States) > notedStates {
		oldest := slices.MinFunc(slices.Collect(maps.Keys(n.States)), func(a, b string) int {
			return cmp.Or(n.States[a].At.Compare(n.States[b].At), cmp.Compare(a, b))
		})
		delete(n.States, oldest)
	}
}

// hash returns a name for the state that only equal states have.
func (s *State) hash() (string, error) {
	text, err := json.Marshal(s)
	if err != nil {
		return "", fmt.Errorf("migrate: write the state: %w", err)
	}
	ignored := map[string][]string{}
	for name, t := range s.Tables {
		if len(t.ignored) > 0 {
			ignored[name] = t.ignored
		}
	}
	more, _ := json.Marshal(ignored) // strings only: it cannot fail
	sum := sha256.Sum256(append(text, more...))
	return hex.EncodeToString(sum[:16]), nil
}

// question returns what a start asks for.
func (a *starter) question() catalog.Question {
	q := catalog.Question{Note: statesTable, History: historyTable, All: a.whole}
	q.Tables = slices.Sorted(maps.Keys(a.state.Tables))
	for _, name := range q.Tables {
		q.Home = cmp.Or(q.Home, catalog.Split(name).Schema)
	}
	return q
}

// start reads the start, in one statement that locks no relation.
func (a *starter) start(db *gorm.DB) (*catalog.Start, error) {
	s, err := catalog.ReadStart(db, a.question())
	if err != nil {
		return nil, fmt.Errorf("migrate: %w", err)
	}
	return s, nil
}

// record adds the state to the chain and to the note. A role that may not write
// them compares at each start.
func (a *starter) record(tx *gorm.DB) error {
	err := tx.Transaction(func(tx *gorm.DB) error { return a.write(tx) })
	if slices.Contains([]string{"42501", "25006"}, code(err)) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("migrate: keep the state: %w", err)
	}
	return nil
}

func (a *starter) write(tx *gorm.DB) error {
	s, err := a.start(tx)
	if err != nil {
		return err
	}
	table := quoteTable(s.Home + "." + statesTable)
	if !s.Kept {
		if err := tx.Exec(`CREATE TABLE ` + table + ` (
	"id" bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	"hash" text NOT NULL UNIQUE,
	"state" jsonb NOT NULL,
	"at" timestamptz NOT NULL DEFAULT now(),
	"by" text NOT NULL DEFAULT session_user
)`).Error; err != nil {
			return err
		}
	}
	text, err := json.Marshal(a.state)
	if err != nil {
		return err
	}
	if err := tx.Exec(`INSERT INTO `+table+` ("hash", "state") VALUES (?, ?::text::jsonb) ON CONFLICT ("hash") DO NOTHING`, a.hash, string(text)).Error; err != nil {
		return err
	}
	if s, err = a.start(tx); err != nil {
		return err
	}
	n := readNote(s)
	n.add(a.hash, noted{Sum: s.Sum, Steps: stepsHash(a.steps), At: time.Now().UTC(), Newer: a.report.Newer, Extra: a.report.Extra})
	comment, err := json.Marshal(n)
	if err != nil {
		return err
	}
	return tx.Exec(`COMMENT ON TABLE ` + table + ` IS ` + quoteText(string(comment))).Error
}

// kept is a row of the table of states.
type kept struct {
	hash  string
	state *State
}

// chain returns the states that the database was brought to, in order.
func chain(tx *gorm.DB, s *catalog.Start) (states []kept, err error) {
	if !s.Kept {
		return nil, nil
	}
	rows, err := tx.Raw(`SELECT "hash", "state"::text FROM ` + quoteTable(s.Home+"."+statesTable) + ` ORDER BY "id"`).Rows()
	if err != nil {
		return nil, fmt.Errorf("migrate: read the states: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var hash, text string
		if err := rows.Scan(&hash, &text); err != nil {
			return nil, fmt.Errorf("migrate: read the states: %w", err)
		}
		state := &State{}
		if err := json.Unmarshal([]byte(text), state); err != nil {
			return nil, fmt.Errorf("migrate: read the state %s: %w", hash, err)
		}
		states = append(states, kept{hash, state})
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("migrate: read the states: %w", err)
	}
	return states, nil
}

// later returns the newest state that was reached after the one with this hash
// and defines a table of it differently, nil if there is none.
func later(states []kept, hash string, mine *State) *State {
	at := slices.IndexFunc(states, func(k kept) bool { return k.hash == hash })
	if at < 0 {
		return nil
	}
	for i := len(states) - 1; i > at; i-- {
		for name, t := range states[i].state.Tables {
			if m := mine.Tables[name]; m != nil && !sameTable(m, t) {
				return states[i].state
			}
		}
	}
	return nil
}

// sameTable reports whether two tables have equal definitions.
func sameTable(a, b *Table) bool {
	x, _ := json.Marshal(a)
	y, _ := json.Marshal(b)
	var m, n any
	_, _ = json.Unmarshal(x, &m), json.Unmarshal(y, &n)
	return reflect.DeepEqual(m, n)
}

// everHad reports whether an earlier state had a constraint or an index of this
// name, which the models have dropped.
func everHad(states []kept, table, name string) bool {
	return slices.ContainsFunc(states, func(k kept) bool {
		t := k.state.Tables[table]
		return t != nil && (slices.ContainsFunc(t.Constraints, func(c Constraint) bool { return c.Name == name }) ||
			slices.ContainsFunc(t.Indexes, func(x Index) bool { return x.Name == name }) ||
			slices.ContainsFunc(t.ForeignKeys, func(fk ForeignKey) bool { return fk.Name == name }))
	})
}
