package migrate

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/catalog"
	"github.com/gormango/gormango/internal/trace"
)

// ErrDangerous is returned for statements that harm a program that runs, if
// their findings have no written reason. The error is a *DangerousError.
var ErrDangerous = errors.New("migrate: dangerous statement")

// Level is how severe a finding is.
type Level int

// The levels of findings.
const (
	Warn  Level = iota // it is reported
	Error              // it stops Up, unless the statement has a reason
)

// String returns "warning" or "error".
func (l Level) String() string {
	if l == Error {
		return "error"
	}
	return "warning"
}

// Finding is what a rule has found in a statement, or in a migration if Stmt is
// empty.
type Finding struct {
	// Rule is the rule's number, "L02", or "L00" for a statement that was not
	// traced.
	Rule string `json:"rule"`
	// Name is the rule's name, "index-blocking".
	Name string `json:"name"`
	// ID is the migration, Back reports that the statement is of its way back.
	ID   ID   `json:"id"`
	Back bool `json:"back,omitempty"`
	// Table is the table, "" if the finding is about none.
	Table string `json:"table,omitempty"`
	// Text is what the statement does.
	Text string `json:"text"`
	// Rewrite is the safe form, or what to do.
	Rewrite string `json:"rewrite,omitempty"`
	Stmt    Stmt   `json:"stmt,omitzero"`
	Level   Level  `json:"level"`
	// ByWords reports that the statement was not run on a copy, so that its words
	// were judged: what they do not say is not known.
	ByWords bool `json:"by_words,omitempty"`
	// Reason is why the finding is accepted, written beside the statement:
	//
	//	-- +gormango allow L13 "the table has 40 rows"
	Reason string `json:"reason,omitempty"`
}

// String returns the finding with its place: "shop/0007_channel:4: error L02
// index-blocking: …".
func (f Finding) String() string {
	place := string(f.ID)
	if f.Stmt.Line > 0 {
		place += fmt.Sprintf(":%d", f.Stmt.Line)
	}
	if f.Back {
		place += " (back)"
	}
	s := fmt.Sprintf("%s: %s %s %s: %s", place, f.Level, f.Rule, f.Name, f.Text)
	if f.ByWords {
		s += " (by its words)"
	}
	if f.Reason != "" {
		s += " (accepted: " + f.Reason + ")"
	}
	return s
}

// DangerousError has the findings that stop a run.
type DangerousError struct{ Findings []Finding }

// Error returns the findings and how to go on.
func (e *DangerousError) Error() string {
	var lines []string
	for _, f := range e.Findings {
		lines = append(lines, f.String())
		if f.Rewrite != "" {
			lines = append(lines, "\t"+strings.ReplaceAll(f.Rewrite, "\n", "\n\t"))
		}
	}
	return fmt.Sprintf("%v (rewrite it, or write the reason above it: -- +gormango allow %s \"…\"):\n%s", ErrDangerous, e.Findings[0].Rule, strings.Join(lines, "\n"))
}

// Is reports whether target is ErrDangerous.
func (e *DangerousError) Is(target error) bool { return target == ErrDangerous }

// dangerous returns an error for the findings that stop a run, nil without one.
func dangerous(findings []Finding) error {
	stopping := slices.DeleteFunc(slices.Clone(findings), func(f Finding) bool { return f.Level < Error || f.Reason != "" })
	if len(stopping) == 0 {
		return nil
	}
	return &DangerousError{stopping}
}

// lintUnit is a migration in one direction, as the rules see it.
type lintUnit struct {
	id         ID
	back       bool
	tx         bool // in one transaction
	ops        []Op // with which the statements were written; of a way back, those of the way forward
	statements []Stmt
	// noBack reports that there is neither a way back nor a reason for that.
	noBack bool
	loses  []string // what the way back says that it deletes
	code   bool     // Go, which is not traced
	// before is the state that the statements find.
	before *State
	// prior are the statements of all migrations before, if operations do not say
	// what these made and the database need not have it.
	prior []Stmt
}

