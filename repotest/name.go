package repotest

import (
	"crypto/rand"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// databasePrefix begins the name of every database made here, so that on a
// shared server what a killed test left can be told apart.
const databasePrefix = "gormango_test_"

// databaseName is a new name: the prefix, the time in hexadecimal seconds and
// 130 random bits, or a template's mark and sum.
func databaseName() string { return timedName(strings.ToLower(rand.Text())) }

func timedName(end string) string {
	return fmt.Sprintf("%s%08x_%s", databasePrefix, time.Now().Unix(), end)
}

// madeAt reads the time out of a name, false for a name that is not ours.
func madeAt(name string) (time.Time, bool) {
	rest, ok := strings.CutPrefix(name, databasePrefix)
	seconds, end, cut := strings.Cut(rest, "_")
	if !ok || !cut || len(seconds) != 8 || end == "" {
		return time.Time{}, false
	}
	n, err := strconv.ParseInt(seconds, 16, 64)
	return time.Unix(n, 0), err == nil
}
