package modelinfo

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/gormango/gormango/models"
)

// ForeignKey is a foreign key from From to To. A relation at either end may
// declare it.
type ForeignKey struct {
	From, To *Model
	Pairs    []Pair // each a column of From and the column of To that it refers to
	// Fixed are columns of From with a constant value, as in GORM's polymorphic
	// relations.
	Fixed []Fixed
	// OnDelete is what a repository does with rows of From when their row of To is
	// deleted: nothing for DoNothing and the choices of the database.
	OnDelete models.OnDelete
	// Direct is From's relation to To, Reverse is To's relation to From. One of
	// them may be nil.
	Direct, Reverse *Relation
	// Link reports whether From is a table that GORM makes for a many-to-many
	// relation. Direct and Reverse are nil then, and Many are the relations that
	// use it.
	Link bool
	Many []*Relation
}

// Name returns the name of the key in errors: the relation's, or the columns'.
func (k *ForeignKey) Name() string {
	switch {
	case k.Direct != nil:
		return k.From.Name + "." + k.Direct.Name
	case k.Reverse != nil:
		return k.To.Name + "." + k.Reverse.Name
	}
	var columns []string
	for _, p := range k.Pairs {
		columns = append(columns, p.From.Column)
	}
	return k.From.Name + "." + strings.Join(columns, ", ")
}

// Declared reports whether a relation at either end declares OnDelete.
func (k *ForeignKey) Declared() bool {
	return slices.ContainsFunc([]*Relation{k.Direct, k.Reverse}, func(r *Relation) bool { return r != nil && r.Options.OnDelete != "" })
}

// Nullable reports whether every column of the key may be NULL.
func (k *ForeignKey) Nullable() bool {
	return !slices.ContainsFunc(k.Pairs, func(p Pair) bool { return !p.From.Nullable })
}

// same reports whether two keys are the same columns and lead to the same
// model.
func (k *ForeignKey) same(o *ForeignKey) bool {
	return k.From.Table == o.From.Table && k.To == o.To && len(k.Pairs) == len(o.Pairs) && slices.EqualFunc(k.Fixed, o.Fixed, func(a, b Fixed) bool {
		return a.Field.Column == b.Field.Column && a.Value == b.Value
	}) && !slices.ContainsFunc(k.Pairs, func(p Pair) bool {
		return !slices.ContainsFunc(o.Pairs, func(q Pair) bool { return p.From.Column == q.From.Column && p.To == q.To })
	})
}

// keysOf returns the foreign keys that the relations of a model use.
func keysOf(m *Model) []*ForeignKey {
	var keys []*ForeignKey
	for _, r := range m.Relations {
		switch {
		case r.Kind == BelongsTo:
			keys = append(keys, &ForeignKey{From: m, To: r.To, Pairs: r.Pairs, Direct: r})
		case r.Kind == ManyToMany && r.Through.Own:
			link := r.Through.Model
			from := &ForeignKey{From: link, To: m, Link: true, Many: []*Relation{r}, OnDelete: models.Cascade, Fixed: r.Fixed}
			to := &ForeignKey{From: link, To: r.To, Link: true, Many: []*Relation{r}, OnDelete: models.Cascade}
			for _, p := range r.Through.From {
				from.Pairs = append(from.Pairs, Pair{p.Field, p.Ref})
			}
			for _, p := range r.Through.To {
				to.Pairs = append(to.Pairs, Pair{p.Field, p.Ref})
			}
			keys = append(keys, from, to)
		case r.Kind == HasOne || r.Kind == HasMany:
			k := &ForeignKey{From: r.To, To: m, Fixed: r.Fixed, Reverse: r}
			for _, p := range r.Pairs {
				k.Pairs = append(k.Pairs, Pair{p.To, p.From})
			}
			keys = append(keys, k)
		}
	}
	return keys
}

