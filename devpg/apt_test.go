//go:build unix

package devpg

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// aptGet installs a program that records its arguments in place of apt-get.
func aptGet(t *testing.T, end string) (a apt, notes string, said *[]string) {
	t.Helper()
	dir := t.TempDir()
	notes = filepath.Join(dir, "notes")
	path := filepath.Join(dir, "apt-get")
	require.NoError(t, os.WriteFile(path, []byte("#!/bin/sh\necho \"$DEBIAN_FRONTEND $*\" >>'"+notes+"'\n"+end+"\n"), 0o755))
	said = new([]string)
	return apt{path: path, announce: func(format string, args ...any) { *said = append(*said, fmt.Sprintf(format, args...)) }}, notes, said
}

func TestApt(t *testing.T) {
	t.Parallel()
	a, notes, said := aptGet(t, "exit 0")
	_, err := a.fetch(t.Context(), t.TempDir(), 16)
	require.ErrorContains(t, err, "not 16", "the distribution has one version")
	if os.Geteuid() != 0 {
		_, err := a.fetch(t.Context(), t.TempDir(), 0)
		require.ErrorContains(t, err, "needs root")
		return
	}
	_, err = a.fetch(t.Context(), t.TempDir(), 0)
	require.NoError(t, err)
	text, err := os.ReadFile(notes)
	require.NoError(t, err)
	require.Equal(t, "noninteractive update -q\nnoninteractive install -yq --no-install-recommends -o DPkg::Lock::Timeout=120 postgresql\n", string(text))
	require.Equal(t, []string{"devpg: no PostgreSQL on this machine: installing the distribution's package by apt-get (GORMANGO_DEVPG=off forbids it)"}, *said)

	broken, _, _ := aptGet(t, "echo 'E: no mirror'; exit 100")
	_, err = broken.fetch(t.Context(), t.TempDir(), 0)
	require.ErrorContains(t, err, "apt-get update: exit status 100; it said:\nE: no mirror")

	_, err = apt{path: "/nowhere/apt-get"}.fetch(t.Context(), t.TempDir(), 0)
	require.ErrorContains(t, err, "not a Debian or Ubuntu")
}
