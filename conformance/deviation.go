package main

import "strings"

// deviation returns the reason why a spec's answer must differ from Django's
// (docs/decisions.md), "" if it must not.
func deviation(spec *object) string {
	for _, op := range spec.list("ops") {
		if o, ok := op.(*object); ok && o.text("op") == "filtered_relation" && impossible(o.object("condition")) {
			return "a filtered relation whose condition matches nothing loses every row in Django"
		}
	}
	return ""
}

// impossible reports whether a list in a condition is empty.
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
