package validation

import (
	"context"
	"fmt"
	"slices"

	"github.com/gormango/gormango/internal/compile"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/param"
	"github.com/gormango/gormango/models"
)

// group is when a question is asked, as Django orders them.
type group uint8

const (
	foreign    group = iota // does the row of a foreign key exist?
	unique                  // are columns unique?
	constraint              // are the constraints of Meta fulfilled?
)

// question is one that the database answers with true if an object is at fault.
type question struct {
	group  group
	write  func(w *writer)
	refers []*modelinfo.Field
	// field is the column, or models.AllFields, that the problem is one of.
	field   string
	problem models.Problem
}

// questions returns the questions about an object whose columns have passed.
func (o *object) questions(ctx context.Context) ([]question, error) {
	keys, err := o.model.DB.Referrers(o.model)
	if err != nil {
		return nil, err
	}
	var list []question
	add := func(q question) {
		for _, f := range q.refers {
			if !o.tests(f) || o.failed(f) {
				return
			}
		}
		list = append(list, q)
	}
	for _, r := range o.model.Relations {
		if r.Kind == modelinfo.BelongsTo && len(r.Fixed) == 0 && r.To.Unsupported == nil {
			if q, ok := o.foreign(ctx, r); ok {
				add(q)
			}
		}
	}
	for _, r := range o.model.Rules(keys) {
		q := question{group: constraint, refers: r.Refers()}
		q.field, q.problem = r.Violation()
		switch {
		case r.Key && (o.stored || o.keyless(ctx)):
			continue
		case r.Unique():
			if r.Plain() && r.Message == "" {
				q.group = unique
			}
			q.write = func(w *writer) { w.taken(r) }
		case r.Check != "":
			q.write = func(w *writer) { w.refused(r.Check) }
		default:
			q.write = func(w *writer) { w.overlaps(r) }
		}
		add(q)
	}
	return list, nil
}

// keyless reports whether the database or a mixin fills a part of the key.
func (o *object) keyless(ctx context.Context) bool { return !o.s.HasKey(ctx, o.rv) }

// foreign returns the question whether the row of a foreign key exists, false
// for a key that is NULL.
func (o *object) foreign(ctx context.Context, r *modelinfo.Relation) (question, bool) {
	q := question{group: foreign, problem: r.To.Missing(), write: func(w *writer) { w.missing(r) }}
	for _, p := range r.Pairs {
		v := param.Of(ctx, o.rv, p.From)
		if v == nil {
			return question{}, false
		}
		q.refers = append(q.refers, p.From)
		q.field = p.From.Column
		q.problem.Params["field"], q.problem.Params["value"] = p.To.Column, v
	}
	if len(q.refers) > 1 {
		q.field = models.AllFields
	} else {
		q.problem.Message = fmt.Sprintf("%s instance with %s %v does not exist.", q.problem.Params["model"], q.problem.Params["field"], q.problem.Params["value"])
	}
	return q, true
}

// writer writes the statement that answers questions. Its common table gm_o has
// the object as its one row.
type writer struct {
	o    *object
	buf  []byte
	args []any
}

// statement returns the statement that answers questions by a text with a 0 or
// 1 for each.
func (o *object) statement(ctx context.Context, list []question) *compile.Stmt {
	w := &writer{o: o}
	w.object(ctx, list)
	w.str(" SELECT ")
	for i, q := range list {
		if i > 0 {
			w.str(" || ")
		}
		w.str("CASE WHEN ")
		q.write(w)
		w.str(" THEN '1' ELSE '0' END")
	}
	return &compile.Stmt{SQL: string(w.buf), Args: w.args}
}

func (w *writer) str(s string)     { w.buf = append(w.buf, s...) }
func (w *writer) name(name string) { w.buf = compile.AppendName(w.buf, name) }

// object writes the common table. A column that is not tested is NULL.
func (w *writer) object(ctx context.Context, list []question) {
	var written, computed []*modelinfo.Field
	for _, f := range w.o.model.Fields {
		if f.Generated {
			computed = append(computed, f)
		} else {
			written = append(written, f)
		}
	}
	w.str("WITH gm_v AS (SELECT ")
	for i, f := range written {
		if i > 0 {
			w.str(", ")
		}
		w.value(ctx, f)
		w.str(" AS ")
		w.name(f.Column)
	}
	w.str("), gm_o AS (SELECT t.*")
	for _, f := range computed {
		w.str(", (")
		w.of("gm_v", f.Generation, "")
		w.str(")::" + f.Cast + " AS ")
		w.name(f.Column)
	}
	w.str(" FROM gm_v AS t)")
}

