package migrate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gormango/gormango/internal/sqltext"
	"github.com/gormango/gormango/internal/trace"
)

// indexRules are the rules about building and dropping indexes.
var indexRules = []rule{
	{id: "L02", name: "index-blocking", level: Error, sized: true, check: indexBlocking},
	{id: "L03", name: "drop-index-blocking", level: Warn, check: dropIndexBlocking},
	{id: "L04", name: "concurrently-in-tx", level: Error, check: concurrentlyInTx},
	{id: "L05", name: "concurrently-if-not-exists", level: Error, check: concurrentlyIfNotExists},
	{id: "L06", name: "unique-constraint", level: Error, sized: true, check: uniqueConstraint},
	{id: "L30", name: "duplicate-index", level: Warn, check: duplicateIndex},
}

func indexBlocking(a *at) []hit {
	if a.f.Concurrently {
		return nil
	}
	if a.f.Head[0] == "REINDEX" {
		var out []hit
		for _, table := range a.f.Read {
			if a.old(table) {
				out = append(out, hit{table, "it builds indexes of " + table + " anew under locks that stop writes, and reads that use them", concurrently1(a.stmt.SQL, "REINDEX")})
			}
		}
		return out
	}
	var out []hit
	for _, c := range a.changes(trace.AddIndex) {
		if !a.strongest(c.Table).StopsWrites() || a.constraintIndex(c.Name) || !a.reads(c.Table) {
			continue
		}
		rewrite := concurrently1(a.stmt.SQL, "INDEX")
		if rewrite != "" {
			rewrite += "\nin a file of its own with -- +goose NO TRANSACTION"
		}
		out = append(out, hit{c.Table, fmt.Sprintf("it builds an index of %s under a lock (%s) that stops writes while the table is read", c.Table, a.strongest(c.Table)), rewrite})
	}
	return out
}

// constraintIndex reports whether a constraint of the statement has made the
// index.
func (a *at) constraintIndex(name string) bool {
	return slices.ContainsFunc(a.f.Changes, func(c trace.Change) bool {
		return c.Kind == trace.AddConstraint && c.Name == name && c.Constraint.BuildsIndex
	})
}

// concurrently1 returns the statement with CONCURRENTLY behind a word, "" if it
// does not have the word.
func concurrently1(sql, behind string) string {
	var out strings.Builder
	done := false
	for p := range sqltext.Lexemes(sql) {
		out.WriteString(p.Text)
		if p.Is(behind) && !done {
			done = true
			if behind == "REINDEX" { // REINDEX TABLE CONCURRENTLY t
				continue
			}
			out.WriteString(" CONCURRENTLY")
		}
	}
	if !done {
		return ""
	}
	if behind == "REINDEX" {
		for _, kind := range []string{"INDEX", "TABLE"} {
			if w := wordsOf(sql); w.starts("REINDEX " + kind) {
				return concurrently1(sql, kind)
			}
		}
		return ""
	}
	return out.String() + ";"
}

func dropIndexBlocking(a *at) []hit {
	if a.f.Concurrently || !a.w.starts("DROP INDEX") {
		return nil
	}
	var out []hit
	for _, c := range a.f.Changes {
		if c.Kind == trace.DropIndex && (a.old(c.Table) || a.f.Untraced != "") {
			out = append(out, hit{c.Table, "it drops an index under ACCESS EXCLUSIVE, for which it and everything behind it wait", concurrently1(a.stmt.SQL, "INDEX")})
		}
	}
	return out
}

// alone are the first words of statements that no transaction can run, and that
// are no mistake outside of one.
var aloneWords = []string{"VACUUM", "CREATE DATABASE", "DROP DATABASE", "ALTER SYSTEM", "REINDEX DATABASE", "REINDEX SCHEMA", "REINDEX SYSTEM", "CREATE TABLESPACE", "DROP TABLESPACE", "CREATE SUBSCRIPTION", "DROP SUBSCRIPTION"}

