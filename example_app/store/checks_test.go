package store_test

import (
	"testing"

	"github.com/gormango/gormango/checks"
	"github.com/gormango/gormango/example_app/store"
)

func TestChecks(t *testing.T) {
	t.Parallel()
	for _, f := range checks.Models(store.Models()...) {
		t.Error(f)
	}
}
