package migrate

import (
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm/schema"

	"github.com/gormango/gormango/internal/sqltype"
)

// copiedTypes returns the foreign keys whose type text GORM has copied from the
// key that they refer to.
func (b *stateBuilder) copiedTypes() map[*schema.Field]bool {
	copied := map[*schema.Field]bool{}
	for _, s := range b.sources {
		for _, rel := range relationsOf(s.schema) {
			for _, r := range rel.References {
				f, key := r.ForeignKey, r.PrimaryKey
				if key == nil || f == nil || f.DataType != key.DataType {
					continue
				}
				// The fields of a table of GORM's have the tags of the keys.
				own := f.TagSettings["TYPE"] == string(f.DataType) && f.Schema.ModelType.Name() != ""
				copied[f] = copied[f] || !own && key.TagSettings["TYPE"] == string(key.DataType)
			}
		}
	}
	return copied
}

// ownIdentity returns what the type text of a field says, if that makes an
// identity column, which GORM takes for the key of a counter of its own.
func ownIdentity(f *schema.Field) (sqltype.Column, bool) {
	text := f.TagSettings["TYPE"]
	if text == "" || !f.AutoIncrement {
		return sqltype.Column{}, false
	}
	own, err := sqltype.ParseColumn(text)
	return own, err == nil && own.Identity != ""
}

// typeAlone returns a column's type text without the key's own default,
// identity and constraints.
func typeAlone(c sqltype.Column) sqltype.Column {
	return sqltype.Column{Type: c.Type, Collation: c.Collation}
}

// primaryKey returns the columns of the primary key. texts are those whose type
// text says PRIMARY KEY. Such a text makes a key of one column, so that fields
// tagged primaryKey beside it are an error, unless all are tagged.
func primaryKey(s source, texts []string) ([]string, error) {
	var all, tagged []string
	for _, f := range s.schema.PrimaryFields {
		name := clip(f.DBName)
		all = append(all, name)
		for _, tag := range []string{"PRIMARYKEY", "PRIMARY_KEY"} {
			if v, ok := f.TagSettings[tag]; ok && !strings.EqualFold(v, "false") && !slices.Contains(texts, name) {
				tagged = append(tagged, name)
			}
		}
	}
	foreign := slices.IndexFunc(texts, func(name string) bool { return !slices.Contains(all, name) })
	switch {
	case foreign < 0:
		return all, nil
	case len(tagged) > 0:
		return nil, fmt.Errorf("migrate: %s: the type of column %q says PRIMARY KEY, and the tag primaryKey is on %s (tag each field of the key primaryKey)",
			s.name, texts[foreign], strings.Join(tagged, ", "))
	}
	return texts, nil
}
