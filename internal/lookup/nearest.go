package lookup

import "strings"

// Nearest returns the choice most like part, or "" if more than a third of the
// longer word differs. A choice that differs in case and underscores alone is
// the nearest.
func Nearest(part string, choices []string) string {
	best, bestDist := "", -1
	for _, c := range choices {
		if part == c { // the same word in a wrong place
			return ""
		}
		d := 0
		if plain(part) != plain(c) {
			d = distance(strings.ToLower(part), strings.ToLower(c))
		}
		if d*3 > max(len(part), len(c)) {
			continue
		}
		if bestDist < 0 || d < bestDist {
			best, bestDist = c, d
		}
	}
	return best
}

// plain returns a name in lower case and without underscores.
func plain(name string) string { return strings.ReplaceAll(strings.ToLower(name), "_", "") }

// distance returns the number of insertions, deletions, replacements and swaps
// of neighbors between the bytes of a and b (optimal string alignment).
func distance(a, b string) int {
	if len(a) > 64 || len(b) > 64 { // a name is short, the text of a request may be long
		return max(len(a), len(b))
	}
	prev2, prev, cur := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(a); i++ {
		cur[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			cur[j] = min(prev[j]+1, cur[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				cur[j] = min(cur[j], prev2[j-2]+1)
			}
		}
		prev2, prev, cur = prev, cur, prev2
	}
	return prev[len(b)]
}
