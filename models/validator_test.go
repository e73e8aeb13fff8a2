package models_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/models"
)

func TestValidators(t *testing.T) {
	t.Parallel()
	mail := models.TextRule(models.TextCheck[string].Email)
	even := models.NumberRule(func(c models.NumberCheck[int]) models.NumberCheck[int] { return c.Step(2) })
	long := models.ValueRule(func(b []byte) bool { return len(b) > 2 }, "too short")
	for _, c := range []struct {
		check models.Check
		want  string
	}{
		{mail("f", status("a@b.de")), ""},
		{mail("f", "a"), "models: invalid f: Enter a valid email address."},
		{mail("f", 7), "models: invalid f: Enter a valid value."},
		{even("f", uint8(4)), ""},
		{even("f", int64(3)), "models: invalid f: Ensure this value is a multiple of step size 2."},
		{even("f", "4"), "models: invalid f: Enter a valid value."},
		{long("f", []byte("abc")), ""},
		{long("f", []byte("a")), "models: invalid f: too short"},
		{long("f", "abc"), "models: invalid f: Enter a valid value."},
	} {
		err := models.Validate(c.check)
		if c.want == "" {
			require.NoError(t, err)
			continue
		}
		require.EqualError(t, err, c.want)
	}
}
