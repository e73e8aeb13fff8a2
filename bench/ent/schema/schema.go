// Package schema describes the models of bench to ent.
package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"github.com/google/uuid"
)

// row are the columns of Item and Entry.
func row() []ent.Field {
	return []ent.Field{
		field.Int64("id"),
		field.String("name"),
		field.String("code"),
		field.Int32("stock"),
		field.Float("price"),
		field.Bool("active"),
		field.String("note").Optional().Nillable(),
		field.UUID("token", uuid.UUID{}),
		field.Time("made_at"),
		field.Time("sold_at").Optional().Nillable(),
	}
}

// Item is the model that is read.
type Item struct{ ent.Schema }

func (Item) Fields() []ent.Field { return row() }

// Entry is the model that is written.
type Entry struct{ ent.Schema }

func (Entry) Fields() []ent.Field { return row() }

// Owner is the parent of tasks.
type Owner struct{ ent.Schema }

func (Owner) Fields() []ent.Field {
	return []ent.Field{field.Int64("id"), field.String("name"), field.String("city"), field.Time("made_at")}
}

func (Owner) Edges() []ent.Edge { return []ent.Edge{edge.To("tasks", Task.Type)} }

// Task belongs to an owner.
type Task struct{ ent.Schema }

func (Task) Fields() []ent.Field {
	return []ent.Field{
		field.Int64("id"), field.Int64("owner_id"), field.String("title"), field.Int32("position"), field.Bool("done"),
		field.Time("due_at").Optional().Nillable(),
	}
}

func (Task) Edges() []ent.Edge {
	return []ent.Edge{edge.From("owner", Owner.Type).Ref("tasks").Field("owner_id").Unique().Required()}
}
