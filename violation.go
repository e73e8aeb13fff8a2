package gormango

import (
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/models"
)

// As reports whether target is a **models.ValidationError and the object that
// was written is at fault, and sets it: errors.As finds in an IntegrityError
// the error that repo.FullClean returns for the object. It has the message and
// code of the constraint in Meta. A row that cannot be deleted, since others
// refer to it, is no ValidationError.
func (e *IntegrityError) As(target any) bool {
	found, ok := target.(**models.ValidationError)
	if !ok || e.invalid == nil {
		return false
	}
	*found = e.invalid
	return true
}

// violation returns the problem of the object whose write violated a
// constraint, nil if none is at fault.
func violation(db *gorm.DB, e *IntegrityError, pgErr *pgconn.PgError) *models.ValidationError {
	invalid := &models.ValidationError{}
	switch {
	case e.Kind == NotNull && len(e.Columns) == 1:
		invalid.Add(e.Columns[0], modelinfo.NullViolation())
	case e.Kind == ForeignKey && len(e.Columns) > 0:
		r := relationOf(db, e)
		if referred(r, e, pgErr) {
			return nil
		}
		field, p := models.AllFields, models.Problem{Code: "invalid", Message: "This row does not exist."}
		if len(e.Columns) == 1 {
			field = e.Columns[0]
		}
		if r != nil {
			p = r.To.Missing()
		}
		invalid.Add(field, p)
	case e.Kind == Unique || e.Kind == Check || e.Kind == Exclusion:
		invalid.Add(ruleOf(db, e).Violation())
	default:
		return nil
	}
	return invalid
}

// ruleOf returns the rule that was violated, as far as it is known.
func ruleOf(db *gorm.DB, e *IntegrityError) *modelinfo.Rule {
	if db == nil {
		return &modelinfo.Rule{Name: e.Constraint}
	}
	if r := modelinfo.RuleOf(db, e.Table, e.Constraint); r != nil {
		return r
	}
	r := &modelinfo.Rule{Name: e.Constraint, Model: modelinfo.ModelOf(db, e.Table)}
	if e.Kind != Unique || r.Model == nil {
		return r
	}
	for _, name := range e.Columns {
		f := r.Model.Field(name)
		if f == nil {
			return &modelinfo.Rule{Name: e.Constraint, Model: r.Model}
		}
		r.Columns = append(r.Columns, f)
	}
	return r
}

// relationOf returns the relation of the foreign key that was violated, nil if
// no model has it.
func relationOf(db *gorm.DB, e *IntegrityError) *modelinfo.Relation {
	if db == nil {
		return nil
	}
	m := modelinfo.ModelOf(db, e.Table)
	if m == nil {
		return nil
	}
	for _, r := range m.Relations {
		if r.Kind == modelinfo.BelongsTo && slices.EqualFunc(r.Pairs, e.Columns, func(p modelinfo.Pair, column string) bool { return p.From.Column == column }) {
			return r
		}
	}
	return nil
}

// referred reports whether the write was one of the row that a foreign key
// leads to: the end of the server's detail then names the table of the foreign
// key. In a table that refers to itself the columns differ.
func referred(r *modelinfo.Relation, e *IntegrityError, pgErr *pgconn.PgError) bool {
	_, end, _ := strings.Cut(pgErr.Detail, ")=(")
	if pgErr.Code != "23001" && !strings.Contains(end, `"`+e.Table+`"`) {
		return false
	}
	return r == nil || r.From != r.To || !slices.Equal(detailColumns(pgErr.Detail), e.Columns)
}

// ruleColumns returns the columns that a constraint's columns and expressions
// are about, nil if the models do not have it.
func ruleColumns(db *gorm.DB, e *pgconn.PgError) []string {
	r := modelinfo.RuleOf(db, e.TableName, e.ConstraintName)
	if r == nil {
		return nil
	}
	all := *r
	all.Where = ""
	var names []string
	for _, f := range all.Refers() {
		if !slices.Contains(names, f.Column) {
			names = append(names, f.Column)
		}
	}
	return names
}
