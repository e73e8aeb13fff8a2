// Package longtest says how much the tests of this repository do.
//
// Plain "go test ./..." proves each behaviour once, in minutes. Tests that
// repeat what may go wrong by chance, read long lists or take random cases do
// all of it when the environment variable GORMANGO_LONG is 1, as CI sets it; a
// greater number repeats the repeated parts as often.
package longtest

import (
	"fmt"
	"os"
	"strconv"
	"testing"
)

// Variable is the name of the environment variable.
const Variable = "GORMANGO_LONG"

// times returns the number in the environment variable, 0 without one. Another
// text panics: a test must not be short because of a misspelling. The variable
// is read at each call, for "go test" caches the result of a test only with the
// variables that it read while it ran.
func times() int {
	text := os.Getenv(Variable)
	if text == "" {
		return 0
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		panic(fmt.Sprintf("longtest: %s is %q (want a number: 1 for the long form of each test, more to repeat it)", Variable, text))
	}
	return n
}

// Asked reports whether tests run in their long form.
func Asked() bool { return times() > 0 }

// Count returns how often a test repeats a part: short times by default, and
// long times the number in GORMANGO_LONG where it is set.
func Count(short, long int) int {
	if times() == 0 {
		return short
	}
	return long * times()
}

// Size returns how much a test takes at once: short by default, and long where
// GORMANGO_LONG is set.
func Size(short, long int) int {
	if times() == 0 {
		return short
	}
	return long
}

// Only skips a test that has no short form, and says why.
func Only(t testing.TB, why string) {
	t.Helper()
	if times() == 0 {
		t.Skipf("SKIPPED: %s (%s=1 runs it)", why, Variable)
	}
}
