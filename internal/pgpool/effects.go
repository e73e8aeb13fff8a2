package pgpool

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/gormango/gormango/internal/sqltext"
)

// effects is what SQL of the application does beside its work, as far as its
// text shows: a function may do the same.
type effects struct {
	session bool // it leaves a setting, a channel or the like to the session
	ends    bool // it ends the transaction, and goes on in another one or in none
}

// effectsOf returns the effects of query. Most queries cost a look at their
// first word.
func effectsOf(query string) (e effects) {
	if plain(query) {
		return e
	}
	n, ending := 0, 0
	for head := range sqltext.Heads(query) {
		n++
		switch verb := head[0]; verb {
		case "SET":
			e.session = e.session || len(head) < 2 || !slices.Contains([]string{"LOCAL", "TRANSACTION", "CONSTRAINTS"}, head[1])
		case "RESET", "DISCARD", "DEALLOCATE", "LISTEN":
			e.session = true
		case "DO", "SELECT", "WITH":
			e.session = e.session || setsConfig(query, verb == "DO")
		case "COMMIT", "END", "ABORT", "ROLLBACK":
			if verb == "ROLLBACK" && slices.Contains(head, "TO") {
				continue
			}
			ending = n
			e.ends = e.ends || slices.Contains(head, "CHAIN") && !slices.Contains(head, "NO")
		case "PREPARE":
			if len(head) > 1 && head[1] == "TRANSACTION" {
				ending = n
			}
		}
	}
	e.ends = e.ends || ending > 0 && n > 1
	return e
}

// plain reports whether query is one statement of a kind without effects.
func plain(query string) bool {
	query = strings.TrimLeft(query, " \t\r\n")
	n := 0
	for n < len(query) && (query[n]|0x20 >= 'a' && query[n]|0x20 <= 'z') {
		n++
	}
	switch strings.ToUpper(query[:n]) {
	case "SELECT", "WITH":
		if strings.Contains(query, "set_config") || strings.Contains(query, "SET_CONFIG") {
			return false
		}
	case "INSERT", "UPDATE", "DELETE", "CREATE", "ALTER", "DROP", "TRUNCATE", "SAVEPOINT", "RELEASE":
	default:
		return false
	}
	end := strings.IndexByte(query, ';')
	return end < 0 || strings.TrimRight(query[end:], "; \t\r\n") == ""
}

// setsConfig reports whether query calls set_config for the session, or, in a
// block of code, may use SET.
func setsConfig(query string, code bool) bool {
	query = strings.ToLower(query)
	if code && strings.Contains(query, "set ") {
		return true
	}
	_, call, found := strings.Cut(query, "set_config")
	return found && !strings.Contains(call, "true")
}

// discard closes conn, which has a state that the next user of the pool must
// not find. The pool opens another one.
func discard(conn *pgx.Conn) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = conn.Close(ctx)
}
