// Package oracle asks a running Django, for tests that compare with it.
//
// The environment variable GORMANGO_ORACLE names the root folder of a system
// with Django, in which root runs its Python. Library code never imports this
// package.
package oracle

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"
)

// Variable is the name of the environment variable.
const Variable = "GORMANGO_ORACLE"

// Root returns the root folder. Without one, and for a user who may not use it,
// the test is skipped.
func Root(t testing.TB) string {
	t.Helper()
	root := os.Getenv(Variable)
	if root == "" {
		t.Skip("SKIPPED: " + Variable + " names no root folder that holds Django")
	}
	if os.Geteuid() != 0 {
		t.Skip("SKIPPED: only root may run Django in its root folder (chroot)")
	}
	return root
}

// Ask runs the Python of the file script in the root folder and returns what it
// prints.
func Ask(t testing.TB, script string, args ...string) []byte {
	t.Helper()
	text, err := os.ReadFile(script)
	require.NoError(t, err)
	return Python(t, text, "-", args...)
}

// Python runs a script of the root folder, or one that it reads from in where
// script is "-", and returns what it prints.
func Python(t testing.TB, in []byte, script string, args ...string) []byte {
	t.Helper()
	cmd := exec.Command("chroot", append([]string{Root(t), "python3", script}, args...)...)
	var errs bytes.Buffer
	cmd.Stdin, cmd.Stderr = bytes.NewReader(in), &errs
	cmd.Env = append(os.Environ(), "PYTHONDONTWRITEBYTECODE=1")
	out, err := cmd.Output()
	require.NoError(t, err, "%s: %s", script, errs.String())
	return out
}

// Golden returns the content of a file that holds earlier answers of Django,
// packed by gzip. If ask is not nil, it writes the answer of ask first.
func Golden(t testing.TB, file string, ask func() []byte) []byte {
	t.Helper()
	if ask != nil {
		require.NotEmpty(t, os.Getenv(Variable), "%s names no root folder that holds Django", Variable)
		var packed bytes.Buffer
		z, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
		require.NoError(t, err)
		_, err = z.Write(ask())
		require.NoError(t, err)
		require.NoError(t, z.Close())
		require.NoError(t, os.WriteFile(file, packed.Bytes(), 0o644))
	}
	packed, err := os.Open(file)
	require.NoError(t, err)
	defer packed.Close()
	z, err := gzip.NewReader(packed)
	require.NoError(t, err)
	text, err := io.ReadAll(z)
	require.NoError(t, err)
	return text
}