// foreignKeys merges the declarations of each key at both ends. The keys are in
// the order of the models and their relations.
func foreignKeys(all []*Model) (keys []*ForeignKey, errs []error) {
	for _, m := range all {
		for _, k := range keysOf(m) {
			i := slices.IndexFunc(keys, k.same)
			if i < 0 {
				keys = append(keys, k)
				continue
			}
			have := keys[i]
			have.Many = append(have.Many, k.Many...)
			have.Direct, have.Reverse = cmp.Or(have.Direct, k.Direct), cmp.Or(have.Reverse, k.Reverse)
		}
	}
	for _, k := range keys {
		if err := k.resolveOnDelete(); err != nil {
			errs = append(errs, err)
		}
	}
	return keys, errs
}

// resolveOnDelete sets OnDelete from the declarations at both ends.
func (k *ForeignKey) resolveOnDelete() error {
	if k.Link {
		return nil
	}
	where := ""
	for _, r := range []*Relation{k.Direct, k.Reverse} {
		if r == nil {
			continue
		}
		says, name := r.Options.OnDelete, r.From.Name+".Meta.Relations["+fmt.Sprintf("%q", r.Name)+"].OnDelete"
		switch {
		case says == "":
		case !says.Known():
			return fmt.Errorf("gormango: %s is %q (choices are DO_NOTHING, CASCADE, PROTECT, RESTRICT, SET_NULL, SET_DEFAULT, DB_CASCADE, DB_SET_NULL and DB_SET_DEFAULT)", name, says)
		case k.OnDelete != "" && k.OnDelete != says:
			return fmt.Errorf("gormango: %s is %s, and %s is %s (declare it on one of them)", where, k.OnDelete, name, says)
		default:
			k.OnDelete, where = says, name
		}
	}
	if k.OnDelete == "" && len(k.Fixed) > 0 {
		k.OnDelete = models.Cascade // no constraint would prevent orphans
	}
	k.OnDelete = cmp.Or(k.OnDelete, models.DoNothing)
	for _, p := range k.Pairs {
		switch {
		case (k.OnDelete == models.SetNull || k.OnDelete == models.DBSetNull) && !p.From.Nullable:
			return fmt.Errorf("gormango: %s is %s, and %s.%s is not null (make it nullable, or choose another action)", where, k.OnDelete, k.From.Name, p.From.Column)
		case (k.OnDelete == models.SetDefault || k.OnDelete == models.DBSetDefault) && !p.From.HasDefaultValue && !p.From.Nullable:
			return fmt.Errorf("gormango: %s is %s, and %s.%s has no default (declare one by the tag default, or choose another action)", where, k.OnDelete, k.From.Name, p.From.Column)
		}
	}
	return nil
}

// Referrers returns the foreign keys that lead to a model, among the models
// read so far.
func (r *Registry) Referrers(m *Model) ([]*ForeignKey, error) {
	return r.keysOf(m, &r.referrers, func(k *ForeignKey) bool { return k.To == m })
}

// References returns the foreign keys of a model's table, those of polymorphic
// relations among them.
func (r *Registry) References(m *Model) ([]*ForeignKey, error) {
	return r.keysOf(m, &r.references, func(k *ForeignKey) bool { return k.From == m })
}

// keysOf returns the foreign keys that belong to a model, and keeps them in
// known.
func (r *Registry) keysOf(m *Model, known *map[*Model][]*ForeignKey, belongs func(k *ForeignKey) bool) ([]*ForeignKey, error) {
	r.mu.RLock()
	keys, ok := (*known)[m]
	r.mu.RUnlock()
	if ok {
		return keys, nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	keys, errs := foreignKeys(r.order)
	if len(errs) > 0 {
		return nil, errs[0]
	}
	keys = slices.DeleteFunc(keys, func(k *ForeignKey) bool { return !belongs(k) })
	if *known == nil {
		*known = map[*Model][]*ForeignKey{}
	}
	(*known)[m] = keys
	return keys, nil
}
