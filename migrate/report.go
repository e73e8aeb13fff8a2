package migrate

import (
	"strings"
	"time"
)

// Report is the result of a run.
type Report struct {
	// Applied are the migrations that the run has applied or, of Back, undone.
	Applied []ID
	// Statements are the executed changes in order. It is empty if nothing was
	// missing.
	Statements []string
	// Waited is how long the run waited for another process or for a table in use.
	Waited time.Duration
	// Healed is what the run has repaired of what an earlier one left behind, in
	// words.
	Healed []string
}

// String returns a text for people, with a line for each statement.
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
