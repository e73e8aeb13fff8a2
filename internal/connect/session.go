package connect

import (
	"fmt"
	"regexp"
	"strings"
)

// sessionFunctions matches calls whose effect stays with the session.
var sessionFunctions = regexp.MustCompile(`(?i)\bpg_(?:try_)?advisory_(?:lock|lock_shared|unlock|unlock_shared|unlock_all)\s*\(`)

// needsSession returns which part of a statement belongs to a session, "" if
// none. It looks at the start of the statement and for functions, not into
// several statements at once.
func needsSession(sql string) string {
	words := strings.Fields(strings.ToUpper(sql[:min(len(sql), 80)]))
	if len(words) == 0 {
		return ""
	}
	switch first := strings.TrimRight(words[0], ";"); first {
	case "LISTEN", "UNLISTEN":
		return first
	case "SET":
		if len(words) > 1 && words[1] != "LOCAL" && words[1] != "TRANSACTION" && words[1] != "CONSTRAINTS" {
			return first
		}
		return ""
	}
	if name := sessionFunctions.FindString(sql); name != "" {
		return strings.ToLower(strings.TrimRight(name, " \t\n("))
	}
	return ""
}

// Refuse returns an error for a statement that would do something else behind a
// pooler than it says: LISTEN hears nothing, a lock stays with a connection
// that others get.
func (s *Server) Refuse(sql string) error {
	if !s.link.pooled() {
		return nil
	}
	what := needsSession(sql)
	if what == "" {
		return nil
	}
	hint := "use gormango.Dedicated with Config.DirectURL"
	switch {
	case what == "LISTEN":
		hint = "use gormango.Listen with Config.DirectURL"
	case what == "SET":
		hint = "use SET LOCAL inside a transaction"
	case strings.HasPrefix(what, "pg_"):
		hint = "use pg_advisory_xact_lock inside a transaction, or gormango.Dedicated with Config.DirectURL"
	}
	return fmt.Errorf("%w: %s needs a session, and each transaction gets another connection (%s)", ErrPooled, what, hint)
}
