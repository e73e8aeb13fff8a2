package main

import "strings"

// deviation says why a spec's answer is not to be Django's (docs/decisions.md),
// "" where it is.
func deviation(spec *object) string {
	for _, op := range spec.list("ops") {
		if o, ok := op.(*object); ok && o.text("op") == "filtered_relation" && impossible(o.object("condition")) {
			return "a filtered relation whose condition matches nothing loses every row in Django"
		}
	}
	return ""
}

// impossible says that a list of a condition is empty.
func impossible(cond *object) bool {
	if cond == nil {
		return false
	}
	if list, ok := cond.get("value").([]any); ok && len(list) == 0 && strings.HasSuffix(cond.text("lookup"), "__in") {
		return true
	}
	for _, how := range []string{"and", "or", "xor"} {
		for _, kid := range cond.list(how) {
			if impossible(kid.(*object)) {
				return true
			}
		}
	}
	return impossible(cond.object("not"))
}
