package trace

import (
	"slices"
	"strings"

	"github.com/gormango/gormango/internal/sqltext"
)

// understood is what the words of a statement say.
type understood struct {
	sql          string // without CONCURRENTLY
	head         []string
	concurrently bool
	untraced     string
}

// alone are the first words of statements that no transaction can run, or whose
// effect a rollback does not undo.
var alone = []string{
	"VACUUM", "ALTER SYSTEM", "CREATE DATABASE", "DROP DATABASE", "ALTER DATABASE", "CREATE TABLESPACE", "DROP TABLESPACE",
	"REINDEX DATABASE", "REINDEX SYSTEM", "REINDEX SCHEMA", "CREATE SUBSCRIPTION", "ALTER SUBSCRIPTION", "DROP SUBSCRIPTION",
	"DISCARD", "BEGIN", "START", "COMMIT", "END", "ROLLBACK", "ABORT", "SAVEPOINT", "RELEASE", "PREPARE", "CHECKPOINT", "COPY", "LOAD",
}

// outside are functions whose effect a rollback does not undo.
var outside = []string{
	"dblink", "dblink_exec", "dblink_connect", "dblink_send_query", "pg_terminate_backend", "pg_cancel_backend", "pg_reload_conf",
	"pg_read_file", "lo_import", "lo_export", "pg_sleep", "pg_logical_emit_message", "pg_create_restore_point", "pg_switch_wal", "pg_promote",
	"pg_create_logical_replication_slot", "pg_create_physical_replication_slot", "pg_drop_replication_slot",
	"pg_advisory_lock", "pg_advisory_lock_shared", "pg_try_advisory_lock",
}

// running are the first words of statements that run code, as functions.
var running = []string{"DO", "CALL", "SELECT", "WITH", "VALUES", "INSERT", "UPDATE", "DELETE", "MERGE", "TABLE", "EXECUTE", "EXPLAIN"}

func (u understood) first() string {
	if len(u.head) == 0 {
		return ""
	}
	return u.head[0]
}

// understand reads the words of a statement.
func understand(sql string) understood {
	u := understood{head: head(sql, 3)}
	var out strings.Builder
	words, runs := 0, slices.Contains(running, u.first())
	for p := range sqltext.Lexemes(sql) {
		if p.Kind == sqltext.Word {
			words++
			if p.Is("CONCURRENTLY") && slices.Contains([]string{"CREATE", "DROP", "REINDEX", "REFRESH", "ALTER"}, u.first()) {
				u.concurrently = true
				continue
			}
			if slices.Contains(outside, p.Name()) {
				u.untraced = "it calls " + p.Name() + ", whose effect a rollback does not undo"
			}
		}
		if runs && p.Kind != sqltext.Space && strings.Contains(strings.ToLower(p.Text), "search_path") {
			u.untraced = "it may set the search_path, and reach other tables than the copies"
		}
		out.WriteString(p.Text)
	}
	u.sql = out.String()
	if words == 0 {
		u.untraced = "it has no words"
		return u
	}
	for _, a := range alone {
		if slices.Equal(u.head[:min(len(u.head), strings.Count(a, " ")+1)], strings.Fields(a)) {
			u.untraced = "no transaction can run " + a + " and undo it"
		}
	}
	return u
}

// defines reports whether a statement defines an object of a schema.
func defines(head []string) bool {
	if !slices.Contains([]string{"CREATE", "ALTER", "DROP", "COMMENT"}, head[0]) || len(head) < 2 {
		return false
	}
	return !slices.Contains([]string{"ROLE", "USER", "GROUP", "EXTENSION", "SERVER", "FOREIGN", "PUBLICATION", "EVENT", "DEFAULT", "LANGUAGE", "LARGE", "ACCESS", "SCHEMA", "TEMP", "TEMPORARY"}, head[1])
}

// head returns the first words of a statement in capitals, n of them at most.
func head(sql string, n int) []string {
	for h := range sqltext.Heads(sql) {
		return h[:min(len(h), n)]
	}
	return nil
}

// mapped returns the statement with the names of schemas replaced by those of
// the copy, in its code and in its literals, which may be code too. It returns
// why not if the statement names another schema, whose tables it would reach.
func (c *Copy) mapped(sql string) (string, string) {
	h := head(sql, 2)
	out, why := c.code(sql, len(h) > 0 && slices.Contains(running, h[0]))
	if why == "" && len(h) == 2 && h[1] == "SCHEMA" && h[0] != "COMMENT" {
		why = "it changes a schema"
	}
	return out, why
}

// code maps code that runs now or is kept.
func (c *Copy) code(sql string, runs bool) (out, why string) {
	lexemes := slices.Collect(sqltext.Lexemes(sql))
	var code strings.Builder
	behind := false // a dot
	for i, p := range lexemes {
		text, w := p.Text, ""
		if runs && c.functions[p.Name()] && before(lexemes[i+1:], "(") {
			w = "it calls " + p.Name() + ", which may reach other tables than the copies"
		}
		switch p.Kind {
		case sqltext.Word, sqltext.Quoted:
			if !behind && before(lexemes[i+1:], ".") {
				text, w = c.schema(p)
			}
		case sqltext.Literal:
			text, w = c.literal(p.Text, runs)
		}
		if p.Kind != sqltext.Space {
			behind = p.Text == "."
		}
		if w != "" {
			why = w
		}
		code.WriteString(text)
	}
	return code.String(), why
}

// before reports whether the text is next.
func before(lexemes []sqltext.Lexeme, text string) bool {
	for _, p := range lexemes {
		if p.Kind != sqltext.Space {
			return p.Text == text
		}
	}
	return false
}

// schema returns what stands for a name before a dot.
func (c *Copy) schema(p sqltext.Lexeme) (string, string) {
	name := p.Name()
	if own, there := c.names[name]; there {
		return quote(own), ""
	}
	if c.live[name] && name != "pg_catalog" && name != "information_schema" {
		return p.Text, "it names the schema " + name + ", which is not copied"
	}
	return p.Text, ""
}

// literal maps the code that may be in a literal.
func (c *Copy) literal(text string, runs bool) (string, string) {
	open, end := 1, len(text)-1
	if text[0] == '$' {
		open = strings.IndexByte(text[1:], '$') + 2
		end = len(text) - open
	} else if text[0] != '\'' {
		open = 2
	}
	if end < open {
		return text, ""
	}
	inner, why := c.code(text[open:end], runs)
	return text[:open] + inner + text[end:], why
}
