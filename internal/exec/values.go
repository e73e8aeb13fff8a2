package exec

import (
	"context"
	"reflect"
	"time"

	"github.com/gormango/gormango/internal/modelinfo"
)

// Values gives the parameters for columns of the object at rv, a struct.
func Values(ctx context.Context, rv reflect.Value, fields []*modelinfo.Field) []any {
	out := make([]any, len(fields))
	for i, f := range fields {
		out[i], _ = f.ValueOf(ctx, rv)
	}
	return out
}

// Stamp fills the times that GORM fills: a zero CreatedAt when a row is made,
// UpdatedAt each time. Times are cut to microseconds, as the database keeps
// them, so that the object equals its row.
func Stamp(ctx context.Context, rv reflect.Value, fields []*modelinfo.Field, now time.Time, creating bool) error {
	now = now.Truncate(time.Microsecond)
	for _, f := range fields {
		v, zero := f.ValueOf(ctx, rv)
		switch {
		case creating && zero && (f.AutoCreateTime > 0 || f.AutoUpdateTime > 0),
			!creating && f.AutoUpdateTime > 0:
			if err := f.Set(ctx, rv, now); err != nil {
				return err
			}
			continue
		}
		if f.Serializer != nil {
			continue
		}
		switch t := v.(type) {
		case time.Time:
			if cut := t.Truncate(time.Microsecond); !cut.Equal(t) {
				if err := f.Set(ctx, rv, cut); err != nil {
					return err
				}
			}
		case *time.Time:
			if t != nil && t.Nanosecond()%1000 != 0 {
				cut := t.Truncate(time.Microsecond)
				if err := f.Set(ctx, rv, &cut); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
