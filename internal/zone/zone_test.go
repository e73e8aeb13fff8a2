package zone_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/internal/zone"
)

func load(t *testing.T, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	require.NoError(t, err)
	return loc
}

func TestName(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		loc  *time.Location
		want string
	}{
		{time.UTC, "UTC"},
		{load(t, "Europe/Berlin"), "Europe/Berlin"},
		{load(t, "America/St_Johns"), "America/St_Johns"},
		{time.FixedZone("", 0), "UTC"},
		{time.FixedZone("UTC+2", 2*3600), "<+02>-02"},
		{time.FixedZone("UTC-3:30", -(3*3600 + 1800)), "<-0330>+03:30"},
		{time.FixedZone("", 5*3600+45*60), "<+0545>-05:45"},
		{time.FixedZone("LMT", 3600+23), "<+010023>-01:00:23"},
		{time.FixedZone("EST", -5*3600), "<-05>+05"},
		{time.FixedZone("Europe/Berlin", 3600), "<+01>-01"},
		{time.FixedZone("CET", 2*3600), "<+02>-02"},
		{time.FixedZone("UTC", 3600), "<+01>-01"},
	} {
		got, err := zone.Name(c.loc)
		require.NoError(t, err, c.loc)
		if c.want == "<-05>+05" && got == "EST" { // which the time zone database has, or has not
			continue
		}
		require.Equal(t, c.want, got, c.loc)
	}
	for _, loc := range []*time.Location{time.Local} {
		_, err := zone.Name(loc)
		require.ErrorContains(t, err, "has no name that PostgreSQL knows")
	}
}