// value writes the value of a column.
func (w *writer) value(ctx context.Context, f *modelinfo.Field) {
	o := w.o
	zero := param.Zero(ctx, o.rv, f)
	switch {
	case f.Auto && zero && !o.stored, !f.PrimaryKey && (o.failed(f) || !o.tests(f)):
		w.str("NULL")
	case f.FuncDefault && zero && !o.stored:
		w.str(f.DefaultValue)
	default:
		w.args = append(w.args, param.Values(ctx, o.rv, []*modelinfo.Field{f})[0])
		w.str(fmt.Sprintf("$%d", len(w.args)))
		if f.AsText {
			w.str("::text")
		}
	}
	w.str("::" + f.Cast)
}

// of writes an expression over the row of a common table.
func (w *writer) of(table, expr, cast string) {
	w.str("SELECT (" + expr + ")" + cast + " FROM " + table + " AS ")
	w.name(w.o.model.TableName())
}

// holds writes that a condition is true for the object.
func (w *writer) holds(condition string, unknown string) {
	w.str("COALESCE((")
	w.of("gm_o", condition, "::boolean")
	w.str("), " + unknown + ")")
}

// refused writes that a check is false for the object.
func (w *writer) refused(check string) {
	w.str("NOT ")
	w.holds(check, "true")
}

// missing writes that no row has the foreign key.
func (w *writer) missing(r *modelinfo.Relation) {
	w.str("NOT EXISTS (SELECT FROM ")
	w.buf = compile.AppendTable(w.buf, r.To.Table)
	w.str(" AS gm_t")
	between := " WHERE "
	for _, p := range r.Pairs {
		w.str(between + "gm_t.")
		between = " AND "
		w.name(p.To.Column)
		w.str(" = (SELECT ")
		w.name(p.From.Column)
		w.str(" FROM gm_o)")
	}
	w.str(")")
}

// taken writes that another row has the values of a unique rule.
func (w *writer) taken(r *modelinfo.Rule) {
	w.other(r)
	op := " = ("
	if r.NullsNotDistinct {
		op = " IS NOT DISTINCT FROM ("
	}
	for _, e := range w.expressions(r) {
		w.str(" AND (" + e + ")" + op)
		w.of("gm_o", e, "")
		w.str(")")
	}
	w.str(")")
}

// overlaps writes that another row excludes the object.
func (w *writer) overlaps(r *modelinfo.Rule) {
	w.other(r)
	for _, e := range r.Excluded {
		w.str(" AND (" + e.Expr + ") " + e.Operator + " (")
		w.of("gm_o", e.Expr, "")
		w.str(")")
	}
	w.str(")")
}

// other writes the start of an EXISTS of another row that a rule is about.
func (w *writer) other(r *modelinfo.Rule) {
	if r.Where != "" {
		w.holds(r.Where, "false")
		w.str(" AND ")
	}
	m := w.o.model
	w.str("EXISTS (SELECT FROM ")
	w.buf = compile.AppendTable(w.buf, m.Table)
	w.str(" AS ")
	w.name(m.TableName())
	w.str(" WHERE ")
	switch {
	case !w.o.stored:
		w.str("true")
	default:
		w.str("NOT (")
		for i, f := range m.Key {
			if i > 0 {
				w.str(" AND ")
			}
			w.column(f)
			w.str(" = (SELECT ")
			w.name(f.Column)
			w.str(" FROM gm_o)")
		}
		w.str(")")
	}
	if r.Where != "" {
		w.str(" AND (" + r.Where + ")")
	}
}

// column writes a column of the model's table.
func (w *writer) column(f *modelinfo.Field) {
	w.name(f.Model.TableName())
	w.str(".")
	w.name(f.Column)
}

// expressions returns what a unique rule is about, as SQL.
func (w *writer) expressions(r *modelinfo.Rule) []string {
	var list []string
	for _, f := range r.Columns {
		list = append(list, string(compile.AppendName(nil, f.Column)))
	}
	return slices.Concat(list, r.Expressions)
}
