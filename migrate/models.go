package migrate

import (
	"cmp"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"gorm.io/gorm"
	"gorm.io/gorm/schema"

	"github.com/gormango/gormango/internal/catalog"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/sqltype"
	"github.com/gormango/gormango/models"
)

// FromModels returns the tables that models want, by GORM's tags and by Meta.
// Without models it uses Config.Models. The tables of belongs-to and
// many-to-many relations are included, as in GORM's AutoMigrate, but generated
// keys become identity columns, and a foreign key that no index serves gets
// one. It runs no query and needs no server. Models of one table are merged,
// and the first one takes precedence. An error names the model: tags at the two
// ends of a relation that contradict each other, or a name used twice.
//
// models may also hold declarations of what models do not describe: an Enum, an
// Extension, an SQLObject.
func FromModels(db *gorm.DB, models ...any) (*State, error) {
	registry := modelinfo.Of(db)
	state := newState()
	models, err := state.declare(models)
	if err != nil {
		return nil, err
	}
	if len(models) == 0 {
		models = registry.Models()
	}
	if len(models) == 0 {
		return nil, errors.New("migrate: no models (name them in Config.Models or in the call)")
	}
	if err := registry.Know(models); err != nil {
		return nil, fmt.Errorf("migrate: %w", err)
	}
	parsing.Lock()
	defer parsing.Unlock()
	b := &stateBuilder{
		db: db.Session(&gorm.Session{NewDB: true}), registry: registry,
		state: state, owner: map[string]string{}, seen: map[reflect.Type]bool{},
	}
	for _, m := range models {
		if err := b.collect(reflect.TypeOf(m)); err != nil {
			return nil, err
		}
	}
	b.copied, b.referred = b.copiedTypes(), b.referredColumns()
	for _, s := range b.sources {
		if err := b.table(s); err != nil {
			return nil, err
		}
	}
	if err := b.foreignKeys(); err != nil {
		return nil, err
	}
	b.indexForeignKeys()
	b.state.schemas()
	for _, s := range b.sources {
		if s.meta.Unmanaged {
			delete(b.state.Tables, clipTable(s.schema.Table))
		}
	}
	return b.state, b.state.check()
}

// parsing is held while GORM parses index tags, since it writes into its shared
// schemas.
var parsing sync.Mutex

// source is a model, or the table of a many-to-many relation.
type source struct {
	name   string // for errors
	schema *schema.Schema
	meta   models.Meta
	joins  bool             // a table that GORM makes up
	model  *modelinfo.Model // nil for a table that GORM makes up
	// options are those of the relations that use this table of GORM's.
	options models.RelationOptions
}

type stateBuilder struct {
	db       *gorm.DB
	registry *modelinfo.Registry
	state    *State
	sources  []source
	owner    map[string]string // table: the model that declared it first
	seen     map[reflect.Type]bool
	copied   map[*schema.Field]bool // foreign keys with the type text of the key
	referred map[string][][]string  // table: the columns that foreign keys refer to
}

