package models

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/gormango/gormango/internal/jsonvalue"
)

// JSON is a jsonb column whose values are read into V. A nil map or slice is
// written as {} or [], every other value as encoding/json writes it. *JSON is a
// column that may be NULL; JSON reads NULL as the zero value. Whole numbers
// that V holds as any are int64, or json.Number where no int64 holds them.
type JSON[V any] struct {
	V V
}

// NewJSON returns v as the value of a JSON column.
func NewJSON[V any](v V) JSON[V] { return JSON[V]{v} }

// Value implements driver.Valuer.
func (j JSON[V]) Value() (driver.Value, error) {
	text, err := j.MarshalJSON()
	return string(text), err
}

// Scan implements sql.Scanner.
func (j *JSON[V]) Scan(src any) error {
	switch x := src.(type) {
	case nil:
		*j = JSON[V]{}
		return nil
	case []byte:
		return j.UnmarshalJSON(x)
	case string:
		return j.UnmarshalJSON([]byte(x))
	}
	return fmt.Errorf("models: a %T is no JSON", src)
}

// MarshalJSON returns the JSON of the value.
func (j JSON[V]) MarshalJSON() ([]byte, error) {
	switch rv := reflect.ValueOf(&j.V).Elem(); {
	case rv.Kind() == reflect.Map && rv.IsNil():
		return []byte("{}"), nil
	case rv.Kind() == reflect.Slice && rv.IsNil() && rv.Type() != reflect.TypeFor[json.RawMessage]():
		return []byte("[]"), nil
	}
	return json.Marshal(j.V)
}

// UnmarshalJSON replaces the value.
func (j *JSON[V]) UnmarshalJSON(text []byte) error {
	var v V
	if err := jsonvalue.Unmarshal(text, reflect.ValueOf(&v).Elem(), jsonvalue.Whole); err != nil {
		return err
	}
	j.V = v
	return nil
}

// GormDataType returns the type of the column.
func (JSON[V]) GormDataType() string { return "jsonb" }
