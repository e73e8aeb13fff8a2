package main

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/gormango/gormango/txutil"
)

// block is an open atomic block.
type block struct {
	outer     *block
	savepoint bool // it can be undone alone
	// broken reports whether a statement has failed in it, or it must roll back:
	// Django refuses statements until its end.
	broken bool
}

// fail marks the block that must be undone.
func (b *block) fail() {
	for b != nil && b.outer != nil && !b.savepoint {
		b = b.outer
	}
	if b != nil {
		b.broken = true
	}
}

func (b *block) isBroken() bool {
	for ; b != nil; b = b.outer {
		if b.broken {
			return true
		}
	}
	return false
}

// unbound is a handle that no step has bound.
type unbound string

func (u unbound) Error() string { return "no handle " + string(u) }

// record runs a step and returns what it did. err reports a feature that the
// library or this program lacks, failed is the step's own error.
func (w *writes) record(ctx context.Context, in *block, i int, step *object) (rec row, failed, err error) {
	do := step.text("do")
	rec = row{"i": i, "do": do}
	if do == "rel" {
		rec["call"] = step.text("call")
	}
	if do == "atomic" {
		failed, err = w.atomic(ctx, in, rec, step)
	} else {
		resolved, e := w.resolve(ctx, in, step)
		var u unbound
		if errors.As(e, &u) {
			rec["skipped"] = string(u)
			return rec, nil, nil
		}
		if e != nil {
			rec["error"], err = w.failure(e)
			return rec, e, err
		}
		mark, heard := w.log.mark(), len(w.signals)
		var result any
		result, failed = w.step(ctx, in, resolved.(*object))
		if in == nil && breaks(failed) {
			w.refused(do, step.text("call"), heard, failed)
		}
		sent := w.log.since(mark)
		rec["statements"] = len(sent)
		if w.sql {
			rec["sql"] = sent
		}
		if w.listens {
			rec["signals"] = w.signals[heard:]
		}
		if failed == nil {
			rec["result"] = result
		}
	}
	if failed != nil && err == nil {
		rec["error"], err = w.failure(failed)
	}
	return rec, failed, err
}

// step runs a step that is no block. It skips statements that Django would not
// send after a failed one.
func (w *writes) step(ctx context.Context, in *block, s *object) (result any, err error) {
	do := s.text("do")
	if in.isBroken() && !local[do] {
		return nil, errBroken
	}
	run, ok := steps[do]
	if !ok {
		return nil, unsupported("step " + do)
	}
	defer func() {
		if p := recover(); p != nil {
			result, err = nil, panicked{p}
		}
	}()
	result, err = run(w, ctx, s)
	switch {
	case do == "set_rollback" && err == nil:
		in.fail()
	case err != nil && breaks(err) && !strings.HasSuffix(do+s.text("call"), "_or_create"): // it has a savepoint
		in.fail()
	}
	return result, err
}

// atomic runs a block.
func (w *writes) atomic(ctx context.Context, in *block, rec row, step *object) (failed, err error) {
	b := &block{outer: in, savepoint: true}
	var opts []txutil.Option
	if x, ok := step.get("savepoint").(bool); ok && !x {
		opts = append(opts, txutil.WithoutSavepoint())
		b.savepoint = false
	}
	if step.bool("durable") {
		opts = append(opts, txutil.Durable())
	}
	records := []any{}
	rec["steps"] = records
	failed = w.keeping(ctx, func(ctx context.Context) error {
		for j, x := range step.list("steps") {
			sub := x.(*object)
			r, e, lacks := w.record(ctx, b, j, sub)
			if lacks != nil {
				err = lacks
				return lacks
			}
			records = append(records, r)
			if e != nil && !sub.bool("catch") {
				return e
			}
		}
		if b.isBroken() {
			return txutil.SetRollback(ctx, w.env.db)
		}
		return nil
	}, opts...)
	rec["steps"] = records
	if failed != nil && in != nil && !b.savepoint {
		in.fail()
	}
	return failed, err
}

// refused removes the signals of a save that the database has refused at the
// commit: with receivers the library opens a transaction, without one Django
// gets the error of the statement.
func (w *writes) refused(do, call string, heard int, err error) {
	told := map[any]bool{"post_save": do == "save" || do == "create"}
	if do == "rel" && (call == "create" || strings.HasSuffix(call, "or_create")) {
		if slices.ContainsFunc(w.signals[heard:], func(e any) bool { return e.([]any)[0] == "m2m_changed" }) && isLink(err) {
			return // the object was created, and its link refused
		}
		told["post_save"], told["m2m_changed"] = call == "create", true
	}
	w.signals = slices.DeleteFunc(w.signals, func(e any) bool {
		heard--
		return heard < 0 && told[e.([]any)[0]]
	})
}

