// Package zone names time zones for PostgreSQL.
package zone

import (
	"errors"
	"fmt"
	"time"
)

// errNameless is the error for a zone that PostgreSQL cannot be told about.
var errNameless = errors.New("has no name that PostgreSQL knows (use time.LoadLocation, or a zone of one offset)")

// Name returns the name under which PostgreSQL has the clocks of loc. A zone
// whose name the time zone database does not have, or has for other clocks, has
// none, unless its offset never changes, as that of time.FixedZone: then Name
// returns the POSIX form, in which PostgreSQL counts to the west. UTC+2 is
// <+02>-02.
func Name(loc *time.Location) (string, error) {
	name := loc.String()
	if name == "UTC" && loc == time.UTC {
		return name, nil
	}
	if name != "" && name != "Local" {
		if known, err := time.LoadLocation(name); err == nil && sameClocks(loc, known) {
			return name, nil
		}
	}
	_, offset := time.Unix(0, 0).In(loc).Zone()
	switch {
	case name == "Local", !sameClocks(loc, time.FixedZone("", offset)):
		return "", fmt.Errorf("the time zone %s %w", name, errNameless)
	case offset == 0:
		return "UTC", nil
	}
	return posix(offset), nil
}

// sameClocks reports whether the clocks of a and b agree, in each season of the
// years in which zones are likely to differ.
func sameClocks(a, b *time.Location) bool {
	for at := time.Date(1970, 1, 15, 0, 0, 0, 0, time.UTC); at.Year() < 2040; at = at.AddDate(0, 6, 0) {
		_, x := at.In(a).Zone()
		if _, y := at.In(b).Zone(); x != y {
			return false
		}
	}
	return true
}

// posix returns the POSIX form of an offset in seconds to the east.
func posix(offset int) string {
	east, west := "+", "-"
	if offset < 0 {
		east, west, offset = "-", "+", -offset
	}
	digits := fmt.Sprintf("%02d", offset/3600)
	clock := digits
	if rest := offset % 3600; rest != 0 {
		digits, clock = fmt.Sprintf("%s%02d", digits, rest/60), fmt.Sprintf("%s:%02d", clock, rest/60)
		if rest %= 60; rest != 0 {
			digits, clock = fmt.Sprintf("%s%02d", digits, rest), fmt.Sprintf("%s:%02d", clock, rest)
		}
	}
	return "<" + east + digits + ">" + west + clock
}
