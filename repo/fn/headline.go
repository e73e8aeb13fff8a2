package fn

import (
	"strconv"
	"strings"
)

// text returns the options in ts_headline's format. It is sent as an argument.
func (o Headline) text() string {
	var parts []string
	quoted := func(name string, s *string) {
		if s == nil {
			return
		}
		v := "'" + strings.ReplaceAll(*s, "'", "''") + "'"
		if strings.Contains(v, `\`) {
			v = "E" + strings.ReplaceAll(v, `\`, `\\`)
		}
		parts = append(parts, name+"="+v)
	}
	number := func(name string, n int) {
		if n != 0 {
			parts = append(parts, name+"="+strconv.Itoa(n))
		}
	}
	quoted("StartSel", o.StartSel)
	quoted("StopSel", o.StopSel)
	number("MaxWords", o.MaxWords)
	number("MinWords", o.MinWords)
	number("ShortWord", o.ShortWord)
	if o.HighlightAll {
		parts = append(parts, "HighlightAll=true")
	}
	number("MaxFragments", o.MaxFragments)
	quoted("FragmentDelimiter", o.FragmentDelimiter)
	return strings.Join(parts, ", ")
}
