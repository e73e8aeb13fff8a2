package models

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// TextCheck is the check of a text, made by Text or NullText.
type TextCheck[S ~string] struct {
	result
	v S
}

// Text returns the check of a text field. Its error uses the name. Text that
// PostgreSQL cannot store, invalid UTF-8 or a NUL character, is a problem
// without any rule.
func Text[S ~string](name string, v S) TextCheck[S] {
	c := TextCheck[S]{result{name: name}, v}
	switch {
	case !utf8.ValidString(string(v)):
		c.result = c.fail("invalid", "This is not valid UTF-8 text.", nil)
	case strings.ContainsRune(string(v), 0):
		c.result = c.fail("null_characters_not_allowed", "Null characters are not allowed.", nil)
	}
	return c
}

// NullText is Text for a nullable field. A nil passes every rule.
func NullText[S ~string](name string, v *S) TextCheck[S] {
	if v == nil {
		return TextCheck[S]{result: result{name: name, null: true}}
	}
	return Text(name, *v)
}

// NotBlank refuses the empty text and text of white space only, as Django's
// forms do.
func (c TextCheck[S]) NotBlank() TextCheck[S] {
	if !c.null && strings.TrimSpace(string(c.v)) == "" {
		c.result = c.fail("blank", "This field cannot be blank.", nil)
	}
	return c
}

// MinLength requires at least n characters (code points, as in char_length).
func (c TextCheck[S]) MinLength(n int) TextCheck[S] {
	if have := utf8.RuneCountInString(string(c.v)); !c.null && have < n {
		c.result = c.fail("min_length", fmt.Sprintf("Ensure this value has at least %d %s (it has %d).", n, characters(n), have),
			map[string]any{"limit_value": n, "show_value": have})
	}
	return c
}

// MaxLength requires at most n characters (code points, as in varchar(n)).
func (c TextCheck[S]) MaxLength(n int) TextCheck[S] {
	if have := utf8.RuneCountInString(string(c.v)); !c.null && have > n {
		c.result = c.fail("max_length", fmt.Sprintf("Ensure this value has at most %d %s (it has %d).", n, characters(n), have),
			map[string]any{"limit_value": n, "show_value": have})
	}
	return c
}

func characters(n int) string {
	if n == 1 {
		return "character"
	}
	return "characters"
}

// OneOf requires one of the texts.
func (c TextCheck[S]) OneOf(vs ...S) TextCheck[S] {
	if !c.null && !slices.Contains(vs, c.v) {
		c.result = c.fail("invalid_choice", fmt.Sprintf("Value %q is not a valid choice.", string(c.v)),
			map[string]any{"value": string(c.v)})
	}
	return c
}

// Matches requires a match of re anywhere in the text. Anchor re with ^ and $.
func (c TextCheck[S]) Matches(re *regexp.Regexp) TextCheck[S] {
	return c.format(re.MatchString, "Enter a valid value.", nil)
}

// DoesNotMatch refuses a match of re anywhere in the text.
func (c TextCheck[S]) DoesNotMatch(re *regexp.Regexp) TextCheck[S] {
	return c.format(func(s string) bool { return !re.MatchString(s) }, "Enter a valid value.", nil)
}

// format adds the problem of a text that does not have a form.
func (c TextCheck[S]) format(ok func(string) bool, message string, params map[string]any) TextCheck[S] {
	if !c.null && !ok(string(c.v)) {
		c.result = c.fail("invalid", message, params)
	}
	return c
}
