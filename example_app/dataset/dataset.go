package dataset

import (
	"context"
	"embed"
	"fmt"
	"io/fs"

	"gorm.io/gorm"
)

// Dataset holds the rows of a folder of files that fit together.
type Dataset struct{ tables []table }

// table holds the rows of a table of any type.
type table interface {
	tableName() string
	fileName() string
	len() int

	read(ctx context.Context, fsys fs.FS) error
	keys() map[string]bool
	check(keys map[string]map[string]bool) error

	hasRows(ctx context.Context, db *gorm.DB) (bool, error)
	compare(ctx context.Context, db *gorm.DB) (difference, error)
	insert(ctx context.Context, db *gorm.DB) error
	remove(ctx context.Context, db *gorm.DB) error
}

// Read reads and checks the files. A mistake in one of them is an *Error that
// names file, line and column. It runs no query, and ends with ctx.
func Read(ctx context.Context, fsys fs.FS) (*Dataset, error) {
	d := &Dataset{tables()}
	keys := map[string]map[string]bool{}
	for _, t := range d.tables {
		if err := t.read(ctx, fsys); err != nil {
			return nil, err
		}
		keys[t.fileName()] = t.keys()
	}
	for _, t := range d.tables {
		if err := t.check(keys); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// Len returns the number of rows.
func (d *Dataset) Len() int {
	n := 0
	for _, t := range d.tables {
		n += t.len()
	}
	return n
}

//go:embed sample/*.csv
var sampleFiles embed.FS

// Sample returns the program's own small dataset.
func Sample(ctx context.Context) (*Dataset, error) {
	fsys, err := fs.Sub(sampleFiles, "sample")
	if err != nil {
		return nil, fmt.Errorf("dataset: sample: %w", err)
	}
	return Read(ctx, fsys)
}
