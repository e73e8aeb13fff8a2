package models_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"regexp"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/models"
)

type status string

func ptr[V any](v V) *V { return &v }

// The messages are Django's (django.core.validators and
// Field.default_error_messages).
func TestChecks(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		check models.Check
		code  string
		want  string
	}{
		"text passes":            {models.Text("f", "x").NotBlank().MinLength(1).MaxLength(1).OneOf("x", "y"), "", ""},
		"blank":                  {models.Text("f", "").NotBlank(), "blank", "This field cannot be blank."},
		"white space is blank":   {models.Text("f", " \t").NotBlank(), "blank", "This field cannot be blank."},
		"too long":               {models.Text("f", "äöü").MaxLength(2), "max_length", "Ensure this value has at most 2 characters (it has 3)."},
		"one character":          {models.Text("f", "ab").MaxLength(1), "max_length", "Ensure this value has at most 1 character (it has 2)."},
		"characters, not bytes":  {models.Text("f", "äöü").MaxLength(3), "", ""},
		"too short":              {models.Text("f", "a").MinLength(2), "min_length", "Ensure this value has at least 2 characters (it has 1)."},
		"no choice":              {models.Text("f", status("x")).OneOf("a", "b"), "invalid_choice", `Value "x" is not a valid choice.`},
		"no match":               {models.Text("f", "x1").Matches(regexp.MustCompile(`^\d+$`)), "invalid", "Enter a valid value."},
		"mail":                   {models.Text("f", "a@b.example").Email(), "", ""},
		"no mail":                {models.Text("f", "a b").Email(), "invalid", "Enter a valid email address."},
		"mail with a name":       {models.Text("f", "A <a@b.example>").Email(), "invalid", "Enter a valid email address."},
		"nul":                    {models.Text("f", "a\x00b"), "null_characters_not_allowed", "Null characters are not allowed."},
		"no utf-8":               {models.Text("f", "a\xff"), "invalid", "This is not valid UTF-8 text."},
		"null passes every rule": {models.NullText[string]("f", nil).NotBlank().MinLength(1).OneOf("a").Email().Matches(regexp.MustCompile("x")), "", ""},
		"null text with a value": {models.NullText("f", ptr("ab")).MaxLength(1), "max_length", "Ensure this value has at most 1 character (it has 2)."},
		"number passes":          {models.Number("f", 5).Between(5, 5).OneOf(5), "", ""},
		"too small":              {models.Number("f", int16(1)).Min(2), "min_value", "Ensure this value is greater than or equal to 2."},
		"too large":              {models.Number("f", 2.5).Max(2), "max_value", "Ensure this value is less than or equal to 2."},
		"number is no choice":    {models.Number("f", 3).OneOf(1, 2), "invalid_choice", "Value 3 is not a valid choice."},
		"NaN is in no range":     {models.Number("f", math.NaN()).Min(0), "min_value", "Ensure this value is greater than or equal to 0."},
		"null number":            {models.NullNumber[int]("f", nil).Between(1, 2).OneOf(1), "", ""},
		"null number with value": {models.NullNumber("f", ptr(3)).Max(2), "max_value", "Ensure this value is less than or equal to 2."},
		"value":                  {models.Value("f", decimal.New(-1, 0)).Must(decimal.Decimal.IsPositive, "must be positive"), "invalid", "must be positive"},
		"url":                    {models.Text("f", "x").URL(), "invalid", "Enter a valid URL."},
		"slug":                   {models.Text("f", "a b").Slug(), "invalid", "Enter a valid “slug” consisting of letters, numbers, underscores or hyphens."},
		"ip":                     {models.Text("f", "x").IP(), "invalid", "Enter a valid IPv4 or IPv6 address."},
		"list":                   {models.Text("f", "x").IntegerList(","), "invalid", "Enter only digits separated by commas."},
		"extension":              {models.Text("f", "a.exe").FileExtension("txt", "PNG"), "invalid_extension", "File extension “exe” is not allowed. Allowed extensions are: txt, png."},
		"step":                   {models.Number("f", 3).Step(2), "step_size", "Ensure this value is a multiple of step size 2."},
		"step from":              {models.Number("f", uint8(2)).Step(2, 3), "step_size", "Ensure this value is a multiple of step size 2, starting from 3, e.g. 3, 5, 7, and so on."},
		"digits":                 {models.Decimal("f", decimal.New(123, 0)).Digits(2, 0), "max_digits", "Ensure that there are no more than 2 digits in total."},
		"places":                 {models.Decimal("f", decimal.New(123, -2)).Digits(3, 1), "max_decimal_places", "Ensure that there are no more than 1 decimal place."},
		"whole digits":           {models.Decimal("f", decimal.New(123, 0)).Digits(3, 2), "max_whole_digits", "Ensure that there are no more than 1 digit before the decimal point."},
		"decimal too small":      {models.Decimal("f", decimal.New(1, 0)).Min(decimal.New(2, 0)), "min_value", "Ensure this value is greater than or equal to 2."},
		"decimal too large":      {models.Decimal("f", decimal.New(3, 0)).Max(decimal.New(2, 0)), "max_value", "Ensure this value is less than or equal to 2."},
		"value passes":           {models.Value("f", decimal.New(1, 0)).Must(decimal.Decimal.IsPositive, "must be positive"), "", ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := models.Validate(c.check)
			if c.want == "" {
				require.NoError(t, err)
				return
			}
			var ve *models.ValidationError
			require.ErrorAs(t, err, &ve)
			require.Len(t, ve.Fields["f"], 1)
			require.Equal(t, c.code, ve.Fields["f"][0].Code)
			require.Equal(t, c.want, ve.Fields["f"][0].Message)
		})
	}
}

func TestChecksAreValues(t *testing.T) {
	t.Parallel()
	base := models.Text("f", "abc").MaxLength(1)
	a, b := base.MinLength(4), base.OneOf("z")
	require.EqualError(t, models.Validate(a), "models: invalid f: Ensure this value has at most 1 character (it has 3). Ensure this value has at least 4 characters (it has 3).")
	require.EqualError(t, models.Validate(b), `models: invalid f: Ensure this value has at most 1 character (it has 3). Value "abc" is not a valid choice.`)
	require.EqualError(t, models.Validate(base), "models: invalid f: Ensure this value has at most 1 character (it has 3).")
}

func TestValidationErrorJSON(t *testing.T) {
	t.Parallel()
	err := models.Validate(
		models.Text("title", "").NotBlank(),
		models.Number("pages", -1).Min(0),
		models.Text("title", strings.Repeat("x", 3)).MaxLength(2),
	)
	got, jsonErr := json.Marshal(map[string]any{"errors": err})
	require.NoError(t, jsonErr)
	require.JSONEq(t, `{"errors": {"pages": ["Ensure this value is greater than or equal to 0."],
		"title": ["This field cannot be blank.", "Ensure this value has at most 2 characters (it has 3)."]}}`, string(got))
	require.NoError(t, models.Validate())
}

func TestJoin(t *testing.T) {
	t.Parallel()
	other := errors.New("other")
	a, b := models.Invalid("a", "wrong"), models.Invalid("b", "bad")
	require.NoError(t, models.Join(nil, nil))
	require.EqualError(t, models.Join(b, nil, fmt.Errorf("wrapped: %w", a)), "models: invalid:\n\ta: wrong\n\tb: bad")
	require.Same(t, other, models.Join(a, other))
	require.EqualError(t, a, "models: invalid a: wrong", "what was joined stays as it was")
}
