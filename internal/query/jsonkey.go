package query

import (
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/gormango/gormango/internal/lookup"
)

// KeyAt returns the value at the end of a path into JSON or hstore, whatever
// its keys are. A text is the name of an object's member, an integer the index
// of an element.
func KeyAt(e *Expr, keys ...any) (*Expr, error) {
	for _, k := range keys {
		tr := lookup.Transform{Name: "key", Step: lookup.Member}
		switch rv := reflect.ValueOf(k); {
		case rv.IsValid() && rv.Kind() == reflect.String:
			tr.Key = rv.String()
			if !utf8.ValidString(tr.Key) || strings.ContainsRune(tr.Key, 0) {
				return nil, errors.New("a key is UTF-8 without a NUL byte, since no text of PostgreSQL holds others")
			}
		case rv.IsValid() && rv.CanInt() && rv.Int() == int64(int32(rv.Int())):
			tr.Key, tr.Step = strconv.FormatInt(rv.Int(), 10), lookup.Element
		default:
			return nil, fmt.Errorf("a key is a text or the index of an element, not a %T", k)
		}
		e = &Expr{Kind: Transformed, Transform: tr, Args: []*Expr{e}, Settle: keyed}
	}
	return e, nil
}

// keyed sets the type of a key's value.
func keyed(e *Expr) error {
	switch of := e.Args[0].Type; {
	case of.Kind == lookup.JSON:
		e.Type = lookup.JSONType
	case of.Kind == lookup.HStore && e.Transform.Step == lookup.Member:
		e.Type = lookup.TextType
	case e.Args[0].Kind == Outer: // its type is known where the subquery stands
		e.Type = lookup.JSONType
	default:
		return errors.New("keys belong to JSON, and one text to hstore")
	}
	return nil
}
