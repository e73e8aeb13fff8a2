package migrate

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/gormango/gormango/internal/sqltype"
)

// sameColumnType reports whether two columns have the same type and collation.
func sameColumnType(a, b Column) bool {
	return sameTypeText(a.Type, b.Type) && sameSQL(a.Collation, b.Collation)
}

// sameTypeText reports whether two texts name the same type: int and integer,
// varchar(20) and character varying(20).
func sameTypeText(a, b string) bool { return canonicalType(a) == canonicalType(b) }

// canonicalType returns a type's text in the server's words, with its modifier
// completed by the server's defaults.
func canonicalType(text string) string {
	elem := strings.TrimSpace(text)
	brackets := ""
	for strings.HasSuffix(elem, "]") {
		i := strings.LastIndex(elem, "[")
		if i < 0 {
			break
		}
		elem, brackets = strings.TrimSpace(elem[:i]), brackets+"[]"
	}
	n := sqltype.Parse(elem)
	name := sqltype.Canonical(elem)
	mod := strings.ReplaceAll(n.Modifier, " ", "")
	switch name {
	case "numeric":
		if mod != "" && !strings.Contains(mod, ",") {
			mod += ",0"
		}
	case "character", "bit":
		if mod == "" && n.Base != "bpchar" {
			mod = "1"
		}
	case "real", "double precision":
		mod = ""
	}
	if mod != "" {
		name += "(" + mod + ")"
	}
	return name + brackets
}

var textTypes = []string{"text", "character varying", "character", "citext", "name"}

// numberTypes are in the order in which each holds the values of those before.
var numberTypes = []string{"smallint", "integer", "bigint", "numeric", "real", "double precision"}

var timeTypes = []string{"date", "timestamp without time zone", "timestamp with time zone", "time without time zone", "time with time zone", "interval"}

func timestamp(text string) bool { return strings.HasPrefix(sqltype.Canonical(text), "timestamp") }

func zoned(text string) bool { return strings.HasSuffix(sqltype.Canonical(text), " with time zone") }

// conversion returns the SQL that converts a column's values, "" if the
// server's assignment does it. exact reports whether that assignment may round
// or cut a value in silence, so that rows must be looked at before.
func conversion(from, to Column) (using string, exact bool) {
	a, b := sqltype.Canonical(from.Type), sqltype.Canonical(to.Type)
	both := func(list []string) bool { return slices.Contains(list, a) && slices.Contains(list, b) }
	switch {
	case sameTypeText(from.Type, to.Type), slices.Contains(textTypes, b):
		return "", false
	case both(numberTypes), both(timeTypes) && (!timestamp(a) || a == b || !timestamp(b)):
		return "", rounds(from.Type, to.Type)
	case both(timeTypes), a == b, strings.HasPrefix(a, "json") && strings.HasPrefix(b, "json"):
		return "", false
	case slices.Contains(textTypes, a), a == "boolean", b == "boolean":
		return quote(from.Name) + "::" + to.Type, false
	}
	return quote(from.Name) + "::text::" + to.Type, false
}

// lookForLoss returns the statement that fails if the new type of a column
// would change a value, and names the row's key. It holds the table's lock, so
// that no such row is written afterwards.
func (t *Table) lookForLoss(from, to Column) string {
	column, table := quote(from.Name), quoteTable(t.Name)
	where, keys, list := "a row", "", "1"
	if len(t.Key) > 0 {
		list = quoteAll(t.Key)
		where = "the row with "
		for i, k := range t.Key {
			if i > 0 {
				where += ", "
			}
			where += k + " = %"
			keys += ", lossy." + quote(k)
		}
	}
	message := quoteText(fmt.Sprintf("%s.%s: %s would change the value of ", t.Name, from.Name, strings.ReplaceAll(to.Type, "%", "%%")) + where)
	return fmt.Sprintf(`DO $check$
DECLARE
	lossy record;
BEGIN
	LOCK TABLE %[1]s;
	SELECT %[2]s INTO lossy FROM %[1]s WHERE %[3]s::%[4]s::%[5]s IS DISTINCT FROM %[3]s LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION %[6]s%[7]s USING ERRCODE = 'data_exception';
	END IF;
END
$check$`, table, list, column, to.Type, from.Type, message, keys)
}

// rounds reports whether an assignment can change a value in silence.
func rounds(from, to string) bool {
	a, b := sqltype.Canonical(from), sqltype.Canonical(to)
	i, j := slices.Index(numberTypes, a), slices.Index(numberTypes, b)
	switch {
	case i < 0 || j < 0: // times
		if a == b {
			return precision(to, 6) < precision(from, 6)
		}
		return a != "date"
	case b == "numeric":
		scale, limited := scaleOf(to)
		have, known := scaleOf(from)
		if a == "numeric" {
			return limited && (!known || have > scale)
		}
		return limited && i > 3 // floats; an integer has no digits to lose
	case a == "numeric", i > 3 && j < i: // to integers or floats
		return true
	case j > 3: // integers to floats
		return b == "real" && a != "smallint" || b == "double precision" && a == "bigint"
	}
	return false // a smaller integer type refuses what does not fit
}

// scaleOf returns the digits behind the point of numeric(p, s). known is false
// without a modifier.
func scaleOf(text string) (scale int, known bool) {
	mod := sqltype.Parse(text).Modifier
	if mod == "" {
		return 0, false
	}
	_, after, ok := strings.Cut(mod, ",")
	if !ok {
		return 0, true
	}
	n, err := strconv.Atoi(strings.TrimSpace(after))
	return n, err == nil
}

func precision(text string, otherwise int) int {
	if n, err := strconv.Atoi(strings.TrimSpace(sqltype.Parse(text).Modifier)); err == nil {
		return n
	}
	return otherwise
}

// alterTo returns the operation that changes a column of the table.
func alterTo(t *Table, from, to Column) AlterColumn {
	o := AlterColumn{Table: t.Name, Column: to}
	if !sameTypeText(from.Type, to.Type) {
		o.Using, o.Exact = conversion(from, to)
	}
	return o
}

// needsFill reports whether the column cannot be added to a table with rows
// without a value for them.
func (c Column) needsFill() bool {
	return c.NotNull && c.Default == "" && c.Fill == "" && c.Generated == "" && c.Identity == ""
}

// zero returns the SQL of Go's zero value of a column's type, or of the current
// time. ok is false for a type without one.
func (s *State) zero(c Column) (sql string, ok bool) {
	if strings.HasSuffix(strings.TrimSpace(c.Type), "]") {
		return "'{}'", true
	}
	for name, e := range s.Enums {
		if replaceType(c.Type, name, name+"?") != c.Type && len(e.Values) > 0 {
			return quoteText(e.Values[0]), true
		}
	}
	name := sqltype.Canonical(c.Type)
	switch {
	case slices.Contains(textTypes, name), name == "bytea":
		return "''", true
	case slices.Contains(numberTypes, name):
		return "0", true
	case timestamp(name), name == "date", strings.HasPrefix(name, "time "):
		return "now()", true
	}
	zeros := map[string]string{"boolean": "false", "interval": "'0'", "json": "'{}'", "jsonb": "'{}'", "hstore": "''", "tsvector": "''",
		"money": "0", "uuid": "'00000000-0000-0000-0000-000000000000'"}
	sql, ok = zeros[name]
	return sql, ok
}
