package migrate

import (
	"regexp"
	"strconv"
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

// sameLiteral reports whether two defaults are literals of one value.
func sameLiteral(a, b string) bool {
	x, ok := literal(a)
	y, ok2 := literal(b)
	return ok && ok2 && x == y
}

// wider reports whether every value of the type have is one of want, and the
// server changes no row for it: a longer varchar, a numeric of more digits with
// the same scale, a time of more digits.
func wider(have, want string) bool {
	h, w := sqltype.Parse(have), sqltype.Parse(want)
	from, to := h.Canonical(), w.Canonical()
	if from == "character varying" && to == "text" {
		return true
	}
	if from != to || h.Modifier == "" {
		return false
	}
	switch from {
	case "character varying", "bit varying", "time without time zone", "time with time zone",
		"timestamp without time zone", "timestamp with time zone":
		return w.Modifier == "" || number(w.Modifier) >= number(h.Modifier)
	case "numeric":
		if w.Modifier == "" {
			return true
		}
		hp, hs, _ := strings.Cut(h.Modifier, ",")
		wp, ws, _ := strings.Cut(w.Modifier, ",")
		return number(hs) == number(ws) && number(wp) >= number(hp)
	}
	return false
}

// number returns a modifier as a number, -1 for other texts and 0 for none.
func number(s string) int {
	s = strings.TrimSpace(s)
	if s == "" {
		return 0
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		return -1
	}
	return n
}

// hasWord reports whether SQL has a name, in quotes or without.
func hasWord(sql, name string) bool {
	return regexp.MustCompile(`(^|[^\w"])"?` + regexp.QuoteMeta(name) + `"?($|[^\w"])`).MatchString(sql)
}
