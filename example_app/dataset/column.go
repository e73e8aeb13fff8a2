package dataset

import (
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/shopspring/decimal"

	"github.com/gormango/gormango/example_app/store"
)

// column is a column of a file and where its values go.
type column[T any] struct {
	name string // in the file's header
	set  func(obj *T, text string) error

	field  string              // the model's column, where it is called otherwise
	key    func(obj *T) *int64 // of a column that is the row's key, or a part of it
	unique bool                // no two rows have the same text
	to     string              // of a column that refers to the key of another file: that file
	ref    func(obj *T) *int64 // the key it holds, nil for none
}

// key is the column with a row's key.
func key[T any](name string, at func(*T) *int64) column[T] {
	c := required(name, positive, at)
	c.field, c.key = "id", at
	return c
}

// required is a column that may not be empty.
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

// nullable is a column that is NULL where the file has nothing.
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

// ref is a column with the key of a row in the file "to".
func ref[T any](name, to string, at func(*T) *int64) column[T] {
	c := required(name, positive, at)
	c.to, c.ref = to, at
	return c
}

// nullableRef is a ref that may be empty.
func nullableRef[T any](name, to string, at func(*T) **int64) column[T] {
	c := nullable(name, positive, at)
	c.to, c.ref = to, func(obj *T) *int64 { return *at(obj) }
	return c
}

// once makes a column unique.
func once[T any](c column[T]) column[T] {
	c.unique = true
	return c
}

// stored says what the model calls the column.
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

// moment reads a time; one without a zone is in UTC.
func moment(s string) (time.Time, error) {
	for _, layout := range []string{time.DateTime, time.DateOnly, time.RFC3339} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is not a time such as 2021-01-31 00:00:00", s)
}
