package store

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/exec"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/param"
)

// Changes finds what a save changes, if a receiver asks.
type Changes struct {
	s       *State
	obj     any
	columns []*modelinfo.Field
	created bool
	written bool          // the row has the new values
	before  reflect.Value // the row as it was, once it is read
}

// Change is a column's value before and after a save, nil for NULL and for a
// row that did not exist.
type Change struct {
	Name     string
	Old, New any
}

// errTooLate is the error of a receiver that asks after the write alone.
var errTooLate = errors.New("repo: SaveEvent.Changes: the row has its new values already (call it in a PreSave receiver, after which PostSave knows them too)")

// newChanges returns the changes of a save of columns, nil if it has no
// receivers.
func (s *State) newChanges(obj any, columns []*modelinfo.Field, created bool) *Changes {
	if !s.hasSaveReceivers() {
		return nil
	}
	return &Changes{s: s, obj: obj, columns: columns, created: created}
}

// List returns the columns whose values change. It reads the row the first
// time.
func (c *Changes) List(ctx context.Context) ([]Change, error) {
	rv := reflect.ValueOf(c.obj).Elem()
	if !c.created && !c.before.IsValid() {
		if c.written {
			return nil, errTooLate
		}
		columns := slices.DeleteFunc(slices.Clone(c.s.Model.Fields), func(f *modelinfo.Field) bool { return !f.Readable })
		row := reflect.New(c.s.Model.Type)
		if err := exec.Row(ctx, c.s.Conn, compile.SelectRow(c.s.Model, columns, param.Values(ctx, rv, c.s.Model.Key)), row.Interface()); err != nil {
			return nil, notFound(c.s.Model.Name, err)
		}
		c.before = row.Elem()
	}
	var list []Change
	for _, f := range c.columns {
		if !f.Readable || f.AutoUpdateTime > 0 || f == c.s.Model.Version {
			continue
		}
		change := Change{Name: f.Column, New: param.Of(ctx, rv, f)}
		if !c.created {
			change.Old = param.Of(ctx, c.before, f)
		}
		if !same(change.Old, change.New) {
			list = append(list, change)
		}
	}
	return list, nil
}

// same reports whether two values of a column are the same for the database.
func same(a, b any) bool {
	switch x := a.(type) {
	case time.Time:
		y, ok := b.(time.Time)
		return ok && x.Round(time.Microsecond).Equal(y.Round(time.Microsecond))
	case decimal.Decimal:
		y, ok := b.(decimal.Decimal)
		return ok && x.Equal(y)
	}
	return reflect.DeepEqual(a, b)
}
