package repo

import (
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/deletion"
)

// Holder is an object that prevents a delete: its model, its primary key ([]any
// for a key of several columns, nil where the model has none), and the relation
// by which it refers to the object to delete ("Contract.shop").
type Holder struct {
	Model    string
	Key      any
	Relation string
}

// ProtectedError reports that objects refer to the objects to delete by a
// relation whose OnDelete is models.Protect. Nothing was deleted. It is
// gorm.ErrForeignKeyViolated too.
type ProtectedError struct {
	// Model is the model of the objects to delete; the protected object may be
	// a cascaded one.
	Model string
	// Holders are all the protecting objects, including those that would have
	// been deleted too; each is listed once, with the first relation.
	Holders []Holder
}

// Error names the relations and the keys of a few of the objects.
func (e *ProtectedError) Error() string { return refused(e.Model, "protected", e.Holders) }

// Is reports whether target is gorm.ErrForeignKeyViolated.
func (e *ProtectedError) Is(target error) bool { return target == gorm.ErrForeignKeyViolated }

// RestrictedError reports that objects which would not be deleted refer to the
// objects to delete by a relation whose OnDelete is models.Restrict. Nothing
// was deleted. It is gorm.ErrForeignKeyViolated too.
type RestrictedError struct {
	// Model is the model of the objects to delete; the restricted object may be
	// a cascaded one.
	Model string
	// Holders are all the restricting objects; each is listed once, with the
	// first relation.
	Holders []Holder
}

// Error names the relations and the keys of a few of the objects.
func (e *RestrictedError) Error() string { return refused(e.Model, "restricted", e.Holders) }

// Is reports whether target is gorm.ErrForeignKeyViolated.
func (e *RestrictedError) Is(target error) bool { return target == gorm.ErrForeignKeyViolated }

// shownHolders is the most objects of a relation that an error's text names.
const shownHolders = 3

func refused(model, how string, holders []Holder) string {
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

// holders returns the holders of an error of the engine.
func holders(list []deletion.Holder) []Holder {
	out := make([]Holder, len(list))
	for i, h := range list {
		out[i] = Holder(h)
	}
	return out
}
