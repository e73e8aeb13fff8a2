package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParseExpected(t *testing.T) {
	t.Parallel()
	got, err := parseExpected("# a comment\n\nTestA QueryFields # why\n  TestB\tQueryFields+TranslateError\n")
	require.NoError(t, err)
	require.Equal(t, map[string]string{"TestA": "QueryFields", "TestB": "QueryFields+TranslateError"}, got)

	for text, want := range map[string]string{
		"TestA":                      "gormsuite: expected.txt:1: want a test and its settings",
		"\nTestA QueryFields and so": "gormsuite: expected.txt:2: want a test and its settings",
		"TestA Fields":               `gormsuite: expected.txt:1: "Fields" is not a setting (choices are QueryFields, TranslateError, SkipDefaultTransaction)`,
		"TestA QueryFields\nTestA TranslateError": `gormsuite: expected.txt:2: "TestA" stands there twice`,
	} {
		_, err := parseExpected(text)
		require.EqualError(t, err, want)
	}
}

func TestExpectedFileIsReadable(t *testing.T) {
	t.Parallel()
	_, err := parseExpected(expectedText)
	require.NoError(t, err)
}
