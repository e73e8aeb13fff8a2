package main

import (
	"fmt"
	"os"
)

// writeWritesGolden writes sequences and Django's records to one compressed
// file, without the parts that only help a reader.
func writeWritesGolden(ops, expected, path string) error {
	f, err := os.Open(ops)
	if err != nil {
		return err
	}
	defer f.Close()
	list, err := readSpecs(f)
	if err != nil {
		return err
	}
	_, answers, err := resultsOf(expected)
	if err != nil {
		return err
	}
	var (
		kept []*object
		want []any
	)
	for _, seq := range list {
		a := answers[seq.text("id")]
		if a == nil || a.has("unsupported") {
			continue
		}
		kept, want = append(kept, seq), append(want, pruned(a))
	}
	if err := writeZipped(path, row{"ops": kept, "results": want}); err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "%d of %d sequences kept in %s\n", len(kept), len(list), path)
	return nil
}

// pruned returns a value without statements, rows and messages.
func pruned(v any) any {
	switch x := v.(type) {
	case []any:
		for i, e := range x {
			x[i] = pruned(e)
		}
	case *object:
		out := &object{values: map[string]any{}}
		for _, k := range x.keys {
			switch k {
			case "sql", "rows", "message", "sqlstate", "constraint", "i":
				continue
			}
			out.keys = append(out.keys, k)
			out.values[k] = pruned(x.values[k])
		}
		return out
	}
	return v
}
