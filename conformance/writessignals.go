package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/gormango/gormango/repo"
)

// listen registers receivers of every signal, until stop is called.
func (w *writes) listen() (stop func()) {
	var stops []func()
	for _, t := range tables {
		if t.name != "ContentType" {
			stops = append(stops, t.hear(w))
		}
	}
	for _, hear := range linked {
		stops = append(stops, hear(w))
	}
	return func() {
		for _, stop := range stops {
			stop()
		}
	}
}

// links registers the receivers for the links of a many-to-many relation, with
// Django's name of the sender.
func links[P any](rel repo.Rel[P], sender string) func(w *writes) (stop func()) {
	return func(w *writes) func() {
		stop, err := repo.M2MChanged(w.env.db, rel, func(_ context.Context, e repo.LinkEvent) error {
			var keys any
			if e.Keys != nil {
				list := make([]any, len(e.Keys))
				for i, k := range e.Keys {
					list[i] = encode(k, "")
				}
				slices.SortFunc(list, func(a, b any) int { return strings.Compare(sortText(a), sortText(b)) })
				keys = list
			}
			w.signals = append(w.signals, []any{"m2m_changed", sender, string(e.Action), tableOfObject(e.Obj).name, encode(w.pk(e.Obj), ""), e.Reverse, keys})
			return nil
		})
		if err != nil {
			panic(err)
		}
		return stop
	}
}

// sortText returns the text by which Django's side sorts keys.
func sortText(key any) string {
	if u, ok := key.(row); ok {
		if s, ok := u["$uuid"].(string); ok {
			if !strings.HasPrefix(s, "00000000-") {
				return "#"
			}
			return s
		}
	}
	return fmt.Sprint(key)
}

// hear registers the receivers of a model.
func hear[T any](w *writes, t *table) (stop func()) {
	saved := func(signal string, post bool) func(context.Context, repo.SaveEvent[T]) error {
		return func(_ context.Context, e repo.SaveEvent[T]) error {
			ev := []any{signal, t.name, encode(w.pk(e.Obj), "")}
			if post {
				ev = append(ev, e.Created)
			}
			if len(e.Fields) > 0 {
				columns := make([]string, len(e.Fields))
				for i, f := range e.Fields {
					columns[i] = string(f)
				}
				ev = append(ev, w.spelled(t, columns))
			}
			w.signals = append(w.signals, ev)
			return nil
		}
	}
	deleted := func(signal string) func(context.Context, repo.DeleteEvent[T]) error {
		return func(_ context.Context, e repo.DeleteEvent[T]) error {
			w.signals = append(w.signals, []any{signal, t.name, encode(w.pk(e.Obj), "")})
			return nil
		}
	}
	stops := []func(){
		repo.PreSave(w.env.db, saved("pre_save", false)),
		repo.PostSave(w.env.db, saved("post_save", true)),
		repo.PreDelete(w.env.db, deleted("pre_delete")),
		repo.PostDelete(w.env.db, deleted("post_delete")),
	}
	return func() {
		for _, stop := range stops {
			stop()
		}
	}
}

// spelled returns the names that a save was limited to, as in the step, since
// the library does not distinguish the names of columns and of foreign keys. If
// the columns are not those of the step, it returns columns.
func (w *writes) spelled(t *table, columns []string) []string {
	asked := map[string]bool{}
	for _, n := range w.sending {
		asked[t.column(n).DBName] = true
	}
	for _, f := range t.times() {
		delete(asked, f.DBName)
	}
	same := len(w.sending) > 0
	n := 0
	for _, c := range columns {
		if f := t.byName[c]; f != nil && (f.AutoCreateTime > 0 || f.AutoUpdateTime > 0) {
			continue
		}
		n++
		same = same && asked[c]
	}
	out := slices.Clone(columns)
	switch {
	case same && n == len(asked):
		out = slices.Clone(w.sending)
	case len(w.sending) == 0: // a manager's own choice: it names foreign keys by their relation
		for i, c := range out {
			for name, o := range t.owners {
				if o.column.DBName == c {
					out[i] = name
				}
			}
		}
	}
	return sorted(out)
}

// sorted returns the sorted names without duplicates.
func sorted(names []string) []string {
	out := slices.Clone(names)
	slices.Sort(out)
	return slices.Compact(out)
}
