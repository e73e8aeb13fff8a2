package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/gormango/gormango/repotest"
	"github.com/stretchr/testify/require"
)

// Each way makes the change, and its statements are printed with their locks.
func TestCosts(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	server := repotest.URL(t)
	require.NoError(t, measureCosts(t.Context(), &b, server, 2000, "a check"))
	got := b.String()
	require.Contains(t, got, "| gormango | `ALTER TABLE \"sales\" ADD CONSTRAINT \"chk_sales_qty\" CHECK (qty >= 0) NOT VALID` | ACCESS EXCLUSIVE |  |")
	require.Contains(t, got, "VALIDATE CONSTRAINT \"chk_sales_qty\"` | SHARE UPDATE EXCLUSIVE | read |")
	require.Contains(t, got, "| Django 5.2 | `ALTER TABLE \"sales\" ADD CONSTRAINT \"ck_qty\" CHECK (\"qty\" >= 0)` | ACCESS EXCLUSIVE | read |")
	require.Contains(t, got, "| AutoMigrate | `ALTER TABLE \"sales\" ADD CONSTRAINT \"chk_sales_qty\" CHECK (qty >= 0)` | ACCESS EXCLUSIVE | read |")
	require.Equal(t, 3, strings.Count(got, "| 0 |"), "no request failed")
}
