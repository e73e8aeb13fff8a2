package models

import (
	"database/sql/driver"
	"net/netip"
	"reflect"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/shopspring/decimal"
)

// Array is an array column whose type follows that of its elements, so that it
// needs no tag: Array[string] is text[], Array[int64] bigint[], Array[[]int32]
// integer[]. It is a slice like any other; a slice with the tag type:text[]
// behaves the same.
type Array[E any] []E

// GormDataType returns the type of the column, "" if no type of PostgreSQL
// belongs to E, which then needs a tag.
func (Array[E]) GormDataType() string {
	t := reflect.TypeFor[E]()
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice && t.Elem().Kind() != reflect.Uint8 {
		t = t.Elem()
	}
	if name := columnType(t); name != "" {
		return name + "[]"
	}
	return ""
}

// columnType returns PostgreSQL's type for the values of a Go type, "" for a
// type without one.
func columnType(t reflect.Type) string {
	switch t {
	case reflect.TypeFor[time.Time]():
		return "timestamptz"
	case reflect.TypeFor[time.Duration]():
		return "interval"
	case reflect.TypeFor[uuid.UUID]():
		return "uuid"
	case reflect.TypeFor[decimal.Decimal]():
		return "numeric"
	case reflect.TypeFor[netip.Prefix](), reflect.TypeFor[netip.Addr]():
		return "inet"
	}
	switch t.Kind() {
	case reflect.String:
		return "text"
	case reflect.Bool:
		return "boolean"
	case reflect.Int8, reflect.Int16, reflect.Uint8:
		return "smallint"
	case reflect.Int32, reflect.Uint16:
		return "integer"
	case reflect.Int, reflect.Int64, reflect.Uint32, reflect.Uint, reflect.Uint64:
		return "bigint"
	case reflect.Float32:
		return "real"
	case reflect.Float64:
		return "double precision"
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return "bytea"
		}
	}
	return ""
}

// HStore is an hstore column, keys with texts that may be NULL. The extension
// is declared among the models: migrate.Extension{Name: "hstore"}. A nil HStore
// is NULL where the column can be, else empty.
type HStore map[string]*string

// NewHStore returns the texts of a map.
func NewHStore(texts map[string]string) HStore {
	h := make(HStore, len(texts))
	for key, text := range texts {
		h[key] = &text
	}
	return h
}

// Text returns the text of a key, "" if it is missing or NULL.
func (h HStore) Text(key string) string {
	if text := h[key]; text != nil {
		return *text
	}
	return ""
}

// Value implements driver.Valuer.
func (h HStore) Value() (driver.Value, error) { return pgtype.Hstore(h).Value() }

// Scan implements sql.Scanner.
func (h *HStore) Scan(src any) error {
	if b, ok := src.([]byte); ok {
		src = string(b)
	}
	return (*pgtype.Hstore)(h).Scan(src)
}

// GormDataType returns the type of the column.
func (HStore) GormDataType() string { return "hstore" }
