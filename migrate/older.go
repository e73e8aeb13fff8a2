package migrate

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// ErrNewer reports that a newer program has changed the database so that this
// one cannot work with it. The error is a *NewerError, which lists what the
// program misses.
var ErrNewer = errors.New("migrate: the database is newer than this program")

// NewerError lists what an older program needs and does not find. It matches
// ErrNewer in errors.Is.
type NewerError struct {
	Differences []Difference
}

// Error lists every difference.
func (e *NewerError) Error() string {
	texts := make([]string, len(e.Differences))
	for i, d := range e.Differences {
		texts[i] = d.String()
	}
	return fmt.Sprintf("%s (nothing was changed; start the newer program, or delete the newer rows of the table %q to go back): %s",
		ErrNewer, statesTable, strings.Join(texts, "; "))
}

// Is reports whether target is ErrNewer.
func (e *NewerError) Is(target error) bool { return target == ErrNewer }

// older reports whether the database was brought to the program's state once,
// and to a later one since.
func (c *comparison) older(hash string) bool {
	if later(c.states, hash, c.state) != nil {
		return true
	}
	return slices.ContainsFunc(c.states, func(k kept) bool { return k.hash == hash }) &&
		slices.ContainsFunc(c.state.Ordered(), func(t *Table) bool { return c.have.Tables[t.Name] == nil && c.gone[t.Name] })
}

// olderPlan returns the plan of an older program: no change, and what it
// misses.
func (c *comparison) olderPlan() *plan {
	p := &plan{newer: true}
	add := func(t *Table, name, kind, is, should string) {
		p.missing = append(p.missing, Difference{Table: t.Name, Name: name, Kind: kind, Is: is, Should: should})
	}
	for _, t := range c.state.Ordered() {
		have := c.have.Tables[t.Name]
		if have == nil {
			add(t, "", "table", "missing", "there")
			continue
		}
		for _, want := range t.Columns {
			is, ok := have.Column(want.Name)
			switch {
			case !ok:
				add(t, want.Name, "column", "missing", want.definition())
			case !sameType(want.Type, c.have.Types[want.Type], is) && !wider(want.Type, is.Type):
				add(t, want.Name, "type", is.Type, want.Type)
			case is.NotNull && !want.NotNull:
				add(t, want.Name, "not null", "NOT NULL", "NULL")
			case is.Generated == "" && want.Generated != "":
				add(t, want.Name, "generated", "not generated", "GENERATED ALWAYS AS ("+want.Generated+")")
			case is.Generated != "" && want.Generated == "":
				add(t, want.Name, "generated", "GENERATED ALWAYS AS ("+is.Default+")", "not generated")
			case refusesInserts(is) && (want.Default != "" || want.Identity != ""):
				add(t, want.Name, "default", "none", want.definition())
			}
		}
		for _, is := range have.Columns {
			if _, ok := t.Column(is.Name); !ok && !slices.Contains(t.ignored, is.Name) && refusesInserts(is) {
				add(t, is.Name, "column", columnText(is)+" without a default", "not there, as in the model")
			}
		}
		if pk, ok := have.PrimaryKey(); len(t.Key) > 0 && (!ok || !sameSet(pk.Columns, t.Key)) {
			add(t, "", "primary key", strings.Join(pk.Columns, ", "), strings.Join(t.Key, ", "))
		}
	}
	return p
}

// goneTables returns the tables that remembered steps have dropped or renamed.
func goneTables(rows []stepRow) map[string]bool {
	gone := map[string]bool{}
	for _, r := range rows {
		if r.gone != "" && r.state != stateRunning {
			gone[r.gone] = true
		}
	}
	return gone
}
