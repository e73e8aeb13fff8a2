package param_test

import (
	"context"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/internal/param"
	"github.com/gormango/gormango/models"
)

type stamped struct {
	models.AutoKey
	N         int
	At        time.Time
	Seen      *time.Time
	CreatedAt time.Time
	UpdatedAt int64 `gorm:"autoUpdateTime:milli"`
}

func TestStamp(t *testing.T) {
	t.Parallel()
	ctx, m := context.Background(), model[stamped](t)
	now := time.Date(2026, 1, 2, 3, 4, 5, 678901234, time.UTC)
	cut := now.Truncate(time.Microsecond)
	r := &stamped{At: now, Seen: &now}
	require.NoError(t, param.Stamp(ctx, reflect.ValueOf(r).Elem(), m.Fields, now, true))
	require.Equal(t, stamped{At: cut, Seen: &cut, CreatedAt: cut, UpdatedAt: now.UnixMilli()}, *r)
	require.Equal(t, 678901234, now.Nanosecond(), "the caller's own time stays")
	later := now.Add(time.Hour)
	require.NoError(t, param.Stamp(ctx, reflect.ValueOf(r).Elem(), m.Fields, later, false))
	require.Equal(t, cut, r.CreatedAt)
	require.Equal(t, later.UnixMilli(), r.UpdatedAt)
	own := &stamped{CreatedAt: cut, UpdatedAt: 5}
	require.NoError(t, param.Stamp(ctx, reflect.ValueOf(own).Elem(), m.Fields, later, true))
	require.Equal(t, stamped{CreatedAt: cut, UpdatedAt: 5}, *own, "times that are set at creation stay")
}
