package migrate

import (
	"strings"
	"time"
)

// Report says what a run did.
type Report struct {
	// Statements are the changes that were made, in their order. Empty when nothing
	// was missing.
	Statements []string
	// Waited is how long the run waited for another process or for a table in use.
	Waited time.Duration
}

// String says it in lines for people: one line for each statement.
func (r Report) String() string {
	var b strings.Builder
	if len(r.Statements) == 0 {
		b.WriteString("nothing to create")
	} else {
		b.WriteString("created what was missing:")
		for _, s := range r.Statements {
			b.WriteString("\n  " + strings.Join(strings.Fields(s), " ") + ";")
		}
	}
	if r.Waited > 0 {
		b.WriteString("\nwaited " + r.Waited.Round(time.Millisecond).String() + " for another process")
	}
	return b.String()
}
