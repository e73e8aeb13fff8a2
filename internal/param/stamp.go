package param

import (
	"context"
	"reflect"
	"time"

	"github.com/gormango/gormango/internal/modelinfo"
)

var timeType = reflect.TypeFor[time.Time]()

// Stamp fills the times that GORM fills: a zero CreatedAt when a row is made,
// UpdatedAt each time. Times are cut to microseconds, as the database keeps
// them, so that the object equals its row.
func Stamp(ctx context.Context, rv reflect.Value, fields []*modelinfo.Field, now time.Time, creating bool) error {
	now = now.Truncate(time.Microsecond)
	for _, f := range fields {
		if !stamped(f) {
			continue
		}
		if at := moment(rv, f); at != nil {
			switch {
			case creating && at.IsZero() && (f.AutoCreateTime > 0 || f.AutoUpdateTime > 0), !creating && f.AutoUpdateTime > 0:
				*at = now
			case at.Nanosecond()%1000 != 0:
				*at = at.Truncate(time.Microsecond)
			}
			continue
		}
		if err := stamp(ctx, rv, f, now, creating); err != nil {
			return err
		}
	}
	return nil
}

// Stamped returns those of fields that Stamp may set.
func Stamped(fields []*modelinfo.Field) []*modelinfo.Field {
	var out []*modelinfo.Field
	for _, f := range fields {
		if stamped(f) {
			out = append(out, f)
		}
	}
	return out
}

func stamped(f *modelinfo.Field) bool {
	return f.AutoCreateTime > 0 || f.AutoUpdateTime > 0 || f.IndirectFieldType == timeType
}

// moment returns the address of a time that lies in the struct rv, nil if the
// field is something else.
func moment(rv reflect.Value, f *modelinfo.Field) *time.Time {
	if f.Serializer != nil || f.FieldType != timeType || !f.Direct() {
		return nil
	}
	return (*time.Time)(f.Address(rv))
}

// stamp is Stamp for a field of any type.
func stamp(ctx context.Context, rv reflect.Value, f *modelinfo.Field, now time.Time, creating bool) error {
	v, zero := f.ValueOf(ctx, rv)
	switch {
	case creating && zero && (f.AutoCreateTime > 0 || f.AutoUpdateTime > 0),
		!creating && f.AutoUpdateTime > 0:
		return f.Set(ctx, rv, now)
	case f.Serializer != nil:
		return nil
	}
	switch t := v.(type) {
	case time.Time:
		if cut := t.Truncate(time.Microsecond); !cut.Equal(t) {
			return f.Set(ctx, rv, cut)
		}
	case *time.Time:
		if t != nil && t.Nanosecond()%1000 != 0 {
			cut := t.Truncate(time.Microsecond)
			return f.Set(ctx, rv, &cut)
		}
	}
	return nil
}
