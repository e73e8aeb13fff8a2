package modelinfo

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/sqltext"
)

// Rule is a constraint of a model that validation tests: a unique index or
// constraint, a check or an exclusion.
type Rule struct {
	Name  string
	Model *Model
	// Columns are the columns of a unique rule. Expressions follow them, as SQL.
	Columns     []*Field
	Expressions []string
	// Check is the condition of a check, as SQL.
	Check string
	// Excluded are the elements of an exclusion.
	Excluded []sqltext.Excluded
	// Where is the condition that rows must fulfil for the rule to hold, as SQL.
	Where string
	// NullsNotDistinct reports whether NULLs are equal in a unique rule.
	NullsNotDistinct bool
	// live reports whether Where is that rows are not deleted, which is the default
	// of a model with a soft delete.
	live bool
	// Message and Code are those of Meta for a violation, "" for the default ones.
	Message, Code string
	// Key reports whether the rule is the primary key.
	Key bool
}

// Unique reports whether the rule is about columns or expressions that are
// unique.
func (r *Rule) Unique() bool { return len(r.Columns)+len(r.Expressions) > 0 }

// Plain reports whether the rule says that columns are unique, among all rows
// or among those that are not deleted.
func (r *Rule) Plain() bool {
	return r.Model != nil && len(r.Columns) > 0 && len(r.Expressions) == 0 && (r.Where == "" || r.live || r.Model.liveOnly(r.Where))
}

// Refers returns the columns that the rule is about: those of its list and
// those that its texts name.
func (r *Rule) Refers() []*Field {
	fields := slices.Clone(r.Columns)
	texts := append([]string{r.Check, r.Where}, r.Expressions...)
	for _, e := range r.Excluded {
		texts = append(texts, e.Expr)
	}
	for _, text := range texts {
		fields = append(fields, r.Model.named(text)...)
	}
	return fields
}

// named returns the columns that a text of SQL names.
func (m *Model) named(text string) (fields []*Field) {
	for l := range sqltext.Lexemes(text) {
		if f := m.fields[l.Name()]; f != nil {
			fields = append(fields, f)
		}
	}
	return fields
}

// liveOnly reports whether a condition is that rows are not deleted.
func (m *Model) liveOnly(where string) bool {
	if m.SoftDelete == nil || m.Live != nil {
		return false
	}
	words := strings.Fields(strings.ToLower(strings.NewReplacer("(", " ", ")", " ", `"`, "").Replace(where)))
	return slices.Equal(words, []string{strings.ToLower(m.SoftDelete.Column), "is", "null"})
}

// Rules returns the rules of the model, the key first. keys are the foreign
// keys that lead to it: what they refer to is unique among deleted rows too.
func (m *Model) Rules(keys []*ForeignKey) []*Rule {
	rules := slices.Clone(m.rules)
	for i, r := range rules {
		referred := func(k *ForeignKey) bool {
			return len(k.Pairs) == len(r.Columns) && !slices.ContainsFunc(k.Pairs, func(p Pair) bool { return !slices.Contains(r.Columns, p.To) })
		}
		if r.live && slices.ContainsFunc(keys, referred) {
			all := *r
			all.Where, all.live = "", false
			rules[i] = &all
		}
	}
	return rules
}

// rulesOf collects the rules of GORM's tags and of Meta. It must run while the
// model is read, since parsing indexes writes into GORM's schema.
func rulesOf(m *Model) []*Rule {
	var rules []*Rule
	add := func(r *Rule, deferrable bool) {
		r.Model = m
		if r.Unique() && r.Where == "" && !r.Key && !deferrable {
			r.Where = m.LiveRows(columnNames(r.Columns))
			r.live = r.Where != ""
		}
		rules = append(rules, r)
	}
	fields := func(names []string) []*Field {
		out := make([]*Field, 0, len(names))
		for _, name := range names {
			if f := m.fields[name]; f != nil {
				out = append(out, f)
			}
		}
		return out
	}
	if len(m.Key) > 0 {
		add(&Rule{Name: m.TableName() + "_pkey", Columns: m.Key, Key: true}, false)
	}
	for _, ix := range m.Schema.ParseIndexes() {
		if ix.Class != "UNIQUE" {
			continue
		}
		r := &Rule{Name: ix.Name, Where: ix.Where}
		for _, f := range ix.Fields {
			if f.Expression != "" {
				r.Expressions = append(r.Expressions, f.Expression)
			} else {
				r.Columns = append(r.Columns, fields([]string{f.DBName})...)
			}
		}
		add(r, false)
	}
	uniques := m.Schema.ParseUniqueConstraints()
	for _, name := range slices.Sorted(maps.Keys(uniques)) {
		add(&Rule{Name: name, Columns: fields([]string{uniques[name].Field.DBName})}, false)
	}
	checks := m.Schema.ParseCheckConstraints()
	for _, name := range slices.Sorted(maps.Keys(checks)) {
		add(&Rule{Name: name, Check: checks[name].Constraint}, false)
	}
	for _, ix := range m.Meta.Indexes {
		if ix.Unique {
			add(&Rule{Name: ix.Name, Columns: fields(trimmed(ix.Fields)), Expressions: ix.Expressions, Where: ix.Where,
				NullsNotDistinct: ix.NullsNotDistinct, Message: ix.ViolationMessage, Code: ix.ViolationCode}, false)
		}
	}
	for _, c := range m.Meta.Constraints {
		r := &Rule{Name: c.Name, Check: c.Check, Columns: fields(c.Unique), Expressions: c.Expressions, Where: c.Where, NullsNotDistinct: c.NullsNotDistinct,
			Message: c.ViolationMessage, Code: c.ViolationCode}
		if c.Exclude != "" {
			var ok bool
			if r.Excluded, r.Where, ok = sqltext.ParseExclude(c.Exclude); !ok {
				continue
			}
		}
		add(r, c.Deferrable != "")
	}
	return rules
}

// RuleOf returns the rule of a constraint or unique index by its name in the
// database, nil for a name that no model read so far has.
func RuleOf(db *gorm.DB, table, constraint string) *Rule {
	m := tableOf(db, table, func(m *Model) bool { return m.rule(constraint) != nil })
	if m == nil {
		return nil
	}
	return m.rule(constraint)
}

func (m *Model) rule(name string) *Rule {
	for _, r := range m.rules {
		if r.Name == name {
			return r
		}
	}
	return nil
}

// ModelOf returns a model of a table, nil if none was read so far.
func ModelOf(db *gorm.DB, table string) *Model {
	return tableOf(db, table, func(*Model) bool { return true })
}

// tableOf returns the first model of a table that ok allows, by the name of its
// type.
func tableOf(db *gorm.DB, table string, ok func(*Model) bool) *Model {
	var found *Model
	for _, m := range Of(db).All() {
		if m.TableName() == table && ok(m) && (found == nil || cmp.Less(m.Name, found.Name)) {
			found = m
		}
	}
	return found
}

// TableName returns the name of the model's table without its schema's.
func (m *Model) TableName() string { return m.Table[strings.LastIndexByte(m.Table, '.')+1:] }
