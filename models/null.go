package models

import (
	"database/sql"
	"database/sql/driver"
	"encoding/json"
)

// Null is a value that may be NULL. It is sql.Null with the JSON of an API: the
// value itself, or null. A pointer (*V) does the same; Null needs no allocation
// and cannot be dereferenced by mistake. An interval is a *time.Duration: as in
// sql.Null, a duration is a number.
type Null[V any] struct {
	V     V
	Valid bool
}

// NewNull returns a value that is not NULL.
func NewNull[V any](v V) Null[V] { return Null[V]{v, true} }

// Or returns the value, or other if it is NULL.
func (n Null[V]) Or(other V) V {
	if n.Valid {
		return n.V
	}
	return other
}

// Ptr returns a pointer to a copy of the value, nil if it is NULL.
func (n Null[V]) Ptr() *V {
	if !n.Valid {
		return nil
	}
	return &n.V
}

// Value implements driver.Valuer.
func (n Null[V]) Value() (driver.Value, error) {
	if x, ok := any(n.V).(driver.Valuer); ok && n.Valid {
		return x.Value()
	}
	return sql.Null[V](n).Value()
}

// Scan implements sql.Scanner.
func (n *Null[V]) Scan(src any) error { return (*sql.Null[V])(n).Scan(src) }

// MarshalJSON returns the JSON of the value, or null.
func (n Null[V]) MarshalJSON() ([]byte, error) {
	if !n.Valid {
		return []byte("null"), nil
	}
	return json.Marshal(n.V)
}

// UnmarshalJSON replaces the value. null makes it NULL.
func (n *Null[V]) UnmarshalJSON(text []byte) error {
	if string(text) == "null" {
		*n = Null[V]{}
		return nil
	}
	var v V
	if err := json.Unmarshal(text, &v); err != nil {
		return err
	}
	*n = NewNull(v)
	return nil
}