func concurrentlyInTx(a *at) []hit {
	what := "CONCURRENTLY"
	if !a.f.Concurrently || a.w.starts("REFRESH") {
		i := slices.IndexFunc(aloneWords, a.w.starts)
		if i < 0 {
			return nil
		}
		what = aloneWords[i]
	}
	switch {
	case a.u.tx:
		return []hit{{"", what + " cannot run in a transaction", "move it to a file of its own with -- +goose NO TRANSACTION"}}
	case len(a.u.statements) > 1:
		return []hit{{"", what + " stands beside other statements: after a crash the file cannot be resumed", "one statement in each file with -- +goose NO TRANSACTION"}}
	}
	return nil
}

func concurrentlyIfNotExists(a *at) []hit {
	if !a.f.Concurrently || a.w.words[0] != "CREATE" || !a.w.has("IF NOT EXISTS") {
		return nil
	}
	return []hit{{"", "IF NOT EXISTS is content with the invalid index that a build leaves which failed", "leave IF NOT EXISTS out: Up builds an invalid index anew"}}
}

func uniqueConstraint(a *at) []hit {
	var out []hit
	for _, c := range a.changes(trace.AddConstraint) {
		if !c.Constraint.BuildsIndex || !a.strongest(c.Table).StopsWrites() || a.brandNew(c) {
			continue
		}
		what := map[string]string{"p": "PRIMARY KEY", "u": "UNIQUE", "x": "EXCLUDE"}[c.Constraint.Kind]
		text := fmt.Sprintf("ADD %s builds its index under ACCESS EXCLUSIVE", what)
		rewrite := fmt.Sprintf("CREATE UNIQUE INDEX CONCURRENTLY %s ON %s (%s);\n-- in the next file\nALTER TABLE %[2]s ADD CONSTRAINT %[1]s %[4]s USING INDEX %[1]s;",
			quote(c.Name), quoteTable(c.Table), quoteAll(c.Constraint.Columns), what)
		if c.Constraint.Kind == "x" || c.Name == "" {
			rewrite = "no form of it lets others write meanwhile: do it while they do not"
			if c.Constraint.Kind != "x" {
				rewrite = "CREATE UNIQUE INDEX CONCURRENTLY, and in the next file ADD CONSTRAINT … USING INDEX"
			}
		}
		out = append(out, hit{c.Table, text, rewrite})
	}
	return out
}

// brandNew reports whether all columns of a constraint are added by the same
// statement without a value, so that there is nothing to read. PostgreSQL
// builds an index of them all the same, if the constraint has one.
func (a *at) brandNew(c trace.Change) bool {
	return c.Constraint.Kind != "u" && c.Constraint.Kind != "p" && c.Constraint.Kind != "x" && !a.reads(c.Table)
}

func duplicateIndex(a *at) []hit {
	var out []hit
	for _, c := range a.f.Changes {
		if c.Kind != trace.AddIndex || c.Index == nil || a.u.back {
			continue
		}
		switch {
		case len(c.Index.Within) > 0:
			out = append(out, hit{c.Table, fmt.Sprintf("index %q does nothing that %q does not do, and costs each write", c.Name, c.Index.Within[0]), "leave it out"})
		case len(c.Index.Around) > 0 && !a.goes(c.Table, c.Index.Around[0]):
			out = append(out, hit{c.Table, fmt.Sprintf("index %q does what %q does, which costs each write", c.Name, c.Index.Around[0]), "DROP INDEX CONCURRENTLY " + quote(c.Index.Around[0]) + ";"})
		}
	}
	return out
}

// goes reports whether an index that is there before the unit is gone after the
// last one.
func (a *at) goes(table, index string) bool {
	has := func(s *State) bool {
		return s != nil && s.Tables[table] != nil && slices.ContainsFunc(s.Tables[table].Indexes, func(x Index) bool { return x.Name == index })
	}
	return a.l.final != nil && has(a.u.before) && !has(a.l.final)
}