// collect adds a model and the models that its table needs.
func (b *stateBuilder) collect(t reflect.Type) error {
	m, err := b.registry.Model(t)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	if b.seen[m.Type] {
		return nil
	}
	b.seen[m.Type] = true
	b.sources = append(b.sources, source{name: m.Name, schema: m.Schema, meta: m.Meta, model: m})
	if b.db.IgnoreRelationshipsWhenMigrating {
		return nil
	}
	for _, r := range m.Relations {
		rel := r.Rel
		if rel == nil || rel.Field.IgnoreMigration {
			continue
		}
		switch rel.Type {
		case schema.BelongsTo:
			if rel.Field.TagSettings["CONSTRAINT"] != "-" {
				err = b.collect(r.To.Type)
			}
		case schema.Many2Many:
			err = b.collect(r.To.Type)
			if err == nil && !r.Through.Own { // the application's own model of the table comes first
				err = b.collect(r.Through.Model.Type)
			}
			if err == nil {
				err = b.collectJoin(m.Name+"."+rel.Name, rel.JoinTable, r.Options)
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (b *stateBuilder) collectJoin(name string, s *schema.Schema, options models.RelationOptions) error {
	if s.ModelType.Name() != "" { // db.SetupJoinTable: an ordinary model
		return b.collect(s.ModelType)
	}
	if !b.seen[s.ModelType] {
		b.seen[s.ModelType] = true
		b.sources = append(b.sources, source{name: name, schema: s, joins: true})
	}
	for i := range b.sources {
		if b.sources[i].joins && b.sources[i].schema == s {
			have := &b.sources[i].options
			have.Deferrable, have.NoIndex = have.Deferrable || options.Deferrable, have.NoIndex || options.NoIndex
		}
	}
	return nil
}

// table makes the source's table, or merges it into that of another model.
func (b *stateBuilder) table(s source) error {
	name := clipTable(s.schema.Table)
	if strings.Count(name, ".") > 1 {
		return fmt.Errorf("migrate: %s: table %q has two dots (write schema.table)", s.name, name)
	}
	t, err := b.read(s, name)
	if err != nil {
		return err
	}
	have := b.state.Tables[name]
	switch {
	case have == nil:
		b.state.Tables[name], b.owner[name] = t, s.name
		return nil
	case s.joins: // another model of the join table, or the relation's other end
		for _, c := range t.Columns {
			if _, ok := have.Column(c.Name); !ok && !slices.Contains(have.ignored, c.Name) {
				return fmt.Errorf("migrate: %s: table %q has no column %q in %s (add the field, or name the columns with joinForeignKey and joinReferences)",
					s.name, name, c.Name, b.owner[name])
			}
		}
		return nil
	}
	return b.merge(have, t, s.name)
}

// merge adds the parts of a second model to a table.
func (b *stateBuilder) merge(have, more *Table, model string) error {
	for _, c := range more.Columns {
		old, ok := have.Column(c.Name)
		switch {
		case !ok:
			have.Columns = append(have.Columns, c)
			have.ignored = slices.DeleteFunc(have.ignored, func(name string) bool { return name == c.Name })
		case old.Type != c.Type:
			return fmt.Errorf("migrate: column %q of table %q is %q in %s and %q in %s (let the models agree)",
				c.Name, have.Name, old.Type, b.owner[have.Name], c.Type, model)
		}
	}
	for _, x := range more.Indexes {
		old, ok := catalog.First(have.Indexes, func(y Index) bool { return y.Name == x.Name })
		switch {
		case !ok:
			have.Indexes = append(have.Indexes, x)
		case have.createIndex(old) != have.createIndex(x):
			return fmt.Errorf("migrate: index %q of table %q differs between %s and %s (let the models agree)",
				x.Name, have.Name, b.owner[have.Name], model)
		}
	}
	for _, c := range more.Constraints {
		old, ok := catalog.First(have.Constraints, func(d Constraint) bool { return d.Name == c.Name })
		switch {
		case !ok:
			have.Constraints = append(have.Constraints, c)
		case old.Definition != c.Definition:
			return fmt.Errorf("migrate: constraint %q of table %q differs between %s and %s (let the models agree)",
				c.Name, have.Name, b.owner[have.Name], model)
		}
	}
	if len(have.Key) == 0 {
		have.Key = more.Key
	}
	have.unindexed = append(have.unindexed, more.unindexed...)
	have.Comment, have.renamedFrom = cmp.Or(have.Comment, more.Comment), cmp.Or(have.renamedFrom, more.renamedFrom)
	if have.PartitionBy == "" {
		have.PartitionBy, have.Partitions = more.PartitionBy, more.Partitions
	}
	return nil
}

// read returns the table of a schema, without its foreign keys.
func (b *stateBuilder) read(s source, name string) (*Table, error) {
	t := &Table{Name: name, joins: s.joins}
	typer, _ := b.db.Migrator().(interface {
		DataTypeOf(*schema.Field) string
	})
	if typer == nil {
		return nil, fmt.Errorf("migrate: %s: the database's dialect %q names no column types", s.name, b.db.Dialector.Name())
	}
	for _, column := range s.schema.DBNames {
		f := s.schema.FieldsByDBName[column]
		if f.IgnoreMigration {
			t.ignored = append(t.ignored, clip(column))
			continue
		}
		if f.DataType == "" { // "-" with a column's name
			continue
		}
		c, key, err := b.column(f, typer.DataTypeOf(f))
		if err != nil {
			return nil, fmt.Errorf("migrate: %s.%s: %w", s.name, f.Name, err)
		}
		t.Columns = append(t.Columns, c)
		if key {
			t.Key = append(t.Key, c.Name)
		}
	}
	var err error
	if t.Key, err = primaryKey(s, t.Key); err != nil {
		return nil, err
	}
	for i, c := range t.Columns {
		t.Columns[i].NotNull = c.NotNull || slices.Contains(t.Key, c.Name)
	}
	if err := b.addTagged(t, s); err != nil {
		return nil, err
	}
	b.addMeta(t, s)
	return t, nil
}

// column returns the column of a field. key reports whether its type text makes
// it the primary key.
func (b *stateBuilder) column(f *schema.Field, text string) (c Column, key bool, err error) {
	parsed, err := sqltype.ParseColumn(text)
	if err != nil {
		return Column{}, false, err
	}
	if own, ok := ownIdentity(f); ok {
		parsed = own
	}
	joins := f.Schema.ModelType.Name() == "" // of a table that GORM makes up, with the tags of the keys
	if b.copied[f] || joins {
		parsed = typeAlone(parsed)
	}
	if joins {
		return Column{Name: clip(f.DBName), Type: parsed.Type, Collation: parsed.Collation, NotNull: f.NotNull}, false, nil
	}
	c = Column{
		Name: clip(f.DBName), Type: parsed.Type, Collation: parsed.Collation, Default: parsed.Default,
		Generated: parsed.Generated, Identity: parsed.Identity, Comment: f.Comment,
		NotNull:     parsed.NotNull || f.NotNull || parsed.Identity != "",
		renamedFrom: f.TagSettings["RENAMED_FROM"],
	}
	if c.Generated == "" && f.HasDefaultValue {
		switch {
		case f.DefaultValueInterface != nil:
			c.Default = b.db.Explain("$1", f.DefaultValueInterface)
		case f.DefaultValue != "" && f.DefaultValue != "(-)" && !strings.EqualFold(f.DefaultValue, "null"):
			c.Default = f.DefaultValue
		}
	}
	// GORM makes every integer key a counter, even one with a default of its own,
	// which no server accepts. Without a tag for the counter the default wins.
	_, counts := f.TagSettings["AUTOINCREMENT"]
	_, generated := f.TagSettings["GENERATED"]
	if c.Default != "" && c.Identity != "" && !counts && !generated {
		c.Identity = ""
	}
	if c.NotNull && f.DataType == schema.Time && (f.AutoCreateTime != 0 || f.AutoUpdateTime != 0) {
		c.Fill = "now()"
	}
	return c, parsed.PrimaryKey, nil
}

// clip cuts a name to 63 bytes, as PostgreSQL does.
func clip(name string) string {
	end := min(len(name), 63)
	for end > 0 && end < len(name) && !utf8.RuneStart(name[end]) {
		end--
	}
	return name[:end]
}

func clipTable(name string) string {
	if schema, table, ok := strings.Cut(name, "."); ok {
		return clip(schema) + "." + clip(table)
	}
	return clip(name)
}
