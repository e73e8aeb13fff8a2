package migrate

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/catalog"
	"github.com/gormango/gormango/internal/sqltext"
)

// Texts of differences that have no other side.
const (
	isMissing = "missing"
	notThere  = "not there"
)

// Drift returns the differences between the database and what its migrations
// have made of it, in the server's own words: those of tables, columns,
// indexes, constraints, types, sequences, views, functions, triggers, policies
// and comments. Migrations that are not applied yet, and schemas that they do
// not name, are no difference. Whether an integer counts by an identity or by a
// sequence is none either, and neither are rights, owners, and extensions that
// no migration names.
//
// Drift creates the wanted tables in a schema of their own, in a transaction
// that it rolls back; a role that may not create schemas gets pg_temp. The
// error is a *RightError if neither suffices, or a *CopyError.
func (r *Runner) Drift(ctx context.Context) ([]Difference, error) {
	if r.set == nil {
		return nil, errNoSet
	}
	rows, err := r.history.read(ctx, r.db)
	if err != nil {
		return nil, err
	}
	list, err := r.set.order(func(id ID) bool { return rows[id].done() })
	if err != nil {
		return nil, err
	}
	has := r.set.has(func(id ID) bool { return rows[id].done() })
	state, err := replay(slices.DeleteFunc(list, func(m *Migration) bool { return !has(m.ID) }))
	if err != nil {
		return nil, err
	}
	return drift(ctx, r.db, state, r.own()...)
}

// own returns the tables that the library keeps for itself.
func (r *Runner) own() []string {
	return []string{r.history.table, r.history.table + "_log", "gormango_states", "gormango_steps"}
}

// drift compares the database with the state, both in the words of this server.
// Tables of the library's own are ignored.
func drift(ctx context.Context, db *gorm.DB, s *State, ignored ...string) ([]Difference, error) {
	schemas := s.namedSchemas()
	live, err := inspectSchemas(ctx, pool(session(ctx, db)), nil, append([]string{""}, schemas...)...)
	if err != nil {
		return nil, err
	}
	// A schema of the search path that tables name all the same is inspected once.
	live.drop(func(one *catalog.Schema) bool { return one.Label == live.Schema })
	if missing := live.lacks(s); len(missing) > 0 {
		return missing, nil // the copy could not be created either
	}
	want, err := canonical(ctx, db, s)
	if err != nil {
		return nil, err
	}
	found := differences(want, live, append(ignored, statesTable, stepsTable))
	return slices.DeleteFunc(found, s.fills), nil
}

// fills reports whether a difference is the default of Column.Fill alone. A
// database whose column was not added later, as one that Auto or AutoMigrate
// has made, needs none.
func (s *State) fills(d Difference) bool {
	t := s.Tables[d.Table]
	if t == nil || d.Kind != "column" {
		return false
	}
	c, ok := t.Column(d.Name)
	return ok && c.Default == "" && c.Fill != "" && strings.HasPrefix(d.Should, d.Is+" DEFAULT ")
}

// drop leaves out schemas.
func (c *Catalog) drop(unwanted func(*catalog.Schema) bool) {
	c.schemas = slices.DeleteFunc(c.schemas, func(s *catalog.Schema) bool { return s.Label != "" && unwanted(s) })
	c.flat = map[catalog.Key]string{}
	for _, s := range c.schemas {
		for key, text := range s.Flat() {
			c.flat[key] = text
		}
	}
}

// lacks returns the schemas and extensions of the state that the database does
// not have.
func (c *Catalog) lacks(s *State) (missing []Difference) {
	for _, one := range c.schemas {
		if one.Name == "" {
			name := cmp.Or(one.Label, "current_schema()")
			missing = append(missing, Difference{Name: name, Kind: "schema", Is: isMissing, Should: "schema", Hint: "CREATE SCHEMA " + quote(name)})
		}
	}
	for _, name := range s.Extensions {
		if !slices.Contains(c.schemas[0].Extensions, name) {
			missing = append(missing, Difference{Name: name, Kind: "extension", Is: isMissing, Should: "extension", Hint: "CREATE EXTENSION " + quote(name)})
		}
	}
	return missing
}

