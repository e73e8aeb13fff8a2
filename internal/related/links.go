package related

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/exec"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/param"
	"github.com/gormango/gormango/internal/query"
	"github.com/gormango/gormango/internal/signal"
	"github.com/gormango/gormango/internal/store"
	"github.com/gormango/gormango/txutil"
)

// linkColumns returns the columns of the table between in pairs.
func linkColumns(pairs []modelinfo.ThroughPair) []*modelinfo.Field {
	fields := make([]*modelinfo.Field, len(pairs))
	for i, p := range pairs {
		fields[i] = p.Field
	}
	return fields
}

// SetThrough sets the values of new links. It returns an error for a value that
// a link does not take.
func (m *Manager) SetThrough(values map[string]any) error {
	model := m.Rel.From.Name
	switch {
	case len(values) == 0:
		m.linkValues = nil
		return nil
	case !m.IsManyToMany():
		return m.relationError(fmt.Errorf("%s.%s is not many-to-many, so no links have values", model, m.Rel.Name))
	case m.Rel.Through.Own:
		return m.relationError(fmt.Errorf("the table between of %s.%s has no columns but the keys (declare a model for %s, and name it to Config.Models)", model, m.Rel.Name, m.Rel.Through.Table))
	}
	link := *m.Rows
	link.Model, link.Query = m.Rel.Through.Model, query.New(m.Rel.Through.Model)
	ends := append(linkColumns(m.Rel.Through.From), linkColumns(m.Rel.Through.To)...)
	m.linkValues = nil
	for _, name := range slices.Sorted(maps.Keys(values)) {
		set, err := link.Set(name, values[name])
		switch {
		case err != nil:
		case set.Expr != nil:
			err = errors.New("a link takes values, no expressions")
		case !set.Field.Creatable:
			err = fmt.Errorf("the permissions of the tag of %s.%s forbid an insert to write it", link.Model.Name, set.Field.Column)
		case slices.Contains(ends, set.Field):
			err = fmt.Errorf("%s.%s is an end of the link, which the verbs fill in", link.Model.Name, set.Field.Column)
		}
		if err != nil {
			return link.CallError(name, err)
		}
		m.linkValues = append(m.linkValues, set)
	}
	return nil
}

// conflict returns the ON CONFLICT clause of an insert of links. safe reports
// whether that insert can skip existing links.
func (m *Manager) conflict() (on *compile.Conflict, safe bool) {
	if m.Rel.Through.Own {
		return &compile.Conflict{}, true
	}
	ends := append(linkColumns(m.Rel.Through.From), linkColumns(m.Rel.Through.To)...)
	if m.Rel.Through.Model.Arbiter(ends...) {
		return &compile.Conflict{Columns: ends, Revive: true}, true
	}
	return nil, false
}

// Link inserts the missing links to the rows with the keys.
func (m *Manager) Link(ctx context.Context, keys [][]any) error {
	if len(keys) == 0 {
		return nil
	}
	if err := m.Rows.CheckLinked(ctx, m.Rel.From, m.ownerFields, m.ownerValues, m.targetFields(), keys); err != nil {
		return err
	}
	if err := m.Rows.FenceSets(ctx, m.Rel.Through.Model, m.linkValues); err != nil {
		return err
	}
	on, safe := m.conflict()
	if safe && !m.hasReceivers() {
		rows := m.pairs(keys, keys)
		if len(rows) == 1 || txutil.InTransaction(ctx, m.Rows.DB) {
			err := m.insertLinks(ctx, on, rows, false)
			if dropped, is := err.(store.NotWritten); is {
				dropped.Partly = dropped.Rows > 0
				err = dropped
			}
			return err
		}
		err := m.insertLinks(ctx, on, rows, true)
		if bad, is := errors.AsType[*pgconn.PgError](err); !is || bad.Code != divisionByZero {
			return err
		}
		// It has written nothing, and some link may have been dropped.
		return m.Rows.InTransaction(ctx, true, func(ctx context.Context) error { return m.insertLinks(ctx, on, rows, false) })
	}
	return m.Rows.InTransaction(ctx, true, func(ctx context.Context) error {
		linked, linkedBack, err := m.readLinks(ctx, keys)
		if err != nil {
			return err
		}
		missing := m.difference(keys, linked)
		if err := m.notify(ctx, PreAdd, missing); err != nil {
			return err
		}
		mirrored := keys
		if !safe {
			mirrored = m.difference(keys, linkedBack)
		}
		if err := m.insertLinks(ctx, on, m.pairs(missing, mirrored), false); err != nil {
			return err
		}
		return m.notify(ctx, PostAdd, missing)
	})
}

