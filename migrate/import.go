package migrate

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/sqlfile"
	"github.com/gormango/gormango/internal/sqltext"
)

// Import returns the migrations of a directory of goose or golang-migrate, for
// Write. Their names stay, with the app before them.
//
// after is the state that the last of them leads to, as FromModels returns it,
// or nil. The last migration gets the operations that make it, since files of
// other tools have none: makemigrations goes on from there. Runner.Verify shows
// whether the files lead to that state.
//
// A file of goose that runs several statements without a transaction becomes
// several, of which a crash leaves whole ones, and has no way back. A migration
// of goose in Go must be written as a GoMigration, and Import leaves it out.
// The error is a *FileError.
func Import(files fs.FS, app string, after *State) ([]Migration, error) {
	texts, err := sqlFiles(files)
	if err != nil {
		return nil, err
	}
	if len(texts) == 0 {
		return nil, errors.New("migrate: Import: the directory has no files *.sql")
	}
	var out []Migration
	for _, name := range sortedByNumber(slices.Collect(maps.Keys(texts))) {
		var list []Migration
		switch m := pairForm.FindStringSubmatch(name); {
		case m == nil:
			list, err = importGoose(name, texts[name])
		case m[2] == "down":
			if _, there := texts[m[1]+".up"+sqlEnd]; !there {
				err = &FileError{File: name, Text: "there is no file " + m[1] + ".up" + sqlEnd}
			}
		default:
			down, reversible := texts[m[1]+".down"+sqlEnd]
			list, err = importPair(m[1], texts[name], down, reversible)
		}
		if err != nil {
			return nil, err
		}
		for _, m := range list {
			if app != "" {
				m.ID = ID(app + "/" + string(m.ID))
			}
			if len(out) > 0 {
				m.After = []ID{out[len(out)-1].ID}
			}
			out = append(out, m)
		}
	}
	if after != nil {
		ops, err := Diff(newState(), after, nil)
		if err != nil {
			return nil, err
		}
		out[len(out)-1].Ops = ops
	}
	return out, nil
}

// pairForm is the form of golang-migrate's names.
var pairForm = regexp.MustCompile(`^([0-9]+_.+)\.(up|down)\.sql$`)

// sortedByNumber sorts names by the numbers that they begin with.
func sortedByNumber(names []string) []string {
	slices.SortFunc(names, func(a, b string) int {
		x, y := strings.TrimLeft(numberForm.FindString(a), "0"), strings.TrimLeft(numberForm.FindString(b), "0")
		if len(x) != len(y) {
			return len(x) - len(y)
		}
		if c := strings.Compare(x, y); c != 0 {
			return c
		}
		return strings.Compare(a, b)
	})
	return names
}

func importGoose(name, text string) ([]Migration, error) {
	f, err := sqlfile.Parse(text)
	if e, ok := errors.AsType[*sqlfile.Error](err); ok {
		return nil, &FileError{File: name, Line: e.Line, Text: e.Text}
	}
	if !strings.HasPrefix(name, numberForm.FindString(name)+"_") || numberForm.FindString(name) == "" {
		return nil, &FileError{File: name, Text: "a name that does not begin with a number and _"}
	}
	m := Migration{ID: ID(strings.TrimSuffix(name, sqlEnd)), Tx: !f.NoTx, Forward: unplaced(f.Up), Back: unplaced(f.Down), hasBack: f.HasDown}
	return parts(m), nil
}

func unplaced(list []sqlfile.Stmt) (out []Stmt) {
	for _, s := range list {
		out = append(out, Stmt{SQL: s.SQL})
	}
	return out
}

// parts returns a migration without a transaction as one for each statement.
func parts(m Migration) []Migration {
	if m.Tx || len(m.Forward) <= 1 && len(m.Back) <= 1 {
		return []Migration{m}
	}
	var out []Migration
	for i, s := range m.Forward {
		part := Migration{ID: m.ID, Forward: []Stmt{s}, Irreversible: fmt.Sprintf("%s had several statements without a transaction", m.ID)}
		if i > 0 {
			part.ID = ID(fmt.Sprintf("%s_part%d", m.ID, i+1))
		}
		out = append(out, part)
	}
	return out
}

func importPair(base, up, down string, reversible bool) ([]Migration, error) {
	m := Migration{ID: ID(base), Tx: true, hasBack: reversible}
	var alone bool
	for _, side := range []struct {
		text string
		list *[]Stmt
		name string
	}{{up, &m.Forward, ".up"}, {down, &m.Back, ".down"}} {
		list := statementsOf(side.text)
		for _, s := range list {
			if outsideOnly(s.SQL) {
				alone = true
				if len(list) > 1 {
					return nil, &FileError{File: base + side.name + sqlEnd, Line: s.Line, Text: "a statement that cannot be in a transaction stands beside others (put it into a file of its own)"}
				}
			}
		}
		for _, s := range list {
			*side.list = append(*side.list, Stmt{SQL: s.SQL})
		}
	}
	m.Tx = !alone
	if alone && (len(m.Forward) > 1 || len(m.Back) > 1) {
		return nil, &FileError{File: base + ".down" + sqlEnd, Text: "one side cannot be in a transaction and the other has several statements (put them into files of their own)"}
	}
	return []Migration{m}, nil
}