// differences lists what differs in the catalog got from the catalog want,
// ordered by table, kind and name. The parts of a table that is missing or not
// wanted are not listed.
func differences(want, got *Catalog, ignored []string) []Difference {
	var out []Difference
	same := samePlace(want, got)
	whole := func(c *Catalog, key catalog.Key) bool { // the table itself is listed
		return key.Table != "" && c.relation(key.Table) == "" && !isRelation(key.Kind)
	}
	add := func(key catalog.Key, is, should string) {
		if !slices.Contains(ignored, unqualified(key.Table)) {
			out = append(out, Difference{Table: key.Table, Name: key.Name, Kind: key.Kind, Is: strings.TrimSpace(is), Should: strings.TrimSpace(should)})
		}
	}
	for key, text := range want.flat {
		have, ok := got.flat[key]
		switch {
		case same(key) || ok && (have == text || uncast(have) == uncast(text)) || whole(got, key):
		case !ok:
			add(key, isMissing, text)
		default:
			add(key, have, text)
		}
	}
	for key, have := range got.flat {
		if _, ok := want.flat[key]; !ok && !same(key) && !whole(want, key) {
			add(key, have, notThere)
		}
	}
	slices.SortFunc(out, func(a, b Difference) int {
		return cmp.Or(cmp.Compare(a.Table, b.Table), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name))
	})
	return out
}

// samePlace returns the function that reports whether an object is not to be
// compared: the persistence of a temporary copy, and a counting column, which
// GORM's AutoMigrate makes with a sequence and this package as an identity.
func samePlace(want, got *Catalog) func(catalog.Key) bool {
	temporary := slices.ContainsFunc(slices.Concat(want.schemas, got.schemas), func(s *catalog.Schema) bool { return s.Temporary })
	counted := map[catalog.Key]bool{}
	for _, s := range got.schemas {
		for _, t := range s.Tables {
			for _, c := range t.Columns {
				if !c.Counted {
					continue
				}
				wanted := want.table(t.Name)
				if wanted == nil {
					continue
				}
				if w, ok := wanted.Column(c.Name); ok && w.Identity == "d" && w.Type == c.Type && w.NotNull == c.NotNull && w.Extra == c.Extra {
					counted[catalog.Key{Kind: "column", Table: t.Name, Name: c.Name}] = true
					counted[catalog.Key{Kind: "sequence", Table: t.Name, Name: c.Name}] = true
				}
			}
		}
	}
	return func(key catalog.Key) bool {
		return temporary && key.Kind == "persistence" || counted[key]
	}
}

// castWords are the words of types that the server casts to and from without
// being told.
var castWords = map[string]bool{
	"text": true, "character": true, "varying": true, "bpchar": true, "numeric": true,
	"bigint": true, "integer": true, "smallint": true, "double": true, "precision": true, "real": true,
}

// uncast returns SQL without casts between types of text and between types of
// numbers. The server writes other ones where a column's type has been changed
// than where it has had its type from the start.
func uncast(sql string) string {
	if !strings.Contains(sql, "::") {
		return sql
	}
	pieces := sqltext.Pieces(sql)
	var out []string
	for i := 0; i < len(pieces); i++ {
		if n := castAt(pieces[i:]); n > 0 {
			i += n - 1
			continue
		}
		out = append(out, pieces[i])
	}
	return strings.Join(out, "")
}

// castAt returns how many pieces the cast at their beginning has, 0 if there is
// none, or one of another type.
func castAt(pieces []string) int {
	if len(pieces) < 3 || pieces[0] != ":" || pieces[1] != ":" || !castWords[pieces[2]] {
		return 0
	}
	n := 3
	for n+1 < len(pieces) && pieces[n] == " " && castWords[pieces[n+1]] { // character varying
		n += 2
	}
	if n < len(pieces) && pieces[n] == "(" {
		for n < len(pieces) && pieces[n] != ")" {
			n++
		}
		n++
	}
	for n+1 < len(pieces) && pieces[n] == "[" && pieces[n+1] == "]" {
		n += 2
	}
	return n
}

func isRelation(kind string) bool {
	switch kind {
	case "table", "foreign table", "view", "materialized view":
		return true
	}
	return false
}

// relation returns the kind of a table or view, "" if there is none.
func (c *Catalog) relation(name string) string {
	for _, kind := range []string{"table", "view", "materialized view", "foreign table"} {
		if _, ok := c.flat[catalog.Key{Kind: kind, Table: name}]; ok {
			return kind
		}
	}
	return ""
}

// ErrDrift reports that the database differs from the migrations. The error is
// a *DriftError, which lists the differences.
var ErrDrift = errors.New("migrate: the database differs from its migrations")

// DriftError lists the differences. It matches ErrDrift in errors.Is.
type DriftError struct {
	Differences []Difference
}

// Error lists every difference.
func (e *DriftError) Error() string {
	return fmt.Sprintf("%s: %s", ErrDrift, joined(e.Differences))
}

// Is reports whether target is ErrDrift.
func (e *DriftError) Is(target error) bool { return target == ErrDrift }

func joined(differences []Difference) string {
	texts := make([]string, len(differences))
	for i, d := range differences {
		texts[i] = d.String()
	}
	return strings.Join(texts, "; ")
}
