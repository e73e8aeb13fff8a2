package migrate

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"gorm.io/gorm"
)

// linting is what the options of Lint and of the gate in Up set.
type linting struct {
	live, requireBack bool
	words             bool
	on                *gorm.DB
	small             int
	since             []ID
	sinceSet          bool
	allow             map[string]string
}

// LintLive has Lint ask the database for the sizes of tables, as Up does: an
// error is a warning for a table of less than 10,000 rows.
func LintLive() Option { return func(r *Runner) { r.lint.live = true } }

// LintWords has Lint and Up judge all statements by their words, in the worst
// case that they permit, and run none of them on a copy. With Since and without
// LintLive, Lint then needs no server.
func LintWords() Option { return func(r *Runner) { r.lint.words = true } }

// LintOn has Lint and Up make the empty copy of the tables in another database,
// as one of a development server, for a role that may not create schemas. It
// must have the extensions that the migrations need, and the major version of
// the database, whose words it answers for.
func LintOn(db *gorm.DB) Option { return func(r *Runner) { r.lint.on = db } }

// SmallTable sets the number of rows below which Up and LintLive take a table
// for small. The default is 10,000; 0 is the default too.
func SmallTable(rows int) Option { return func(r *Runner) { r.lint.small = rows } }

// RequireBack makes a migration without a way back an error.
func RequireBack() Option { return func(r *Runner) { r.lint.requireBack = true } }

// Since has Lint look at the migrations after ids, whatever the database has
// applied. The programs that run are then those of the state after ids.
func Since(ids ...ID) Option { return func(r *Runner) { r.lint.since, r.lint.sinceSet = ids, true } }

// Allow accepts the findings of a rule ("L13") in all statements of this run,
// for a reason. In a file the reason stands above the
// statement: -- +gormango allow L13 "…"
func Allow(rule, reason string) Option {
	return func(r *Runner) {
		if r.lint.allow == nil {
			r.lint.allow = map[string]string{}
		}
		r.lint.allow[rule] = reason
	}
}

// Lint returns what the rules find in the migrations that Up would apply, all
// or those up to the migrations to, and in their ways back. It runs their
// statements on an empty copy of the tables and asks the server which locks,
// rewrites and reads they need; the tables themselves are not touched. The
// programs that run are those of the state that the database has, or that Since
// names. A statement that cannot be traced is judged by its words, and a
// finding of rule L00 says so unless another rule finds something.
//
// The copy is in schemas of its own, which Lint creates and drops. A role that
// may not create schemas has every statement judged by its words, and
// Finding.ByWords says so; LintOn is the way out.
func (r *Runner) Lint(ctx context.Context, to ...ID) ([]Finding, error) {
	if r.set == nil {
		return nil, errNoSet
	}
	if err := r.outside(ctx); err != nil {
		return nil, err
	}
	scope, err := r.scope(ctx, to...)
	if errors.Is(err, ErrChecksum) {
		return []Finding{{Rule: "L44", Name: "applied-file-changed", Level: Error, Text: strings.TrimPrefix(err.Error(), "migrate: "),
			Rewrite: "restore the file and write a new migration"}}, nil
	}
	if err != nil {
		return nil, err
	}
	in, err := r.lintInput(scope.released, scope.list, true)
	if err != nil {
		return nil, err
	}
	if r.lint.sinceSet || r.lint.on != nil {
		if err := r.addPrior(&in, scope); err != nil {
			return nil, err
		}
	}
	in.live = r.lint.live
	if scope.unused {
		in.fresh, in.released = scope.released.Tables, &State{}
	}
	findings, err := lint(ctx, r.db, in)
	return r.allowed(findings), err
}

// lintScope is what Lint looks at.
type lintScope struct {
	applied  func(ID) bool // what the programs that run know
	released *State        // the state after that
	list     []*Migration
	unused   bool // no program uses that state yet, since the first run has not ended
}

func (r *Runner) scope(ctx context.Context, to ...ID) (s lintScope, err error) {
	if r.lint.sinceSet {
		released := map[ID]bool{}
		if len(r.lint.since) > 0 {
			before, err := r.set.upTo(nil, r.lint.since...)
			if err != nil {
				return s, err
			}
			for _, m := range before {
				released[m.ID] = true
			}
		}
		s.applied = func(id ID) bool { return released[id] }
		all, err := r.set.upTo(nil, to...)
		if err != nil {
			return s, err
		}
		s.list = slices.DeleteFunc(all, func(m *Migration) bool { return released[m.ID] })
	} else {
		rows, err := r.history.read(ctx, r.db)
		if err != nil {
			return s, err
		}
		tasks, err := r.forwards(rows, to...)
		if err != nil {
			return s, err
		}
		s.applied = func(id ID) bool { return rows[id].done() }
		_, first := r.openFirstRun(rows)
		s.unused = len(first) > 0
		for _, t := range tasks {
			if !t.record {
				s.list, s.unused = append(s.list, t.Migration), s.unused && first[t.ID]
			}
		}
	}
	s.released, err = r.stateOf(s.applied)
	return s, err
}

