package migrate

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Write writes the files of migrations into a directory, which it creates, and
// their lines into migrations.sum. It returns an error before it writes
// anything if a file exists already or the files do not agree with
// migrations.sum (ErrChecksum). A GoMigration has no file.
func Write(dir string, ms ...Migration) error {
	files, err := readDir(dir)
	if err != nil {
		return err
	}
	added := map[string]string{}
	for _, m := range ms {
		text, err := m.Text()
		if err != nil {
			return err
		}
		name := m.ID.Name() + sqlEnd
		if _, exists := files[name]; exists || added[name] != "" {
			return &FileError{File: name, Text: "the file exists already"}
		}
		files[name], added[name] = text, text
	}
	for name, text := range added {
		if err := writeFile(filepath.Join(dir, name), text); err != nil {
			return err
		}
	}
	return writeFile(filepath.Join(dir, sumFile), sums(files))
}

// Rehash writes migrations.sum of a directory anew, for files that were edited
// before any database applied them or that come from elsewhere. A database that
// has applied an edited file still refuses it.
func Rehash(dir string) error {
	files, err := sqlFiles(os.DirFS(dir))
	if err != nil {
		return err
	}
	return writeFile(filepath.Join(dir, sumFile), sums(files))
}

// readDir returns the texts of the migration files in dir, which agree with
// migrations.sum, by their names.
func readDir(dir string) (map[string]string, error) {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, fmt.Errorf("migrate: create the directory: %w", err)
	}
	return checkedFiles(os.DirFS(dir))
}

// checkedFiles returns the texts of the files of fsys, by their names, after it
// has compared them with migrations.sum.
func checkedFiles(fsys fs.FS) (map[string]string, error) {
	files, err := sqlFiles(fsys)
	if err != nil {
		return nil, err
	}
	text, err := fs.ReadFile(fsys, sumFile)
	switch {
	case errors.Is(err, fs.ErrNotExist) && len(files) == 0:
		return files, nil
	case errors.Is(err, fs.ErrNotExist):
		return nil, &ChecksumError{Kind: "no sums", File: sumFile}
	case err != nil:
		return nil, fmt.Errorf("migrate: read %s: %w", sumFile, err)
	}
	return files, checkSums(files, text)
}

func sqlFiles(fsys fs.FS) (map[string]string, error) {
	files := map[string]string{}
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return nil, fmt.Errorf("migrate: read the migration files: %w", err)
	}
	for _, e := range entries {
		if e.IsDir() || !strings.HasSuffix(e.Name(), sqlEnd) {
			continue
		}
		if strings.ContainsAny(e.Name(), " \t\r\n") {
			return nil, &FileError{File: e.Name(), Text: "a name with space"}
		}
		text, err := fs.ReadFile(fsys, e.Name())
		if err != nil {
			return nil, fmt.Errorf("migrate: read the migration files: %w", err)
		}
		files[e.Name()] = string(text)
	}
	return files, nil
}

// writeFile writes a file so that a crash leaves the old one or the new one.
func writeFile(path, text string) error {
	err := func() error {
		f, err := os.CreateTemp(filepath.Dir(path), ".new-*")
		if err != nil {
			return err
		}
		defer os.Remove(f.Name()) // after the rename it is not there
		if _, err := f.WriteString(text); err != nil {
			f.Close()
			return err
		}
		if err := errors.Join(f.Chmod(0o666&^0o022), f.Close()); err != nil {
			return err
		}
		return os.Rename(f.Name(), path)
	}()
	if err != nil {
		return fmt.Errorf("migrate: write %s: %w", filepath.Base(path), err)
	}
	return nil
}
