package modelinfo

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gormango/gormango/models"
)

// ForeignKey is columns of From that hold the key of a row of To, whichever end
// has a relation for it.
type ForeignKey struct {
	From, To *Model
	Pairs    []Pair // From a column of From to the one of To that it refers to
	// Fixed are columns of From with a constant value: GORM's polymorphic type.
	Fixed []Fixed
	// OnDelete is what a repository does to rows of From when their row of To goes;
	// DoNothing and the choices of the database mean nothing.
	OnDelete models.OnDelete
	// Direct is From's relation to To, Reverse To's relation to From; one may be
	// nil.
	Direct, Reverse *Relation
	// Link says that From is a table that GORM makes between the ends of a
	// many-to-many relation, Direct and Reverse are nil and Many are the relations
	// over it.
	Link bool
	Many []*Relation
}

// Name is how errors name the key: the relation's, or the columns'.
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

// Nullable says that every column of the key may be NULL.
func (k *ForeignKey) Nullable() bool {
	return !slices.ContainsFunc(k.Pairs, func(p Pair) bool { return !p.From.Nullable })
}

// same says that two keys are the same columns of a table, and lead to the same
// model.
func (k *ForeignKey) same(o *ForeignKey) bool {
	return k.From.Table == o.From.Table && k.To == o.To && len(k.Pairs) == len(o.Pairs) && slices.EqualFunc(k.Fixed, o.Fixed, func(a, b Fixed) bool {
		return a.Field.Column == b.Field.Column && a.Value == b.Value
	}) && !slices.ContainsFunc(k.Pairs, func(p Pair) bool {
		return !slices.ContainsFunc(o.Pairs, func(q Pair) bool { return p.From.Column == q.From.Column && p.To == q.To })
	})
}

// keysOf are the foreign keys that the relations of a model are or use.
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

// foreignKeys merges what both ends say of each key. The keys come in the order
// of the models and their relations.
func foreignKeys(all []*Model) ([]*ForeignKey, error) {
	var keys []*ForeignKey
	for _, m := range all {
		for _, k := range keysOf(m) {
			i := slices.IndexFunc(keys, k.same)
			if i < 0 {
				keys = append(keys, k)
				continue
			}
			have := keys[i]
			have.Many = append(have.Many, k.Many...)
			if have.Direct == nil {
				have.Direct = k.Direct
			}
			if have.Reverse == nil {
				have.Reverse = k.Reverse
			}
		}
	}
	for _, k := range keys {
		if err := k.settle(); err != nil {
			return nil, err
		}
	}
	return keys, nil
}

// settle finds what the ends say should happen when a row goes.
func (k *ForeignKey) settle() error {
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
			return fmt.Errorf("gormango: %s is %s, and %s is %s (let one of them say it)", where, k.OnDelete, name, says)
		default:
			k.OnDelete, where = says, name
		}
	}
	if k.OnDelete == "" {
		k.OnDelete = models.DoNothing
	}
	for _, p := range k.Pairs {
		switch {
		case (k.OnDelete == models.SetNull || k.OnDelete == models.DBSetNull) && !p.From.Nullable:
			return fmt.Errorf("gormango: %s is %s, and %s.%s is not null (let it hold NULL, or choose another action)", where, k.OnDelete, k.From.Name, p.From.Column)
		case (k.OnDelete == models.SetDefault || k.OnDelete == models.DBSetDefault) && !p.From.HasDefaultValue && !p.From.Nullable:
			return fmt.Errorf("gormango: %s is %s, and %s.%s has no default (give it one by the tag default, or choose another action)", where, k.OnDelete, k.From.Name, p.From.Column)
		}
	}
	return nil
}

// Referrers are the foreign keys that lead to a model, of the models known so
// far.
func (r *Registry) Referrers(m *Model) ([]*ForeignKey, error) {
	r.mu.RLock()
	keys, ok := r.referrers[m]
	r.mu.RUnlock()
	if ok {
		return keys, nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	all, err := foreignKeys(r.order)
	if err != nil {
		return nil, err
	}
	keys = nil
	for _, k := range all {
		if k.To == m {
			keys = append(keys, k)
		}
	}
	if r.referrers == nil {
		r.referrers = map[*Model][]*ForeignKey{}
	}
	r.referrers[m] = keys
	return keys, nil
}
