package main

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"os"
)

// goldenBytes is the length of the longest answer in a golden file. Longer ones
// are replaced by their hash.
const goldenBytes = 600

// MarshalJSON writes the keys in their order.
func (o *object) MarshalJSON() ([]byte, error) {
	out := []byte{'{'}
	for i, k := range o.keys {
		if i > 0 {
			out = append(out, ',')
		}
		key, err := json.Marshal(k)
		if err != nil {
			return nil, err
		}
		val, err := json.Marshal(o.values[k])
		if err != nil {
			return nil, err
		}
		out = append(append(append(out, key...), ':'), val...)
	}
	return append(out, '}'), nil
}

// writeGolden writes specs and Django's answers to one compressed file. It
// leaves out answers that took too long or failed in Django, and replaces long
// ones by hashes.
func writeGolden(specs, expected, path string) error {
	f, err := os.Open(specs)
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
		want []row
	)
	for _, spec := range list {
		a := answers[spec.text("id")]
		if a == nil || answerless(a) {
			continue
		}
		out := row{"id": a.text("id"), "order": a.text("order")}
		if e := a.object("error"); e != nil {
			out["error"] = row{"class": e.get("class"), "message": e.get("message"), "sqlstate": e.get("sqlstate")}
		} else {
			raw, err := json.Marshal(a.get("result"))
			if err != nil {
				return err
			}
			out["result"] = a.get("result")
			if len(raw) > goldenBytes {
				delete(out, "result")
				out["hash"] = hash(a.get("result"), a.text("order") == "total")
			}
		}
		kept, want = append(kept, spec), append(want, out)
	}
	if err := writeZipped(path, row{"specs": kept, "results": want}); err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "%d of %d specs kept in %s\n", len(kept), len(list), path)
	return nil
}

// answerless reports whether Django has no answer to a spec, or not in time.
func answerless(answer *object) bool {
	e := answer.object("error")
	return answer.has("unsupported") || e != nil && e.text("sqlstate") == "57014" // canceled
}

// writeZipped writes a value as compressed JSON.
func writeZipped(path string, v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return zip(path, append(text, '\n'))
}

// zip writes a compressed file.
func zip(path string, text []byte) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	z, err := gzip.NewWriterLevel(f, gzip.BestCompression)
	if err != nil {
		return err
	}
	if _, err := z.Write(text); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	return f.Close()
}
