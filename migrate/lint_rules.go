package migrate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gormango/gormango/internal/trace"
)

// rule is a rule of the linter.
type rule struct {
	id, name string
	level    Level
	// sized says that an error is a warning for a small table.
	sized bool
	check func(*at) []hit
}

// hit is what a rule finds.
type hit struct{ table, text, rewrite string }

// lintRules are the rules that look at one statement.
var lintRules = slices.Concat(indexRules, constraintRules, columnRules, tableRules, rowRules, textRules)

// at is a statement where the rules look.
type at struct {
	l     *linter
	u     *lintUnit
	i     int // the statement's place in the unit
	stmt  Stmt
	f     trace.Facts
	facts []trace.Facts // of the whole unit
	w     sqlWords
	// found are the rules that have found something in the statement.
	found map[string]bool
}

// unit applies the rules to a unit.
func (l *linter) unit(u lintUnit, facts []trace.Facts) {
	if u.code {
		l.add(&u, Stmt{}, rule{id: "L00", name: "not-traced"}, hit{text: "code in Go is not traced"})
	}
	for i := range facts {
		if facts[i].Untraced != "" {
			facts[i] = guessed(facts[i])
		}
	}
	for i, s := range u.statements {
		l.guessing = facts[i].Untraced != ""
		a := &at{l: l, u: &u, i: i, stmt: s, f: facts[i], facts: facts, w: wordsOf(s.SQL), found: map[string]bool{}}
		for _, r := range lintRules {
			for _, h := range r.check(a) {
				a.found[r.id] = true
				l.add(&u, s, r, h)
			}
		}
		if a.f.Untraced != "" && len(a.found) == 0 && !quiet(a) && !(l.words && a.w.knows()) {
			l.add(&u, s, rule{id: "L00", name: "not-traced"}, hit{text: "the statement was not traced: " + a.f.Untraced,
				rewrite: "check its locks by hand"})
		}
		l.note(a)
	}
	l.guessing = false
	for _, r := range unitRules {
		for _, h := range r.check(l, &u) {
			level := r.level
			if r.id == "L33" && l.requireBack {
				level = Error
			}
			l.add(&u, Stmt{}, rule{id: r.id, name: r.name, level: level}, h)
		}
	}
}

// note remembers what later statements and units need to know.
func (l *linter) note(a *at) {
	if a.u.back {
		return
	}
	for _, c := range a.f.Changes {
		switch c.Kind {
		case trace.AddTable:
			l.fresh[c.Table] = true
		case trace.DropTable:
			delete(l.fresh, c.Table)
		case trace.RenameTable:
			l.fresh[c.To] = l.fresh[c.Table]
			if rows, known := l.rows[c.Table]; known {
				l.rows[c.To] = rows
			}
		case trace.AddIndex:
			if c.Index.Where == "" {
				l.indexed[c.Table] = append(l.indexed[c.Table], c.Index.Columns)
			}
		}
	}
}

func (l *linter) add(u *lintUnit, s Stmt, r rule, h hit) {
	f := Finding{Rule: r.id, Name: r.name, ID: u.id, Back: u.back, Table: h.table, Text: h.text, Rewrite: h.rewrite, Stmt: s, Level: r.level, Reason: strings.TrimSpace(s.Allow[r.id]), ByWords: l.guessing && r.id != "L00"}
	if u.back { // who goes back is in a hurry
		f.Level = Warn
	}
	if r.sized && f.Level == Error && h.table != "" && l.isSmall(h.table) {
		f.Level = Warn
		f.Text += fmt.Sprintf(" (about %d rows)", l.rows[h.table])
	}
	if slices.ContainsFunc(l.findings, func(o Finding) bool {
		return o.Rule == f.Rule && o.ID == f.ID && o.Back == f.Back && o.Table == f.Table && o.Stmt.Line == f.Stmt.Line && o.Stmt.SQL == f.Stmt.SQL && o.Text == f.Text
	}) {
		return
	}
	l.findings = append(l.findings, f)
}

// old reports whether a table is there already, in the eyes of the programs
// that run, and has rows perhaps.
func (a *at) old(table string) bool {
	if table == "" || table == a.l.history || a.l.fresh[table] && !a.u.back {
		return false
	}
	if a.u.back && a.means(func(op Op) bool { c, is := op.(CreateTable); return is && c.Table.Name == table }) {
		return false // the way back of its file drops it: what programs do with it fails in any case
	}
	for _, f := range a.facts[:a.i+1] {
		for _, c := range f.Changes {
			if c.Kind == trace.AddTable && c.Table == table || c.Kind == trace.RenameTable && c.To == table && !a.old(c.Table) {
				return false
			}
		}
	}
	return true
}

// changes returns the statement's changes of a kind in old tables.
func (a *at) changes(kinds ...trace.Kind) []trace.Change {
	var out []trace.Change
	for _, c := range a.f.Changes {
		if slices.Contains(kinds, c.Kind) && a.old(c.Table) {
			out = append(out, c)
		}
	}
	return out
}

// reads reports whether the statement reads the whole table.
func (a *at) reads(table string) bool { return slices.Contains(a.f.Read, table) }

// rewrites reports whether the statement writes the table anew.
func (a *at) rewrites(table string) bool { return slices.Contains(a.f.Rewritten, table) }

// strongest returns the strongest lock on the table, held before or taken by
// the statement.
func (a *at) strongest(table string) trace.Mode {
	return max(a.f.Locks[table], a.held()[table])
}

// held returns the locks that the transaction holds before the statement.
func (a *at) held() map[string]trace.Mode {
	out := map[string]trace.Mode{}
	if a.u.tx {
		for _, f := range a.facts[:a.i] {
			for table, m := range f.Locks {
				out[table] = max(out[table], m)
			}
		}
	}
	return out
}

// means reports whether an operation of the migration is what the function
// wants.
func (a *at) means(wanted func(Op) bool) bool { return slices.ContainsFunc(a.u.ops, wanted) }

// quiet reports whether a statement that cannot be traced is harmless.
func quiet(a *at) bool {
	return slices.Contains([]string{"SET", "RESET", "COMMENT", "GRANT", "REVOKE", "ANALYZE", "NOTIFY"}, a.f.Head[0]) || a.w.starts("CREATE SCHEMA") || a.u.back && (a.w.starts("DROP SCHEMA") || a.w.starts("DROP EXTENSION")) || strings.HasPrefix(a.f.Untraced, "it has no words")
}
