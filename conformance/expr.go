package main

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/repo/fn"
)

// types maps the format's names of types.
var types = map[string]repo.Type{"int": repo.TypeInt, "bigint": repo.TypeBigInt, "float": repo.TypeFloat, "decimal": "numeric(20,4)", "text": repo.TypeText,
	"bool": repo.TypeBool, "date": repo.TypeDate, "datetime": repo.TypeTime, "time": repo.TypeClock, "duration": repo.TypeDuration, "json": repo.TypeJSON,
	"text[]": "text[]", "int[]": "integer[]"}

// expr builds an expression. One that the library does not have is unsupported.
func (r *runner[T]) expr(e any) (repo.Operand, error) {
	o, ok := e.(*object)
	if !ok {
		v, err := r.value(e)
		return repo.Value(v), err
	}
	x, err := r.build(o)
	if err != nil || !o.has("out") || o.text("fn") == "Cast" {
		return x, err
	}
	typ, ok := types[o.text("out")]
	if !ok {
		return nil, unsupported("type " + o.text("out"))
	}
	return asExpr(x).WithType(typ), nil
}

// asExpr returns an operand as an expression.
func asExpr(o repo.Operand) repo.Expr { return repo.Value(o) }

func (r *runner[T]) build(o *object) (repo.Operand, error) {
	switch {
	case o.has("f"):
		return sliced(o)
	case o.has("outer"):
		return outer(o.get("outer")), nil
	case o.has("value"):
		return r.constant(o.get("value"))
	case o.has("agg"):
		return r.aggregate(o)
	case o.has("fn"):
		return r.function(o)
	case o.has("func"):
		args, err := r.exprs(o.list("args"))
		return repo.Func(o.text("func"), args...), err
	case o.has("op"):
		return r.arithmetic(o)
	case o.has("neg"), o.has("invert"), o.has("wrap"), o.has("collate"):
		x, err := r.expr(o.get(o.keys[0]))
		if err != nil {
			return nil, err
		}
		switch o.keys[0] {
		case "neg":
			return asExpr(x).Neg(), nil
		case "invert":
			return asExpr(x).Not(), nil
		case "collate":
			return asExpr(x).Collate(o.text("name")), nil
		}
		return x, nil
	case o.has("bool"):
		return r.cond(o.object("bool"))
	case o.has("cmp"):
		return r.compare(o)
	case o.has("case"):
		return r.caseOf(o)
	case o.has("exists"), o.has("subquery"), o.has("array_subquery"):
		return r.subquery(o)
	case o.has("window"):
		return r.window(o.object("window"))
	case o.has("kt"):
		return fn.KT(repo.Ref(o.text("kt"))), nil
	case o.has("json_object"):
		members := map[string]any{}
		for _, k := range o.object("json_object").keys {
			x, err := r.expr(o.object("json_object").get(k))
			if err != nil {
				return nil, err
			}
			members[k] = x
		}
		return fn.JSONObject(members), nil
	case o.has("json_array"):
		args, err := r.anys(o.list("json_array"))
		return fn.JSONArray(args...), err
	case o.has("trigram"), o.has("search_vector"), o.has("search_query"), o.has("search_rank"), o.has("search_headline"):
		return r.search(o)
	}
	return nil, unsupported("expression " + o.keys[0])
}

// constant returns a value with the type of Python's.
func (r *runner[T]) constant(value any) (repo.Operand, error) {
	v, err := r.value(value)
	if err != nil {
		return nil, err
	}
	if tag, ok := value.(*object); ok {
		switch {
		case tag.has("$date"):
			return repo.Value(v).WithType(repo.TypeDate), nil
		case tag.has("$time"):
			return repo.Value(v).WithType(repo.TypeClock), nil
		}
	}
	return repo.Value(v), nil
}

func (r *runner[T]) exprs(list []any) ([]repo.Operand, error) {
	out := make([]repo.Operand, len(list))
	for i, e := range list {
		x, err := r.expr(e)
		if err != nil {
			return nil, err
		}
		out[i] = x
	}
	return out, nil
}

// anys returns expressions or plain values: integers stay plain for the
// library's own checks.
func (r *runner[T]) anys(list []any) ([]any, error) {
	out := make([]any, len(list))
	for i, e := range list {
		if n, ok := e.(json.Number); ok {
			if whole, err := n.Int64(); err == nil {
				out[i] = int(whole)
				continue
			}
		}
		x, err := r.expr(e)
		if err != nil {
			return nil, err
		}
		out[i] = x
	}
	return out, nil
}

func sliced(o *object) (repo.Operand, error) {
	f := repo.F(repo.Ref(o.text("f")))
	if !o.has("slice") {
		return f, nil
	}
	if n, ok := o.get("slice").(json.Number); ok {
		at, err := n.Int64()
		return f.Slice(int(at), int(at)+1), err
	}
	ends := o.list("slice")
	start, err := bound(ends[0], 0)
	if err != nil {
		return nil, err
	}
	stop, err := bound(ends[1], repo.End)
	return f.Slice(start, stop), err
}

