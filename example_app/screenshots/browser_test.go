package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFindBrowser(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("PATH", dir)
	names := browserNames
	browserNames = names[:2]
	defer func() { browserNames = names }()
	_, err := findBrowser("")
	require.EqualError(t, err, "no browser found; install Chromium or Chrome, or name it with -browser (looked for chromium, chromium-browser)")
	_, err = findBrowser("firebird")
	require.ErrorContains(t, err, "(looked for firebird)")

	program := filepath.Join(dir, "chromium-browser")
	require.NoError(t, os.WriteFile(program, nil, 0o755))
	found, err := findBrowser("")
	require.NoError(t, err)
	require.Equal(t, browser(program), found)
}

func TestABrowserThatFails(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for script, want := range map[string]string{
		"echo broken; exit 3": "x: exit status 3: broken",
		"echo odd":            "x: the browser made no picture: odd",
	} {
		program := filepath.Join(dir, "b.sh")
		require.NoError(t, os.WriteFile(program, []byte("#!/bin/sh\n"+script+"\n"), 0o755))
		err := browser(program).look(t.Context(), "http://127.0.0.1:1", shot{name: "x"}, filepath.Join(dir, "x.png"))
		require.ErrorContains(t, err, want)
	}
}
