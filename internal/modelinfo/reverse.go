package modelinfo

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/models"
)

// explicit replaces the model that GORM makes for a table between by the
// application's own.
func (b *builder) explicit(m *Model) error {
	for _, r := range m.Relations {
		if r.Kind != ManyToMany || !r.Through.Own {
			continue
		}
		own := b.ofTable(r.Through.Table)
		if own == nil {
			continue
		}
		for _, side := range [][]ThroughPair{r.Through.From, r.Through.To} {
			for i := range side {
				f := own.fields[side[i].Column]
				if f == nil {
					return fmt.Errorf("gormango: %s.%s: table %q has no column %q in %s (add the field, or name the columns with joinForeignKey and joinReferences)",
						m.Name, r.Rel.Name, own.Table, side[i].Column, own.Name)
				}
				side[i].Field = f
			}
		}
		r.Through.Model, r.Through.Own = own, false
		r.Hops = hops(r)
	}
	return nil
}

// ofTable returns the application's model of a table.
func (b *builder) ofTable(table string) *Model {
	for _, m := range slices.Concat(b.order, b.r.order) {
		if m.Table == table {
			return m
		}
	}
	return nil
}

// options reads Meta.Relations of a model.
func (b *builder) options(m *Model) (errs []error) {
	for _, name := range slices.Sorted(maps.Keys(m.Meta.Relations)) {
		if err := setOptions(m, name, m.Meta.Relations[name]); err != nil {
			errs = append(errs, err)
		}
	}
	return errs
}

// setOptions sets the options of a relation.
func setOptions(m *Model, name string, o models.RelationOptions) error {
	r := m.relations[name]
	if r == nil || r.Rel == nil {
		var names []string
		for _, r := range m.Relations {
			if r.Rel != nil {
				names = append(names, r.Name)
			}
		}
		return fmt.Errorf("gormango: Meta.Relations of %s: %w", m.Name, &lookup.Error{Model: m.Name, Text: name, Part: name, Choices: names, Nearest: lookup.Nearest(name, names)})
	}
	if o.Symmetrical && (r.Kind != ManyToMany || r.To != m) {
		return fmt.Errorf("gormango: Meta.Relations of %s: %q is Symmetrical, and only a many-to-many relation of a model to itself can be", m.Name, name)
	}
	if o.Symmetrical && o.RelatedName != "" {
		return fmt.Errorf("gormango: Meta.Relations of %s: %q is Symmetrical, so it is its own RelatedName", m.Name, name)
	}
	if o.OnDelete != "" && r.Kind == ManyToMany {
		return fmt.Errorf("gormango: Meta.Relations of %s: %q is many-to-many, whose links always go with either end (OnDelete belongs to the foreign keys of a model between)", m.Name, name)
	}
	for _, lookupText := range slices.Sorted(maps.Keys(o.Limit)) {
		if _, err := lookup.Resolve(r.To, lookupText); err != nil {
			return fmt.Errorf("gormango: Meta.Relations of %s: Limit of %q: %w", m.Name, name, err)
		}
	}
	r.Options = o
	return nil
}

// reverse adds the relation RelatedName, which has no Go field, to the other
// model.
func (b *builder) reverse(m *Model) error {
	for _, r := range slices.Clone(m.Relations) {
		name := r.Options.RelatedName
		if name == "" || r.Rel == nil {
			continue
		}
		to := r.To
		if strings.Contains(name, lookup.Sep) {
			return fmt.Errorf("gormango: Meta.Relations of %s: RelatedName of %q is %q, and a name holds no %q", m.Name, r.Name, name, lookup.Sep)
		}
		if to.fields[name] != nil || to.relations[name] != nil {
			return fmt.Errorf("gormango: Meta.Relations of %s: RelatedName of %q is %q, and %s has a field of that name", m.Name, r.Name, name, to.Name)
		}
		if b.made[to.Type] != to {
			return fmt.Errorf("gormango: Meta.Relations of %s: RelatedName of %q cannot be given to %s, which was read before (name both models in Config.Models)", m.Name, r.Name, to.Name)
		}
		back := &Relation{Name: name, From: to, To: m, Nullable: true}
		switch r.Kind {
		case BelongsTo:
			back.Kind = HasMany
			var key []*Field
			for _, p := range r.Pairs {
				key = append(key, p.From)
				back.Pairs = append(back.Pairs, Pair{p.To, p.From})
			}
			if m.Unique(key...) {
				back.Kind = HasOne
			}
		case ManyToMany:
			back.Kind = ManyToMany
			back.Through = r.Through.turned()
		default:
			return fmt.Errorf("gormango: Meta.Relations of %s: RelatedName of %q belongs to the model that holds the foreign key (%s)", m.Name, r.Name, to.Name)
		}
		back.Hops = hops(back)
		to.Relations = append(to.Relations, back)
		to.relations[name] = back
		to.setNames()
	}
	return nil
}
