package lookup

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// ErrTooLarge is the error of a query beyond one of the limits. They are far
// from what programs ask, so that a text or a list of a request cannot make a
// statement that takes minutes to write.
var ErrTooLarge = errors.New("the query is too large")

// MaxNames is the most names that a lookup joins: relations, a field, keys of
// JSON, transforms and an operator.
const MaxNames = 100

// TooLarge returns an ErrTooLarge of what a model's query has too much of.
func TooLarge(model, what string, limit int) error {
	return fmt.Errorf("%s: %w: it has more than %d %s", model, ErrTooLarge, limit, what)
}

// Split returns the names that a lookup on m joins.
func Split(m Model, text string) ([]string, error) {
	if strings.IndexByte(text, 0) >= 0 || !utf8.ValidString(text) {
		return nil, &Error{Model: m.ModelName(), Text: text, Part: text, Reason: NoText}
	}
	if strings.Count(text, Sep) >= MaxNames {
		return nil, TooLarge(m.ModelName(), "names joined in one lookup", MaxNames)
	}
	return strings.Split(text, Sep), nil
}
