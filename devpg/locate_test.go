//go:build unix

package devpg

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// nothing returns a search that finds only what is put into bin.
func nothing(bin string) search { return search{patterns: []string{bin}} }

func TestLocateFetches(t *testing.T) {
	t.Parallel()
	cache := t.TempDir()
	bin := filepath.Join(t.TempDir(), "bin")
	var asked []string
	l := locator{who: self, search: nothing(bin), cache: cache, fetchers: []fetcher{
		{"first", func(context.Context, string, int) (string, error) {
			asked = append(asked, "first")
			return "", errNotHere("not on Tuesdays")
		}},
		{"second", func(context.Context, string, int) (string, error) {
			asked = append(asked, "second")
			installed(t, bin, "postgres (PostgreSQL) 17.2")
			return "", nil
		}},
	}}
	off := l
	off.off = true
	_, err := off.find(t.Context(), 0)
	require.ErrorIs(t, err, ErrNotFound)
	require.ErrorContains(t, err, "\n  download, apt-get: not tried, because GORMANGO_DEVPG is off\n  on Debian or Ubuntu: apt install postgresql\n")
	require.Empty(t, asked)

	noCache := l
	noCache.cache = ""
	_, err = noCache.find(t.Context(), 0)
	require.ErrorContains(t, err, "there is no cache folder")

	first := l
	first.fetchers = l.fetchers[:1]
	_, err = first.find(t.Context(), 0)
	require.ErrorIs(t, err, ErrNotFound)
	require.ErrorContains(t, err, "\n  first: not on Tuesdays\n  on Debian")

	i, err := l.find(t.Context(), 0)
	require.NoError(t, err)
	require.Equal(t, 17, i.major)
	require.Equal(t, []string{"first", "first", "second"}, asked)
	_, err = l.find(t.Context(), 0)
	require.NoError(t, err)
	require.Len(t, asked, 3, "what is installed is not fetched again")
}

// Fetched programs that do not run here are removed.
func TestLocateFetchedProgramsThatDoNotRun(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "18.0-pg18")
	l := locator{who: self, search: nothing("/nowhere/*"), cache: t.TempDir(), fetchers: []fetcher{{"download", func(context.Context, string, int) (string, error) {
		bin := filepath.Join(folder, "bin")
		installed(t, bin, "postgres (PostgreSQL) 18.0")
		return bin, os.WriteFile(filepath.Join(bin, "postgres"), []byte("#!/bin/sh\necho 'no libc of mine' >&2; exit 127\n"), 0o755)
	}}}}
	_, err := l.find(t.Context(), 0)
	require.ErrorIs(t, err, ErrNotFound)
	require.ErrorContains(t, err, "no libc of mine")
	require.NoDirExists(t, folder)
}

func TestLocateCanceled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	l := locator{who: self, search: nothing("/nowhere/*"), cache: t.TempDir(), fetchers: []fetcher{{"download", func(context.Context, string, int) (string, error) {
		cancel()
		return "", errors.New("broken off")
	}}}}
	_, err := l.find(ctx, 0)
	require.ErrorIs(t, err, context.Canceled)
}

func TestNamedProgramsWinOverTheSearch(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	installed(t, filepath.Join(root, "16"), "postgres (PostgreSQL) 16.4")
	installed(t, filepath.Join(root, "18"), "postgres (PostgreSQL) 18.1")
	l := locator{who: self, search: nothing(filepath.Join(root, "16")), named: filepath.Join(root, "18") + "/", cache: t.TempDir()}
	i, err := l.find(t.Context(), 0)
	require.NoError(t, err)
	require.Equal(t, filepath.Join(root, "18"), i.bindir)
	_, err = l.find(t.Context(), 16)
	require.ErrorIs(t, err, ErrNotFound, "a kept directory of another version is not run by others")

	for bad, says := range map[string]string{
		"relative":                       "the path is not absolute",
		filepath.Join(root, "none"):      "it has no postgres",
		filepath.Join(root, "16", "..."): "it has no postgres",
	} {
		l.named = bad
		_, err = l.find(t.Context(), 0)
		require.ErrorContains(t, err, "devpg: GORMANGO_PG_BIN=")
		require.ErrorContains(t, err, says)
		require.NotErrorIs(t, err, ErrNotFound, "there is one, only not there")
	}
}
