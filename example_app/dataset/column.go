package dataset

import (
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/shopspring/decimal"

	"github.com/gormango/gormango/example_app/store"
)

// column is a column of a file and the destination of its values.
type column[T any] struct {
	name string // in the file's header
	set  func(obj *T, text string) error

	field  string              // the model's column, if it has another name
	key    func(obj *T) *int64 // of a column that is the row's key, or a part of it
	unique bool                // no two rows have the same text
	to     string              // the file whose key the column refers to
	ref    func(obj *T) *int64 // the key it holds, nil for none
}

// key returns a column with a row's key.
func key[T any](name string, at func(*T) *int64) column[T] {
	c := required(name, positive, at)
	c.field, c.key = "id", at
	return c
}

// required returns a column that must not be empty.
func required[T, V any](name string, parse func(string) (V, error), at func(*T) *V) column[T] {
	return column[T]{name: name, set: func(obj *T, text string) error {
		if text == "" {
			return errors.New("a value is required")
		}
		v, err := parse(text)
		*at(obj) = v
		return err
	}}
}

// nullable returns a column that is NULL if the file has an empty text.
func nullable[T, V any](name string, parse func(string) (V, error), at func(*T) **V) column[T] {
	return column[T]{name: name, set: func(obj *T, text string) error {
		if text == "" {
			return nil
		}
		v, err := parse(text)
		*at(obj) = &v
		return err
	}}
}

// ref returns a column with the key of a row in the file "to".
func ref[T any](name, to string, at func(*T) *int64) column[T] {
	c := required(name, positive, at)
	c.to, c.ref = to, at
	return c
}

// nullableRef returns a ref that may be empty.
func nullableRef[T any](name, to string, at func(*T) **int64) column[T] {
	c := nullable(name, positive, at)
	c.to, c.ref = to, func(obj *T) *int64 { return *at(obj) }
	return c
}

// once returns c as a unique column.
func once[T any](c column[T]) column[T] {
	c.unique = true
	return c
}

// stored returns c with the name of the model's column.
func stored[T any](field string, c column[T]) column[T] {
	c.field = field
	return c
}

func text(s string) (string, error) { return s, nil }

func integer(s string) (int64, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%q is not an integer", s)
	}
	return n, nil
}

func positive(s string) (int64, error) {
	n, err := integer(s)
	if err == nil && n < 1 {
		err = fmt.Errorf("the key %d is below 1", n)
	}
	return n, err
}

func price(s string) (store.Price, error) {
	d, err := decimal.NewFromString(s)
	if err != nil {
		return store.Price{}, fmt.Errorf("%q is not an amount", s)
	}
	return store.Price{Decimal: d}, nil
}

// moment parses a time, which is in UTC without a zone.
func moment(s string) (time.Time, error) {
	for _, layout := range []string{time.DateTime, time.DateOnly, time.RFC3339} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is not a time such as 2021-01-31 00:00:00", s)
}