// difference returns the keys that are not in others.
func (m *Manager) difference(keys [][]any, others map[any]bool) [][]any {
	fields, missing := m.targetFields(), [][]any{}
	for _, k := range keys {
		if !others[param.RowKey(fields, k)] {
			missing = append(missing, k)
		}
	}
	return missing
}

// pairs returns the rows of links to keys. For a symmetrical relation it adds
// those from mirrored.
func (m *Manager) pairs(keys, mirrored [][]any) [][]any {
	rows := make([][]any, 0, len(keys))
	for _, k := range keys {
		rows = append(rows, append(slices.Clone(m.ownerValues), k...))
	}
	if !m.Rel.Options.Symmetrical {
		return rows
	}
	own := param.RowKey(m.ownerFields, m.ownerValues)
	for _, k := range mirrored {
		if param.RowKey(m.targetFields(), k) != own { // a link to itself is one row
			rows = append(rows, append(slices.Clone(k), m.ownerValues...))
		}
	}
	return rows
}

// divisionByZero is the SQLSTATE by which compile.AddLinks fails.
const divisionByZero = "22012"

// insertLinks inserts rows of the table between, a row of the values of both
// ends. If the database drops a row, the error is ErrNotWritten, or with fails
// that the statement fails; without, the other rows stay until a rollback.
func (m *Manager) insertLinks(ctx context.Context, on *compile.Conflict, rows [][]any, fails bool) error {
	if len(rows) == 0 {
		return nil
	}
	link := m.Rel.Through.Model
	columns := append(linkColumns(m.Rel.Through.From), linkColumns(m.Rel.Through.To)...)
	ends := len(columns)
	var constants []compile.Set
	if !m.Rel.Through.Own {
		obj := reflect.New(link.Type).Elem()
		if err := link.Fill(ctx, obj); err != nil {
			return err
		}
		if err := param.Stamp(ctx, obj, link.Fields, m.Rows.DB.NowFunc(), true); err != nil {
			return err
		}
		tenant, tenantValue, err := m.Rows.Tenant(link)
		if err != nil {
			return err
		}
		for _, f := range link.Fields {
			v, zero := f.ValueOf(ctx, obj)
			at := slices.IndexFunc(m.linkValues, func(s compile.Set) bool { return s.Field == f })
			switch {
			case at >= 0:
				constants = append(constants, m.linkValues[at])
			case f == tenant && !slices.Contains(columns, f):
				constants = append(constants, compile.Set{Field: f, Value: tenantValue})
			case slices.Contains(columns, f), f.Generated, !f.Creatable, f == link.UUIDKey:
			case zero && (f.Auto || f.HasDefaultValue):
			default:
				constants = append(constants, compile.Set{Field: f, Value: v})
			}
		}
		if link.UUIDKey != nil && !slices.Contains(columns, link.UUIDKey) {
			columns = append(columns, link.UUIDKey)
			for i := range rows {
				obj := reflect.New(link.Type).Elem()
				if err := link.Fill(ctx, obj); err != nil {
					return err
				}
				v, _ := link.UUIDKey.ValueOf(ctx, obj)
				rows[i] = append(rows[i], v)
			}
		}
	}
	v := compile.Values{Columns: columns, Args: param.Arrays(len(columns), rows)}
	dropped := store.NotWritten{Model: link.Name, Want: int64(len(rows))}
	if on == nil {
		n, err := m.Rows.Conn.Exec(ctx, compile.InsertLinks(link, v, constants))
		if dropped.Rows = n; err == nil && n < dropped.Want {
			err = dropped
		}
		return err
	}
	missing, err := exec.Count(ctx, m.Rows.Conn, compile.AddLinks(link, v, constants, on, ends, fails))
	if err != nil || missing == 0 || fails {
		return err
	}
	// Another transaction may have inserted them, which a new statement sees.
	dropped.Rows = dropped.Want - missing
	missing, err = exec.Count(ctx, m.Rows.Conn, compile.MissingLinks(link, compile.Values{Columns: v.Columns[:ends], Args: v.Args[:ends]}, on))
	if err == nil && missing > 0 {
		err = dropped
	}
	return err
}

// linksQuery returns the rows of the table between that lead from the owner to
// keys; nil keys are all rows. For a symmetrical relation it includes the links
// in the other direction.
func (m *Manager) linksQuery(keys [][]any) *query.Query {
	through := m.Rel.Through
	oneWay := func(near, far []modelinfo.ThroughPair) *query.Cond {
		c := query.Equals(nil, linkColumns(near), m.ownerValues)
		switch {
		case keys != nil:
			c.Kids = append(c.Kids, query.In(linkColumns(far), keys))
		case m.Scope != nil && len(m.Scope.Steps) > 0:
			c.Kids = append(c.Kids, query.OneOf(linkColumns(far)[0], m.Scope, m.targetFields()[0]))
		}
		return c
	}
	c := oneWay(through.From, through.To)
	if m.Rel.Options.Symmetrical {
		c = callOf(&query.Cond{Conn: query.OR, Kids: []*query.Cond{c, oneWay(through.To, through.From)}})
	}
	q := query.New(through.Model).With(c)
	if f := m.Rows.Query.Fence; f != nil {
		q = q.Within(f).With(m.ownerInside(f))
	}
	return q
}