// lintInput is what lint works on.
type lintInput struct {
	// released is the state that the programs know that run while the migrations
	// do.
	released *State
	// fresh are tables that no program uses yet.
	fresh map[string]*Table
	units []lintUnit
	// final is the state after all units, for indexes that come later.
	final *State
	// live asks for the sizes of the tables in the database: an error is a warning
	// for a table of fewer rows than small.
	live        bool
	small       int
	requireBack bool
	words       bool     // no statement is run
	on          *gorm.DB // where the copy is, nil for the database itself
	// history is the name of the table of the history, which is no table of the
	// application.
	history string
}

// smallTable is the number of rows below which a table's rewriting or reading
// is a matter of milliseconds.
const smallTable = 10000

// linter checks units one after the other.
type linter struct {
	lintInput
	db       *gorm.DB
	fresh    map[string]bool // tables that are new since released
	rows     map[string]int64
	indexed  map[string][][]string // columns of indexes that the units add
	findings []Finding
	guessing bool // the statement at hand was not traced
}

// lint returns the findings of all units. It traces their statements on an
// empty copy of the tables that they name, without touching those.
func lint(ctx context.Context, db *gorm.DB, in lintInput) ([]Finding, error) {
	l := &linter{lintInput: in, db: db, fresh: map[string]bool{}, indexed: map[string][][]string{}}
	for name := range in.fresh {
		l.fresh[name] = true
	}
	if l.small == 0 {
		l.small = smallTable
	}
	if l.released == nil {
		l.released = &State{}
	}
	if in.live {
		if err := l.measure(ctx); err != nil {
			return nil, err
		}
	}
	var forward, back []lintUnit
	for _, u := range in.units {
		if u.back {
			back = append(back, u)
		} else {
			forward = append(forward, u)
		}
	}
	if err := l.traced(ctx, forward); err != nil {
		return nil, err
	}
	for _, u := range back { // each on the state that it finds
		if err := l.traced(ctx, []lintUnit{u}); err != nil {
			return nil, err
		}
	}
	return l.findings, nil
}

// traced checks units that follow each other.
func (l *linter) traced(ctx context.Context, units []lintUnit) error {
	if len(units) == 0 {
		return nil
	}
	if !slices.ContainsFunc(units, func(u lintUnit) bool { return len(u.statements) > 0 }) {
		for _, u := range units {
			l.unit(u, nil)
		}
		return nil
	}
	start := units[0].before
	if start == nil {
		start = &State{}
	}
	facts := make([][]trace.Facts, len(units))
	o := trace.Options{Schemas: schemasOf(start, l.final)}
	if prior := units[0].prior; prior == nil {
		o.Create, o.Like = createAll(start.named(units)), l.others(start, units)
	} else {
		o.Like = l.others(start, append([]lintUnit{{statements: prior}}, units...))
	}
	err := l.copied(ctx, o, func(c *trace.Copy) error {
		if prior := units[0].prior; prior != nil {
			if err := c.Advance(ctx, textsOf(prior)); err != nil {
				return err
			}
		}
		for i, u := range units {
			texts := textsOf(u.statements)
			got, err := c.Run(ctx, texts)
			if err != nil {
				return err
			}
			facts[i] = got
			if i < len(units)-1 {
				if err := c.Advance(ctx, texts); err != nil {
					return err
				}
			}
		}
		return nil
	})
	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("migrate: lint: %w", ctx.Err())
	case err != nil: // the words must do
		why := err.Error()
		if errors.Is(err, trace.ErrNoRight) {
			why += " (GRANT CREATE ON DATABASE)"
		}
		for i, u := range units {
			facts[i] = nil
			for _, s := range u.statements {
				facts[i] = append(facts[i], trace.Facts{SQL: s.SQL, Head: headOf(s.SQL), Untraced: why})
			}
		}
	}
	for i, u := range units {
		l.unit(u, facts[i])
	}
	return nil
}

