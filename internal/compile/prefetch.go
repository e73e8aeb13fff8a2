package compile

import (
	"strconv"
	"unsafe"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/query"
)

// Related reads the rows of q at the far end of a relation for many owners at
// once. keys are the values of the owners' side of the relation, an array
// parameter for each of its columns. With numbered, which a key of several
// columns requires, the first of the Columns is the owner's number in the
// arrays, from 1. Without it, it is the owner's key in the table between, for a
// many-to-many relation only. A slice of q is one for each owner.
func Related(q *query.Query, rel *modelinfo.Relation, keys []any, numbered bool) (*Stmt, error) {
	if numbered {
		return compileRelated(q, rel, keys, true)
	}
	f := forms.Get().(*form)
	defer f.release()
	describe := func(f *form) {
		f.number(int(verbRelated))
		f.address(unsafe.Pointer(rel))
		f.query(q)
	}
	describe(f)
	f.arg(keys[0], source{owners: true})
	return f.kept(&q.Model.DB.Statements, describe, func() (*Stmt, error) { return compileRelated(q, rel, keys, false) })
}

func compileRelated(q *query.Query, rel *modelinfo.Relation, keys []any, numbered bool) (*Stmt, error) {
	b := newBuilder(q, nil, nil)
	owner := &expr{b: b}
	if numbered {
		b.owners = &owners{name: "owners", keys: keys}
		for b.alias[0].plain == b.owners.name {
			b.owners.name += "_"
		}
	}
	var far []*modelinfo.Field
	if rel.Kind == modelinfo.ManyToMany {
		owner.at = b.joinBack(rel)
		for _, p := range rel.Through.From {
			far = append(far, p.Field)
		}
	} else {
		for _, p := range rel.Pairs {
			far = append(far, p.To)
		}
	}
	if numbered {
		b.owners.at, b.owners.far = owner.at, far
		owner.e = &query.Expr{Kind: query.Raw, Name: string(AppendName(nil, b.owners.name)) + `."n"`, Type: lookup.BigIntType}
	} else {
		owner.field = far[0]
		if rel.Kind != modelinfo.ManyToMany {
			b.ownerColumn = owner.field
		}
		owner.e = query.FieldRef(owner.field)
		b.compare(predicate{left: owner, op: lookup.In, value: query.Value{Kind: query.List, Arg: keys[0]}, owners: true})
	}
	b.requireFixed(0, rel.Fixed)
	if q.Sliced() {
		b.cutEach(owner)
	}
	s := shape{unlimited: true}
	p := b.plan(s)
	if rel.Kind == modelinfo.ManyToMany || numbered {
		p.insertColumn(owner)
	}
	t := b.writePlan(p, s)
	st, err := b.reads(t)
	if err == nil {
		st.Objects, st.Columns, st.Extra = p.objects, p.columns(), len(p.extra)
	}
	return st, err
}

// owners are the numbered keys that rows are read for.
type owners struct {
	name string // in the query, which no table of it has
	at   int    // the table that holds them
	far  []*modelinfo.Field
	keys []any
}

// join writes the join to the owners' keys, which numbers them.
func (o *owners) join(b *builder) {
	b.str(" INNER JOIN ")
	name := string(AppendName(nil, o.name))
	b.unnestAs(name, arraysOf(o.keys, o.far))
	b.str(" ON (")
	for i, f := range o.far {
		b.sep(i, "", " AND ")
		b.columnAt(o.at, f)
		b.str(" = " + name + ".c" + strconv.Itoa(i+1))
	}
	b.str(")")
}

// joinBack joins the table between from its far end.
func (b *builder) joinBack(rel *modelinfo.Relation) int {
	back := &modelinfo.Hop{Rel: rel, From: rel.To, To: rel.Through.Model, Many: true}
	for _, p := range rel.Through.To {
		back.Pairs = append(back.Pairs, modelinfo.Pair{From: p.Ref, To: p.Field})
	}
	at := b.join(alias{model: back.To, hop: back}, aliases{})
	b.alias[at].left = false
	return at
}

// cutEach keeps of each owner's rows those within the slice, by their number in
// the order of the query.
func (b *builder) cutEach(owner *expr) {
	number := lookup.BigIntType
	rows := &expr{e: &query.Expr{Kind: query.Over, Type: number, Window: &query.Window{}}, b: b, over: true, part: []*expr{owner},
		args: []*expr{{e: &query.Expr{Kind: query.Func, Name: "ROW_NUMBER", Type: number}, b: b}}}
	terms, err := b.q.Orders()
	if err != nil {
		b.fail(err)
	}
	for _, o := range terms {
		t := ordered{desc: o.Desc, nulls: o.Nulls}
		if !o.Random {
			t.x = b.resolve(o.Expr, nil)
		}
		rows.order = append(rows.order, t)
	}
	b.compare(predicate{left: rows, op: lookup.Gt, value: query.Value{Arg: int64(b.q.Low)}})
	if b.q.High >= 0 {
		b.compare(predicate{left: rows, op: lookup.Lte, value: query.Value{Arg: int64(b.q.High)}})
	}
}

// insertColumn selects a column behind the objects, and groups by it where
// there are groups: a row that belongs to two owners is in two of them.
func (p *plan) insertColumn(x *expr) {
	n := 0
	for _, o := range p.objects {
		n += len(o.Fields)
	}
	p.sel = append(p.sel[:n:n], append([]selected{{x: x, name: "owner"}}, p.sel[n:]...)...)
	for i := range p.order {
		if p.order[i].position > n {
			p.order[i].position++
		}
	}
	for i := range p.group {
		if p.group[i].position > n {
			p.group[i].position++
		}
	}
	if len(p.group) > 0 {
		p.group = append(p.group, grouped{x: x})
	}
}
