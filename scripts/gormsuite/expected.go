package main

import (
	"fmt"
	"slices"
	"strings"
)

// parseExpected parses expected.txt and returns settings by test. Each line has
// a top-level test that fails under gormango's defaults and the settings that
// explain it, joined by "+" in the order of settings.
func parseExpected(text string) (map[string]string, error) {
	expected := map[string]string{}
	number := 0
	for line := range strings.Lines(text) {
		number++
		line, _, _ = strings.Cut(line, "#")
		fields := strings.Fields(line)
		if len(fields) == 0 {
			continue
		}
		if len(fields) != 2 {
			return nil, fmt.Errorf("gormsuite: expected.txt:%d: want a test and its settings", number)
		}
		for _, name := range strings.Split(fields[1], "+") {
			if !slices.Contains(settings, name) {
				return nil, fmt.Errorf("gormsuite: expected.txt:%d: %q is not a setting (choices are %s)", number, name, strings.Join(settings, ", "))
			}
		}
		if _, twice := expected[fields[0]]; twice {
			return nil, fmt.Errorf("gormsuite: expected.txt:%d: %q stands there twice", number, fields[0])
		}
		expected[fields[0]] = fields[1]
	}
	return expected, nil
}