// addPrior adds the statements of earlier migrations to the units, if
// operations do not say what all of them made.
func (r *Runner) addPrior(in *lintInput, s lintScope) error {
	before, err := r.earlier(s.applied)
	if err != nil {
		return err
	}
	silent := func(m *Migration) bool { return m.Code == nil && len(m.Ops) == 0 && len(m.Forward) > 0 }
	if !slices.ContainsFunc(slices.Concat(before, s.list), silent) {
		return nil
	}
	prior := []Stmt{}
	for _, m := range before {
		prior = append(prior, m.Forward...)
	}
	found, left := map[ID][]Stmt{}, map[ID][]Stmt{} // by a migration
	for _, m := range s.list {
		found[m.ID] = slices.Clip(prior)
		prior = append(prior, m.Forward...)
		left[m.ID] = slices.Clip(prior)
	}
	for i := range in.units {
		if u := &in.units[i]; u.back {
			u.prior = left[u.id]
		} else {
			u.prior = found[u.id]
		}
	}
	return nil
}

// earlier returns the migrations that are applied, in their order.
func (r *Runner) earlier(applied func(ID) bool) ([]*Migration, error) {
	list, err := r.set.upTo(applied)
	if err != nil {
		return nil, err
	}
	has := r.set.has(applied)
	return slices.DeleteFunc(slices.Clone(list), func(m *Migration) bool { return !applied(m.ID) && !has(m.ID) }), nil
}

// stateOf returns the state after the migrations that are applied.
func (r *Runner) stateOf(applied func(ID) bool) (*State, error) {
	list, err := r.earlier(applied)
	if err != nil {
		return nil, err
	}
	return replay(list)
}

// lintInput returns the units of migrations that follow each other.
func (r *Runner) lintInput(released *State, list []*Migration, back bool) (lintInput, error) {
	in := lintInput{released: released, small: r.lint.small, requireBack: r.lint.requireBack, words: r.lint.words, on: r.lint.on, history: r.history.table}
	state := released.Clone()
	var backs []lintUnit
	for _, m := range list {
		before := state.Clone()
		if err := m.apply(state); err != nil {
			return in, err
		}
		u := lintUnit{id: m.ID, tx: m.Tx, ops: m.Ops, statements: m.Forward, noBack: m.reversible() != nil && m.Irreversible == "", code: m.Code != nil, before: before}
		in.units = append(in.units, u)
		if back && m.Code == nil && len(m.Back) > 0 {
			backs = append(backs, lintUnit{id: m.ID, back: true, tx: m.Tx, ops: m.Ops, statements: m.Back, loses: m.Loses, before: state.Clone()})
		}
	}
	slices.Reverse(backs)
	in.units = append(in.units, backs...)
	in.final = state
	return in, nil
}

// allowed adds the reasons of Allow.
func (r *Runner) allowed(findings []Finding) []Finding {
	for i, f := range findings {
		if f.Reason == "" {
			findings[i].Reason = strings.TrimSpace(r.lint.allow[f.Rule])
		}
	}
	return findings
}

// gate lints the migrations of an Up before the first of them runs. A database
// without migrations has no programs that use it, and those of a first run that
// was interrupted are applied as they would have been.
func (r *Runner) gate(ctx context.Context, rows map[ID]Applied, tasks []task) error {
	var list []*Migration
	for _, t := range tasks {
		if !t.record && !t.back {
			list = append(list, t.Migration)
		}
	}
	applied := func(id ID) bool { return rows[id].done() }
	_, first := r.openFirstRun(rows)
	later := func(m *Migration) bool { return !first[m.ID] }
	if !slices.ContainsFunc(list, later) || r.nested || !slices.ContainsFunc(slices.Collect(maps.Keys(rows)), applied) {
		return nil
	}
	released, err := r.stateOf(applied)
	if err != nil {
		return err
	}
	in, err := r.lintInput(released, list, false)
	if err != nil {
		return err
	}
	in.live = true
	findings, err := lint(ctx, r.db, in)
	if err != nil {
		return err
	}
	findings = slices.DeleteFunc(r.allowed(findings), func(f Finding) bool { return first[f.ID] })
	for _, f := range findings {
		if f.Level < Error || f.Reason != "" {
			r.event(Event{Kind: "finding", ID: f.ID, Stmt: f.Stmt.SQL, Finding: f})
		}
	}
	return dangerous(findings)
}
