package checks

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/gormside"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/migrate"
)

// plain are the checks of all models together.
var plain = []Check{
	{"models.E001", Error, "what Open refuses: a model that GORM cannot read, a wrong name in Meta, two relations of one name"},
	{"models.E002", Error, "tables that cannot be created: two indexes of one name, tags that contradict each other"},
}

// rule is a check of one model.
type rule struct {
	Check
	find func(s *subject, m *modelinfo.Model, add adder)
}

// adder adds a finding about a column, relation or index of the model, "" for
// the model itself.
type adder func(field, text, fix string)

// subject is what the rules look at.
type subject struct {
	models []*modelinfo.Model // in the order of the application, with those reached
	listed []reflect.Type
	state  *migrate.State
}

// table returns the table that migrations make for a model, nil if they make
// none.
func (s *subject) table(m *modelinfo.Model) *migrate.Table { return s.state.Tables[m.Table] }

// rules are the checks of models.
var rules = slices.Concat(tableRules, columnRules, relationRules)

// Models checks models against each other. They are those of Config.Models;
// declarations of package migrate may be among them. It needs no database.
func Models(all ...any) []Finding {
	db, err := gormside.Offline()
	if err != nil {
		return []Finding{{ID: "models.E001", Level: Error, Text: err.Error()}}
	}
	only := migrate.ModelsOf(all)
	if mistakes := modelinfo.Of(db).Mistakes(only); len(mistakes) > 0 {
		found := make([]Finding, len(mistakes))
		for i, err := range mistakes {
			found[i] = Finding{ID: "models.E001", Level: Error, Text: strings.TrimPrefix(err.Error(), "gormango: ")}
		}
		return found
	}
	if len(only) == 0 {
		return nil
	}
	return check(db, only, all)
}

// check runs the rules.
func check(db *gorm.DB, only, all []any) []Finding {
	var found []Finding
	state, err := migrate.FromModels(db, all...)
	if err != nil {
		found = append(found, Finding{ID: "models.E002", Level: Error, Text: strings.TrimPrefix(err.Error(), "migrate: ")})
		state = &migrate.State{}
	}
	s := &subject{state: state}
	s.models, s.listed, err = reached(db, only)
	if err != nil {
		return append(found, Finding{ID: "models.E001", Level: Error, Text: err.Error()})
	}
	for _, r := range rules {
		for _, m := range s.models {
			r.find(s, m, func(field, text, fix string) {
				found = append(found, Finding{ID: r.ID, Level: r.Level, Model: m.Name, Field: field, Text: text, Fix: fix})
			})
		}
	}
	return sorted(found)
}

// reached returns models and those that their relations reach, sorted by name
// behind them.
func reached(db *gorm.DB, only []any) (all []*modelinfo.Model, listed []reflect.Type, err error) {
	r := modelinfo.Of(db)
	for _, m := range only {
		one, err := r.Model(reflect.TypeOf(m))
		if err != nil {
			return nil, nil, fmt.Errorf("checks: %w", err)
		}
		if !slices.Contains(all, one) {
			all, listed = append(all, one), append(listed, one.Type)
		}
	}
	more := slices.DeleteFunc(r.All(), func(m *modelinfo.Model) bool { return slices.Contains(all, m) })
	slices.SortFunc(more, func(a, b *modelinfo.Model) int { return strings.Compare(a.Name, b.Name) })
	return append(all, more...), listed, nil
}
