package migrate

import (
	"context"

	"gorm.io/gorm"
)

// LintUnit is a migration for Lint.
type LintUnit struct {
	SQL        []string
	Ops        []Op
	NoTx, Back bool
	NoBack     bool
	Code       bool
	Loses      []string
	Allow      map[string]string // of the last statement
	Before     *State            // nil for the state of LintSQL
}

// LintOptions are options of LintSQL.
type LintOptions struct {
	Live, RequireBack bool
	Small             int
	Final             *State
	Words             bool
	On                *gorm.DB
}

// LintSQL returns the findings of migrations on a state, which is also the one
// of the released programs.
func LintSQL(ctx context.Context, db *gorm.DB, state *State, o LintOptions, units ...LintUnit) ([]Finding, error) {
	in := lintInput{released: state, live: o.Live, small: o.Small, requireBack: o.RequireBack, final: o.Final, history: "schema_history", words: o.Words, on: o.On}
	for _, u := range units {
		l := lintUnit{id: "shop/0002_test", back: u.Back, tx: !u.NoTx, ops: u.Ops, noBack: u.NoBack, loses: u.Loses, code: u.Code, before: state}
		if u.Before != nil {
			l.before = u.Before
		}
		for i, sql := range u.SQL {
			s := Stmt{SQL: sql, Line: i + 1}
			if i == len(u.SQL)-1 {
				s.Allow = u.Allow
			}
			l.statements = append(l.statements, s)
		}
		in.units = append(in.units, l)
	}
	return lint(ctx, db, in)
}

// Dangerous returns the error for the findings that stop a run.
var Dangerous = dangerous
