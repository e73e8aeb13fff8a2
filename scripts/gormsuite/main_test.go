package main

import (
	"io"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCheckNeedsACheckout(t *testing.T) {
	t.Setenv("GORMANGO_GORM_SRC", "")
	require.ErrorContains(t, check(t.Context(), options{}, io.Discard), "GORMANGO_GORM_SRC is not set (name a checkout of GORM")
	t.Setenv("GORMANGO_GORM_SRC", t.TempDir())
	require.ErrorContains(t, check(t.Context(), options{}, io.Discard), "has no tests/tests_test.go")
}

func TestExactly(t *testing.T) {
	t.Parallel()
	require.Equal(t, `^(TestA|TestB\.c)$`, exactly([]string{"TestA", "TestB.c"}))
}
