package manage

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAnswers(t *testing.T) {
	t.Parallel()
	var asked bytes.Buffer
	p := &program{Options: Options{In: strings.NewReader("y\nno\nperhaps\nYES\n\n"), Err: &asked}}
	for _, want := range []bool{true, false, true, false, false} { // the last at the end of the input
		got, err := p.ask("renamed?")
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	p.In, p.lines = strings.NewReader(" now() \n"), nil
	for _, want := range []string{"now()", ""} {
		got, err := p.askValue("which value?")
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	require.Contains(t, asked.String(), `please answer "y" or "n"`)
	require.False(t, p.interactive(), "a buffer is no terminal")
	require.Equal(t, "x", paint(&asked).red("x"))
}

func TestPaceIsAPercentage(t *testing.T) {
	t.Parallel()
	got, err := percent("25%")
	require.NoError(t, err)
	require.InDelta(t, 0.25, got, 0)
	for _, text := range []string{"25", "0%", "101%", "x%", "NaN%"} {
		_, err := percent(text)
		require.EqualError(t, err, `--pace "`+text+`" (write --pace 25%)`)
	}
}
