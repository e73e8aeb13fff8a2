package migrate

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"gorm.io/gorm/schema"
)

// end is the declaration of a foreign key at one end of a relation, by a tag or
// Meta. GORM reads only the tag of one of the two ends, and loses the other's
// options.
type end struct {
	where              string // "Book.Author"
	has                bool   // the end without the column
	off                bool   // constraint:-
	named              string // the name in the tag
	name               string // GORM's name for it
	onDelete, onUpdate string
	deferrable         bool // of Meta only
	unindexed          bool // of Meta only
}

func (e end) speaks() bool {
	return e.named != "" || e.onDelete != "" || e.onUpdate != "" || e.deferrable || e.unindexed
}

// foreignKeys merges the ends of every relation and adds the foreign keys to
// the tables.
func (b *stateBuilder) foreignKeys() error {
	if b.db.DisableForeignKeyConstraintWhenMigrating || b.db.IgnoreRelationshipsWhenMigrating {
		return nil
	}
	type found struct {
		table *Table
		fk    ForeignKey
		ends  []end
	}
	var order []*found
	byColumns := map[string]*found{}
	for _, s := range b.sources {
		for _, rel := range relationsOf(s.schema) {
			table, fk, ok := b.foreignKey(rel)
			if !ok {
				continue
			}
			e, err := b.end(s, rel)
			if err != nil {
				return err
			}
			key := table.Name + "\x00" + fk.definition()
			f := byColumns[key]
			if f == nil {
				f = &found{table: table, fk: fk}
				byColumns[key], order = f, append(order, f)
			}
			f.ends = append(f.ends, e)
			if m, says := b.metaEnd(s, rel, e); says {
				f.ends = append(f.ends, m)
			}
		}
	}
	for _, f := range order {
		e, ok, err := mergeEnds(f.ends, f.table.Name, f.fk.Columns)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		f.fk.Name, f.fk.OnDelete, f.fk.OnUpdate, f.fk.Deferrable = clip(e.name), e.onDelete, e.onUpdate, e.deferrable
		f.table.ForeignKeys = append(f.table.ForeignKeys, f.fk)
		if e.unindexed {
			f.table.unindexed = append(f.table.unindexed, f.fk.Columns[0])
		}
	}
	return nil
}

// relationsOf returns the relations that a schema owns, by name: those of its
// fields, and those that GORM adds to the table of a many-to-many relation.
func relationsOf(s *schema.Schema) []*schema.Relationship {
	s.Relationships.Mux.RLock()
	defer s.Relationships.Mux.RUnlock()
	var rels []*schema.Relationship
	for _, name := range slices.Sorted(maps.Keys(s.Relationships.Relations)) {
		if rel := s.Relationships.Relations[name]; rel.Schema == s && rel.Field != nil {
			rels = append(rels, rel)
		}
	}
	return rels
}

// foreignKey returns the table and columns of a relation's key. ok is false if
// it has none: for a polymorphic relation, a many-to-many one (its table has
// the keys), and a table or column that is not migrated.
func (b *stateBuilder) foreignKey(rel *schema.Relationship) (table *Table, fk ForeignKey, ok bool) {
	if rel.Polymorphic != nil {
		return nil, fk, false
	}
	switch rel.Type {
	case schema.BelongsTo:
		table, fk.Ref = b.state.Tables[clipTable(rel.Schema.Table)], clipTable(rel.FieldSchema.Table)
	case schema.HasOne, schema.HasMany:
		if rel.Field.OwnerSchema != nil { // GORM makes none in an embedded struct
			return nil, fk, false
		}
		table, fk.Ref = b.state.Tables[clipTable(rel.FieldSchema.Table)], clipTable(rel.Schema.Table)
	default:
		return nil, fk, false
	}
	ref := b.state.Tables[fk.Ref]
	if table == nil || ref == nil {
		return nil, fk, false
	}
	for _, r := range rel.References {
		if r.PrimaryKey == nil {
			return nil, fk, false
		}
		from, to := clip(r.ForeignKey.DBName), clip(r.PrimaryKey.DBName)
		if _, ok := table.Column(from); !ok {
			return nil, fk, false
		}
		if _, ok := ref.Column(to); !ok {
			return nil, fk, false
		}
		fk.Columns, fk.RefColumns = append(fk.Columns, from), append(fk.RefColumns, to)
	}
	return table, fk, len(fk.Columns) > 0
}

