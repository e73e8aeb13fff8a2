package main

import (
	"fmt"
	"reflect"
	"strings"
	"sync"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"gorm.io/gorm/schema"

	meta "github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
)

// table is a write model of any Go type. Objects are pointers to structs.
type table struct {
	name, table string
	typ         reflect.Type
	// blank returns a new object with Python's defaults.
	blank func() any
	// rows returns the rows of the default manager, all rows if base is set.
	rows func(e *env, base bool) rowsOf
	// saver returns the repository of all rows, manager that of the default
	// manager's rows.
	saver, manager func(e *env) store
	// hear registers the receivers of the model's signals.
	hear func(w *writes) (stop func())
	// managers are the related managers by the relation's name.
	managers map[string]managing

	fields []*schema.Field
	byName map[string]*schema.Field
	key    *schema.Field
	owners map[string]*owner
}

// owner is a foreign key with its Go field.
type owner struct {
	at     []int // of the Go field
	column *schema.Field
	target string // the model's name
}

// byDatabase reports whether a column's default is the database's own.
func byDatabase(f *schema.Field) bool {
	return f.TagSettings["DEFAULT"] != "" && f.DBName != "home_id"
}

// store has the methods of a repository.
type store interface {
	saver
	matcher
	bulker
}

// tables are the write models in the order of the content types, whose numbers
// start at 1.
var tables []*table

func init() {
	tables = []*table{
		tableOf(func() *Area { return &Area{Code: new(""), Name: new(""), N: new(int32(0))} }),
		tableOf(func() *Person { return &Person{Code: new(""), Name: new(""), N: new(int32(0))} }),
		tableOf(func() *Label { return &Label{Title: new(""), N: new(int32(0))} }),
		tableOf(func() *Shop { return &Shop{Code: new(""), N: new(int32(10)), HomeID: new(int64(1))} }),
		tableOf(func() *Shelf { return &Shelf{Code: new(""), N: new(int32(0))} }),
		tableOf(func() *Item { return &Item{Code: new(""), N: new(int32(1)), Active: new(true)} }),
		tableOf(func() *Stock { return &Stock{Qty: new(int32(1))} }),
		tableOf(func() *Contract { return &Contract{Code: new(""), N: new(int32(0))} }),
		tableOf(func() *Log { return &Log{Code: new("")} }),
		tableOf(func() *Keeper { return &Keeper{Code: new(""), N: new(int32(0))} }),
		tableOf(func() *Badge { return &Badge{Text: new("")} }),
		tableOf(func() *Team { return &Team{Code: new(""), Name: new("")} }),
		tableOf(func() *Membership { return &Membership{Role: new("member"), Points: new(int32(0))} }),
		tableOf(blankDoc),
		tableOf(func() *Note { return &Note{Code: new(""), Text: new("")} }),
		tableOf(func() *Seat {
			return &Seat{Code: new(""), Hall: new(""), Active: new(true), Price: new(decimal.New(500, -2))}
		}),
		tableOf(func() *Task { return &Task{Code: new(""), N: new(int32(0)), Hidden: new(false)} }, visible),
		tableOf(func() *ContentType { return &ContentType{} }),
	}
	manage()
}

func blankDoc() *Doc {
	return &Doc{UUIDKey: meta.UUIDKey{ID: uuid.New()}, Code: new(""), Title: new("")}
}

// visible is the default manager of Task.
func visible(qs *repo.QuerySet[Task]) *repo.QuerySet[Task] { return qs.Filter("hidden", false) }

func tableOf[T any](blank func() *T, manager ...repo.Scope[T]) *table {
	t := reflect.TypeFor[T]()
	s, err := schema.Parse(reflect.New(t).Interface(), &sync.Map{}, schema.NamingStrategy{})
	if err != nil {
		panic(err)
	}
	out := &table{
		name: t.Name(), table: s.Table, typ: t, blank: func() any { return blank() },
		rows: func(e *env, base bool) rowsOf {
			r := &runner[T]{env: e, qs: repo.New[T](e.db), load: newLoad(), kinds: map[string]string{}}
			if !base {
				r.qs = r.qs.Scopes(manager...)
			}
			return r
		},
		saver: func(e *env) store { return repository[T]{repo.New[T](e.db)} },
		manager: func(e *env) store {
			return repository[T]{repo.New[T](e.db).Scoped(manager...)}
		},
		managers: map[string]managing{}, byName: map[string]*schema.Field{}, owners: map[string]*owner{},
		key: s.PrioritizedPrimaryField,
	}
	out.hear = func(w *writes) func() { return hear[T](w, out) }
	if out.key == nil {
		out.key = s.PrimaryFields[0]
	}
	for _, name := range s.DBNames {
		f := s.FieldsByDBName[name]
		out.fields = append(out.fields, f)
		out.byName[name] = f
	}
	for _, rel := range s.Relationships.BelongsTo {
		out.owners[schema.NamingStrategy{}.ColumnName("", rel.Name)] = &owner{rel.Field.StructField.Index, rel.References[0].ForeignKey, rel.FieldSchema.Name}
	}
	return out
}

// tableNamed returns a model by its name.
func tableNamed(name string) (*table, error) {
	for _, t := range tables {
		if t.name == name {
			return t, nil
		}
	}
	return nil, fmt.Errorf("unknown model %q", name)
}

// tableOfObject returns the model of an object.
func tableOfObject(obj any) *table {
	for _, t := range tables {
		if reflect.TypeOf(obj) == reflect.PointerTo(t.typ) {
			return t
		}
	}
	return nil
}

// tableOfTable returns the model of a table.
func tableOfTable(name string) (*table, error) {
	for _, t := range tables {
		if t.table == name {
			return t, nil
		}
	}
	return nil, fmt.Errorf("no model of the table %q", name)
}

// counted reports whether the database generates a key that the application has
// not set.
func (t *table) counted() bool { return t.key.AutoIncrement }

// number returns the content type of a model.
func (t *table) number() int64 {
	for i, x := range tables {
		if x == t {
			return int64(i + 1)
		}
	}
	return 0
}

// column returns a column by its name, "pk", or the name of its foreign key.
func (t *table) column(name string) *schema.Field {
	name = strings.TrimSpace(name)
	if name == "pk" {
		return t.key
	}
	if o := t.owners[name]; o != nil {
		return o.column
	}
	return t.byName[name]
}
