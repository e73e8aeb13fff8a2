package gormside

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// mostText is how many bytes of a statement the log of slow ones holds.
const mostText = 2048

var (
	place    = `(?:\$\d+|DEFAULT)(?:::[\w."\[\]]+)?`
	placeRow = `\(` + place + `(?:, ?` + place + `)*\)`
	// rowList matches the rows of an INSERT, the first apart.
	rowList = regexp.MustCompile(`(` + placeRow + `)((?:, ?` + placeRow + `)+)`)
	// placeList matches more than eight parameters, the first and the last apart.
	placeList = regexp.MustCompile(`(\$\d+)(?:, ?\$\d+){7,}, ?(\$\d+)`)
)

// brief returns a statement for the log of slow ones: rows of parameters are
// counted, long lists of parameters are named by their ends, and the rest is
// cut at 2 kB.
func brief(sql string) string {
	if len(sql) > 200 {
		sql = rowList.ReplaceAllStringFunc(sql, func(list string) string {
			first := list[:strings.IndexByte(list, ')')+1]
			return fmt.Sprintf("%s and %d rows more", first, strings.Count(list, "(")-1)
		})
		sql = placeList.ReplaceAllString(sql, "${1}, …, ${2}")
	}
	if len(sql) <= mostText {
		return sql
	}
	end := mostText
	for !utf8.RuneStart(sql[end]) {
		end--
	}
	return fmt.Sprintf("%s… (%d bytes)", sql[:end], len(sql))
}
