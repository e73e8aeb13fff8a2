package migrate

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"
)

// buildOf is what a statement does to an index concurrently.
type buildOf struct {
	create, drop, reindex bool
	name                  string // of the index as the statement has it, "" for those of a table
	table                 string // as the statement has it
}

const (
	nameForm = `(?:"(?:[^"]|"")+"|[\pL_][\pL\pN_$]*)`
	pathForm = nameForm + `(?:\s*\.\s*` + nameForm + `)?`
)

var (
	createForm  = regexp.MustCompile(`(?is)^CREATE\s+(?:UNIQUE\s+)?INDEX\s+CONCURRENTLY\s+(?:IF\s+NOT\s+EXISTS\s+)?(` + nameForm + `)\s+ON\s+(?:ONLY\s+)?(` + pathForm + `)`)
	dropForm    = regexp.MustCompile(`(?is)^DROP\s+INDEX\s+CONCURRENTLY\s+(?:IF\s+EXISTS\s+)?(` + pathForm + `)`)
	reindexForm = regexp.MustCompile(`(?is)^REINDEX\s+(?:\([^)]*\)\s*)?(INDEX|TABLE)\s+(?:CONCURRENTLY\s+)?(` + pathForm + `)`)
)

// build returns what a statement does to an index.
func build(sql string) buildOf {
	if m := createForm.FindStringSubmatch(sql); m != nil {
		return buildOf{create: true, name: m[1], table: m[2]}
	}
	if m := dropForm.FindStringSubmatch(sql); m != nil {
		return buildOf{drop: true, name: m[1]}
	}
	if m := reindexForm.FindStringSubmatch(sql); m != nil {
		if strings.EqualFold(m[1], "TABLE") {
			return buildOf{reindex: true, table: m[2]}
		}
		return buildOf{reindex: true, name: m[2]}
	}
	return buildOf{}
}

// bare returns the name that SQL text stands for.
func bare(name string) string {
	if strings.HasPrefix(name, `"`) {
		name = strings.ReplaceAll(name[1:len(name)-1], `""`, `"`)
	} else {
		name = strings.ToLower(name)
	}
	return name[:min(len(name), 63)] // as the server cuts it
}

// indexState is what the server says of an index.
type indexState struct {
	exists, valid, building, same bool
	schema, name                  string
}

func (s indexState) path() string { return quote(s.schema) + "." + quote(s.name) }

// index returns the state of the index that a statement creates.
func (r *Runner) index(ctx context.Context, b buildOf) (s indexState, err error) {
	rows, err := session(ctx, r.db).Raw(`SELECT i.indisvalid AND i.indisready AND i.indislive,
	EXISTS (SELECT FROM pg_stat_progress_create_index p WHERE p.index_relid = i.indexrelid AND p.datname = current_database()),
	i.indrelid = to_regclass(?), n.nspname, c.relname
FROM pg_class c JOIN pg_index i ON i.indexrelid = c.oid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relname = ? AND c.relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = to_regclass(?))`, b.table, bare(b.name), b.table).Rows()
	if err != nil {
		return s, err
	}
	defer rows.Close()
	if rows.Next() {
		s.exists = true
		err = rows.Scan(&s.valid, &s.building, &s.same, &s.schema, &s.name)
	}
	return s, errors.Join(err, rows.Err())
}

// buildIndex creates an index concurrently. An invalid one of its name on its
// table is what an earlier build has left: if the server still builds it,
// though its client has gone, buildIndex waits for the end; else it drops it
// and builds again.
func (r *Runner) buildIndex(ctx context.Context, t task, s Stmt, b buildOf, resumed bool, a *attempt) error {
	if err := r.dropLeftovers(ctx, t, b, a); err != nil {
		return err
	}
	for tries := 0; ; {
		at, err := r.index(ctx, b)
		switch {
		case err != nil:
			return err
		case at.exists && !at.same:
			return fmt.Errorf("the name %s is that of an index of another table", b.name)
		case at.exists && at.building:
			if err := r.awaitBuild(ctx, t, b); err != nil {
				return err
			}
			resumed = true // it is the same index: the history has said that it is begun
			continue
		case at.exists && at.valid && resumed:
			return nil
		case at.exists && !at.valid:
			if err := r.dropInvalid(ctx, t, at.path(), a); err != nil {
				return err
			}
		}
		if tries++; tries > 5 {
			return fmt.Errorf("index %s is invalid after %d builds", b.name, tries-1)
		}
		r.event(Event{Kind: "statement", ID: t.ID, Back: t.back, Stmt: s.SQL, Attempt: tries})
		err = r.outsideTx(ctx, s.SQL)
		switch {
		case code(err) == "42P07" && !(at.exists && at.valid):
			// Another process has built it meanwhile.
		case code(err) == "23505":
			return r.duplicates(ctx, t, b, a, err)
		case err != nil:
			return err
		}
		resumed = true // the next look decides
	}
}

