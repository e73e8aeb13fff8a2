package gen

import (
	"fmt"
	"go/token"
	"go/types"

	"gorm.io/gorm/schema"
)

// Struct is a struct as GORM reads it, for tools that need no typed fields.
type Struct struct {
	Columns   []Column
	Relations []Relation
	// Keys are the names of the columns of the primary key.
	Keys []string
}

// Column is a column of a Struct.
type Column struct {
	Name string
	// Type is the type of the Go field without pointers.
	Type types.Type
	// Tags are the settings of the field's gorm tag, by their names in upper case.
	Tags map[string]string
	// Serialized reports whether a serializer of GORM writes the column.
	Serialized bool
}

// Relation is a relation of a Struct.
type Relation struct {
	// Name is the relation's name in lookups.
	Name   string
	Target *types.Named
	ToMany bool
}

// Read reads a struct. It returns an error if GORM does not accept the struct,
// or if the type of a field is not known.
func Read(named *types.Named) (*Struct, error) {
	if _, ok := named.Underlying().(*types.Struct); !ok {
		return nil, fmt.Errorf("gormango: %s is no struct", named.Obj().Name())
	}
	p := &source{types: named.Obj().Pkg(), fset: token.NewFileSet()}
	r := &reader{p: p, namer: schema.NamingStrategy{IdentifierMaxLength: 64}}
	m := &model{name: named.Obj().Name(), named: named}
	if _, err := r.read(m); err != nil {
		return nil, err
	}
	s := &Struct{}
	for _, f := range m.columns {
		s.Columns = append(s.Columns, Column{f.dbName, f.base, f.tags, f.serializer})
	}
	for _, f := range m.keys {
		s.Keys = append(s.Keys, f.dbName)
	}
	for _, f := range m.relations {
		to, ok := types.Unalias(target(f)).(*types.Named)
		if !ok {
			return nil, fmt.Errorf("gormango: %s.%s leads to a struct without a name", m.name, f.name)
		}
		s.Relations = append(s.Relations, Relation{relationName(f), to, isMany(f)})
	}
	return s, nil
}

// isMany reports whether a relation's field holds several rows.
func isMany(f *field) bool {
	switch f.base.Underlying().(type) {
	case *types.Slice, *types.Array:
		return true
	}
	return false
}
