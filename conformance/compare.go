package main

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
)

// The rules by which two results are equal: floats to 9 digits, decimals by
// value to 12, rows as multisets unless their order is total, errors by class.
// A result may be the hash of its canonical text.

// alike maps classes that count as one.
var alike = map[string]string{"ValidationError": "ValueError", "FieldDoesNotExist": "FieldError", "AttributeError": "FieldError"}

// difference returns how the actual result differs from the expected one, "" if
// it does not. It is not called if the expected side is unsupported.
func difference(expected, actual *object) string {
	switch {
	case actual.has("unsupported"):
		return "unsupported: " + actual.text("unsupported")
	case actual.has("deviates") && !actual.has("error"):
		return ""
	}
	if expected.has("error") || actual.has("error") {
		return errorDifference(expected.object("error"), actual.object("error"))
	}
	total := expected.text("order") == "total"
	if h := expected.text("hash"); h != "" {
		if got := hash(actual.get("result"), total); got != h {
			return fmt.Sprintf("another result than expected, by its hash; it begins %.300s", strings.Join(canonical(actual.get("result"), total), " "))
		}
		return ""
	}
	want, got := canonical(expected.get("result"), total), canonical(actual.get("result"), total)
	if len(want) != len(got) {
		return fmt.Sprintf("rows: %d and %d", len(want), len(got))
	}
	for i := range want {
		if want[i] != got[i] {
			return fmt.Sprintf("row %d:\n    %.300s\n    %.300s", i, want[i], got[i])
		}
	}
	return ""
}

func errorDifference(expected, actual *object) string {
	switch {
	case actual == nil:
		return fmt.Sprintf("no error, expected %s: %s", expected.text("class"), expected.text("message"))
	case expected == nil:
		return fmt.Sprintf("error: %s: %s", actual.text("class"), actual.text("message"))
	case actual.text("class") == "panic", actual.text("class") == "hang", actual.text("class") == internalError:
		return actual.text("class") + ": " + actual.text("message")
	case expected.text("sqlstate") != "": // PostgreSQL refused it; an earlier refusal is as good
		return ""
	}
	class := func(o *object) string {
		c := o.text("class")
		if a, ok := alike[c]; ok {
			return a
		}
		return c
	}
	if class(expected) != class(actual) {
		return fmt.Sprintf("error class %s, expected %s: %s (%s)", actual.text("class"), expected.text("class"), expected.text("message"), actual.text("message"))
	}
	return ""
}

// canonical returns the rows of a result as comparable texts, sorted unless
// their order counts. A result that is no list is one text.
func canonical(v any, total bool) []string {
	list, ok := v.([]any)
	if !ok {
		return []string{"= " + canon(v, true)}
	}
	out := make([]string, len(list))
	for i, e := range list {
		out[i] = canon(e, true)
	}
	if !total {
		slices.Sort(out)
	}
	return out
}

// hash returns the hash of the canonical text.
func hash(v any, total bool) string {
	h := sha256.New()
	for _, line := range canonical(v, total) {
		io.WriteString(h, line)
		h.Write([]byte{'\n'})
	}
	return hex.EncodeToString(h.Sum(nil)[:12])
}

// canon returns a value as text, with sorted keys, and with rounded floats and
// decimals if round is set.
func canon(v any, round bool) string {
	switch x := v.(type) {
	case json.Number:
		return canonNumber(x, round)
	case string:
		return strconv.Quote(x)
	case []any:
		parts := make([]string, len(x))
		for i, e := range x {
			parts[i] = canon(e, round)
		}
		return "[" + strings.Join(parts, ",") + "]"
	case *object:
		if len(x.keys) == 1 && round {
			switch x.keys[0] {
			case "$decimal":
				return "$decimal " + rounded(x.text("$decimal"), 12)
			case "$json":
				return "$json " + canon(x.get("$json"), false)
			}
		}
		parts := make([]string, len(x.keys))
		for i, k := range slices.Sorted(slices.Values(x.keys)) {
			parts[i] = strconv.Quote(k) + ":" + canon(x.values[k], round)
		}
		return "{" + strings.Join(parts, ",") + "}"
	}
	return fmt.Sprint(v)
}

// canonNumber distinguishes integers and floats: 3 is not 3.0.
func canonNumber(n json.Number, round bool) string {
	s := string(n)
	if !strings.ContainsAny(s, ".eE") {
		return s
	}
	if round {
		return "f" + rounded(s, 9)
	}
	f, err := n.Float64()
	if err != nil {
		return s
	}
	return "f" + strconv.FormatFloat(f, 'g', -1, 64)
}

// rounded returns a number rounded to digits. -0 is 0.
func rounded(s string, digits int) string {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return s
	}
	if f, err = strconv.ParseFloat(strconv.FormatFloat(f, 'g', digits, 64), 64); err != nil || f == 0 {
		return "0"
	}
	return strconv.FormatFloat(f, 'g', -1, 64)
}

// results returns the results in an output by id, and the ids in their order.
func results(r io.Reader) ([]string, map[string]*object, error) {
	v, err := readJSON(r)
	if err != nil {
		return nil, nil, err
	}
	o, ok := v.(*object)
	if !ok {
		return nil, nil, fmt.Errorf("an output is a JSON object with results")
	}
	var ids []string
	byID := map[string]*object{}
	for _, e := range o.list("results") {
		r, ok := e.(*object)
		if !ok {
			return nil, nil, fmt.Errorf("a result is no JSON object")
		}
		ids = append(ids, r.text("id"))
		byID[r.text("id")] = r
	}
	return ids, byID, nil
}

func resultsOf(path string) ([]string, map[string]*object, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	return results(bufio.NewReader(f))
}

// compareFiles prints the differences between two outputs and reports whether
// there are none.
func compareFiles(expected, actual string, show int, w io.Writer) (same bool, err error) {
	ids, want, err := resultsOf(expected)
	if err != nil {
		return false, err
	}
	_, got, err := resultsOf(actual)
	if err != nil {
		return false, err
	}
	var differ, absent, open, decided int
	for _, id := range ids {
		switch a := got[id]; {
		case a == nil:
			absent++
		case want[id].has("unsupported"):
			open++
		default:
			if a.has("deviates") {
				decided++
			}
			if d := difference(want[id], a); d != "" {
				if differ++; differ <= show {
					fmt.Fprintf(w, "%s: %s\n", id, d)
				}
			}
		}
	}
	fmt.Fprintf(w, "%d compared, %d differ, %d differ by decision, %d absent on the second side, %d without an expected answer\n", len(ids)-absent-open, differ, decided, absent, open)
	return differ == 0 && absent == 0, nil
}