// readLinks returns those of keys to which there are links, and those from
// which there are links.
func (m *Manager) readLinks(ctx context.Context, keys [][]any) (to, from map[any]bool, err error) {
	through := m.Rel.Through
	near, far := linkColumns(through.From), linkColumns(through.To)
	c := &query.Columns{}
	for _, f := range append(slices.Clone(near), far...) {
		c.Names = append(c.Names, query.Column{Name: f.Column, Expr: query.FieldRef(f)})
	}
	st, err := compile.SelectPrimary(m.linksQuery(keys).Select(c))
	if err != nil || st.None {
		return nil, nil, err
	}
	rd, err := exec.NewReader[[]any](st, m.Rows.DB)
	if err != nil {
		return nil, nil, err
	}
	rows, err := exec.Read(ctx, m.Rows.Conn, st, rd)
	if err != nil {
		return nil, nil, err
	}
	to, from = map[any]bool{}, map[any]bool{}
	own := param.RowKey(near, m.ownerValues)
	for _, row := range rows {
		a, b := param.RowKey(near, row[:len(near)]), param.RowKey(far, row[len(near):])
		if a == own {
			to[b] = true
		}
		if b == own {
			from[a] = true
		}
	}
	return to, from, nil
}

// Unlink removes the links to the rows with the keys.
func (m *Manager) Unlink(ctx context.Context, keys [][]any) error {
	if len(keys) == 0 {
		return nil
	}
	return m.Rows.InTransaction(ctx, m.hasReceivers() || !m.Rel.Through.Own, func(ctx context.Context) error {
		if err := m.notify(ctx, PreRemove, keys); err != nil {
			return err
		}
		if err := m.deleteRows(ctx, m.linksQuery(keys)); err != nil {
			return err
		}
		return m.notify(ctx, PostRemove, keys)
	})
}

// unlinkAll removes every link of the owner; with a scope, only those to rows
// within it.
func (m *Manager) unlinkAll(ctx context.Context) error {
	if m.Scope != nil && len(m.Scope.Steps) > 0 && len(m.Rel.Through.To) > 1 {
		return m.relationError(errors.New("Clear within With is not possible over a key of several columns (use Replace)"))
	}
	return m.Rows.InTransaction(ctx, m.hasReceivers() || !m.Rel.Through.Own, func(ctx context.Context) error {
		if err := m.notify(ctx, PreClear, nil); err != nil {
			return err
		}
		if err := m.deleteRows(ctx, m.linksQuery(nil)); err != nil {
			return err
		}
		return m.notify(ctx, PostClear, nil)
	})
}

// The kinds of change of links.
const (
	PreAdd     = "pre_add"
	PostAdd    = "post_add"
	PreRemove  = "pre_remove"
	PostRemove = "post_remove"
	PreClear   = "pre_clear"
	PostClear  = "post_clear"
)

// Linking is the event of M2MChanged: the relation, the kind of change, the
// owner as a pointer, and the keys of the far rows.
type Linking struct {
	Rel    *modelinfo.Relation
	Action string
	Obj    any
	Keys   []any
}

// NoLinksError is the error for a relation that is not many-to-many.
type NoLinksError struct{ Model, Rel string }

func (e NoLinksError) Error() string {
	return e.Model + "." + e.Rel + " is no many-to-many relation, so it has no links"
}

// hasReceivers reports whether changes of the relation's links have receivers.
func (m *Manager) hasReceivers() bool {
	return m.Rows.Registry.Signals.Any(signal.LinksChanged, m.Rel.Through.Table)
}

// notify sends M2MChanged for links to the rows with the keys.
func (m *Manager) notify(ctx context.Context, action string, keys [][]any) error {
	if !m.hasReceivers() {
		return nil
	}
	e := Linking{Rel: m.Rel, Action: action, Obj: m.owner.Addr().Interface()}
	if keys != nil {
		e.Keys = make([]any, len(keys))
	}
	for i, k := range keys {
		e.Keys[i] = any(k)
		if len(k) == 1 {
			e.Keys[i], _ = param.Plain(k[0])
		}
	}
	return m.Rows.Registry.Signals.Send(ctx, signal.LinksChanged, m.Rel.Through.Table, e)
}
