package repo

import (
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"
)

// Holder is an object that stands in the way of a delete: its model, its primary key ([]any for a key of several
// columns, nil where the model has none), and the relation by which it refers to what was to go ("Contract.shop").
type Holder struct {
	Model    string
	Key      any
	Relation string
}

// ProtectedError says that objects refer to what was to be deleted by a relation whose OnDelete is
// models.Protect. Nothing was deleted. It is gorm.ErrForeignKeyViolated too.
type ProtectedError struct {
	// Model is that of the objects that were to be deleted, of which one that goes along may be the protected one.
	Model string
	// Holders are all the protecting objects, those among them that would have gone too; each stands once, with the first relation.
	Holders []Holder
}

// Error names the relations and the keys of a few of the objects.
func (e *ProtectedError) Error() string { return refusal(e.Model, "protected", e.Holders) }

// Is holds for gorm.ErrForeignKeyViolated.
func (e *ProtectedError) Is(target error) bool { return target == gorm.ErrForeignKeyViolated }

// RestrictedError says that objects which would not go along refer to what was to be deleted by a relation whose OnDelete is
// models.Restrict. Nothing was deleted. It is gorm.ErrForeignKeyViolated too.
type RestrictedError struct {
	// Model is that of the objects that were to be deleted, of which one that goes along may be the restricted one.
	Model string
	// Holders are all the restricting objects; each stands once, with the first relation.
	Holders []Holder
}

// Error names the relations and the keys of a few of the objects.
func (e *RestrictedError) Error() string { return refusal(e.Model, "restricted", e.Holders) }

// Is holds for gorm.ErrForeignKeyViolated.
func (e *RestrictedError) Is(target error) bool { return target == gorm.ErrForeignKeyViolated }

// shownHolders is how many objects of a relation an error's text names.
const shownHolders = 3

func refusal(model, how string, holders []Holder) string {
	var relations []string
	keys := map[string][]string{}
	for _, h := range holders {
		if !slices.Contains(relations, h.Relation) {
			relations = append(relations, h.Relation)
		}
		keys[h.Relation] = append(keys[h.Relation], shownKey(h.Key))
	}
	for i, r := range relations {
		list := keys[r]
		shown := strings.Join(list[:min(len(list), shownHolders)], ", ")
		if more := len(list) - shownHolders; more > 0 {
			shown += fmt.Sprintf(" and %d more", more)
		}
		relations[i] = r + " (" + shown + ")"
	}
	return fmt.Sprintf("repo: %s cannot be deleted, it is %s by %s: delete those first, or have them refer to something else",
		model, how, strings.Join(relations, " and "))
}

func shownKey(key any) string {
	switch k := key.(type) {
	case nil:
		return "a row without a key"
	case string:
		return fmt.Sprintf("%q", k)
	case []any:
		parts := make([]string, len(k))
		for i, p := range k {
			parts[i] = shownKey(p)
		}
		return "(" + strings.Join(parts, ", ") + ")"
	}
	return fmt.Sprint(key)
}
