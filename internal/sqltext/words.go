package sqltext

import (
	"iter"
	"strings"
)

// Words returns the pieces of sql without spaces and comments: words, numbers,
// literals, names in quotes, and the characters of operators one by one.
func Words(sql string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for i := 0; i < len(sql); {
			_, n := next(sql, i)
			word := sql[i : i+n]
			i += n
			if strings.TrimSpace(word) == "" || strings.HasPrefix(word, "--") || strings.HasPrefix(word, "/*") {
				continue
			}
			if !yield(word) {
				return
			}
		}
	}
}
