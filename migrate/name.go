package migrate

import (
	"fmt"
	"strings"
)

// fileName returns the name of a migration, as Django's: its number and the
// fragments of its operations, "_and_more" if they are too many.
func fileName(number int, ops []Op, initial bool) string {
	if initial {
		return fmt.Sprintf("%04d_initial", number)
	}
	name := ""
	for i, op := range ops {
		f := op.fragment()
		if f == "" || i > 0 && strings.Contains("_"+name+"_", "_"+f+"_") {
			continue
		}
		switch {
		case name == "":
			name = f
		case len(name)+1+len(f) > 52:
			return fmt.Sprintf("%04d_%s_and_more", number, name)
		default:
			name += "_" + f
		}
	}
	if name == "" {
		name = "change"
	}
	return fmt.Sprintf("%04d_%s", number, cut(name, min(len(name), 120)))
}
