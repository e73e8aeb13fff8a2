package migrate_test

import (
	"context"

	"github.com/gormango/gormango/migrate"
)

func nothing(context.Context, *migrate.Batch) error { return nil }
