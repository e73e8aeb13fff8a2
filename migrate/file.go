package migrate

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/gormango/gormango/internal/sqlfile"
)

// sqlEnd is the end of the name of a migration's file.
const sqlEnd = ".sql"

// parseFile reads the migration of a file. Without a line id its name is that
// of the file, in the app.
func parseFile(app, name, text string) (*Migration, error) {
	f, err := sqlfile.Parse(text)
	if e, ok := errors.AsType[*sqlfile.Error](err); ok {
		return nil, &FileError{File: name, Line: e.Line, Text: e.Text}
	}
	base := strings.TrimSuffix(name, sqlEnd)
	m := &Migration{
		ID: ID(f.ID), After: ids(f.After), Replaces: ids(f.Replaces), Tx: !f.NoTx,
		Forward: stmts(f.Up), Back: stmts(f.Down), Loses: f.Loses, Irreversible: f.Irreversible,
		Sum: contentSum(text), file: name, hasID: f.ID != "", hasBack: f.HasDown,
	}
	for _, q := range f.Squashed {
		m.squash(ID(q.ID), ids(q.Parts))
	}
	switch {
	case m.ID == "" && app == "":
		m.ID = ID(base)
	case m.ID == "":
		m.ID = ID(app + "/" + base)
	case m.ID.Name() != base:
		return nil, &FileError{File: name, Line: 1, Text: "its id " + f.ID + " is that of another file (the name after the slash must be the file's)"}
	case m.ID.App() != app:
		return nil, &FileError{File: name, Line: 1, Text: "its id " + f.ID + " is of another app than " + quoteApp(app) + " (load the files of each app by itself, with migrate.App)"}
	}
	if f.HasDown && f.Irreversible != "" {
		return nil, &FileError{File: name, Line: 1, Text: "it has a part Down and a line irreversible (leave one out)"}
	}
	if f.NoTx && (len(f.Up) > 1 || len(f.Down) > 1) {
		at := append(slices.Clone(f.Down), f.Up...)
		return nil, &FileError{File: name, Line: at[len(at)-1].Line, Text: "a second statement without a transaction (a crash between them could not be resumed; write a file for each)"}
	}
	for _, raw := range f.Ops {
		op, err := decodeOp([]byte(raw.JSON))
		if err != nil {
			return nil, &FileError{File: name, Line: raw.Line, Text: strings.TrimPrefix(err.Error(), "migrate: "), Err: err}
		}
		m.Ops = append(m.Ops, op)
		m.opLines = append(m.opLines, raw.Line)
	}
	return m, nil
}

func quoteApp(app string) string {
	if app == "" {
		return "the set's, which has none"
	}
	return `"` + app + `"`
}

func ids(texts []string) (out []ID) {
	for _, t := range texts {
		out = append(out, ID(t))
	}
	return out
}

func stmts(list []sqlfile.Stmt) (out []Stmt) {
	for _, s := range list {
		out = append(out, Stmt{SQL: s.SQL, Line: s.Line, Allow: s.Allow})
	}
	return out
}

// Text returns the text of the migration's file. The error is a *FileError for
// a migration in Go.
func (m *Migration) Text() (string, error) {
	if m.Code != nil {
		return "", &FileError{File: string(m.ID), Text: "a migration in Go has no SQL file"}
	}
	f := &sqlfile.File{ID: string(m.ID), NoTx: !m.Tx, HasDown: m.hasBack || len(m.Back) > 0, Loses: m.Loses, Irreversible: m.Irreversible}
	for _, id := range m.After {
		f.After = append(f.After, string(id))
	}
	for _, id := range m.Replaces {
		f.Replaces = append(f.Replaces, string(id))
	}
	for _, id := range slices.Sorted(maps.Keys(m.squashed)) {
		q := sqlfile.Squashed{ID: string(id)}
		for _, part := range m.squashed[id] {
			q.Parts = append(q.Parts, string(part))
		}
		f.Squashed = append(f.Squashed, q)
	}
	for _, op := range m.Ops {
		text, err := encodeOp(op)
		if err != nil {
			return "", err
		}
		f.Ops = append(f.Ops, sqlfile.Op{JSON: string(text)})
	}
	for _, s := range m.Forward {
		f.Up = append(f.Up, sqlfile.Stmt{SQL: s.SQL, Allow: s.Allow})
	}
	for _, s := range m.Back {
		f.Down = append(f.Down, sqlfile.Stmt{SQL: s.SQL, Allow: s.Allow})
	}
	text, err := sqlfile.Format(f)
	if err != nil {
		return "", &FileError{File: m.ID.Name() + sqlEnd, Text: err.Error(), Err: err}
	}
	return text, nil
}