// isLink reports whether the server refused a row between two models.
func isLink(err error) bool {
	var pg *pgconn.PgError
	if !errors.As(err, &pg) {
		return false
	}
	_, model := throughDefaults[pg.TableName]
	return model || !slices.ContainsFunc(tables, func(t *table) bool { return t.table == pg.TableName })
}

// keeping runs fn in a transaction or a block. A rollback leaves objects
// unchanged, as in Django, where the library restores the fields that it has
// set.
func (w *writes) keeping(ctx context.Context, fn func(ctx context.Context) error, opts ...txutil.Option) error {
	var as map[any]reflect.Value
	err := txutil.Atomic(ctx, w.env.db, func(ctx context.Context) error {
		err := fn(ctx)
		as = map[any]reflect.Value{}
		for obj := range w.states {
			rv := reflect.ValueOf(obj).Elem()
			as[obj] = reflect.New(rv.Type()).Elem()
			as[obj].Set(rv)
		}
		return err
	}, opts...)
	for obj, was := range as {
		reflect.ValueOf(obj).Elem().Set(was)
	}
	return err
}

// resolve replaces handles, rows and UUIDs anywhere in a step.
func (w *writes) resolve(ctx context.Context, in *block, node any) (any, error) {
	switch x := node.(type) {
	case string:
		return w.named(ctx, in, x)
	case []any:
		out := make([]any, len(x))
		for i, e := range x {
			var err error
			if out[i], err = w.resolve(ctx, in, e); err != nil {
				return nil, err
			}
		}
		return out, nil
	case *object:
		if len(x.keys) == 1 {
			switch x.keys[0] {
			case "$uuid":
				return uuid.Parse(x.text("$uuid"))
			case "$json":
				return x, nil
			}
		}
		out := &object{keys: x.keys, values: map[string]any{}}
		for _, k := range x.keys {
			switch k {
			case "do", "call", "model", "as", "name", "steps":
				out.values[k] = x.values[k]
				continue
			}
			var err error
			if out.values[k], err = w.resolve(ctx, in, x.values[k]); err != nil {
				return nil, err
			}
		}
		return out, nil
	}
	return node, nil
}

// named returns the value of "$handle", "$handle.attribute" or "@Model:key".
func (w *writes) named(ctx context.Context, in *block, s string) (any, error) {
	if len(s) < 2 || s[0] != '$' && s[0] != '@' {
		return s, nil
	}
	if s[0] == '@' {
		if in.isBroken() {
			return nil, errBroken
		}
		defer w.log.pause()()
		name, k, _ := strings.Cut(s[1:], ":")
		t, err := tableNamed(name)
		if err != nil {
			return nil, err
		}
		key, err := t.parseKey(k)
		if err != nil {
			return nil, err
		}
		return w.byKey(ctx, t, key)
	}
	name, attr, dotted := strings.Cut(s[1:], ".")
	obj, ok := w.handles[name]
	if !ok {
		return nil, unbound(name)
	}
	if !dotted {
		return obj, nil
	}
	defer w.log.pause()()
	return w.attribute(ctx, obj, attr)
}

// attribute returns an attribute of an object, read from the database if it is
// not loaded.
func (w *writes) attribute(ctx context.Context, obj any, name string) (any, error) {
	t := tableOfObject(obj)
	if t.owners[name] != nil || name == "target" {
		return w.related(ctx, t, obj, name)
	}
	f := t.column(name)
	switch {
	case f == nil:
		return nil, fmt.Errorf("%s has no attribute %q", t.name, name)
	case f == t.key:
		return w.pk(obj), nil
	case w.of(obj).deferred[f.DBName]:
		if err := w.refresh(ctx, t, obj, []string{f.DBName}); err != nil {
			return nil, err
		}
	}
	return plainValue(fieldOf(reflect.ValueOf(obj).Elem(), f), f), nil
}

// parseKey parses the key after "@Model:".
func (t *table) parseKey(s string) (any, error) {
	switch t.name {
	case "Doc":
		return uuid.Parse(s)
	case "Label":
		return s, nil
	}
	return strconv.ParseInt(s, 10, 64)
}

// bind stores an object under the name in the step.
func (w *writes) bind(s *object, obj any) {
	if name := s.text("as"); name != "" {
		w.handles[name] = obj
	}
}
