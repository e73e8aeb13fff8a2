package sqltext

import (
	"iter"
	"strings"
)

// headWords is how many words [Heads] returns of a statement at most.
const headWords = 4

// Heads returns the first words of each statement in sql, in capitals, without
// comments. It ends at a function's body of SQL statements (BEGIN ATOMIC).
func Heads(sql string) iter.Seq[[]string] {
	return func(yield func([]string) bool) {
		var head []string
		last, depth, open := "", 0, true // open: the words at the start go on
		for i := 0; i < len(sql); {
			_, n := next(sql, i)
			switch c := sql[i]; {
			case c == ';' && depth == 0:
				if len(head) > 0 && !yield(head) {
					return
				}
				head, open, last = nil, true, ""
			case startsWord(c):
				word := strings.ToUpper(sql[i : i+n])
				if last == "BEGIN" && word == "ATOMIC" {
					yield(head)
					return
				}
				if last = word; open && len(head) < headWords {
					head = append(head, word)
				}
			case c == '(':
				depth++
				open = open && len(head) == 0
			case c == ')':
				depth--
			case c == ' ', c == '\t', c == '\r', c == '\n', strings.HasPrefix(sql[i:], "--"), strings.HasPrefix(sql[i:], "/*"):
			default:
				open = open && len(head) == 0
			}
			i += n
		}
		if len(head) > 0 {
			yield(head)
		}
	}
}
