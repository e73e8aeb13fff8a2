package longtest

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCountAndSize(t *testing.T) {
	for text, want := range map[string]int{"": 3, "0": 3, "1": 50, "4": 200} {
		t.Setenv(Variable, text)
		require.Equal(t, want, Count(3, 50), text)
		require.Equal(t, min(want, 50), Size(3, 50), text)
		require.Equal(t, want > 3, Asked(), text)
	}
}

func TestMisspelledNumberPanics(t *testing.T) {
	t.Setenv(Variable, "yes")
	require.PanicsWithValue(t, `longtest: GORMANGO_LONG is "yes" (want a number: 1 for the long form of each test, more to repeat it)`, func() { Asked() })
	t.Setenv(Variable, "-1")
	require.Panics(t, func() { Asked() })
}

func TestOnly(t *testing.T) {
	t.Setenv(Variable, "")
	t.Run("skipped", func(t *testing.T) {
		Only(t, "takes minutes")
		t.Error("it was not skipped")
	})
	t.Setenv(Variable, "1")
	Only(t, "takes minutes")
}