// statementsOf returns the statements of a text without a transaction around
// all of them.
func statementsOf(text string) []Stmt {
	var out []Stmt
	for _, p := range sqltext.Split(text) {
		out = append(out, Stmt{SQL: text[p.Start:p.End], Line: 1 + strings.Count(text[:p.Start], "\n")})
	}
	word := func(s Stmt) string { return strings.ToUpper(strings.Join(strings.Fields(s.SQL), " ")) }
	if len(out) >= 2 && slices.Contains([]string{"BEGIN", "BEGIN TRANSACTION", "START TRANSACTION"}, word(out[0])) &&
		slices.Contains([]string{"COMMIT", "COMMIT TRANSACTION", "END"}, word(out[len(out)-1])) {
		out = out[1 : len(out)-1]
	}
	return out
}

var alonesForm = regexp.MustCompile(`(?is)^(VACUUM|ALTER\s+SYSTEM|(CREATE|DROP)\s+DATABASE|REINDEX\s.*CONCURRENTLY|(CREATE\s+(UNIQUE\s+)?|DROP\s+)INDEX\s+CONCURRENTLY|ALTER\s+TABLE\s.*DETACH\s+PARTITION\s.*CONCURRENTLY)\b`)

// outsideOnly reports whether a statement cannot be in a transaction.
func outsideOnly(sql string) bool { return alonesForm.MatchString(sql) }

// ImportHistory records the migrations that goose or golang-migrate has applied
// as applied, by the tables in which these note it, goose_db_version and
// schema_migrations. It runs none of their statements. Migrations are found by
// the numbers that their names begin with. The error is ErrChecksum for an
// applied migration without a file.
func (r *Runner) ImportHistory(ctx context.Context) (Report, error) {
	var report Report
	if r.set == nil {
		return report, errNoSet
	}
	tool, versions, err := r.foreignVersions(ctx)
	if err != nil {
		return report, err
	}
	known := map[string]bool{}
	for _, m := range r.set.list() {
		known[versionOf(m.ID)] = true
	}
	for _, v := range versions {
		if !known[v] {
			return report, &ChecksumError{Kind: "unknown", File: fmt.Sprintf("version %s of %s", v, tool)}
		}
	}
	err = r.locked(ctx, &report, func(g *guard) error {
		return r.inTx(ctx, func(tx *gorm.DB) error { return r.recordVersions(tx, g.history, tool, versions, &report) })
	})
	return report, err
}

// versionOf returns the number that a name begins with, without zeros before
// it.
func versionOf(id ID) string {
	return strings.TrimLeft(numberForm.FindString(path.Base(string(id))), "0")
}

func (r *Runner) recordVersions(tx *gorm.DB, h history, tool string, versions []string, report *Report) error {
	for _, sql := range h.create() {
		if err := tx.Exec(sql).Error; err != nil {
			return err
		}
	}
	breaks, err := r.set.breakage(nil)
	if err != nil {
		return err
	}
	for _, m := range r.set.list() {
		if !slices.Contains(versions, versionOf(m.ID)) {
			continue
		}
		why := "imported from " + tool
		first, err := h.begin(tx, m, stateFaked, breaks[m.ID], why)
		if err != nil {
			return err
		}
		if !first {
			continue
		}
		if err := h.note(tx, m.ID, "imported", m.Sum, why, 0); err != nil {
			return err
		}
		report.Applied = append(report.Applied, m.ID)
	}
	return nil
}

// foreignVersions returns the versions that another tool has applied, without
// zeros before them.
func (r *Runner) foreignVersions(ctx context.Context) (tool string, versions []string, err error) {
	db := session(ctx, r.db)
	var goose, migrate bool
	if err := db.Raw(`SELECT to_regclass('goose_db_version') IS NOT NULL, to_regclass('schema_migrations') IS NOT NULL`).Row().Scan(&goose, &migrate); err != nil {
		return "", nil, fmt.Errorf("migrate: look for the tables of other tools: %w", err)
	}
	switch {
	case goose && migrate:
		return "", nil, errors.New("migrate: ImportHistory: the database has both goose_db_version and schema_migrations (rename the one that is out of date)")
	case goose:
		err := db.Raw(`SELECT version_id::text FROM (SELECT DISTINCT ON (version_id) version_id, is_applied FROM goose_db_version ORDER BY version_id, id DESC) AS v
WHERE is_applied AND version_id > 0 ORDER BY version_id`).Scan(&versions).Error
		return "goose", versions, err
	case migrate:
		var version string
		var dirty bool
		row := db.Raw(`SELECT version::text, dirty FROM schema_migrations`).Row()
		if err := row.Scan(&version, &dirty); err != nil {
			return "", nil, fmt.Errorf("migrate: read schema_migrations: %w", err)
		}
		if dirty {
			return "", nil, fmt.Errorf("migrate: ImportHistory: version %s is marked as dirty in schema_migrations (mend what it has left, and set the mark to false)", version)
		}
		for _, m := range r.set.list() {
			v := versionOf(m.ID)
			if len(v) < len(version) || len(v) == len(version) && v <= version {
				versions = append(versions, v)
			}
		}
		if !slices.Contains(versions, version) {
			versions = append(versions, version)
		}
		return "golang-migrate", versions, nil
	}
	return "", nil, errors.New("migrate: ImportHistory: the database has neither goose_db_version nor schema_migrations")
}
