package migrate

import (
	"slices"
	"strings"

	"github.com/gormango/gormango/internal/sqltext"
	"github.com/gormango/gormango/internal/sqltype"
)

// stable are the functions whose value is the same for all rows of a statement.
var stable = []string{"now", "current_timestamp", "current_date", "current_time", "localtimestamp", "localtime", "transaction_timestamp",
	"statement_timestamp", "current_user", "session_user", "user", "current_schema", "current_setting", "array", "row", "coalesce", "nullif", "lower",
	"upper", "make_date", "make_interval", "to_jsonb", "jsonb_build_object", "jsonb_build_array", "date_trunc", "interval", "timezone", "concat"}

// volatile reports whether a default may differ from row to row: it calls a
// function that is not known to be stable.
func volatile(expression string) bool {
	pieces := sqltext.Pieces(expression)
	for i, p := range pieces {
		if name := identifierOf(p); name != "" && neighbour(pieces, i, 1) == "(" && !slices.Contains(stable, name) &&
			neighbour(pieces, i, -1) != ":" && !typeWord(name) {
			return true
		}
	}
	return false
}

// typeWord reports whether a name is that of a type with a modifier, as in
// '1'::numeric(10, 2).
func typeWord(name string) bool {
	return slices.Contains([]string{"numeric", "decimal", "varchar", "char", "character", "varying", "bit", "timestamp", "timestamptz", "time"}, name)
}

// rewrites reports whether a change of type rewrites the table, or reads it.
func rewrites(from, to Column) bool {
	if sameTypeText(from.Type, to.Type) {
		return !sameSQL(from.Collation, to.Collation) // its indexes are built again
	}
	a, b := sqltype.Canonical(from.Type), sqltype.Canonical(to.Type)
	size := func(c Column) int { return precision(c.Type, 1<<30) }
	switch {
	case a == "character varying" && b == a, a == "bit varying" && b == a:
		return size(to) < size(from)
	case a == "character varying" && b == "text", a == "text" && b == "character varying" && size(to) == 1<<30:
		return false
	case a == "text" && b == "citext", a == "citext" && b == "text", a == "cidr" && b == "inet":
		return false
	case a == "numeric" && b == a:
		have, limited := scaleOf(from.Type)
		want, still := scaleOf(to.Type)
		return still && (!limited || have != want || digits(to.Type) < digits(from.Type))
	case timestamp(from.Type) && timestamp(to.Type):
		return precision(to.Type, 6) < precision(from.Type, 6)
	case a == b && slices.Contains(timeTypes, a):
		return precision(to.Type, 6) < precision(from.Type, 6)
	}
	return true
}

// digits returns the precision of numeric(p, s).
func digits(text string) int {
	first, _, _ := strings.Cut(sqltype.Parse(text).Modifier, ",")
	return precision("numeric("+first+")", 1<<30)
}
