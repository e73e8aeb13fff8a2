package migrate

import (
	"strings"

	"github.com/gormango/gormango/internal/catalog"
	"github.com/gormango/gormango/internal/sqltype"
)

// sameType compares a type's text with a column's. want is the server's reading
// of the text, which resolves names and aliases. The modifier, as in
// numeric(10, 2), is compared as text after the server's own defaults.
func sameType(text string, want catalog.Type, have catalog.Column) bool {
	if want.OID != have.TypeOID {
		return false
	}
	written := sqltype.Parse(text)
	wantMod, haveMod := written.Modifier, sqltype.Parse(have.Type).Modifier
	switch strings.TrimSuffix(want.Name, "[]") {
	case "numeric":
		if wantMod != "" && !strings.Contains(wantMod, ",") {
			wantMod += ",0"
		}
	case "character", "bit":
		// char is char(1), but bpchar has no limit.
		if wantMod == "" && written.Base != "bpchar" {
			wantMod = "1"
		}
	case "real", "double precision": // float(20) is a real, without a modifier
		return true
	case "interval": // the fields of an interval are a modifier too
		return wantMod == "" || wantMod == haveMod
	}
	return wantMod == haveMod
}

// differentDefault reports whether two defaults surely differ: one is absent,
// or both are plain literals of a type whose literals have one form. Texts that
// the server has rewritten count as equal.
func differentDefault(want string, typeName, have string) bool {
	if want == "" {
		return false // a default that the model does not need is no difference
	}
	if have == "" {
		return true
	}
	w, wok := literal(want)
	h, hok := literal(have)
	if !wok || !hok {
		return false
	}
	switch sqltype.Canonical(typeName) {
	case "text", "character varying", "boolean", "smallint", "integer", "bigint":
		return w != h
	}
	return false
}

// literal parses 'text'::type, an integer, true or false.
func literal(expr string) (string, bool) {
	expr = strings.TrimSpace(expr)
	if strings.HasPrefix(expr, "(") && strings.HasSuffix(expr, ")") { // the server's '(-1)'
		expr = expr[1 : len(expr)-1]
	}
	if strings.HasPrefix(expr, "'") {
		for i := 1; i < len(expr); i++ {
			if expr[i] != '\'' {
				continue
			}
			if i+1 < len(expr) && expr[i+1] == '\'' {
				i++
				continue
			}
			if rest := expr[i+1:]; rest != "" && !strings.HasPrefix(rest, "::") || strings.ContainsAny(rest, "|+-*/'") {
				return "", false
			}
			return strings.ReplaceAll(expr[1:i], "''", "'"), true
		}
		return "", false
	}
	expr = strings.ToLower(expr)
	if expr == "true" || expr == "false" {
		return expr, true
	}
	digits := strings.TrimPrefix(expr, "-")
	if digits == "" || strings.Trim(digits, "0123456789") != "" {
		return "", false
	}
	return expr, true
}
