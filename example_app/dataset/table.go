package dataset

import (
	"context"
	"encoding/json"
	"fmt"

	"gorm.io/gorm"

	"github.com/gormango/gormango/repo"
)

// difference is the difference between a table and its file.
type difference struct {
	missing int             // keys of the file that the table lacks
	other   map[string]bool // keys of the rows that are not in the file, or differ there
}

func (r *rows[T]) tableName() string { return r.name }

func (r *rows[T]) fileName() string { return r.file }

func (r *rows[T]) len() int { return len(r.objs) }

func (r *rows[T]) hasRows(ctx context.Context, db *gorm.DB) (bool, error) {
	return repo.New[T](db).Exists(ctx)
}

// compare compares every row of the table by its content.
func (r *rows[T]) compare(ctx context.Context, db *gorm.DB) (difference, error) {
	want := make(map[string]string, len(r.objs))
	for _, obj := range r.objs {
		text, err := r.content(obj)
		if err != nil {
			return difference{}, err
		}
		want[r.key(obj)] = text
	}
	d := difference{missing: len(want), other: map[string]bool{}}
	for obj, err := range repo.New[T](db).Iter(ctx) {
		if err != nil {
			return d, err
		}
		text, err := r.content(obj)
		if err != nil {
			return d, err
		}
		file, known := want[r.key(obj)]
		if known {
			d.missing--
		}
		if file != text {
			d.other[r.key(obj)] = true
		}
	}
	return d, nil
}

// content returns a row's JSON, which has every column, without the
// lock_version, which no file has.
func (r *rows[T]) content(obj *T) (string, error) {
	text, err := json.Marshal(obj)
	if err != nil {
		return "", fmt.Errorf("dataset: %s: %w", r.name, err)
	}
	var columns map[string]json.RawMessage
	if err := json.Unmarshal(text, &columns); err != nil {
		return "", fmt.Errorf("dataset: %s: %w", r.name, err)
	}
	delete(columns, "lock_version")
	text, err = json.Marshal(columns)
	return string(text), err
}

// insert inserts the rows with their keys and then sets the table's sequence,
// which explicit keys do not advance.
func (r *rows[T]) insert(ctx context.Context, db *gorm.DB) error {
	if len(r.objs) == 0 {
		return nil
	}
	if err := repo.New[T](db).BulkCreate(ctx, r.objs); err != nil {
		return fmt.Errorf("dataset: %s: %w", r.name, err)
	}
	if r.columns[0].field != "id" {
		return nil
	}
	err := db.WithContext(ctx).Exec("SELECT setval(pg_get_serial_sequence('" + r.name + "', 'id'), (SELECT max(id) FROM " + r.name + "))").Error
	if err != nil {
		return fmt.Errorf("dataset: the sequence of %s: %w", r.name, err)
	}
	return nil
}

// remove deletes every row of the table.
func (r *rows[T]) remove(ctx context.Context, db *gorm.DB) error {
	_, err := repo.New[T](db).AllRows().Delete(ctx)
	return err
}
