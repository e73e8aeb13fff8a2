package repotest

import (
	"crypto/rand"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// databasePrefix begins the name of every database of this package, by which a
// later run finds those of killed tests on a shared server.
const databasePrefix = "gormango_test_"

// databaseName returns a new name: the prefix, the time in hexadecimal seconds
// and 130 random bits, or a template's mark and sum.
func databaseName() string { return timedName(strings.ToLower(rand.Text())) }

func timedName(end string) string {
	return fmt.Sprintf("%s%08x_%s", databasePrefix, time.Now().Unix(), end)
}

// madeAt returns the time in a name, false for a name of another kind.
func madeAt(name string) (time.Time, bool) {
	rest, ok := strings.CutPrefix(name, databasePrefix)
	seconds, end, cut := strings.Cut(rest, "_")
	if !ok || !cut || len(seconds) != 8 || end == "" {
		return time.Time{}, false
	}
	n, err := strconv.ParseInt(seconds, 16, 64)
	return time.Unix(n, 0), err == nil
}
