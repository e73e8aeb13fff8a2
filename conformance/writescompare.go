package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// The rules by which two records of a step are equal: generated keys and random
// UUIDs count as one value each, as do all times of the run. Errors are
// compared by class. Deletes and relation steps may take no more statements
// than Django.

// firstGenerated is the first key of a sequence.
const firstGenerated = 100000

// sameClass maps classes of errors that count as one.
var sameClass = map[string]string{"InternalError": "TransactionManagementError", "NotUpdated": "DatabaseError", "RelatedObjectDoesNotExist": "DoesNotExist"}

// sequenceDifference returns the first step of a sequence that differs from the
// expected one, "" if none does.
func sequenceDifference(expected, actual *object) string {
	if actual == nil {
		return "absent"
	}
	if actual.has("unsupported") {
		return "unsupported: " + actual.text("unsupported")
	}
	want, got := expected.list("steps"), actual.list("steps")
	for i := range min(len(want), len(got)) {
		x := want[i].(*object)
		if d := stepDifference(x, got[i].(*object)); d != "" {
			return fmt.Sprintf("step %d (%s): %s", i, strings.TrimSpace(x.text("do")+" "+x.text("call")), d)
		}
	}
	if len(want) != len(got) {
		return fmt.Sprintf("steps: %d and %d", len(want), len(got))
	}
	return ""
}

func stepDifference(x, y *object) string {
	if x.has("skipped") != y.has("skipped") {
		return "skipped on one side only"
	}
	do := x.text("do")
	if do == "atomic" {
		want, got := x.list("steps"), y.list("steps")
		if len(want) != len(got) {
			return fmt.Sprintf("nested steps run: %d and %d", len(want), len(got))
		}
		for i := range want {
			sub := want[i].(*object)
			if d := stepDifference(sub, got[i].(*object)); d != "" {
				return fmt.Sprintf("in it step %d (%s): %s", i, strings.TrimSpace(sub.text("do")+" "+sub.text("call")), d)
			}
		}
	}
	e, f := x.object("error"), y.object("error")
	switch {
	case (e == nil) != (f == nil):
		return "error on one side only: " + text(e) + " and " + text(f)
	case e != nil:
		if d := failureDifference(do, e, f); d != "" {
			return d
		}
	case do != "atomic":
		if d := resultDifference(x, y); d != "" {
			return d
		}
	}
	if x.has("signals") && !slices.Equal(bag(x.list("signals")), bag(y.list("signals"))) {
		return "signals:\n    " + text(x.get("signals")) + "\n    " + text(y.get("signals"))
	}
	if a, b := x.list("commits"), y.list("commits"); fmt.Sprint(a) != fmt.Sprint(b) {
		return fmt.Sprintf("commits: %v and %v", a, b)
	}
	if x.has("changed") && text(x.get("changed")) != text(y.get("changed")) {
		return "tables: " + text(x.get("changed")) + " and " + text(y.get("changed"))
	}
	if e == nil && (do == "delete" || do == "qs_delete" || do == "rel") && x.has("statements") {
		want, got := text(x.get("statements")), text(y.get("statements"))
		if r := x.object("result"); do == "delete" && want == "1" && got == "2" && r != nil && text(r.get("total")) == "0" {
			return "" // a SELECT finds out whether there was no row, or a trigger kept it
		}
		if len(got) > len(want) || len(got) == len(want) && got > want {
			return "statements: at most " + want + ", not " + got
		}
	}
	return ""
}

// failureDifference returns the difference of two errors of a call. Where the
// rows of one statement violate several constraints, which one the server
// reports is left to its plan.
func failureDifference(do string, e, f *object) string {
	class := func(o *object) string {
		if c, ok := sameClass[o.text("class")]; ok {
			return c
		}
		return o.text("class")
	}
	switch {
	case class(e) != class(f):
		return fmt.Sprintf("error class: %s and %s (%s)", e.text("class"), f.text("class"), f.text("message"))
	case e.text("kind") != f.text("kind") && do != "bulk_update":
		return fmt.Sprintf("error kind: %q and %q", e.text("kind"), f.text("kind"))
	case e.has("objects") && !slices.Equal(bag(e.list("objects")), bag(f.list("objects"))):
		return "objects: " + text(e.get("objects")) + " and " + text(f.get("objects"))
	}
	return ""
}

func resultDifference(x, y *object) string {
	r, s := x.get("result"), y.get("result")
	list, ok := r.([]any)
	other, also := s.([]any)
	if ok && also && x.text("do") != "bulk_create" {
		if slices.Equal(bag(list), bag(other)) {
			return ""
		}
	} else if text(r) == text(s) {
		return ""
	}
	return "result:\n    " + text(r) + "\n    " + text(s)
}

// bag returns values as texts, sorted.
func bag(list []any) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = text(v)
	}
	slices.Sort(out)
	return out
}

// text returns a value as comparable text.
func text(v any) string { return canon(alikeValue(v), true) }

// alikeValue replaces values that differ from run to run.
func alikeValue(v any) any {
	switch x := v.(type) {
	case json.Number:
		if n, err := x.Int64(); err == nil && n >= firstGenerated {
			return "#"
		}
	case []any:
		out := make([]any, len(x))
		for i, e := range x {
			out[i] = alikeValue(e)
		}
		return out
	case *object:
		if x == nil {
			return nil
		}
		if len(x.keys) == 1 {
			switch s := x.text(x.keys[0]); {
			case x.keys[0] == "$uuid" && !strings.HasPrefix(s, "00000000-"):
				return "$uuid #"
			case x.keys[0] == "$datetime" && s >= "2015":
				return "$now"
			}
		}
		out := &object{keys: x.keys, values: map[string]any{}}
		for k, e := range x.values {
			out.values[k] = alikeValue(e)
		}
		return out
	}
	return v
}
