package checks

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gormango/gormango/internal/modelinfo"
)

// relationRules are the checks of relations.
var relationRules = []rule{
	{Check{"relations.W301", Warning, "a polymorphic relation without an OnDelete, which cascades"}, undeclared},
	{Check{"relations.W302", Warning, "a polymorphic relation whose columns no index serves"}, unservedPolymorphic},
	{Check{"relations.W303", Warning, "a circle of foreign keys that are not null, so that no row can be the first"}, circle},
	{Check{"relations.W304", Warning, "a foreign key that no index serves"}, unserved},
}

// undeclared finds polymorphic relations whose action is the default.
func undeclared(_ *subject, m *modelinfo.Model, add adder) {
	keys, err := m.DB.Referrers(m)
	if err != nil {
		return // Models reports it
	}
	for _, k := range keys {
		if len(k.Fixed) > 0 && !k.Link && k.Reverse != nil && !k.Declared() {
			add(k.Reverse.Name, fmt.Sprintf("a delete also deletes the rows of %s, since no OnDelete says otherwise", k.From.Name),
				fmt.Sprintf("write it into Meta.Relations[%q]: models.Cascade, or models.DoNothing to keep them", k.Reverse.Name))
		}
	}
}

// unservedPolymorphic finds polymorphic relations without an index on the
// columns of the key, or of type and key.
func unservedPolymorphic(s *subject, m *modelinfo.Model, add adder) {
	for _, r := range m.Relations {
		t := s.table(r.To)
		if len(r.Fixed) == 0 || r.Through != nil || t == nil {
			continue
		}
		var key, both []string
		for _, f := range r.Fixed {
			both = append(both, f.Field.Column)
		}
		for _, p := range r.Pairs {
			key = append(key, p.To.Column)
		}
		both = append(both, key...)
		if !t.Serves(key) && !t.Serves(both) {
			add(r.Name, fmt.Sprintf("no index of %s serves %s, so that each delete and prefetch reads the whole table", r.To.Table, strings.Join(both, ", ")),
				fmt.Sprintf(`add one to Meta.Indexes of %s: {Fields: []string{"%s"}}`, r.To.Name, strings.Join(both, `", "`)))
		}
	}
}

// required returns the relations of a model without which no row can be
// inserted.
func required(m *modelinfo.Model) []*modelinfo.Relation {
	return slices.DeleteFunc(slices.Clone(m.Relations), func(r *modelinfo.Relation) bool {
		return r.Kind != modelinfo.BelongsTo || r.Options.Deferrable || slices.ContainsFunc(r.Pairs, func(p modelinfo.Pair) bool { return p.From.Nullable || p.From.PrimaryKey })
	})
}

// circle finds foreign keys that are not null and lead back to their model.
func circle(_ *subject, m *modelinfo.Model, add adder) {
	for _, r := range required(m) {
		if path := wayBack(r.To, m, nil); path != nil {
			names := []string{m.Name}
			for _, p := range path {
				names = append(names, p.Name)
			}
			add(r.Name, "no row can be the first: each needs one of "+strings.Join(names, " → "), "make one of the keys nullable, or Deferrable in Meta.Relations")
		}
	}
}

// wayBack returns the models on a way of required relations that ends at a
// model, nil if there is none.
func wayBack(at, end *modelinfo.Model, seen []*modelinfo.Model) []*modelinfo.Model {
	if at == end {
		return append(slices.Clip(seen), at)
	}
	if slices.Contains(seen, at) {
		return nil
	}
	seen = append(slices.Clip(seen), at)
	for _, r := range required(at) {
		if path := wayBack(r.To, end, seen); path != nil {
			return path
		}
	}
	return nil
}

// unserved finds foreign keys without an index. Migrations add one unless a
// tag or Meta forbids it.
func unserved(s *subject, m *modelinfo.Model, add adder) {
	t := s.table(m)
	if t == nil {
		return
	}
	for _, fk := range t.ForeignKeys {
		if !t.Serves(fk.Columns) {
			add(strings.Join(fk.Columns, ", "), fmt.Sprintf("no index serves the foreign key to %s, so that each delete there reads the whole table", fk.Ref), "remove index:- or NoIndex, or add an index")
		}
	}
}