// awaitBuild waits while the server builds an index.
func (r *Runner) awaitBuild(ctx context.Context, t task, b buildOf) error {
	cause := fmt.Errorf("the server still builds index %s for an earlier run", b.name)
	pause := 50 * time.Millisecond
	for {
		at, err := r.index(ctx, b)
		if err != nil || !at.building {
			return err
		}
		r.event(Event{Kind: "wait", ID: t.ID, Back: t.back, Err: cause})
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return fmt.Errorf("%w while waiting: %w", ctx.Err(), cause)
		}
		pause = min(pause*3/2, 2*time.Second)
	}
}

func (r *Runner) dropInvalid(ctx context.Context, t task, path string, a *attempt) error {
	what := "dropped the invalid index " + path
	r.event(Event{Kind: "heal", ID: t.ID, Back: t.back, Stmt: what})
	err := r.outsideTx(ctx, "DROP INDEX CONCURRENTLY IF EXISTS "+path)
	if err == nil {
		a.healed = append(a.healed, what)
	}
	return err
}

// dropLeftovers drops the invalid copies that an index is built as when it is
// rebuilt concurrently.
func (r *Runner) dropLeftovers(ctx context.Context, t task, b buildOf, a *attempt) error {
	var list []string
	db := session(ctx, r.db)
	const invalid = `SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_index i ON i.indexrelid = c.oid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE NOT i.indisvalid AND c.relkind = 'i' AND c.relname ~ '_cc(new|old)[0-9]*$'
	AND NOT EXISTS (SELECT FROM pg_stat_progress_create_index p WHERE p.index_relid = i.indexrelid AND p.datname = current_database())
	AND `
	var err error
	switch {
	case b.name == "":
		err = db.Raw(invalid+`i.indrelid IN (SELECT unnest(ARRAY[oid, reltoastrelid]) FROM pg_class WHERE oid = to_regclass(?))`, b.table).Scan(&list).Error
	case b.create:
		err = db.Raw(invalid+`i.indrelid = to_regclass(?) AND starts_with(c.relname, ?)`, b.table, bare(b.name)+"_cc").Scan(&list).Error
	default:
		err = db.Raw(invalid+`i.indrelid = (SELECT indrelid FROM pg_index WHERE indexrelid = to_regclass(?))
	AND starts_with(c.relname, (SELECT relname FROM pg_class WHERE oid = to_regclass(?)) || '_cc')`, b.name, b.name).Scan(&list).Error
	}
	if err != nil {
		return err
	}
	for _, path := range list {
		if err := r.dropInvalid(ctx, t, path, a); err != nil {
			return err
		}
	}
	return nil
}

// duplicates returns the error for a unique index that rows violate, with the
// number of the keys that are there more than once, and drops the invalid index
// of the attempt, which would refuse new rows.
func (r *Runner) duplicates(ctx context.Context, t task, b buildOf, a *attempt, cause error) error {
	why := "rows that are there violate it, mend them first"
	at, err := r.index(ctx, b)
	if err == nil && at.exists && !at.valid {
		var keys, where string
		if err := session(ctx, r.db).Raw(`SELECT string_agg(pg_get_indexdef(indexrelid, n, true), ', ' ORDER BY n), coalesce(pg_get_expr(indpred, indrelid), 'true')
FROM pg_index, generate_series(1, indnkeyatts) n WHERE indexrelid = to_regclass(?) GROUP BY indexrelid, indpred, indrelid`, at.path()).Row().Scan(&keys, &where); err == nil {
			var n int
			// The count may read the table for long; without it the error says less.
			if err := session(ctx, r.db).Raw(`SELECT count(*) FROM (SELECT FROM ` + b.table + ` WHERE ` + where + ` GROUP BY ` + keys + ` HAVING count(*) > 1) AS keys`).Row().Scan(&n); err == nil {
				why = fmt.Sprintf("%d keys of (%s) are there more than once, mend the rows first", n, keys)
			}
		}
		if err := r.dropInvalid(ctx, t, at.path(), a); err != nil {
			why += "; the invalid index is left and refuses new rows"
		}
	}
	return &MigrationError{ID: t.ID, Back: t.back, Stmt: t.only(), Err: cause, why: why}
}

// only returns the statement of a task that has one.
func (t task) only() Stmt {
	list := t.Forward
	if t.back {
		list = t.Back
	}
	if len(list) == 0 {
		return Stmt{}
	}
	return list[0]
}
