package migrate

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/gormside"
)

// codeModels returns an error if the models of migrations in Go name a table or
// a column that the migrations before them do not make. applied reports what
// the database has.
func (s *Set) codeModels(db *gorm.DB, applied func(ID) bool, list []*Migration) error {
	for _, m := range list {
		if m.Code == nil || len(m.Code.Models) == 0 {
			continue
		}
		before, err := s.upTo(applied, m.ID)
		if err != nil {
			return err
		}
		state, err := replay(before)
		if err != nil {
			return err
		}
		for _, model := range m.Code.Models {
			if text := state.lacks(db, model); text != "" {
				return &ChainError{IDs: []ID{m.ID}, Text: text}
			}
		}
	}
	return nil
}

// lacks returns what of a model a state does not have, "" if it has all.
func (s *State) lacks(db *gorm.DB, model any) string {
	stmt := &gorm.Statement{DB: db}
	if err := stmt.Parse(model); err != nil {
		return fmt.Sprintf("its model %T: %v", model, err)
	}
	name := clipTable(stmt.Schema.Table)
	t := s.Tables[name]
	if t == nil {
		return fmt.Sprintf("its model %s is of the table %q, which no migration before it makes (choices: %s)", stmt.Schema.Name, name, strings.Join(slices.Sorted(maps.Keys(s.Tables)), ", "))
	}
	for _, column := range stmt.Schema.DBNames {
		f := stmt.Schema.FieldsByDBName[column]
		if _, ok := t.Column(clip(column)); ok || f.DataType == "" {
			continue
		}
		return fmt.Sprintf("its model %s has the column %q, which table %q does not have there (declare a struct of the columns that the code uses, not today's model; choices: %s)",
			stmt.Schema.Name, column, name, strings.Join(t.columnNames(), ", "))
	}
	return ""
}

// checkCode checks the models of all migrations in Go as an empty database
// would meet them, with the names that GORM has for them by default.
func (s *Set) checkCode() error {
	list := s.list()
	if !slices.ContainsFunc(list, func(m *Migration) bool { return m.Code != nil && len(m.Code.Models) > 0 }) {
		return nil
	}
	db, err := gormside.Offline()
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return s.codeModels(db, nil, list)
}
