package dataset

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/gormango/gormango/models"
)

// rows holds the rows of a file.
type rows[T any] struct {
	name    string // of the table
	file    string
	columns []column[T]

	objs  []*T
	lines []int // of the file, where each row begins
}

// Error is a mistake in a file.
type Error struct {
	File   string
	Line   int    // 0 if it is the file as a whole
	Column string // the name in the header, "" if it is the line as a whole
	Err    error
}

// Error names file, line and column.
func (e *Error) Error() string {
	switch {
	case e.Line == 0:
		return fmt.Sprintf("%s: %v", e.File, e.Err)
	case e.Column == "":
		return fmt.Sprintf("%s:%d: %v", e.File, e.Line, e.Err)
	}
	return fmt.Sprintf("%s:%d: column %s: %v", e.File, e.Line, e.Column, e.Err)
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// read reads a file and checks it by itself: its format, the values, the
// model's own validation, and the uniqueness of keys and columns.
func (r *rows[T]) read(ctx context.Context, fsys fs.FS) error {
	f, err := openFile(fsys, r.file)
	if err != nil {
		return &Error{File: r.file, Err: err}
	}
	defer f.Close()
	in := csv.NewReader(reader{ctx, f})
	in.FieldsPerRecord = -1 // for an error that names the column
	if err := r.header(in); err != nil {
		return err
	}
	seen := make([]map[string]int, len(r.columns))
	keys := map[string]int{}
	for {
		record, err := in.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return r.unreadable(err)
		}
		line, _ := in.FieldPos(0)
		obj, err := r.row(line, record)
		if err != nil {
			return err
		}
		for i, c := range r.columns {
			if !c.unique {
				continue
			}
			if before, twice := seen[i][record[i]]; twice {
				return &Error{r.file, line, c.name, fmt.Errorf("%q stands on line %d already", record[i], before)}
			}
			if seen[i] == nil {
				seen[i] = map[string]int{}
			}
			seen[i][record[i]] = line
		}
		if before, twice := keys[r.key(obj)]; twice {
			return &Error{r.file, line, r.keyColumns(), fmt.Errorf("the key %s stands on line %d already", r.key(obj), before)}
		}
		keys[r.key(obj)] = line
		r.objs, r.lines = append(r.objs, obj), append(r.lines, line)
	}
}

func (r *rows[T]) header(in *csv.Reader) error {
	header, err := in.Read()
	if errors.Is(err, io.EOF) {
		return &Error{r.file, 1, "", errors.New("the file is empty (its first line has to be the header)")}
	}
	if err != nil {
		return r.unreadable(err)
	}
	for i, c := range r.columns {
		if i >= len(header) {
			return &Error{r.file, 1, c.name, errors.New("is missing in the header")}
		}
		if header[i] != c.name {
			return &Error{r.file, 1, c.name, fmt.Errorf("the header has %q in its place", header[i])}
		}
	}
	if len(header) > len(r.columns) {
		return &Error{r.file, 1, header[len(r.columns)], errors.New("is not a column of this file")}
	}
	return nil
}

// unreadable returns the error for a file that the CSV reader refuses.
func (r *rows[T]) unreadable(err error) error {
	var bad *csv.ParseError
	if errors.As(err, &bad) {
		return &Error{r.file, bad.StartLine, "", fmt.Errorf("at byte %d of line %d: %w", bad.Column, bad.Line, bad.Err)}
	}
	return &Error{File: r.file, Err: err}
}

func (r *rows[T]) row(line int, record []string) (*T, error) {
	if len(record) > len(r.columns) {
		return nil, &Error{r.file, line, "", fmt.Errorf("%d values for %d columns", len(record), len(r.columns))}
	}
	obj := new(T)
	for i, c := range r.columns {
		if i >= len(record) {
			return nil, &Error{r.file, line, c.name, fmt.Errorf("is missing: %d values for %d columns", len(record), len(r.columns))}
		}
		if err := c.set(obj, record[i]); err != nil {
			return nil, &Error{r.file, line, c.name, err}
		}
	}
	cleaner, ok := any(obj).(models.Cleaner)
	if !ok {
		return obj, nil
	}
	err := cleaner.Clean(context.Background())
	var invalid *models.ValidationError
	if errors.As(err, &invalid) {
		return nil, r.invalid(line, invalid)
	}
	return obj, err
}

// invalid returns the first problem of a row, with the file's name of the
// column.
func (r *rows[T]) invalid(line int, e *models.ValidationError) error {
	messages := e.Messages()
	for _, c := range r.columns {
		for _, field := range []string{c.field, c.name} {
			if problems := messages[field]; len(problems) > 0 {
				return &Error{r.file, line, c.name, errors.New(problems[0])}
			}
		}
	}
	return &Error{r.file, line, strings.Join(slices.Sorted(maps.Keys(messages)), ", "), e}
}

// key returns the row's key as text.
func (r *rows[T]) key(obj *T) string {
	var parts []string
	for _, c := range r.columns {
		if c.key != nil {
			parts = append(parts, fmt.Sprint(*c.key(obj)))
		}
	}
	return strings.Join(parts, ", ")
}

func (r *rows[T]) keyColumns() string {
	var names []string
	for _, c := range r.columns {
		if c.key != nil {
			names = append(names, c.name)
		}
	}
	return strings.Join(names, ", ")
}

// check checks the references to other files.
func (r *rows[T]) check(keys map[string]map[string]bool) error {
	for i, obj := range r.objs {
		for _, c := range r.columns {
			if c.to == "" {
				continue
			}
			k := c.ref(obj)
			if k != nil && !keys[c.to+".csv"][fmt.Sprint(*k)] {
				return &Error{r.file, r.lines[i], c.name, fmt.Errorf("no %s has the key %d", strings.ReplaceAll(c.to, "_", " "), *k)}
			}
		}
	}
	return nil
}

// keys returns the keys of all rows.
func (r *rows[T]) keys() map[string]bool {
	keys := make(map[string]bool, len(r.objs))
	for _, obj := range r.objs {
		keys[r.key(obj)] = true
	}
	return keys
}