var (
	constraintName = regexp.MustCompile(`^[\w-]+$`)
	keyAction      = regexp.MustCompile(`^(NO ACTION|RESTRICT|CASCADE|SET NULL|SET DEFAULT)( ?\(.+\))?$`)
)

// end parses the tag "constraint:name,OnUpdate:CASCADE,OnDelete:SET NULL".
func (b *stateBuilder) end(s source, rel *schema.Relationship) (end, error) {
	tag := rel.Field.TagSettings["CONSTRAINT"]
	e := end{
		where: s.name + "." + rel.Name, has: rel.Type != schema.BelongsTo,
		off: tag == "-" || rel.Field.IgnoreMigration, name: b.db.NamingStrategy.RelationshipFKName(*rel),
	}
	if s.joins {
		e.where = s.name
	}
	if e.off {
		return e, nil
	}
	if first, _, more := strings.Cut(tag, ","); more && constraintName.MatchString(first) {
		e.named = first
	}
	settings := schema.ParseTagSetting(tag, ",")
	for _, a := range []struct {
		tag string
		to  *string
	}{{"OnDelete", &e.onDelete}, {"OnUpdate", &e.onUpdate}} {
		text := strings.Join(strings.Fields(settings[strings.ToUpper(a.tag)]), " ")
		action, columns, _ := strings.Cut(text, "(")
		if text = strings.ToUpper(action); columns != "" {
			text += "(" + columns
		}
		if text != "" && !keyAction.MatchString(text) {
			return e, fmt.Errorf("migrate: %s: %s is %q (choices are CASCADE, RESTRICT, SET NULL, SET DEFAULT and NO ACTION)", e.where, a.tag, text)
		}
		*a.to = text
	}
	return e, nil
}

// metaEnd returns the options of a foreign key in Meta.Relations: the action if
// it is one of the database, and whether the check is deferred. says is false
// without such options. The table of a many-to-many relation has the options of
// the relations that use it.
func (b *stateBuilder) metaEnd(s source, rel *schema.Relationship, tag end) (e end, says bool) {
	if s.joins {
		e = end{where: tag.where, has: tag.has, name: tag.name, deferrable: s.options.Deferrable, unindexed: s.options.NoIndex}
		return e, e.speaks()
	}
	name := b.db.NamingStrategy.ColumnName("", rel.Name)
	o := s.meta.Relations[name]
	e = end{where: fmt.Sprintf("%s.Meta.Relations[%q]", s.name, name), has: tag.has, name: tag.name, onDelete: o.OnDelete.Action(),
		deferrable: o.Deferrable, unindexed: o.NoIndex}
	return e, e.speaks()
}

// mergeEnds merges the declarations of both ends. ok is false if one of them
// wants no foreign key.
func mergeEnds(ends []end, table string, columns []string) (out end, ok bool, err error) {
	clash := func(a, b end, is, should string) error {
		return fmt.Errorf("migrate: foreign key of %q (%s): %s says %s and %s says %s (let both agree, or leave one empty)",
			table, strings.Join(columns, ", "), a.where, is, b.where, should)
	}
	var by struct{ named, onDelete, onUpdate end }
	for _, e := range ends {
		for _, v := range []struct {
			what     string
			have     *string
			says     string
			saidHere *end
		}{
			{"the name", &out.named, e.named, &by.named},
			{"OnDelete", &out.onDelete, e.onDelete, &by.onDelete},
			{"OnUpdate", &out.onUpdate, e.onUpdate, &by.onUpdate},
		} {
			switch {
			case v.says == "" || v.says == *v.have:
			case *v.have != "":
				return end{}, false, clash(*v.saidHere, e, fmt.Sprintf("%s %q", v.what, *v.have), fmt.Sprintf("%q", v.says))
			default:
				*v.have, *v.saidHere = v.says, e
			}
		}
		out.deferrable, out.unindexed = out.deferrable || e.deferrable, out.unindexed || e.unindexed
		// GORM names it after the end without the column, if there is one.
		if out.name == "" || e.has && !out.has {
			out.name, out.has = e.name, e.has
		}
	}
	if i := slices.IndexFunc(ends, func(e end) bool { return e.off }); i >= 0 {
		if j := slices.IndexFunc(ends, end.speaks); j >= 0 {
			return end{}, false, clash(ends[i], ends[j], "that there is none", "what it does")
		}
		return end{}, false, nil
	}
	if out.named != "" {
		out.name = out.named
	}
	return out, true, nil
}