func (r *runner[T]) arithmetic(o *object) (repo.Operand, error) {
	left, err := r.expr(o.get("l"))
	if err != nil {
		return nil, err
	}
	right, err := r.expr(o.get("r"))
	if err != nil {
		return nil, err
	}
	l := asExpr(left)
	switch o.text("op") {
	case "+":
		return l.Add(right), nil
	case "-":
		return l.Sub(right), nil
	case "*":
		return l.Mul(right), nil
	case "/":
		return l.Div(right), nil
	case "%":
		return l.Mod(right), nil
	case "**":
		return l.Pow(right), nil
	case "&":
		return l.BitAnd(right), nil
	case "|":
		return l.BitOr(right), nil
	case "^":
		return l.BitXor(right), nil
	case "<<":
		return l.ShiftLeft(right), nil
	case ">>":
		return l.ShiftRight(right), nil
	case "both":
		return l.And(right), nil
	case "either":
		return l.Or(right), nil
	}
	return nil, unsupported("expression " + o.text("op"))
}

func (r *runner[T]) compare(o *object) (repo.Operand, error) {
	left, err := r.expr(o.get("l"))
	if err != nil {
		return nil, err
	}
	op := o.text("cmp")
	if op == "isnull" || op == "in" {
		v, err := r.value(o.get("r"))
		return asExpr(left).Compare(op, v), err
	}
	right, err := r.expr(o.get("r"))
	return asExpr(left).Compare(op, right), err
}

func (r *runner[T]) caseOf(o *object) (repo.Operand, error) {
	var c repo.CaseExpr
	for i, b := range o.list("case") {
		branch := b.([]any)
		cond, err := r.cond(branch[0].(*object))
		if err != nil {
			return nil, err
		}
		then, err := r.expr(branch[1])
		if err != nil {
			return nil, err
		}
		if i == 0 {
			c = repo.Case(cond, then)
		} else {
			c = c.When(cond, then)
		}
	}
	if !o.has("else") {
		return c, nil
	}
	x, err := r.expr(o.get("else"))
	return c.Else(x), err
}

func (r *runner[T]) subquery(o *object) (repo.Operand, error) {
	sub, err := r.env.chain(o.object(o.keys[slices.IndexFunc(o.keys, func(k string) bool { return k != "out" })]))
	if err != nil {
		return nil, err
	}
	switch {
	case o.has("exists"):
		return repo.Exists(sub.operand()), nil
	case o.has("array_subquery"):
		return repo.ArrayOf(sub.operand()), nil
	}
	return sub.operand(), nil
}

func (r *runner[T]) window(w *object) (repo.Operand, error) {
	var over repo.Operand
	var err error
	if w.has("expr") {
		over, err = r.expr(w.get("expr"))
	} else {
		over, err = r.windowFunction(w)
	}
	if err != nil {
		return nil, err
	}
	x := repo.Window(over)
	var parts []repo.Operand
	for _, p := range w.list("partition_by") {
		if s, ok := p.(string); ok {
			parts = append(parts, repo.F(repo.Ref(s)))
			continue
		}
		e, err := r.expr(p)
		if err != nil {
			return nil, err
		}
		parts = append(parts, e)
	}
	if len(parts) > 0 {
		x = x.PartitionBy(parts...)
	}
	terms, err := r.terms(w.list("order_by"))
	if err != nil {
		return nil, err
	}
	if len(terms) > 0 {
		x = x.OrderBy(terms...)
	}
	if f := w.object("frame"); f != nil {
		start, err := bound(f.get("start"), repo.UnboundedPreceding)
		if err != nil {
			return nil, err
		}
		end, err := bound(f.get("end"), repo.UnboundedFollowing)
		if err != nil {
			return nil, err
		}
		if f.text("kind") == "range" {
			x = x.Range(start, end)
		} else {
			x = x.Rows(start, end)
		}
		if f.has("exclude") {
			x = x.Exclude(map[string]repo.Exclusion{"current_row": repo.CurrentRow, "group": repo.Group, "ties": repo.Ties}[f.text("exclude")])
		}
	}
	return x, nil
}

func (r *runner[T]) terms(list []any) ([]repo.Term, error) {
	out := make([]repo.Term, len(list))
	for i, t := range list {
		var err error
		if out[i], err = r.term(t); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (r *runner[T]) windowFunction(w *object) (repo.Operand, error) {
	args, err := r.anys(w.list("args"))
	if err != nil {
		return nil, err
	}
	n := func(i, none int) int {
		if i < len(args) {
			if k, ok := args[i].(int); ok {
				return k
			}
			return math.MinInt
		}
		return none
	}
	op := func() repo.Operand { return repo.Value(args[0]) }
	switch f := w.text("fn"); f {
	case "RowNumber":
		return fn.RowNumber(), nil
	case "Rank":
		return fn.Rank(), nil
	case "DenseRank":
		return fn.DenseRank(), nil
	case "PercentRank":
		return fn.PercentRank(), nil
	case "CumeDist":
		return fn.CumeDist(), nil
	case "Ntile":
		return fn.Ntile(n(0, 1)), nil
	case "Lag":
		return fn.Lag(op(), n(1, 1), args[min(2, len(args)):]...), nil
	case "Lead":
		return fn.Lead(op(), n(1, 1), args[min(2, len(args)):]...), nil
	case "FirstValue":
		return fn.FirstValue(op()), nil
	case "LastValue":
		return fn.LastValue(op()), nil
	case "NthValue":
		return fn.NthValue(op(), n(1, 1)), nil
	default:
		if len(args) == 1 {
			return r.aggregate(&object{keys: []string{"agg", "of"}, values: map[string]any{"agg": f, "of": w.list("args")[0]}})
		}
		return nil, unsupported(fmt.Sprintf("window function %s", f))
	}
}
