package migrate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gormango/gormango/internal/sqltext"
)

// textRules are the rules that look at words alone.
var textRules = []rule{
	{id: "L01", name: "lock-timeout", level: Error, check: lockTimeout},
	{id: "L32", name: "long-identifier", level: Error, check: longIdentifier},
	{id: "L38", name: "set-in-session", level: Error, check: setsSession},
	{id: "L39", name: "tx-control", level: Error, check: controlsTransaction},
}

func lockTimeout(a *at) []hit {
	i := a.w.find("LOCK_TIMEOUT")
	switch {
	case a.w.starts("RESET LOCK_TIMEOUT"):
	case !a.w.starts("SET") || i < 0 || i > 2:
		return nil
	default:
		value := strings.ToLower(strings.Join(a.w.words[i+1:], " "))
		literal := ""
		for p := range sqltext.Lexemes(a.stmt.SQL) {
			if p.Kind == sqltext.Literal {
				literal = strings.Trim(p.Text, "'")
			}
		}
		value = strings.TrimPrefix(strings.TrimPrefix(value, "to "), "= ")
		if value != "0" && value != "default" && (literal == "" || strings.Trim(literal, " 0ms") != "") {
			return nil
		}
	}
	return []hit{{"", "without a lock_timeout a statement that waits for a table has all others wait behind it", "leave it to Up, which waits two seconds and tries again later"}}
}

func longIdentifier(a *at) []hit {
	for p := range sqltext.Lexemes(a.stmt.SQL) {
		if name := p.Name(); len(name) > 63 {
			return []hit{{"", fmt.Sprintf("the server cuts the name %q to 63 bytes without an error", name), "a shorter name"}}
		}
	}
	return nil
}

func setsSession(a *at) []hit {
	what := ""
	switch {
	case a.w.starts("SET") && len(a.w.words) > 1 && !slices.Contains([]string{"LOCAL", "TRANSACTION", "CONSTRAINTS"}, a.w.words[1]):
		what = "SET"
	case a.w.starts("LISTEN"), a.w.starts("RESET"), a.w.starts("DISCARD"), a.w.starts("LOAD"):
		what = a.w.words[0]
	case a.w.starts("CREATE TEMP"), a.w.starts("CREATE TEMPORARY"), a.w.starts("CREATE LOCAL TEMP"), a.w.starts("CREATE LOCAL TEMPORARY"):
		if a.w.has("ON COMMIT DROP") && a.u.tx {
			return nil
		}
		what = "a temporary table"
	default:
		for _, f := range []string{"PG_ADVISORY_LOCK", "PG_TRY_ADVISORY_LOCK", "PG_ADVISORY_LOCK_SHARED", "PG_TRY_ADVISORY_LOCK_SHARED"} {
			if a.w.has(f + " (") {
				what = strings.ToLower(f)
			}
		}
	}
	if what == "" {
		return nil
	}
	rewrite := "what belongs to the transaction: SET LOCAL, pg_advisory_xact_lock, ON COMMIT DROP"
	if what == "SET" {
		rewrite = "SET LOCAL" + strings.TrimPrefix(strings.TrimSpace(a.stmt.SQL)[3:], " SESSION") + ";"
	}
	return []hit{{"", what + " stays in the session, and behind a pooler reaches other programs", rewrite}}
}

func controlsTransaction(a *at) []hit {
	switch a.w.starts("ROLLBACK TO"); {
	case !slices.Contains([]string{"BEGIN", "START", "COMMIT", "END", "ROLLBACK", "ABORT"}, a.f.Head[0]) && !a.w.starts("PREPARE TRANSACTION"):
		return nil
	case a.w.starts("ROLLBACK TO"), a.w.starts("ROLLBACK WORK TO"):
		return nil
	}
	return []hit{{"", a.f.Head[0] + " ends the transaction in which the migration is recorded", "leave it out, or begin the file with -- +goose NO TRANSACTION"}}
}

// unitRule is a rule that looks at a whole migration.
type unitRule struct {
	id, name string
	level    Level
	check    func(*linter, *lintUnit) []hit
}

var unitRules = []unitRule{
	{id: "L33", name: "irreversible", level: Warn, check: irreversible},
	{id: "L34", name: "back-loses-data", level: Warn, check: backLosesData},
}

func irreversible(_ *linter, u *lintUnit) []hit {
	if u.back || !u.noBack {
		return nil
	}
	return []hit{{"", "there is no way back", `write one, or the reason: -- +gormango irreversible "…"`}}
}

// backLosesData reports the columns and tables that the way forward makes and
// the way back drops, if the file does not say so.
func backLosesData(_ *linter, u *lintUnit) []hit {
	if !u.back {
		return nil
	}
	var out []hit
	for _, op := range u.ops {
		var table, column string
		switch op := op.(type) {
		case AddColumn:
			table, column = op.Table, op.Column.Name
		case CreateTable:
			table = op.Table.Name
		default:
			continue
		}
		what := table
		if column != "" {
			what += "." + column
		}
		if slices.Contains(u.loses, what) || slices.Contains(u.loses, table) || len(u.statements) == 0 {
			continue
		}
		out = append(out, hit{table, "the way back deletes the data of " + what, "say so: -- +gormango loses " + what})
	}
	return out
}