func textsOf(list []Stmt) []string {
	texts := make([]string, len(list))
	for i, s := range list {
		texts[i] = s.SQL
	}
	return texts
}

// errAsked is why nothing was traced that LintWords leaves out.
var errAsked = errors.New("its words were to be judged")

// copied calls fn with the copy.
func (l *linter) copied(ctx context.Context, o trace.Options, fn func(*trace.Copy) error) error {
	switch {
	case l.words:
		return errAsked
	case l.on != nil:
		o.Like = nil // its tables are those of others
		return trace.With(ctx, l.on, o, fn)
	}
	return trace.With(ctx, l.db, o, fn)
}

// named returns the part of the state that the statements of units may concern:
// the tables whose names they have, those that refer to them or that they refer
// to, and everything else.
func (s *State) named(units []lintUnit) *State {
	var text strings.Builder
	for _, u := range units {
		for _, st := range u.statements {
			text.WriteString(strings.ToLower(st.SQL) + "\n")
		}
		for _, op := range u.ops {
			if b, err := encodeOp(op); err == nil {
				text.Write(b)
			}
		}
	}
	all := text.String()
	wanted := map[string]bool{}
	for name, t := range s.Tables {
		parts := slices.Concat([]string{catalog.Split(name).Table}, t.indexNames(), t.constraintNames())
		for _, p := range t.Partitions {
			parts = append(parts, catalog.Split(p.Name).Table)
		}
		for _, c := range t.Columns {
			if s.Enums[c.Type] != nil || s.Objects["domain "+c.Type] != nil {
				parts = append(parts, catalog.Split(c.Type).Table)
			}
		}
		wanted[name] = slices.ContainsFunc(parts, func(part string) bool { return strings.Contains(all, strings.ToLower(part)) })
	}
	for again := true; again; {
		again = false
		for name, t := range s.Tables {
			for _, fk := range t.ForeignKeys {
				if wanted[name] != wanted[fk.Ref] && s.Tables[fk.Ref] != nil {
					wanted[name], wanted[fk.Ref], again = true, true, true
				}
			}
		}
	}
	part := s.Clone()
	maps.DeleteFunc(part.Tables, func(name string, _ *Table) bool { return !wanted[name] })
	return part
}

// others returns the tables that statements may name and that neither the state
// nor the units make.
func (l *linter) others(start *State, units []lintUnit) []string {
	made := map[string]bool{}
	if l.final != nil {
		for name := range l.final.Tables {
			made[name] = start.Tables[name] == nil
		}
	}
	for _, u := range units {
		for _, st := range u.statements {
			w := wordsOf(st.SQL)
			at := w.find("RENAME TO") + 2
			if w.starts("CREATE") {
				at = 1 + slices.IndexFunc(w.words, func(word string) bool { return word == "TABLE" || word == "VIEW" || word == "SEQUENCE" })
			} else if at < 2 {
				continue
			}
			name, _ := w.nameAt(at)
			made[name] = true
		}
	}
	return slices.DeleteFunc(namesIn(units), func(name string) bool { return made[name] })
}

// namesIn returns the words of statements that may be names of tables.
func namesIn(units []lintUnit) []string {
	names := map[string]bool{}
	for _, u := range units {
		for _, st := range u.statements {
			for _, name := range wordsOf(st.SQL).names {
				names[name] = true
			}
		}
	}
	delete(names, "")
	return slices.Sorted(maps.Keys(names))
}

// schemasOf returns the schemas that the states name.
func schemasOf(states ...*State) []string {
	names := map[string]bool{}
	for _, s := range states {
		if s == nil {
			continue
		}
		for _, name := range s.Schemas {
			names[name] = true
		}
		for name := range s.Tables {
			names[catalog.Split(name).Schema] = true
		}
		for name := range s.Enums {
			names[catalog.Split(name).Schema] = true
		}
	}
	delete(names, "")
	return slices.Sorted(maps.Keys(names))
}
